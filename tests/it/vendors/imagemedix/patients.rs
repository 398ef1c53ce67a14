//! Patients: who sees them, adding, listing, changing, assigning, deleting (contract IM-09, IM-40 to IM-43, IM-46, IM-47).

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{NOBODY, User, is_id, refused, server, stranger};
use crate::oauth::order::while_held;

fn raj(patient_id: &str) -> Value {
    json!({ "patientId": patient_id, "name": "Raj Sharma", "dateOfBirth": "1992-08-22", "gender": "male",
        "contact": { "email": "raj.sharma@example.com", "phone": "555-987-6543" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_one_may_not_see_is_not_there() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let (one, other, stranger) =
        (admin.doctor("1@example.org").await, admin.doctor("2@example.org").await, stranger(&server).await);
    let path = format!("/patients/{}", one.patient("PT-1", "Raj Sharma").await);
    for user in [&other, &stranger] {
        for (method, below, body) in [
            (Method::GET, "", Value::Null),
            (Method::PATCH, "", json!({ "name": "x" })),
            (Method::POST, "/notes", json!({ "content": "x" })),
            (Method::POST, "/medical-history", json!({ "condition": "x" })),
        ] {
            let answer = user.send(method.clone(), &format!("{path}{below}"), &body).await;
            assert_eq!(refused(&answer, 404), "There is no such patient", "{method} {below}");
        }
        let none = json!({ "patients": [], "currentPage": 1, "totalPages": 0, "totalPatients": 0 });
        assert_eq!(user.read("/patients").await, none);
    }
    for (method, below) in [(Method::DELETE, ""), (Method::POST, "/assign-doctor")] {
        let answer = one.send(method, &format!("{path}{below}"), &json!({ "doctorId": other.id })).await;
        assert_eq!(refused(&answer, 403), "You may not do this");
    }
    assert_eq!(
        refused(&stranger.send(Method::DELETE, &path, &Value::Null).await, 404),
        "There is no such patient"
    );
    for id in [NOBODY, "x", "%00", "..%2Fusers", "67F46037DF638F437B934206"] {
        assert_eq!(admin.get(&format!("/patients/{id}")).await.status, 404, "{id}");
    }
    assert_eq!(admin.read(&path).await["name"], "Raj Sharma");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_added_once() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let made = doctor.make("/patients", &raj("PT-20250505-002")).await;
    assert!(is_id(&made["_id"]));
    assert_eq!(
        made,
        json!({ "_id": made["_id"], "patientId": "PT-20250505-002", "name": "Raj Sharma", "gender": "male",
            "dateOfBirth": "1992-08-22T00:00:00.000Z", "status": "active", "assignedDoctors": [doctor.id],
            "contact": { "email": "raj.sharma@example.com", "phone": "555-987-6543" },
            "medicalHistory": [], "scans": [], "notes": [] })
    );
    for user in [&doctor, &admin] {
        let again = user.send(Method::POST, "/patients", &raj("PT-20250505-002")).await;
        assert_eq!(refused(&again, 400), "patientId is another patient's");
    }
    // Of many at once, one.
    let bodies: Vec<_> = (0..6).map(|_| raj("PT-3, a|b\\$")).collect();
    let answers = join_all(bodies.iter().map(|body| doctor.send(Method::POST, "/patients", body))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 400, 400, 400, 400, 400]);
    // Whoever is added is active, whatever is sent.
    let mut archived = raj("PT-4");
    (archived["status"], archived["assignedDoctors"]) = (json!("archived"), json!([NOBODY]));
    let made = doctor.make("/patients", &archived).await;
    assert_eq!((&made["status"], &made["assignedDoctors"]), (&json!("active"), &json!([doctor.id])));
    assert_eq!(doctor.read("/patients?search=PT-3%2C").await["totalPatients"], 1);
    let own_id = made["_id"].as_str().unwrap().to_uppercase();
    let found = doctor.read(&format!("/patients?search={own_id}")).await;
    assert_eq!((&found["totalPatients"], &found["patients"][0]["patientId"]), (&json!(1), &json!("PT-4")));
    // Another tenant has its own.
    stranger(&server).await.make("/patients", &raj("PT-20250505-002")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn patients_are_listed_by_page_state_and_search() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let mut ids = Vec::new();
    for count in 0..12 {
        let by = if count % 2 == 0 { &doctor } else { &admin };
        ids.push(by.patient(&format!("PT-{count:02}_x%"), &format!("Zoë O'Neil {count}")).await);
    }
    let listed = async |user: &User<'_>, query: &str| {
        let page = user.read(&format!("/patients{query}")).await;
        let of = |one: &Value| ids.iter().position(|id| one["_id"] == **id).unwrap();
        let shown: Vec<_> = page["patients"].as_array().unwrap().iter().map(of).collect();
        let numbers = ["currentPage", "totalPages", "totalPatients"].map(|name| page[name].as_i64().unwrap());
        (shown, numbers)
    };
    assert_eq!(listed(&admin, "").await, ((0..10).collect(), [1, 2, 12]));
    assert_eq!(listed(&admin, "?page=2").await, (vec![10, 11], [2, 2, 12]));
    assert_eq!(listed(&admin, "?page=3&limit=5").await, (vec![10, 11], [3, 3, 12]));
    assert_eq!(listed(&admin, "?page=9999999999999").await, (vec![], [4_294_967_295, 2, 12]));
    assert_eq!(listed(&doctor, "?limit=1000").await, (vec![0, 2, 4, 6, 8, 10], [1, 1, 6]));
    assert_eq!(listed(&doctor, "?limit=4&page=2").await, (vec![8, 10], [2, 2, 6]));
    for (query, found) in [
        ("?search=zoe", 12),
        ("?search=o%27neil+1", 3),
        ("?search=pt-07", 1),
        ("?search=07_X%25", 1),
        ("?search=%25", 12),
        ("?search=_", 12),
        ("?search=.*", 0),
        ("?search=%27+OR+1%3D1+--", 0),
        ("?search=urn", 0),
        ("?search=1992", 0),
        ("?search=", 12),
        ("?status=active", 12),
        ("?status=archived", 0),
    ] {
        assert_eq!(listed(&admin, &format!("{query}&limit=100")).await.0.len(), found, "{query}");
    }
    for (at, status) in [(3, "inactive"), (5, "archived")] {
        let change = json!({ "status": status });
        assert_eq!(admin.send(Method::PATCH, &format!("/patients/{}", ids[at]), &change).await.status, 200);
        assert_eq!(listed(&admin, &format!("?status={status}")).await, (vec![at], [1, 1, 1]));
    }
    assert_eq!(listed(&admin, "?status=active").await.1, [1, 1, 10]);
    let shown = doctor.read("/patients?limit=1").await["patients"][0].clone();
    assert_eq!(
        shown,
        json!({ "_id": ids[0], "patientId": "PT-00_x%", "name": "Zoë O'Neil 0", "dateOfBirth": "1992-08-22T00:00:00.000Z",
            "gender": "male", "status": "active", "assignedDoctors": [{ "_id": doctor.id, "name": "Dr. d@example.org" }] })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_merged() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let made = admin.make("/patients", &raj("PT-1")).await;
    let path = format!("/patients/{}", made["_id"].as_str().unwrap());
    let change = json!({ "contact": { "phone": "555-111-2222", "address": "456 Oak Ave, Delhi" }, "status": "active",
        "_id": NOBODY, "patientId": "PT-STOLEN", "assignedDoctors": [] });
    let changed = admin.send(Method::PATCH, &path, &change).await;
    let contact = json!({ "email": "raj.sharma@example.com", "phone": "555-111-2222", "address": "456 Oak Ave, Delhi" });
    assert_eq!(
        (changed.status, changed.json()),
        (
            200,
            json!({ "_id": made["_id"], "patientId": "PT-1", "name": "Raj Sharma", "contact": contact, "status": "active" })
        )
    );
    for wrong in [json!({ "contact": ["q@y.z", "777", "S2"] }), json!({ "contact": null })] {
        let answer = admin.send(Method::PATCH, &path, &wrong).await;
        assert!(refused(&answer, 400).starts_with("body has a value of the wrong type"), "{}", answer.text);
    }
    let change = json!({ "contact": { "email": null, "phone": "" }, "status": "archived", "gender": "other",
        "dateOfBirth": "1992-08-23T23:00:00-05:00", "name": "R. Sharma" });
    assert_eq!(admin.send(Method::PATCH, &path, &change).await.status, 200);
    let read = admin.read(&path).await;
    assert_eq!(read["contact"], json!({ "address": "456 Oak Ave, Delhi" }));
    assert_eq!((&read["status"], &read["name"]), (&json!("archived"), &json!("R. Sharma")));
    assert_eq!(
        (&read["gender"], &read["dateOfBirth"]),
        (&json!("other"), &json!("1992-08-23T00:00:00.000Z"))
    );
    // Changes at the same time are all kept.
    let changes = [
        json!({ "contact": { "phone": "1" } }),
        json!({ "contact": { "email": "a@b.c" } }),
        json!({ "status": "active" }),
    ];
    let answers = join_all(changes.iter().map(|change| admin.send(Method::PATCH, &path, change))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let read = admin.read(&path).await;
    let contact = json!({ "phone": "1", "email": "a@b.c", "address": "456 Oak Ave, Delhi" });
    assert_eq!((&read["contact"], &read["status"]), (&contact, &json!("active")));
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_change_one_patient_at_once_all_are_kept() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let path = format!("/patients/{}", admin.patient("PT-1", "Raj Sharma").await);
    let changes: Vec<_> =
        (0..40).map(|count| json!({ "contact": { "phone": format!("{count}") } })).collect();
    let answers = join_all(changes.iter().map(|change| admin.send(Method::PATCH, &path, change))).await;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    assert_eq!(server.number("SELECT max(version)::bigint FROM resource WHERE type = 'Patient'").await, 41);
}

#[tokio::test(flavor = "multi_thread")]
async fn doctors_are_assigned_once_each() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let (one, other) = (admin.doctor("1@example.org").await, admin.doctor("2@example.org").await);
    let id = one.patient("PT-1", "Raj Sharma").await;
    let path = format!("/patients/{id}/assign-doctor");
    let assign = async |body: Value| admin.send(Method::POST, &path, &body).await;
    assert_eq!(refused(&assign(json!({})).await, 400), "doctorId is required");
    assert_eq!(refused(&assign(json!({ "doctorId": NOBODY })).await, 404), "There is no such user");
    for _ in 0..2 {
        let assigned = assign(json!({ "doctorId": other.id })).await;
        let both = json!({ "_id": id, "assignedDoctors": [one.id, other.id] });
        assert_eq!((assigned.status, assigned.json()), (200, both));
    }
    assert_eq!(other.get(&format!("/patients/{id}")).await.status, 200);
    let gone = json!({ "isActive": false });
    assert_eq!(admin.send(Method::PATCH, &format!("/users/users/{}", one.id), &gone).await.status, 200);
    assert_eq!(refused(&assign(json!({ "doctorId": one.id })).await, 404), "There is no such user");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_patient_takes_what_was_recorded_along() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let id = admin.patient("PT-1", "Raj Sharma").await;
    let path = format!("/patients/{id}");
    admin.make(&format!("{path}/notes"), &json!({ "content": "Seen" })).await;
    let entry = json!({ "condition": "Migraine", "treatment": "Rest" });
    admin.make(&format!("{path}/medical-history"), &entry).await;
    let fhir = server.fhir().await;
    let foreign = json!({ "resourceType": "Observation", "status": "final", "code": { "text": "x" },
        "subject": { "reference": format!("Patient/{id}") } });
    assert_eq!(fhir.post("/Observation", &foreign).await.status, 201);
    let deleted = admin.send(Method::DELETE, &path, &Value::Null).await;
    assert_eq!((deleted.status, deleted.json()), (200, json!({ "message": "Patient deleted successfully" })));
    assert_eq!(refused(&admin.get(&path).await, 404), "There is no such patient");
    assert_eq!(
        refused(&admin.send(Method::DELETE, &path, &Value::Null).await, 404),
        "There is no such patient"
    );
    assert_eq!(fhir.get(&format!("/Patient/{id}")).await.status, 410);
    for (resource_type, left) in
        [("CareTeam", 0), ("Condition", 0), ("CarePlan", 0), ("DocumentReference", 0), ("Observation", 1)]
    {
        let found = fhir.get(&format!("/{resource_type}?patient=Patient/{id}")).await.json();
        assert_eq!(found["total"], left, "{resource_type}");
    }
    // The id is free again.
    admin.patient("PT-1", "Raj Sharma").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_what_is_added_while_a_patient_is_deleted() {
    let server = server().await;
    let admin = User::admin(&server).await;
    for round in 0..4 {
        let id = admin.patient(&format!("PT-{round}"), "Raj Sharma").await;
        let path = format!("/patients/{id}");
        let (notes, history) = (format!("{path}/notes"), format!("{path}/medical-history"));
        let (note, entry) = (json!({ "content": "x" }), json!({ "condition": "x", "treatment": "y" }));
        let additions = (0..6).flat_map(|_| [(&notes, &note), (&history, &entry)]);
        let additions = additions.map(|(path, body)| admin.send(Method::POST, path, body));
        let (added, deleted) =
            futures_util::future::join(join_all(additions), admin.send(Method::DELETE, &path, &Value::Null))
                .await;
        assert_eq!(deleted.status, 200, "{}", deleted.text);
        for answer in added {
            assert!([201, 404].contains(&answer.status), "{}", answer.text);
        }
    }
    let left = "SELECT count(*) FROM resource WHERE type IN ('Patient', 'DocumentReference', 'Condition', 'CarePlan', 'CareTeam')
        AND body IS NOT NULL";
    assert_eq!(server.number(left).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_deletes_a_patient_waits_in_the_order_of_who_assigns_a_doctor() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("1@example.org").await;
    let path = format!("/patients/{}", doctor.patient("PT-1", "Raj Sharma").await);
    let held = "SELECT FROM resource WHERE type = 'CareTeam' FOR UPDATE";
    let then = "SET lock_timeout = '200ms'; SELECT FROM resource WHERE type = 'Patient' FOR UPDATE";
    let deleted = while_held(&server, held, admin.send(Method::DELETE, &path, &Value::Null), then).await;
    assert_eq!(deleted.status, 200, "{}", deleted.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_stays_that_of_a_patient_whom_a_consent_hides() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let id = admin.patient("PT-1", "Raj Sharma").await;
    let text = |system: &str, code: &str| json!({ "coding": [{ "system": system, "code": code }] });
    let consent = json!({
        "resourceType": "Consent", "status": "active", "patient": { "reference": format!("Patient/{id}") },
        "scope": text("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
        "category": [text("http://loinc.org", "59284-0")],
        "policyRule": { "text": "by word of mouth" }, "provision": { "type": "deny" },
    });
    let made = server.fhir().await.post("/Consent", &consent).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(admin.get(&format!("/patients/{id}")).await.status, 404, "the patient is hidden");
    let again = admin.send(Method::POST, "/patients", &raj("PT-1")).await;
    assert_eq!(refused(&again, 400), "patientId is another patient's");
    let texts = [("patientId", "PT-1"), ("patientName", "Raj Sharma")];
    let picture = super::scans::picture(image::ImageFormat::Png);
    let scan = admin.upload(super::scans::form(picture, "a.png", &texts)).await;
    assert_eq!(refused(&scan, 404), "There is no such patient");
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Patient'").await, 1);
}
