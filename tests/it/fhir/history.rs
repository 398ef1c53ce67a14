//! GET [base]/[type]/[id]/_history.

use serde_json::{Value, json};

use super::{patient, stored};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn what_never_was_has_no_history() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    assert_eq!(
        fhir.get("/Patient/none/_history").await.refused(404),
        ["not-found: there is no such resource"]
    );
    let path = format!("/Patient/{}/_history", stored(&fhir, &patient()).await);
    for wrong in ["_count=-1", "_count=x", "_count="] {
        let answer = fhir.get(&format!("{path}?{wrong}")).await;
        assert_eq!(answer.refused(400), ["value: _count must be a whole number from 0 on"], "{wrong}");
    }
    assert_eq!(
        fhir.get(&format!("{path}?_before=x")).await.refused(400),
        ["value: _before must be a version number"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_versions_are_told_newest_first_in_pages() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    let path = format!("/Patient/{id}");
    fhir.put(&path, &json!({ "resourceType": "Patient", "id": id, "active": true })).await;
    fhir.delete(&path).await;

    let all = fhir.get(&format!("{path}/_history")).await.json();
    assert_eq!((&all["type"], &all["total"]), (&json!("history"), &json!(3)));
    let told = |bundle: &Value| -> Vec<Value> {
        let entries = bundle["entry"].as_array().unwrap();
        entries
            .iter()
            .map(|e| json!([e["request"]["method"], e["response"]["status"], e["response"]["etag"]]))
            .collect()
    };
    assert_eq!(
        told(&all),
        [
            json!(["DELETE", "204", "W/\"3\""]),
            json!(["PUT", "200", "W/\"2\""]),
            json!(["POST", "201", "W/\"1\""])
        ]
    );
    assert!(all["entry"][0].get("resource").is_none());
    assert_eq!(all["entry"][1]["resource"]["active"], true);

    let first = fhir.get(&format!("{path}/_history?_count=2")).await.json();
    let next = first["link"][1]["url"]
        .as_str()
        .unwrap()
        .strip_prefix("http://127.0.0.1:8080/fhir")
        .unwrap()
        .to_owned();
    let second = fhir.get(&next).await.json();
    assert_eq!(told(&first).len(), 2);
    assert_eq!(told(&second), [json!(["POST", "201", "W/\"1\""])]);
    assert_eq!(second["link"].as_array().unwrap().len(), 1, "the last page has no next");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_versions_come_on_more_pages() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let binary = |data: char| json!({ "resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": data.to_string().repeat(12 << 20) });
    for data in ['A', 'B', 'C'] {
        assert!(fhir.put("/Binary/b", &binary(data)).await.status < 300);
    }
    let first = fhir.get("/Binary/b/_history").await.json();
    assert_eq!((first["entry"].as_array().unwrap().len(), &first["total"]), (2, &json!(3)));
    let next = first["link"][1]["url"]
        .as_str()
        .unwrap()
        .strip_prefix("http://127.0.0.1:8080/fhir")
        .unwrap()
        .to_owned();
    let second = fhir.get(&next).await.json();
    assert_eq!(second["entry"].as_array().unwrap().len(), 1);
}
