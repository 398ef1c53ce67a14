//! API keys: made, listed, revoked, replaced.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, form, invalid, refused, send};
use crate::harness::{Answer, Server};

/// What the extraction answers to this key, with a picture that gives no reading.
async fn tried(customer: &Customer<'_>, key: &str) -> String {
    let request = customer.server.request(Method::POST, super::EXTRACT).header("X-API-Key", key);
    let answer = Answer::of(request.multipart(form(b"text".to_vec(), &[]))).await;
    answer.json()["error_code"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_for_ones_own_project_alone() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let bob = Customer::register(&server, "bob@example.org").await;
    let keys = "SELECT count(*) FROM api_key";
    let before = server.number(keys).await;
    let generate = async |body: Value| bob.send(Method::POST, "/api/api-keys/generate", &body).await;
    assert_eq!(refused(&generate(json!({ "project_id": alice.project })).await, 404).0, "NOT_FOUND");
    assert_eq!(refused(&generate(json!({ "project_id": "nothing" })).await, 404).0, "NOT_FOUND");
    assert_eq!(invalid(&generate(json!({})).await), "body needs the field project_id");
    let anonymous = send(&server, Method::POST, "/api/api-keys/generate", None, &json!({})).await;
    assert_eq!(refused(&anonymous, 401).0, "MISSING_TOKEN");
    assert_eq!(server.number(keys).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_key_cannot_be_touched() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let bob = Customer::register(&server, "bob@example.org").await;
    let id = alice.get("/api/api-keys").await.json()["api_keys"][0]["id"].as_str().unwrap().to_owned();
    for id in [id.as_str(), "nothing", "%00"] {
        let revoke = bob.send(Method::DELETE, &format!("/api/api-keys/{id}"), &Value::Null).await;
        assert_eq!(refused(&revoke, 404).0, "NOT_FOUND");
        let rotate = bob.send(Method::POST, &format!("/api/api-keys/{id}/rotate"), &Value::Null).await;
        assert_eq!(refused(&rotate, 404).0, "NOT_FOUND");
    }
    assert_eq!(tried(&alice, &alice.key).await, "INVALID_IMAGE_FORMAT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_listed_without_itself() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    assert_eq!(alice.key.len(), 46);
    assert!(alice.key.starts_with("dk_"));
    let list = alice.get("/api/api-keys").await;
    assert!(!list.text.contains(&alice.key));
    let mut key = list.json()["api_keys"][0].clone();
    assert_eq!(key["id"].as_str().unwrap().len(), 36);
    key["id"] = json!("[id]");
    assert_eq!(
        key,
        json!({
            "id": "[id]", "name": "reading room", "project_id": alice.project, "key_prefix": alice.key.chars().take(10).collect::<String>(),
            "status": "active", "created_at": "2026-11-21T12:00:00Z", "last_used_at": null,
        })
    );
    let stored = server.text("SELECT hash FROM api_key LIMIT 1").await;
    assert_eq!(stored.len(), 64);
    assert_eq!(tried(&alice, &alice.key).await, "INVALID_IMAGE_FORMAT");
    let used = alice.get("/api/api-keys").await.json()["api_keys"][0]["last_used_at"].clone();
    assert_eq!(used, "2026-11-21T12:00:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_refused_at_once() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let key = alice.new_key().await;
    let path = format!("/api/api-keys/{}", key["id"].as_str().unwrap());
    for _ in 0..2 {
        let revoked = alice.send(Method::DELETE, &path, &Value::Null).await;
        assert_eq!(revoked.status, 200);
        assert_eq!(revoked.json()["api_key"]["status"], "revoked");
    }
    assert_eq!(tried(&alice, key["key"].as_str().unwrap()).await, "INVALID_API_KEY");
    assert_eq!(tried(&alice, &alice.key).await, "INVALID_IMAGE_FORMAT");
    let rotate = alice.send(Method::POST, &format!("{path}/rotate"), &Value::Null).await;
    assert_eq!(invalid(&rotate), "id names a key that is revoked already");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_not_outlive_its_project() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let path = format!("/Organization/{}", alice.project);
    let mut project = fhir.get(&path).await;
    for (active, answer) in [(false, "INVALID_API_KEY"), (true, "INVALID_IMAGE_FORMAT")] {
        project["active"] = json!(active);
        assert_eq!(fhir.send(Method::PUT, &path, &project).await.status, 200);
        assert_eq!(tried(&alice, &alice.key).await, answer, "{active}");
    }
    assert_eq!(fhir.send(Method::DELETE, &path, &Value::Null).await.status, 204);
    let answer = alice.extract(b"text".to_vec(), &[]).await;
    refused(&answer, 401);
    assert_eq!(
        answer.text,
        r#"{"success":false,"error":"API key is invalid or expired","error_code":"INVALID_API_KEY","details":{}}"#
    );
    let rows =
        "SELECT count(*) FROM audit_event WHERE interaction = 'extract-medical-data' AND outcome = 'refused'
                AND agent_kind = 'api-key'";
    assert_eq!(server.number(rows).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_replacements_at_once_one_is_refused() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let id = alice.get("/api/api-keys").await.json()["api_keys"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/api-keys/{id}/rotate");
    let rotate = || alice.send(Method::POST, &path, &Value::Null);
    let answers = futures_util::future::join_all([rotate(), rotate(), rotate()]).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 400, 400]);
    assert_eq!(server.number("SELECT count(*) FROM api_key").await, 2);
    assert_eq!(server.number("SELECT count(*) FROM api_key WHERE revoked_at IS NULL").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_key_has_the_project_and_name_of_the_old_one() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let old = alice.new_key().await;
    let path = format!("/api/api-keys/{}/rotate", old["id"].as_str().unwrap());
    let new = alice.send(Method::POST, &path, &Value::Null).await;
    assert_eq!(new.status, 201);
    let new = new.json()["api_key"].clone();
    assert_eq!((&new["project_id"], &new["name"]), (&old["project_id"], &old["name"]));
    assert_ne!(new["key"], old["key"]);
    assert_eq!(tried(&alice, old["key"].as_str().unwrap()).await, "INVALID_API_KEY");
    assert_eq!(tried(&alice, new["key"].as_str().unwrap()).await, "INVALID_IMAGE_FORMAT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_taken_from_header_query_or_bearer() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let path = |query: &str| format!("{}{query}", super::EXTRACT);
    let tried = async |request: reqwest::RequestBuilder| {
        Answer::of(request.multipart(form(b"text".to_vec(), &[]))).await
    };
    let post = |query: &str| server.request(Method::POST, &path(query));

    assert_eq!(refused(&tried(post("")).await, 401).0, "MISSING_API_KEY");
    assert_eq!(refused(&tried(post("").bearer_auth(&alice.token)).await, 401).0, "MISSING_API_KEY");
    for wrong in ["nonsense", "dk_", &format!("dk_{}", "0".repeat(40)), "' OR 1=1 --", &alice.token] {
        let answer = tried(post("").header("X-API-Key", wrong)).await;
        assert_eq!(
            refused(&answer, 401),
            ("INVALID_API_KEY".to_owned(), "API key is invalid or expired".to_owned())
        );
    }
    let wins = tried(post(&format!("?api_key={}", alice.key)).header("X-API-Key", "dk_wrong")).await;
    assert_eq!(refused(&wins, 401).0, "INVALID_API_KEY");

    let query = tried(post(&format!("?api_key={}", alice.key))).await;
    assert_eq!(refused(&query, 415).0, "INVALID_IMAGE_FORMAT");
    assert_eq!(refused(&tried(post("").bearer_auth(&alice.key)).await, 415).0, "INVALID_IMAGE_FORMAT");
    // A token beside the key that does not hold, or is another tenant's, does not matter; one that does is in the audit trail.
    let bob = Customer::register(&server, "bob@example.org").await;
    let both = |token: &str| tried(post("").header("X-API-Key", &alice.key).bearer_auth(token));
    assert_eq!(refused(&both("expired").await, 415).0, "INVALID_IMAGE_FORMAT");
    assert_eq!(refused(&both(&bob.token).await, 415).0, "INVALID_IMAGE_FORMAT");
    assert_eq!(refused(&both(&alice.token).await, 415).0, "INVALID_IMAGE_FORMAT");
    let named = "SELECT count(*) FROM audit_event WHERE agent_kind = 'api-key' AND on_behalf_of IS NOT NULL";
    assert_eq!(server.number(named).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn once_a_revocation_is_answered_no_call_begins() {
    let server = Server::start().await;
    let replica = server.replica().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let key = alice.new_key().await;
    let (id, secret) = (key["id"].as_str().unwrap(), key["key"].as_str().unwrap());
    let elsewhere = Customer { server: &replica, ..clone(&alice) };
    let calls = futures_util::future::join_all((0..20).map(|count| {
        let customer = if count % 2 == 0 { &alice } else { &elsewhere };
        tried(customer, secret)
    }));
    let revoke = async {
        let path = format!("/api/api-keys/{id}");
        assert_eq!(alice.send(Method::DELETE, &path, &Value::Null).await.status, 200);
        (tried(&alice, secret).await, tried(&elsewhere, secret).await)
    };
    let (answers, after) = futures_util::future::join(calls, revoke).await;
    assert_eq!(after, ("INVALID_API_KEY".to_owned(), "INVALID_API_KEY".to_owned()));
    // Those that were there before may have been let in.
    let known = ["INVALID_IMAGE_FORMAT", "INVALID_API_KEY"];
    assert!(answers.iter().all(|code| known.contains(&code.as_str())), "{answers:?}");
}

/// The same customer.
fn clone<'a>(of: &Customer<'a>) -> Customer<'a> {
    let (token, project, key) = (of.token.clone(), of.project.clone(), of.key.clone());
    Customer { server: of.server, token, project, key }
}
