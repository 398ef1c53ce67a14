//! What the audit trail tells of clients: which one, and nothing of what was not done.

use reqwest::Method;
use serde_json::{Value, json};

use super::Operator;
use crate::harness::{Answer, Server};

const TRAIL: &str = "SELECT interaction || ' ' || resource || ' ' || agent_kind || ' ' || tenant FROM audit_event \
    WHERE type = 'client' ORDER BY id";

fn client() -> Value {
    json!({
        "name": "Nightly", "token_endpoint_auth_method": "client_secret_basic", "scope": "system/Patient.rs",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_names_the_client_that_was_changed() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let made = operator.make("/tenants/1/clients", &client()).await;
    let id = made["client_id"].as_str().unwrap();
    let path = format!("/tenants/1/clients/{id}");
    let secret = format!("{path}/secret");
    for (method, path, body, status) in [
        (Method::PATCH, &path, json!({ "name": "Nightly 2" }), 200),
        (Method::PATCH, &path, json!({ "scope": "nothing" }), 400),
        (Method::POST, &secret, Value::Null, 200),
        (Method::DELETE, &path, Value::Null, 204),
        (Method::DELETE, &path, Value::Null, 404),
        (Method::POST, &secret, Value::Null, 404),
    ] {
        assert_eq!(operator.send(method.clone(), path, &body).await.status, status, "{method} {path}");
    }
    let told = |doing: &str| format!("{doing} {id} account 1");
    let all = ["create-client", "change-client", "renew-client-secret", "remove-client"];
    assert_eq!(server.texts(TRAIL).await, all.map(told));
    // Once: there is no second row beside these.
    let rows = "SELECT count(*) FROM audit_event WHERE interaction = ANY ('{create-client,change-client,renew-client-secret,remove-client}') AND outcome = 'success'";
    assert_eq!(server.number(rows).await, 4);
    let found = server.fhir().await.get("/AuditEvent?subtype=remove-client&outcome=0").await.json();
    let entity = json!({
        "what": { "identifier": { "system": "https://hygeia.health/fhir/identifier/client", "value": id } },
        "type": {
            "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type", "code": "2",
            "display": "System Object",
        },
        "role": {
            "system": "http://terminology.hl7.org/CodeSystem/object-role", "code": "11",
            "display": "Security User Entity",
        },
    });
    assert_eq!(found["entry"][0]["resource"]["entity"], json!([entity]), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_is_not_done() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let made = operator.make("/tenants/1/clients", &client()).await;
    let path = format!("/tenants/1/clients/{}", made["client_id"].as_str().unwrap());
    let rows = "SELECT string_agg(id || name || secret || scope, ' ') FROM oauth_client";
    let before = server.text(rows).await;
    server.execute("ALTER TABLE audit_event RENAME TO away").await;
    let secret = format!("{path}/secret");
    for (method, path, body) in [
        (Method::POST, "/tenants/1/clients", client()),
        (Method::PATCH, &*path, json!({ "name": "Nightly 2" })),
        (Method::POST, &*secret, Value::Null),
        (Method::DELETE, &*path, Value::Null),
    ] {
        assert_eq!(operator.send(method.clone(), path, &body).await.status, 500, "{method} {path}");
    }
    server.execute("ALTER TABLE away RENAME TO audit_event").await;
    assert_eq!(server.text(rows).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_registers_itself_is_named() {
    let settings = hygeia::core::config::Settings {
        client_registration: true,
        ..hygeia::core::config::Settings::default()
    };
    let server = Server::start_by(&settings, None).await;
    let body = json!({ "redirect_uris": ["https://app.example/"], "token_endpoint_auth_method": "none" });
    let made = Answer::of(server.request(Method::POST, "/oauth/register").json(&body)).await.json();
    let told = format!("register-client {} anonymous 1", made["client_id"].as_str().unwrap());
    assert_eq!(server.texts(TRAIL).await, [told]);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_are_listed_page_by_page() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(operator.make("/tenants/1/clients", &client()).await["client_id"].clone());
    }
    for wrong in ["after=x", "after=1"] {
        let answer = operator.get(&format!("/tenants/1/clients?{wrong}")).await;
        assert_eq!(super::refused(&answer, 400), "after must be the next of a page.", "{wrong}");
    }
    assert_eq!(operator.get("/tenants/1/clients?limit=x").await.status, 400);
    let page = async |query: &str| {
        let page = operator.get(&format!("/tenants/1/clients{query}")).await.json();
        let items = page["items"].as_array().unwrap().iter();
        (items.map(|item| item["client_id"].clone()).collect::<Vec<_>>(), page["next"].clone())
    };
    assert_eq!(page("").await, (made.clone(), Value::Null));
    assert_eq!(page("?limit=3").await, (made.clone(), Value::Null), "a full page may be the last");
    assert_eq!(page("?limit=0").await, (made[..1].to_vec(), made[0].clone()));
    let (first, next) = page("?limit=2").await;
    assert_eq!((first, &next), (made[..2].to_vec(), &made[1]));
    assert_eq!(
        page(&format!("?limit=2&after={}", next.as_str().unwrap())).await,
        (made[2..].to_vec(), Value::Null)
    );
}
