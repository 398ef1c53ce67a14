//! What Consents and narrow scopes keep from a viewer.

use reqwest::Method;
use serde_json::{Value, json};

use super::Viewer;
use crate::harness::dicom::{SAID, Said};
use crate::harness::{Answer, Server};

const OF_OTHER: Said<'_> = Said {
    study: "2.25.2",
    series: "2.25.2.1",
    instance: "2.25.2.1.1",
    patient_id: "PT-2",
    name: "Sharma^Raj",
    ..SAID
};

/// The UIDs of the studies that are found.
async fn found(viewer: &Viewer<'_>) -> Vec<Value> {
    let answer = viewer.get("/studies").await;
    if answer.status == 204 {
        return Vec::new();
    }
    answer.json().as_array().unwrap().iter().map(|one| one["0020000D"]["Value"][0].clone()).collect()
}

/// The logical id of the Patient with this id of the hospital's.
async fn patient(server: &Server, id: &str) -> String {
    let found = server.fhir().await;
    let found =
        found.get(&format!("/Patient?identifier=urn:vendor:imagemedix:patient-id%7C{id}")).await.json();
    found["entry"][0]["resource"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_study_of_a_patient_who_denies_it_does_not_exist() {
    let server = Server::start().await;
    let viewer = Viewer::of(&server).await;
    assert_eq!(viewer.store(&[SAID.file(), OF_OTHER.file()]).await.status, 200);
    assert_eq!(found(&viewer).await.len(), 2);
    let of = format!("Patient/{}", patient(&server, "PT-2").await);
    let consent = json!({
        "resourceType": "Consent", "status": "active", "policyRule": { "text": "by word of mouth" },
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "patient": { "reference": of }, "provision": { "type": "deny" },
    });
    assert_eq!(server.fhir().await.post("/Consent", &consent).await.status, 201);
    assert_eq!(found(&viewer).await, [json!("2.25.1")]);
    for path in ["", "/metadata", "/series", "/thumbnail", "/series/2.25.2.1/instances/2.25.2.1.1/rendered"] {
        assert_eq!(viewer.get(&format!("/studies/2.25.2{path}")).await.status, 404, "{path}");
    }
    // A file of that patient makes no other patient whom nothing is denied of.
    let next = Said { study: "2.25.3", series: "2.25.3.1", instance: "2.25.3.1.1", ..OF_OTHER };
    let answer = viewer.store(&[next.file()]).await;
    assert_eq!(
        (answer.status, &answer.json()["00081198"]["Value"][0]["00081197"]["Value"]),
        (409, &json!([0x0124]))
    );
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Patient'").await, 2);
    // In an emergency, who may sees it, and says why.
    let glass = viewer
        .request(Method::GET, "/studies/2.25.2/metadata")
        .header("X-Break-The-Glass", "unconscious patient");
    assert_eq!(Answer::of(glass).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_media_that_points_at_a_binary_of_something_else_gives_nothing() {
    let server = Server::start().await;
    let viewer = Viewer::of(&server).await;
    assert_eq!(viewer.store(&[SAID.file()]).await.status, 200);
    let fhir = server.fhir().await;
    let other = json!({ "resourceType": "Binary", "contentType": "application/dicom", "data": "c2VjcmV0" });
    let other = fhir.post("/Binary", &other).await.json();
    let media = fhir.get("/Media?identifier=urn:dicom:uid%7Curn:oid:2.25.1.1.1").await.json();
    let mut media = media["entry"][0]["resource"].clone();
    media["content"]["url"] = json!(format!("Binary/{}", other["id"].as_str().unwrap()));
    assert_eq!(fhir.put(&format!("/Media/{}", media["id"].as_str().unwrap()), &media).await.status, 200);
    assert_eq!(viewer.get("/studies/2.25.1").await.refused(404).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_one_patient_sees_that_patients_studies() {
    let server = Server::start().await;
    let viewer = Viewer::of(&server).await;
    assert_eq!(viewer.store(&[SAID.file(), OF_OTHER.file()]).await.status, 200);
    let token = server.token("system/Patient.r").await;
    let id = patient(&server, "PT-1").await;
    let changed = format!(
        "UPDATE access_token SET scope = 'patient/ImagingStudy.rs', patient = '{id}' WHERE hash = encode(sha256('{token}'), 'hex')"
    );
    server.execute(&changed).await;
    let own = Viewer { server: &server, token };
    assert_eq!(found(&own).await, [json!("2.25.1")]);
    assert_eq!(own.get("/studies/2.25.1").await.status, 200);
    for path in ["/studies/2.25.2", "/studies/2.25.2/metadata", "/studies/2.25.2/instances"] {
        assert_eq!(own.get(path).await.status, 404, "{path}");
    }
    assert_eq!(own.store(&[SAID.file()]).await.status, 403);
}
