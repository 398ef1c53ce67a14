//! What is found in scans, and marks on them (contract IM-25 to IM-27).

use reqwest::Method;
use serde_json::{Value, json};

use super::super::{NOBODY, User, refused, server};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_change_is_refused_and_changes_nothing() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let path = admin.scan_path("PT-1").await;
    let before = admin.read(&path).await;
    let wrong_type = "body has a value of the wrong type at line 1, column";
    for (body, text) in [
        (json!({ "status": "done" }), "status must be pending, processing, completed or failed"),
        (json!({ "status": 7 }), wrong_type),
        (json!({ "status": null }), wrong_type),
        (json!({ "result": null }), wrong_type),
        (json!({ "result": { "hasTumor": "yes", "confidence": 0.5 } }), wrong_type),
        (json!({ "result": [true, null, 0.5, "glioma", null, null, null, null] }), wrong_type),
        (json!({ "result": {} }), "result must have either hasTumor or hasPneumonia"),
        (json!({ "result": { "hasTumor": true } }), "result.confidence is required"),
        (json!({ "result": { "hasTumor": true, "confidence": null } }), "result.confidence is required"),
        (
            json!({ "status": "completed", "result": { "hasTumor": true, "confidence": 1.5 } }),
            "result.confidence must be a number within 0 to 1",
        ),
    ] {
        let answer = admin.send(Method::PATCH, &path, &body).await;
        assert!(refused(&answer, 400).starts_with(text), "{}", answer.text);
    }
    let answer = admin.send(Method::PATCH, &format!("/scans/{NOBODY}"), &json!({ "status": "failed" })).await;
    assert_eq!(refused(&answer, 404), "There is no such scan");
    assert_eq!(admin.read(&path).await, before);
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Observation'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_doctor_finds_is_kept_with_what_was_found_before() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let path = doctor.scan_path("PT-1").await;
    let id = path.strip_prefix("/scans/").unwrap();
    // A model found something before.
    let found = json!({
        "resourceType": "Observation", "id": id, "status": "preliminary", "valueBoolean": true,
        "identifier": [{ "system": "urn:vendor:imagemedix:scan-result", "value": id }],
        "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "126952004" }] },
        "component": [{ "code": { "coding": [{ "system": "https://hygeia.health/fhir/CodeSystem/imaging", "code": "confidence" }] },
            "valueQuantity": { "value": 0.61 } }],
    });
    let fhir = server.fhir().await;
    assert_eq!(fhir.put(&format!("/Observation/{id}"), &found).await.status, 201);
    assert_eq!(doctor.read(&path).await["result"], json!({ "hasTumor": true, "confidence": 0.61 }));
    let result = json!({ "hasTumor": true, "confidence": 0.92, "tumorType": "meningioma",
        "additionalNotes": "Findings suggest further investigation is required." });
    // What is not the doctor's to change is passed over.
    let change = json!({ "status": "completed", "result": result, "_id": NOBODY, "doctorId": NOBODY, "patientId": "PT-2",
        "imageUrl": "https://evil.example/x" });
    let changed = doctor.send(Method::PATCH, &path, &change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json(), json!({ "_id": id, "status": "completed", "result": result }));
    let read = doctor.read(&path).await;
    assert_eq!(
        (&read["result"], &read["patientId"], &read["doctorId"]["_id"]),
        (&result, &json!("PT-1"), &json!(doctor.id))
    );
    let now = fhir.get(&format!("/Observation/{id}")).await.json();
    assert_eq!((&now["status"], &now["meta"]["versionId"]), (&json!("amended"), &json!("2")));
    let before = fhir.get(&format!("/Observation/{id}/_history/1")).await.json();
    assert_eq!(before["component"][0]["valueQuantity"]["value"], 0.61);
    let report = fhir.get(&format!("/DiagnosticReport/{id}")).await.json();
    assert_eq!(
        (&report["status"], &report["conclusion"], &report["result"]),
        (
            &json!("amended"),
            &result["additionalNotes"],
            &json!([{ "reference": format!("Observation/{id}") }])
        )
    );
    let provenance = fhir.get(&format!("/Provenance?target=Observation/{id}")).await.json();
    let agent = &provenance["entry"][0]["resource"]["agent"][0];
    assert_eq!(agent["who"]["reference"], now["performer"][0]["reference"]);
    assert_eq!(agent["type"]["coding"][0]["code"], "verifier");
    assert_eq!(
        doctor.read(&format!("{path}/status")).await,
        json!({ "status": "completed", "jobStatus": { "state": "completed", "progress": 100 } })
    );
    // Nothing that this surface knows: nothing is changed.
    let same = doctor.send(Method::PATCH, &path, &json!({ "imageUrl": "x" })).await;
    assert_eq!(same.json(), changed.json());
    assert_eq!(fhir.get(&format!("/Observation/{id}")).await.json()["meta"]["versionId"], "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_completes_a_scan_confirms_what_was_found() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let path = admin.scan_path("PT-1").await;
    let id = path.strip_prefix("/scans/").unwrap();
    let result = json!({ "hasPneumonia": false, "confidence": 0.9 });
    let first = admin.send(Method::PATCH, &path, &json!({ "result": result })).await;
    assert_eq!(first.json(), json!({ "_id": id, "status": "completed", "result": result }));
    let fhir = server.fhir().await;
    let mut observation = fhir.get(&format!("/Observation/{id}")).await.json();
    assert_eq!(observation["status"], "final");
    observation["status"] = "preliminary".into();
    assert_eq!(fhir.put(&format!("/Observation/{id}"), &observation).await.status, 200);
    for state in ["failed", "pending", "processing"] {
        let changed = admin.send(Method::PATCH, &path, &json!({ "status": state })).await;
        assert_eq!(changed.json(), json!({ "_id": id, "status": state, "result": result }));
        assert_eq!(fhir.get(&format!("/Observation/{id}")).await.json()["status"], "preliminary", "{state}");
    }
    let confirmed = admin.send(Method::PATCH, &path, &json!({ "status": "completed" })).await;
    assert_eq!(confirmed.json()["result"], result);
    assert_eq!(fhir.get(&format!("/Observation/{id}")).await.json()["status"], "final");
    let failed = admin.send(Method::PATCH, &path, &json!({ "status": "failed" })).await;
    assert_eq!(failed.json()["status"], "failed");
    assert_eq!(admin.read("/scans?status=failed").await["totalScans"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_are_within_the_picture_and_say_something() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let path = admin.scan_path("PT-1").await;
    let marks = format!("{path}/annotations");
    for (body, text) in [
        (json!({}), "x is required"),
        (json!({ "x": 1, "y": 1 }), "text is required"),
        (json!({ "x": 1, "y": 1, "text": " " }), "text is required"),
        (json!({ "x": 200, "y": 1, "text": "a" }), "x must be a number within 0 to 200"),
        (json!({ "x": 1, "y": -1, "text": "a" }), "y must be a number within 0 to 100"),
        (json!({ "x": "1", "y": 1, "text": "a" }), "body has a value of the wrong type at line 1, column 8"),
        (json!({ "x": 1, "y": 1, "text": "x".repeat(1_001) }), "text may have at most 1000 characters"),
    ] {
        assert_eq!(refused(&admin.send(Method::POST, &marks, &body).await, 400), text, "{body}");
    }
    let one = json!({ "x": 150, "y": 99.5, "text": "Possible secondary lesion" });
    assert_eq!(refused(&doctor.send(Method::POST, &marks, &one).await, 404), "There is no such scan");
    assert_eq!(admin.read(&path).await["annotations"], json!([]));
    let id = path.strip_prefix("/scans/").unwrap();
    let with = |mark: &Value, at: &str| {
        let mut mark = mark.clone();
        mark["createdAt"] = at.into();
        mark
    };
    let first = with(&one, "2026-11-21T12:00:00.000Z");
    assert_eq!(admin.make(&marks, &one).await, json!({ "_id": id, "annotations": [first] }));
    server.app.clock.advance_s(60);
    let two = json!({ "x": 0, "y": 0, "text": "Corner" });
    let both = json!([first, with(&two, "2026-11-21T12:01:00.000Z")]);
    assert_eq!(admin.make(&marks, &two).await, json!({ "_id": id, "annotations": both }));
    assert_eq!(admin.read(&path).await["annotations"], both);
    let many = (0..40).map(|_| admin.send(Method::POST, &marks, &two));
    for answer in futures_util::future::join_all(many).await {
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    assert_eq!(admin.read(&path).await["annotations"].as_array().unwrap().len(), 42);
}
