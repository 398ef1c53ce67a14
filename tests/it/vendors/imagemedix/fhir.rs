//! One record: what a client of `/fhir` writes shows at once, and the other way about (contract 6.1).

use reqwest::Method;
use serde_json::{Value, json};

use super::{User, refused, server};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_here_is_in_fhir() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let new = json!({ "patientId": "PT-1", "name": "Raj Sharma", "dateOfBirth": "1992-08-22", "gender": "male",
        "contact": { "phone": "555" } });
    let id = admin.make("/patients", &new).await["_id"].as_str().unwrap().to_owned();
    let entry = json!({ "condition": "Migraine", "diagnosis": "Without aura", "treatment": "Rest" });
    admin.make(&format!("/patients/{id}/medical-history"), &entry).await;
    admin.make(&format!("/patients/{id}/notes"), &json!({ "content": "Seen" })).await;
    let fhir = server.fhir().await;
    let mut patient = fhir.get(&format!("/Patient/{id}")).await.json();
    patient.as_object_mut().unwrap().remove("meta");
    let mrn = json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR", "display": "Medical record number" }] });
    assert_eq!(
        patient,
        json!({
            "resourceType": "Patient", "id": id, "active": true, "name": [{ "text": "Raj Sharma" }], "gender": "male",
            "birthDate": "1992-08-22", "telecom": [{ "system": "phone", "value": "555" }],
            "identifier": [{ "system": "urn:vendor:imagemedix:patient", "value": id },
                { "type": mrn, "system": "urn:vendor:imagemedix:patient-id", "value": "PT-1" }],
        })
    );
    let reference = format!("Patient/{id}");
    let only = async |resource_type: &str| {
        let found = fhir.get(&format!("/{resource_type}?patient={reference}")).await.json();
        assert_eq!(found["total"], 1, "{resource_type}");
        found["entry"][0]["resource"].clone()
    };
    let team = only("CareTeam").await;
    let doctor = team["participant"][0]["member"]["reference"].clone();
    assert!(doctor.as_str().unwrap().starts_with("Practitioner/"));
    let condition = only("Condition").await;
    assert_eq!(
        (&condition["code"], &condition["note"]),
        (&json!({ "text": "Migraine" }), &json!([{ "text": "Without aura" }]))
    );
    assert_eq!(
        (&condition["recordedDate"], &condition["recorder"]["reference"]),
        (&json!("2026-11-21T12:00:00.000Z"), &doctor)
    );
    let plan = only("CarePlan").await;
    let addresses = json!([{ "reference": format!("Condition/{}", condition["id"].as_str().unwrap()) }]);
    assert_eq!((&plan["description"], &plan["addresses"]), (&json!("Rest"), &addresses));
    let note = only("DocumentReference").await;
    assert_eq!(
        note["content"][0]["attachment"],
        json!({ "contentType": "text/plain; charset=utf-8", "data": "U2Vlbg==" })
    );
    assert_eq!(note["author"][0]["reference"], doctor);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_write_shows_at_once() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let fhir = server.fhir().await;
    let patient = json!({
        "resourceType": "Patient", "birthDate": "1980", "gender": "female", "active": false,
        "identifier": [{ "system": "urn:vendor:imagemedix:patient", "value": "67e46037df638f437b934205" },
            { "system": "urn:vendor:imagemedix:patient-id", "value": "PT-9" }],
        "name": [{ "given": ["Priya"], "family": "Mehta" }],
    });
    let id = fhir.post("/Patient", &patient).await.json()["id"].as_str().unwrap().to_owned();
    let subject = json!({ "reference": format!("Patient/{id}") });
    let with = |mut resource: Value| {
        resource["subject"] = subject.clone();
        resource
    };
    let coded = json!({ "coding": [{ "system": "http://hl7.org/fhir/sid/icd-10", "code": "I10", "display": "Essential (primary) hypertension" }],
        "text": "Hypertension" });
    let entered_in_error = json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "entered-in-error" }] });
    let actor = |status: &str, start: &str, end: &str| {
        json!({ "resourceType": "Appointment", "status": status, "start": start, "end": end,
        "participant": [{ "actor": subject, "status": "accepted" }] })
    };
    let note = |day: &str, kind: &str, data: &str| {
        with(
            json!({ "resourceType": "DocumentReference", "status": "current", "date": format!("2025-04-{day}T09:30:00Z"),
            "type": { "coding": [{ "system": "http://loinc.org", "code": kind }] },
            "content": [{ "attachment": { "contentType": "text/plain", "data": data } }] }),
        )
    };
    for resource in [
        with(json!({ "resourceType": "Condition", "code": coded, "recordedDate": "2024-03-15" })),
        with(
            json!({ "resourceType": "Condition", "code": { "text": "Mistake" }, "verificationStatus": entered_in_error }),
        ),
        note("25", "11506-3", "U2Vlbg=="),
        note("26", "34109-9", "Q2FsbGVk"),
        note("24", "11488-4", "Q29uc3VsdGVk"),
        // A laboratory's report is no note.
        note("23", "11502-2", "R2x1Y29zZQ=="),
        actor("fulfilled", "2025-04-25T09:30:00Z", "2025-04-25T10:00:00Z"),
        actor("booked", "2027-06-10T14:00:00Z", "2027-06-10T15:00:00Z"),
        actor("cancelled", "2026-12-10T14:00:00Z", "2026-12-10T15:00:00Z"),
        actor("booked", "2028-06-10T14:00:00Z", "2028-06-10T15:00:00Z"),
    ] {
        let name = resource["resourceType"].as_str().unwrap();
        let made = fhir.post(&format!("/{name}"), &resource).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let path = "/patients/67e46037df638f437b934205";
    assert_eq!(
        admin.read(path).await,
        json!({
            "_id": "67e46037df638f437b934205", "patientId": "PT-9", "name": "Priya Mehta", "gender": "female", "status": "inactive", "dateOfBirth": null,
            "assignedDoctors": [], "contact": {}, "scans": [],
            "medicalHistory": [{ "condition": "Hypertension", "diagnosis": "Essential (primary) hypertension", "treatment": null, "date": "2024-03-15T00:00:00.000Z" }],
            "notes": [{ "content": "Consulted", "createdAt": "2025-04-24T09:30:00.000Z" },
                { "content": "Seen", "createdAt": "2025-04-25T09:30:00.000Z" },
                { "content": "Called", "createdAt": "2025-04-26T09:30:00.000Z" }],
            "lastVisit": "2025-04-25T09:30:00.000Z", "nextAppointment": "2027-06-10T14:00:00.000Z",
        })
    );
    // By the name that is shown, and by any part of it.
    for (search, found) in
        [("Priya+Mehta", 1), ("mehta+pri", 1), ("ya+meh", 1), ("Priya+Singh", 0), ("PT-9", 1)]
    {
        let list = admin.read(&format!("/patients?search={search}")).await;
        assert_eq!(list["totalPatients"], found, "{search}");
    }
    // A CareTeam gives a doctor the patient, and takes them away when it ends.
    let practitioner = server.text("SELECT practitioner FROM account WHERE email = 'd@example.org'").await;
    let mut team = with(json!({ "resourceType": "CareTeam", "status": "active",
        "participant": [{ "member": { "reference": format!("Practitioner/{practitioner}") } }] }));
    assert_eq!(refused(&doctor.get(path).await, 404), "There is no such patient");
    let made = fhir.post("/CareTeam", &team).await.json();
    assert_eq!(
        doctor.read(path).await["assignedDoctors"],
        json!([{ "_id": doctor.id, "name": "Dr. d@example.org" }])
    );
    assert_eq!(doctor.read("/patients").await["totalPatients"], 1);
    // Another team of the patient, which goes on without the doctor, changes nothing of that.
    assert_eq!(
        admin
            .send(Method::POST, &format!("{path}/assign-doctor"), &json!({ "doctorId": admin.id }))
            .await
            .status,
        200
    );
    team["id"] = made["id"].clone();
    team["status"] = "inactive".into();
    let ended = fhir.put(&format!("/CareTeam/{}", made["id"].as_str().unwrap()), &team).await;
    assert_eq!(ended.status, 200, "{}", ended.text);
    assert_eq!(refused(&doctor.get(path).await, 404), "There is no such patient");
    assert_eq!(doctor.read("/patients").await["totalPatients"], 0);
    assert_eq!(
        admin.read(path).await["assignedDoctors"],
        json!([{ "_id": admin.id, "name": "Vikram Desai" }])
    );
}
