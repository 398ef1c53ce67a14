//! What is recorded of a patient: medical history and notes (contract IM-41, IM-44, IM-45).

use reqwest::Method;
use serde_json::{Value, json};

use super::{User, refused, server};

#[tokio::test(flavor = "multi_thread")]
async fn what_says_nothing_is_not_recorded() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let path = format!("/patients/{}", admin.patient("PT-1", "Raj Sharma").await);
    for (below, body, text) in [
        ("notes", json!({}), "content is required"),
        ("notes", json!({ "content": " " }), "content is required"),
        ("notes", json!({ "content": "x".repeat(10_001) }), "content may have at most 10000 characters"),
        ("notes", json!({ "content": "x".repeat(200_000) }), "body is larger than 131072 bytes"),
        ("notes", json!({ "content": 7 }), "body has a value of the wrong type at line 1, column 12"),
        ("medical-history", json!({ "diagnosis": "x" }), "condition is required"),
        ("medical-history", json!({ "condition": "a\u{0}b" }), "condition must not have control characters"),
    ] {
        let answer = admin.send(Method::POST, &format!("{path}/{below}"), &body).await;
        assert_eq!(refused(&answer, 400), text, "{below}");
    }
    let read = admin.read(&path).await;
    assert_eq!((&read["notes"], &read["medicalHistory"]), (&json!([]), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_and_notes_are_added_to_the_record() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let id = doctor.patient("PT-20250505-001", "Priya Mehta").await;
    let path = format!("/patients/{id}");
    let hypertension = json!({ "condition": "Hypertension", "diagnosis": "Essential (primary) hypertension", "treatment": "Lisinopril 10mg daily" });
    let migraine =
        json!({ "condition": "Migraine", "date": "2000-01-01", "diagnosis": null, "treatment": null });
    let dated = |entry: &Value, date: &str| {
        let mut entry = entry.clone();
        entry["date"] = date.into();
        entry
    };
    let first = dated(&hypertension, "2026-11-21T12:00:00.000Z");
    let made = doctor.make(&format!("{path}/medical-history"), &hypertension).await;
    assert_eq!(made, json!({ "_id": id, "medicalHistory": [first] }));
    server.app.clock.advance_s(60);
    let history = json!([first, dated(&migraine, "2026-11-21T12:01:00.000Z")]);
    let made = doctor.make(&format!("{path}/medical-history"), &migraine).await;
    assert_eq!(made, json!({ "_id": id, "medicalHistory": history }));
    let note = |text: &str, by: Value, at: &str| json!({ "content": text, "createdBy": by, "createdAt": at });
    let made = doctor.make(&format!("{path}/notes"), &json!({ "content": " Occasional headaches\n" })).await;
    let at = "2026-11-21T12:01:00.000Z";
    assert_eq!(made, json!({ "_id": id, "notes": [note("Occasional headaches", json!(doctor.id), at)] }));
    server.app.clock.advance_s(1);
    admin.make(&format!("{path}/notes"), &json!({ "content": "Better" })).await;
    let named = |user: &User<'_>, name: &str| json!({ "_id": user.id, "name": name });
    assert_eq!(
        doctor.read(&path).await,
        json!({
            "_id": id, "patientId": "PT-20250505-001", "name": "Priya Mehta", "dateOfBirth": "1992-08-22T00:00:00.000Z",
            "gender": "male", "status": "active", "assignedDoctors": [named(&doctor, "Dr. d@example.org")], "contact": {},
            "medicalHistory": history, "scans": [],
            "notes": [note("Occasional headaches", named(&doctor, "Dr. d@example.org"), at),
                note("Better", named(&admin, "Vikram Desai"), "2026-11-21T12:01:01.000Z")],
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_it_is_told_with_what_was_written() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let id = doctor.patient("PT-1", "Priya Mehta").await;
    let path = format!("/patients/{id}");
    admin.send(Method::PATCH, &path, &json!({ "name": "Priya M" })).await;
    doctor.make(&format!("{path}/notes"), &json!({ "content": "Better" })).await;
    doctor.make(&format!("{path}/medical-history"), &json!({ "condition": "Migraine" })).await;
    let assigned = json!({ "doctorId": admin.id });
    assert_eq!(admin.send(Method::POST, &format!("{path}/assign-doctor"), &assigned).await.status, 200);
    let fhir = server.fhir().await;
    let told = fhir.get("/Provenance?_sort=_lastUpdated").await.json();
    let told: Vec<_> = told["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]).collect();
    let authors: Vec<_> =
        told.iter().map(|one| one["agent"][0]["who"]["reference"].as_str().unwrap()).collect();
    let who = async |user: &User<'_>| {
        let by = format!("/Practitioner?identifier=urn:vendor:imagemedix:user|{}", user.id);
        format!("Practitioner/{}", fhir.get(&by).await.json()["entry"][0]["resource"]["id"].as_str().unwrap())
    };
    let (of_doctor, of_admin) = (who(&doctor).await, who(&admin).await);
    assert_eq!(authors, [&of_doctor, &of_admin, &of_doctor, &of_doctor, &of_admin]);
    let types = |one: &Value| -> Vec<String> {
        let targets = one["target"].as_array().unwrap().iter();
        targets.map(|one| one["reference"].as_str().unwrap().split('/').next().unwrap().to_owned()).collect()
    };
    let types: Vec<_> = told.iter().map(|one| types(one)).collect();
    assert_eq!(types[0], ["Patient", "CareTeam"]);
    assert_eq!(types[1..], [["Patient"], ["DocumentReference"], ["Condition"], ["CareTeam"]]);
    let of_patient = fhir.get(&format!("/Provenance?target=Patient/{id}")).await.json();
    assert_eq!(of_patient["total"], 2);
}
