//! One row of the audit trail a request, by the name of what was asked for.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, PASSWORD, pictures, refused, send};
use crate::harness::Server;

/// What the trail says of this API, with how often it says so.
async fn trail(server: &Server) -> Vec<String> {
    let rows = "SELECT interaction || ' ' || outcome || ' ' || coalesce(type, '-') || ' ' || count(*) FROM audit_event
                WHERE surface = 'smartscan' GROUP BY interaction, outcome, type ORDER BY 1";
    server.texts(rows).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_extraction_leaves_one_row_whoever_was_looked_up_for_it() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let id = fhir.create(&json!({ "resourceType": "Patient" })).await;
    let named = format!("Patient/{id}");
    let answer = alice.extract(b"text".to_vec(), &[("patient", &named)]).await;
    assert_eq!(refused(&answer, 415).0, "INVALID_IMAGE_FORMAT");
    let refused_extractions: Vec<_> =
        trail(&server).await.into_iter().filter(|row| row.starts_with("extract")).collect();
    assert_eq!(refused_extractions, ["extract-medical-data refused - 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_leaves_one_row() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let id = fhir.create(&json!({ "resourceType": "Patient" })).await;
    let key = alice.get("/api/api-keys").await.json()["api_keys"][0]["id"].as_str().unwrap().to_owned();
    let login = json!({ "email": "alice@example.org", "password": PASSWORD });
    let tenant =
        server.text("SELECT id FROM resource WHERE type = 'Organization' AND body LIKE '%tenant%'").await;

    send(&server, Method::POST, "/api/auth/login", None, &login).await;
    alice.get("/api/auth/me").await;
    alice.get("/api/auth/profile").await;
    alice.send(Method::PUT, "/api/auth/profile", &json!({ "phone": "1" })).await;
    alice.get("/api/projects").await;
    alice.get(&format!("/api/projects/{}", alice.project)).await;
    alice.get(&format!("/api/projects/{tenant}")).await;
    let answer =
        alice.extract(pictures::display("thermometer"), &[("patient", &format!("Patient/{id}"))]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    alice.send(Method::POST, &format!("/api/api-keys/{key}/rotate"), &Value::Null).await;
    alice.send(Method::DELETE, &format!("/api/api-keys/{key}"), &Value::Null).await;
    // Of these there is nothing to tell: they are not about anybody's data.
    for path in ["/api/health", "/api/device-types"] {
        assert_eq!(send(&server, Method::GET, path, None, &Value::Null).await.status, 200);
    }
    assert_eq!(
        trail(&server).await,
        [
            "create-project success Organization 1",
            "extract-medical-data success Task 1",
            "generate-api-key success api-key 1",
            "list-api-keys success - 1",
            "list-projects success - 1",
            "login success Practitioner 1",
            "read-me success Practitioner 1",
            "read-profile success Practitioner 1",
            "read-project refused - 1",
            "read-project success Organization 1",
            "register success Practitioner 1",
            "revoke-api-key success api-key 1",
            "rotate-api-key success api-key 1",
            "update-profile success Practitioner 1",
        ]
    );
    let task = answer.json()["data"]["task_id"].as_str().unwrap().to_owned();
    let extraction =
        format!("SELECT count(*) FROM audit_event WHERE agent_kind = 'api-key' AND resource = '{task}'");
    assert_eq!(server.number(&extraction).await, 1);
    let read = format!(
        "SELECT count(*) FROM audit_event WHERE interaction = 'read-project' AND resource = '{}' AND version = 1",
        alice.project
    );
    assert_eq!(server.number(&read).await, 1);
}
