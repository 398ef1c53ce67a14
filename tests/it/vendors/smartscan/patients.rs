//! Whom a reading is of: one patient of the same tenant, or a refusal.

use serde_json::json;

use super::{Customer, Fhir, form, invalid, pictures};
use crate::harness::{Answer, Server};

const NOT_NAMED: &str = "patient must be <id>, Patient/<id> or <system>|<value>";

#[tokio::test(flavor = "multi_thread")]
async fn a_system_alone_names_nobody() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let patient = |identifier| json!({ "resourceType": "Patient", "identifier": [identifier] });
    fhir.create(&patient(json!({ "system": "urn:mrn", "value": "1" }))).await;
    for (named, problem) in [
        ("urn:mrn|", NOT_NAMED),
        ("urn:mrn| ", NOT_NAMED),
        ("|", NOT_NAMED),
        ("urn:mrn", NOT_NAMED),
        ("1", "patient names no patient"),
        ("|1", "patient names no patient"),
        ("urn:other|1", "patient names no patient"),
        ("urn:mrn|1|", "patient names no patient"),
        ("urn:mrn|2,urn:mrn|1", "patient names no patient"),
    ] {
        let answer = alice.extract(pictures::display("scale"), &[("patient", named)]).await;
        assert_eq!(invalid(&answer), problem, "{named}");
        assert_eq!(answer.json()["details"]["patient"], problem.trim_start_matches("patient "), "{named}");
    }
    fhir.create(&patient(json!({ "system": "urn:mrn", "value": "1" }))).await;
    let answer = alice.extract(pictures::display("scale"), &[("patient", "urn:mrn|1")]).await;
    assert_eq!(
        answer.text,
        r#"{"success":false,"error":"patient names more than one patient","error_code":"VALIDATION_ERROR","details":{"patient":"names more than one patient"}}"#
    );
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Observation'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_can_have_a_patient_of_the_same_tenant_alone() {
    let server = Server::start_with_models().await;
    let bob = Customer::register(&server, "bob@example.org").await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let identifiers = json!([{ "system": "urn:mrn", "value": "a,b|c" }, { "value": "bare" }]);
    let id = fhir.create(&json!({ "resourceType": "Patient", "identifier": identifiers })).await;
    let named = [id.clone(), format!("Patient/{id}"), "urn:mrn|a,b|c".to_owned(), "|bare".to_owned()];
    for named in &named {
        let answer = bob.extract(pictures::display("scale"), &[("patient", named)]).await;
        assert_eq!(invalid(&answer), "patient names no patient");
        let answer = alice.extract(pictures::display("scale"), &[("patient", named)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    for resource_type in ["Observation", "Media", "Task"] {
        let found = fhir.get(&format!("/{resource_type}?patient=Patient/{id}")).await;
        assert_eq!(found["total"], 4, "{resource_type}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_patient_no_subject_is_invented() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let request = server.request(reqwest::Method::POST, super::EXTRACT).header("X-API-Key", &alice.key);
    let answer = Answer::of(request.multipart(form(pictures::display("scale"), &[]))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let fhir = Fhir::of_last_tenant(&server).await;
    let found = fhir.get("/Observation").await;
    assert_eq!(found["total"], 1);
    assert!(found["entry"][0]["resource"].get("subject").is_none());
}
