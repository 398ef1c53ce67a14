//! Apps that register themselves.

use hygeia::core::config::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use super::keys::Key;
use super::{ISSUER, refusal};
use crate::harness::{Answer, Server};

async fn register(server: &Server, body: &Value) -> Answer {
    Answer::of(server.request(Method::POST, "/oauth/register").json(body)).await
}

async fn open() -> Server {
    Server::start_by(&Settings { client_registration: true, ..Settings::default() }, None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_registers_unless_the_operator_lets_them() {
    let server = Server::start().await;
    let refused = register(&server, &json!({ "redirect_uris": ["https://app.example/"] })).await;
    assert_eq!(refusal(&refused, 404), "invalid_request: there is no such endpoint");
    assert_eq!(server.number("SELECT count(*) FROM oauth_client").await, 0);
    let found = Answer::of(server.request(Method::GET, "/fhir/.well-known/smart-configuration")).await.json();
    assert_eq!(found.get("registration_endpoint"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_harm_is_refused_with_the_reason() {
    let server = open().await;
    let uris = json!(["https://app.example/callback"]);
    let key = Key::made(jsonwebtoken::Algorithm::ES384);
    for (body, told) in [
        (
            json!([]),
            "invalid_client_metadata: the body must be a JSON object with an app's metadata, of at most 64 KiB",
        ),
        (
            json!({ "client_name": "x".repeat(70_000) }),
            "invalid_client_metadata: the body must be a JSON object with an app's metadata, of at most 64 KiB",
        ),
        (
            json!({ "redirect_uris": uris, "scope": "system/*.rs openid" }),
            "invalid_client_metadata: system/ scopes are given by the operator alone",
        ),
        (
            json!({ "redirect_uris": uris, "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://169.254.169.254/" }),
            "invalid_client_metadata: jwks_uri must be an https address that anybody can reach, without user and fragment",
        ),
        (
            json!({ "redirect_uris": uris, "client_name": "" }),
            "invalid_client_metadata: a client needs a name of at most 200 characters, none of them a control character",
        ),
        (
            json!({ "redirect_uris": uris, "scope": "openid ".repeat(101) }),
            "invalid_client_metadata: there may be 100 scopes",
        ),
        (
            json!({ "redirect_uris": [] }),
            "invalid_client_metadata: the client could never get a token: it needs a redirect URI, or system/ scopes and a way to show who it is",
        ),
        (
            json!({ "redirect_uris": uris, "token_endpoint_auth_method": "client_secret_post" }),
            "invalid_client_metadata: token_endpoint_auth_method must be none, client_secret_basic, or private_key_jwt with jwks or jwks_uri",
        ),
        (
            json!({ "redirect_uris": uris, "token_endpoint_auth_method": "private_key_jwt", "jwks": {} }),
            "invalid_client_metadata: the keys are not a JSON Web Key Set (RFC 7517): an object with an array `keys`",
        ),
        (
            json!({ "redirect_uris": ["https://app.example/#x"], "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [key.public] } }),
            "invalid_redirect_uri: \"https://app.example/#x\" cannot be a redirect URI: https with a host, http with localhost, or a scheme of the app's own with a dot; no fragment, no user, no blank",
        ),
    ] {
        assert_eq!(refusal(&register(&server, &body).await, 400), told);
    }
    assert_eq!(server.number("SELECT count(*) FROM oauth_client").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_registers_gets_what_people_can_grant() {
    let server = open().await;
    let found = Answer::of(server.request(Method::GET, "/fhir/.well-known/smart-configuration")).await.json();
    assert_eq!(found["registration_endpoint"], format!("{ISSUER}/oauth/register"));
    let body = json!({
        "client_name": "Growth Chart", "redirect_uris": ["https://app.example/callback"],
        "scope": "openid patient/*.rs", "logo_uri": "https://app.example/logo.png",
    });
    let answer = register(&server, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let mut told = answer.json();
    let (id, secret) = (told["client_id"].take(), told["client_secret"].take());
    assert!(told["client_id_issued_at"].take().is_i64());
    assert_eq!(
        told,
        json!({
            "client_id": null, "client_id_issued_at": null, "client_secret": null, "client_secret_expires_at": 0,
            "client_name": "Growth Chart", "redirect_uris": ["https://app.example/callback"],
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "token_endpoint_auth_method": "client_secret_basic", "scope": "openid patient/*.rs",
        })
    );
    let form = [("grant_type", "client_credentials"), ("scope", "system/*.rs")];
    let own = server.request(Method::POST, "/oauth/token").form(&form);
    let own = Answer::of(own.basic_auth(id.as_str().unwrap(), secret.as_str())).await;
    assert_eq!(refusal(&own, 400), "unauthorized_client: the client is not registered for this grant type");
}
