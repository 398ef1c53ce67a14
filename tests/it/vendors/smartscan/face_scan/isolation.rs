//! What is another's is as what does not exist: in another tenant, and in one's own.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, Server, refused, vitals};

/// Every address that takes somebody's id answers as for one that there is not.
async fn is_shut_out(who: &Customer<'_>, session: &str, result: &str) {
    for path in [
        format!("session/{session}"),
        format!("consent/{session}"),
        format!("results/{result}"),
        format!("history/delta/{session}"),
        format!("history/anomalies/{session}"),
        format!("history/tags/{session}"),
        format!("risk/{session}"),
    ] {
        let answer = who.get(&format!("/api/face-scan/{path}")).await;
        assert_eq!(refused(&answer, 404).0, "NOT_FOUND", "{path}");
    }
    for (path, body) in [
        ("consent", json!({ "session_id": session, "jurisdiction": "us", "consent_text": "x" })),
        ("results", json!({ "session_id": session, "vitals": vitals(), "quality": 1, "save": true })),
        ("results", json!({ "session_id": session, "vitals": vitals(), "quality": 1, "save": false })),
        ("history/tag", json!({ "session_id": session, "tag": "x" })),
    ] {
        let answer = who.send(Method::POST, &format!("/api/face-scan/{path}"), &body).await;
        assert_eq!(refused(&answer, 404).0, "NOT_FOUND", "{path}");
    }
    let history = who.ok("/api/face-scan/history/heart_rate").await;
    assert_eq!(history["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_does_not_exist() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, result) = alice.scan(&vitals()).await;
    let bob = Customer::register(&server, "bob@example.org").await;
    bob.begin().await;
    is_shut_out(&bob, &session, &result).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_of_the_same_tenant_is_another() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, result) = alice.scan(&vitals()).await;
    alice.tell(&json!({ "age": 42 })).await;
    let bob = Customer::register(&server, "bob@example.org").await;
    // As an operator does who attaches an account to another tenant; what the person had stays in the old one.
    server.execute("UPDATE account SET tenant = (SELECT tenant FROM account WHERE email = 'alice@example.org') WHERE email = 'bob@example.org'").await;
    let name = "SELECT name FROM tenant WHERE tenant = (SELECT tenant FROM account WHERE email = 'alice@example.org')";
    let name = server.text(name).await;
    let again = json!({ "email": "bob@example.org", "password": super::super::PASSWORD });
    let again = super::send(&server, Method::POST, "/api/auth/login", None, &again).await;
    let token = again.json()["token"].as_str().unwrap().to_owned();
    let bob = Customer { token, ..bob };
    is_shut_out(&bob, &session, &result).await;
    assert_eq!(bob.ok("/api/face-scan/profile").await["profile"]["age"], Value::Null);
    bob.begin().await;
    is_shut_out(&bob, &session, &result).await;
    let token = server.app.identity.issue_access_token(&name, "system/*.cruds").await.unwrap();
    let fhir = Fhir { server: &server, token: token.expose().clone() };
    assert_eq!(fhir.get("/Patient").await["total"], 2);
}
