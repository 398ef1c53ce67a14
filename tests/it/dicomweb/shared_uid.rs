//! One Study Instance UID that came under two patients.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{Viewer, bodies};
use crate::harness::dicom::SAID;
use crate::harness::{Answer, Server};

/// A server to which somebody sent the same file of ImageMedix' for two patients.
async fn both() -> Server {
    let server = Server::start().await;
    let person = hygeia::records::accounts::Person {
        email: "admin@example.org".to_owned(),
        password: hygeia::core::Secret::new("correct horse battery".to_owned()),
        name: hygeia::core::Secret::new("Vikram Desai".to_owned()),
    };
    assert!(server.app.records.open_first_accounts(&person).await.unwrap());
    let login = json!({ "email": "admin@example.org", "password": "correct horse battery" });
    let login = server.request(Method::POST, "/imagemedix/api/auth/login").json(&login);
    let token = Answer::of(login).await.json()["token"].as_str().unwrap().to_owned();
    for (id, name) in [("PT-1", "Priya Mehta"), ("PT-2", "Raj Sharma")] {
        let image = Part::bytes(SAID.file()).file_name("a.dcm");
        let form = Form::new().part("image", image).text("patientId", id).text("patientName", name);
        let sent = server.request(Method::POST, "/imagemedix/api/scans").bearer_auth(&token).multipart(form);
        assert_eq!(Answer::of(sent).await.status, 201);
    }
    server
}

/// The ids of the patients whom the results name.
async fn patients(viewer: &Viewer<'_>, path: &str) -> Vec<Value> {
    let answer = viewer.get(path).await;
    if answer.status == 204 {
        return Vec::new();
    }
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    let found = answer.json();
    let mut ids: Vec<_> =
        found.as_array().unwrap().iter().map(|one| one["00100020"]["Value"][0].clone()).collect();
    ids.sort_unstable_by_key(ToString::to_string);
    ids
}

/// How many rows of the trail tell of this operation, and of how many patients.
async fn told(server: &Server, operation: &str) -> (i64, i64) {
    let of = format!("FROM audit_event WHERE interaction = '{operation}' AND outcome = 'success'");
    let rows = server.number(&format!("SELECT count(*) {of}")).await;
    (rows, server.number(&format!("SELECT count(DISTINCT patient) {of}")).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_patient_has_a_study_of_their_own() {
    let server = both().await;
    let viewer = Viewer::of(&server).await;
    let all = [json!("PT-1"), json!("PT-2")];
    assert_eq!(patients(&viewer, "/studies").await, all);
    for id in ["PT-1", "PT-2"] {
        assert_eq!(patients(&viewer, &format!("/studies?PatientID={id}")).await, [json!(id)]);
    }
    assert_eq!(patients(&viewer, "/studies?PatientName=Raj*").await, [json!("PT-2")]);
    assert_eq!(patients(&viewer, "/studies?limit=1&offset=1").await.len(), 1);
    assert_eq!(patients(&viewer, "/studies?limit=1&offset=2").await.len(), 0);
    for (path, field) in [("series", "PatientID"), ("instances", "PatientID")] {
        let path = format!("/studies/2.25.1/{path}?includefield={field}");
        assert_eq!(patients(&viewer, &path).await, all, "{path}");
    }
    let second = patients(&viewer, "/studies/2.25.1/instances?includefield=PatientID&limit=1&offset=1").await;
    assert_eq!(second.len(), 1);
    assert_eq!(told(&server, "dicomweb-search-series").await, (2, 2));
    // An instance is given once, whoever it came under, and the trail names that one.
    let (media_type, answer) = viewer.bytes("/studies/2.25.1", "*/*").await;
    assert!(bodies(&media_type, &answer) == [SAID.file()]);
    assert_eq!(told(&server, "dicomweb-retrieve").await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_see_one_of_them_sees_that_one() {
    let server = both().await;
    let fhir = server.fhir().await;
    let found = fhir.get("/Patient?identifier=urn:vendor:imagemedix:patient-id%7CPT-1").await.json();
    let of = format!("Patient/{}", found["entry"][0]["resource"]["id"].as_str().unwrap());
    let consent = json!({
        "resourceType": "Consent", "status": "active", "policyRule": { "text": "by word of mouth" },
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "patient": { "reference": of }, "provision": { "type": "deny" },
    });
    assert_eq!(fhir.post("/Consent", &consent).await.status, 201);
    let viewer = Viewer::of(&server).await;
    let path = "/studies/2.25.1/series?includefield=PatientID";
    for path in ["/studies", path, "/studies/2.25.1/instances?includefield=PatientID"] {
        assert_eq!(patients(&viewer, path).await, [json!("PT-2")], "{path}");
    }
    let (media_type, answer) = viewer.bytes("/studies/2.25.1", "*/*").await;
    assert_eq!(bodies(&media_type, &answer).len(), 1);
    let patient = of.strip_prefix("Patient/").unwrap();
    let rows = format!(
        "SELECT count(*) FROM audit_event WHERE interaction LIKE 'dicomweb-%' AND patient = '{patient}'"
    );
    assert_eq!(server.number(&rows).await, 0, "nothing was read of who denies it");
}
