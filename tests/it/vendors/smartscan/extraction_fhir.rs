//! What was kept of a reading, as FHIR: an endpoint that the vendor does not have.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, pictures, refused, send};
use crate::harness::{Server, each_way};

each_way! { start_via: nobody_reads_what_is_not_an_extraction_of_theirs }

async fn nobody_reads_what_is_not_an_extraction_of_theirs(server: Server) {
    let customer = Customer::register(&server, "alice@example.org").await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let other = json!({ "resourceType": "Task", "status": "completed", "intent": "order" });
    let other = fhir.create(&other).await;
    let none = "018f0000-0000-7000-8000-000000000000";
    for id in [&*other, none, "x", "..%2fTask", &"9".repeat(64)] {
        let path = format!("/api/extractions/{id}/fhir");
        assert_eq!(refused(&customer.get(&path).await, 404).0, "NOT_FOUND", "{id}");
        let anonymous = send(&server, Method::GET, &path, None, &Value::Null).await;
        assert_eq!(refused(&anonymous, 401).0, "MISSING_TOKEN");
        let with_key = send(&server, Method::GET, &path, Some(&customer.key), &Value::Null).await;
        assert_eq!(refused(&with_key, 401).0, "INVALID_TOKEN");
    }
    let posted = customer.send(Method::POST, &format!("/api/extractions/{none}/fhir"), &json!({})).await;
    assert_eq!((refused(&posted, 405).0, posted.header("allow")), ("METHOD_NOT_ALLOWED".to_owned(), "GET"));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_was_kept_is_in_one_bundle() {
    let server = Server::start_with_models().await;
    let customer = Customer::register(&server, "alice@example.org").await;
    let read =
        customer.extract(pictures::display("blood-pressure"), &[("device_type", "blood-pressure")]).await;
    assert_eq!(read.status, 200, "{}", read.text);
    let task = read.json()["data"]["task_id"].as_str().unwrap().to_owned();
    let path = format!("/api/extractions/{task}/fhir");
    let answer = customer.get(&path).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{}", answer.text);
    let bundle = &answer.json()["bundle"];
    assert_eq!((&bundle["resourceType"], &bundle["type"]), (&json!("Bundle"), &json!("collection")));
    let entries = bundle["entry"].as_array().unwrap();
    let mut types: Vec<_> =
        entries.iter().map(|entry| entry["resource"]["resourceType"].as_str().unwrap()).collect();
    types.sort_unstable();
    types.dedup();
    assert_eq!(types, ["Device", "Media", "Observation", "Provenance", "Task"]);
    let fhir = Fhir::of_last_tenant(&server).await;
    for entry in entries {
        let resource = &entry["resource"];
        let path =
            format!("/{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
        assert_eq!(&fhir.get(&path).await, resource);
        assert!(entry["fullUrl"].as_str().unwrap().ends_with(&format!("/fhir{path}")));
    }
    let mut addresses: Vec<_> = entries.iter().map(|entry| entry["fullUrl"].as_str().unwrap()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses.len(), entries.len(), "each is there once");

    let stranger = Customer::register(&server, "bob@example.org").await;
    assert_eq!(refused(&stranger.get(&path).await, 404).0, "NOT_FOUND");
    let audited =
        "SELECT count(*) FROM audit_event WHERE interaction = 'read-extraction-fhir' AND outcome = 'success'";
    assert_eq!(server.number(audited).await, 1);
}
