//! FHIR clients of a tenant.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::Algorithm;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Operator, refused};
use crate::harness::{Answer, Server};
use crate::oauth::keys::Key;

/// A client with a secret and rights of its own.
fn backend() -> Value {
    json!({
        "name": "Nightly", "token_endpoint_auth_method": "client_secret_basic", "scope": "system/Patient.rs",
    })
}

/// What a client gets with a secret.
async fn token(server: &Server, id: &str, secret: &str) -> Answer {
    let basic = STANDARD.encode(format!("{id}:{secret}"));
    let request =
        server.request(Method::POST, "/oauth/token").header("Authorization", format!("Basic {basic}"));
    Answer::of(request.form(&[("grant_type", "client_credentials"), ("scope", "system/Patient.rs")])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_a_client_is_told_by_field_and_nothing_is_kept() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let with = |name: &str, value: Value| {
        let mut body = backend();
        body[name] = value;
        body
    };
    let method = "token_endpoint_auth_method must be none, client_secret_basic, or private_key_jwt with either jwks or jwks_uri.";
    let never = "redirect_uris is not accepted: the client could never get a token: it needs a redirect URI, or system/ scopes and a way to show who it is.";
    for (body, problem) in [
        (json!({}), "The body is not what is expected at line 1, column 2."),
        (with("colour", json!("blue")), "The body is not what is expected at line 1, column 105."),
        (with("token_endpoint_auth_method", json!("client_secret_post")), method),
        (with("token_endpoint_auth_method", json!("private_key_jwt")), method),
        (with("jwks", json!({ "keys": [] })), method),
        (with("token_endpoint_auth_method", json!("none")), never),
        (with("scope", json!("openid")), never),
        (
            with("name", json!(" ")),
            "name is not accepted: a client needs a name of at most 200 characters, none of them a control character.",
        ),
        (
            with("purposes", json!(["TREAT", "FUN"])),
            "purposes is not accepted: \"FUN\" is not a purpose such as TREAT or HRESCH.",
        ),
        (
            with("purposes", json!(["BTG"])),
            "purposes is not accepted: BTG is the purpose of single requests, which say why.",
        ),
        (
            with("purposes", Value::from(vec!["TREAT"; 21])),
            "purposes is not accepted: a client has at most 20 purposes.",
        ),
        (
            with("scope", json!("system/Patient.rs magic")),
            "scope is not accepted: \"magic\" is not a scope such as system/*.cruds or system/Patient.rs.",
        ),
    ] {
        let answer = operator.send(Method::POST, "/tenants/1/clients", &body).await;
        assert_eq!(refused(&answer, 400), problem, "{body}");
    }
    let private = with("token_endpoint_auth_method", json!("private_key_jwt"));
    for (name, value, field) in [
        ("jwks", json!({ "keys": [{ "kty": "oct", "k": "AQ", "kid": "a" }] }), "jwks"),
        ("jwks_uri", json!("http://app.example/jwks"), "jwks_uri"),
        ("redirect_uris", json!(["ftp://app.example/"]), "redirect_uris"),
    ] {
        let mut body = private.clone();
        body[name] = value;
        if name == "redirect_uris" {
            body["jwks"] = json!({ "keys": [Key::made(Algorithm::ES384).public] });
        }
        let answer = operator.send(Method::POST, "/tenants/1/clients", &body).await;
        assert_eq!((answer.status, &answer.json()["field"]), (400, &json!(field)), "{}", answer.text);
    }
    for tenant in ["0", "4711", "x"] {
        let answer = operator.send(Method::POST, &format!("/tenants/{tenant}/clients"), &backend()).await;
        assert_eq!(refused(&answer, 404), "There is no such tenant.");
    }
    assert_eq!(server.number("SELECT count(*) FROM oauth_client").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_registered_listed_and_removed() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let mut made = operator.make("/tenants/1/clients", &backend()).await;
    let (id, secret) = (made["client_id"].take(), made["client_secret"].take());
    let (id, secret) = (id.as_str().unwrap(), secret.as_str().unwrap());
    assert_eq!(
        made,
        json!({
            "client_id": null, "name": "Nightly", "token_endpoint_auth_method": "client_secret_basic",
            "jwks_uri": null, "redirect_uris": [], "grant_types": ["client_credentials"],
            "scope": "system/Patient.rs", "purposes": [], "created_at": "2026-11-21T12:00:00Z", "client_secret": null,
        })
    );
    let given = token(&server, id, secret).await.json()["access_token"].as_str().unwrap().to_owned();
    let listed = operator.get("/tenants/1/clients").await;
    assert!(!listed.text.contains("secret\":"), "{}", listed.text);
    assert_eq!(listed.json()["items"][0]["client_id"], id);

    // Another tenant sees and removes nothing of it.
    let other =
        operator.make("/tenants", &json!({ "name": "Elsewhere" })).await["id"].as_str().unwrap().to_owned();
    assert_eq!(
        operator.get(&format!("/tenants/{other}/clients")).await.json(),
        json!({ "items": [], "next": null })
    );
    let removed =
        operator.send(Method::DELETE, &format!("/tenants/{other}/clients/{id}"), &Value::Null).await;
    assert_eq!(refused(&removed, 404), "There is no such client.");
    let renewed =
        operator.send(Method::POST, &format!("/tenants/{other}/clients/{id}/secret"), &Value::Null).await;
    assert_eq!(refused(&renewed, 404), "There is no such client.");
    let change = json!({ "name": "x" });
    let changed = operator.send(Method::PATCH, &format!("/tenants/{other}/clients/{id}"), &change).await;
    assert_eq!(refused(&changed, 404), "There is no such client.");
    assert_eq!(server.fhir_by(given.clone()).get("/Patient").await.status, 200);

    let removed = operator.send(Method::DELETE, &format!("/tenants/1/clients/{id}"), &Value::Null).await;
    assert_eq!((removed.status, &*removed.text), (204, ""));
    assert_eq!(server.fhir_by(given).get("/Patient").await.status, 401, "at once");
    assert_eq!(token(&server, id, secret).await.status, 401);
    let again = operator.send(Method::DELETE, &format!("/tenants/1/clients/{id}"), &Value::Null).await;
    assert_eq!(refused(&again, 404), "There is no such client.");
    let audited = "SELECT interaction || ' ' || outcome || ' ' || tenant FROM audit_event \
        WHERE interaction LIKE '%-client%' AND surface = 'operator' ORDER BY recorded, id";
    assert_eq!(
        server.texts(audited).await[..3],
        [
            "create-client success 1",
            "list-clients success 1",
            format!("list-clients success {other}").as_str()
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_takes_the_place_of_the_old_one() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let made = operator.make("/tenants/1/clients", &backend()).await;
    let (id, old) = (made["client_id"].as_str().unwrap(), made["client_secret"].as_str().unwrap());
    let given = token(&server, id, old).await.json()["access_token"].as_str().unwrap().to_owned();
    let renewed = operator.send(Method::POST, &format!("/tenants/1/clients/{id}/secret"), &Value::Null).await;
    assert_eq!(renewed.status, 200, "{}", renewed.text);
    let renewed = renewed.json();
    let new = renewed["client_secret"].as_str().unwrap();
    assert_eq!(token(&server, id, old).await.status, 401);
    assert_eq!(token(&server, id, new).await.status, 200);
    assert_eq!(server.fhir_by(given).get("/Patient").await.status, 200, "what was given goes on");
    let public = json!({
        "name": "App", "token_endpoint_auth_method": "none", "scope": "openid",
        "redirect_uris": ["https://app.example/"],
    });
    let public = operator.make("/tenants/1/clients", &public).await;
    assert_eq!(public["client_secret"], Value::Null);
    let path = format!("/tenants/1/clients/{}/secret", public["client_id"].as_str().unwrap());
    let none = operator.send(Method::POST, &path, &Value::Null).await;
    assert_eq!(refused(&none, 409), "The client has no secret.");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_do_less_loses_what_was_given() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let made = operator.make("/tenants/1/clients", &backend()).await;
    let (id, secret) = (made["client_id"].as_str().unwrap(), made["client_secret"].as_str().unwrap());
    let path = format!("/tenants/1/clients/{id}");
    let given = token(&server, id, secret).await.json()["access_token"].as_str().unwrap().to_owned();
    for (change, problem) in [
        (json!({}), "The body says nothing to change."),
        (
            json!({ "purposes": ["BTG"] }),
            "purposes is not accepted: BTG is the purpose of single requests, which say why.",
        ),
        (json!({ "secret": "x" }), "The body is not what is expected at line 1, column 9."),
        (
            json!({ "redirect_uris": ["x"] }),
            "redirect_uris is not accepted: \"x\" cannot be a redirect URI: https with a host, http with localhost, or a scheme of the app's own with a dot; no fragment, no user, no blank.",
        ),
        (
            json!({ "scope": "openid" }),
            "redirect_uris is not accepted: the client could never get a token: it needs a redirect URI, or system/ scopes and a way to show who it is.",
        ),
    ] {
        assert_eq!(refused(&operator.send(Method::PATCH, &path, &change).await, 400), problem);
    }
    let wider = json!({ "name": "Nightly 2", "scope": "system/Patient.rs system/Observation.rs", "redirect_uris": ["https://app.example/"], "purposes": ["TREAT", "HRESCH"] });
    let changed = operator.send(Method::PATCH, &path, &wider).await.json();
    assert_eq!(
        (&changed["name"], &changed["grant_types"], &changed["purposes"]),
        (
            &json!("Nightly 2"),
            &json!(["authorization_code", "refresh_token", "client_credentials"]),
            &json!(["TREAT", "HRESCH"])
        )
    );
    assert_eq!(server.fhir_by(given.clone()).get("/Patient").await.status, 200);
    let narrower = json!({ "scope": "system/Observation.rs" });
    assert_eq!(operator.send(Method::PATCH, &path, &narrower).await.status, 200);
    assert_eq!(server.fhir_by(given).get("/Patient").await.status, 401, "at once");
    assert_eq!(server.number("SELECT count(*) FROM access_token WHERE client IS NOT NULL").await, 0);
}
