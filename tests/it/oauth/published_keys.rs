//! Clients that publish their keys at an address.

use hygeia::core::config::Settings;
use hygeia::identity::oauth::registration::{NewClient, NewProof, NotRegistered};
use jsonwebtoken::{Algorithm, Header};
use reqwest::Method;
use serde_json::{Value, json};

use super::keys::Key;
use super::{Backend, refusal};
use crate::federation::provider::{Hostile, settings};
use crate::harness::{Answer, Server};

fn new(address: &str) -> NewClient {
    NewClient {
        name: "backend".to_owned(),
        proof: NewProof::KeysAt(address.to_owned()),
        redirect_uris: Vec::new(),
        scope: "system/*.rs".to_owned(),
        purposes: Vec::new(),
    }
}

/// A server and a client whose keys are published by another server.
async fn start(keys: Vec<Value>) -> (Hostile, Server, String) {
    let publisher = Hostile::start().await;
    publisher.plan.lock().unwrap().keys = keys;
    let mut settings = settings(&[(&publisher, publisher.settings("p"))]);
    settings.egress.allow_clients.clone_from(&settings.egress.allow);
    let server = Server::start_by(&settings, None).await;
    let address = format!("{}/jwks", publisher.issuer);
    let client = server.register_client("default", &new(&address)).await.unwrap().client.id;
    (publisher, server, client.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_not_fetched_from_anywhere() {
    let server = Server::start().await;
    let told = "jwks_uri must be an https address that anybody can reach, without user and fragment";
    for address in [
        "",
        "keys",
        "http://app.example/jwks",
        "https://127.0.0.1/jwks",
        "https://[::1]/",
        "file:///etc/passwd",
        "https://169.254.169.254/latest",
        "https://user@app.example/jwks",
        "https://app.example/jwks#x",
        &format!("https://app.example/{}", "x".repeat(2000)),
    ] {
        let refused = server.register_client("default", &new(address)).await.unwrap_err();
        assert_eq!(refused.to_string(), told, "{address}");
    }
    assert!(server.register_client("default", &new("https://app.example/jwks")).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_may_reach_clients_may_not() {
    let provider = Hostile::start().await;
    let server = Server::start_by(&settings(&[(&provider, provider.settings("p"))]), None).await;
    let refused = server.register_client("default", &new(&format!("{}/jwks", provider.issuer))).await;
    assert!(matches!(refused, Err(NotRegistered::KeysAddress)), "{refused:?}");
    // Nor by a name that leads there.
    let port = provider.issuer.rsplit_once(':').unwrap().1;
    let named = server.register_client("default", &new(&format!("https://localhost:{port}/jwks"))).await;
    assert!(matches!(named, Err(NotRegistered::KeysAddress)), "{named:?}");
    assert_eq!(provider.plan.lock().unwrap().fetched, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_must_be_a_key_set_without_secrets() {
    let key = Key::made(Algorithm::ES384);
    let mut private = key.public.clone();
    private["d"] = "AQ".into();
    let none = "invalid_client: the client's jwks_uri gives no key set";
    let no_key = "invalid_client: no key of the client has the assertion's kid and alg";
    let mut encryption = key.public.clone();
    encryption["use"] = "enc".into();
    for (keys, told) in
        [(vec![key.public.clone(), private], none), (Vec::new(), no_key), (vec![encryption], no_key)]
    {
        let (_publisher, server, id) = start(keys).await;
        let client = Backend { server: &server, id, key: Key::made(Algorithm::ES384) };
        assert_eq!(refusal(&client.token("system/*.rs").await, 401), told);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_changes_its_keys_without_asking() {
    let key = Key::made(Algorithm::ES384);
    let (publisher, server, id) = start(vec![key.public.clone()]).await;
    let client = Backend { server: &server, id, key };
    let fetched = || publisher.plan.lock().unwrap().fetched;
    assert_eq!(client.token("system/*.rs").await.status, 200);
    assert_eq!(client.token("system/*.rs").await.status, 200);
    assert_eq!(fetched(), 1);

    // Keys that nobody has: one more look a minute, whoever asks.
    let strange = Header { kid: Some("two".to_owned()), ..Header::new(Algorithm::ES384) };
    let other = Key::made(Algorithm::ES384);
    for _ in 0..5 {
        let answer = client.ask(&other.sign_with(&strange, &client.claims()), "system/*.rs").await;
        assert_eq!(answer.status, 401);
    }
    assert_eq!(fetched(), 1);
    let mut second = other.public.clone();
    second["kid"] = "two".into();
    publisher.plan.lock().unwrap().keys = vec![second];
    server.app.clock.advance_s(60);
    let claims = |client: &Backend<'_>| {
        let mut claims = client.claims();
        claims["exp"] = (super::start_s() + 300).into();
        claims
    };
    let answer = client.ask(&other.sign_with(&strange, &claims(&client)), "system/*.rs").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(fetched(), 2);
    let refused = refusal(&client.ask(&client.key.sign(&claims(&client)), "system/*.rs").await, 401);
    assert_eq!(refused, "invalid_client: no key of the client has the assertion's kid and alg");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_registers_with_the_address_of_its_keys() {
    let server = Server::start_by(&Settings { client_registration: true, ..Settings::default() }, None).await;
    let register =
        async |body: Value| Answer::of(server.request(Method::POST, "/oauth/register").json(&body)).await;
    let mut body = json!({
        "redirect_uris": ["https://app.example/"], "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": "https://app.example/jwks", "scope": "openid",
    });
    let answer = register(body.clone()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.json()["jwks_uri"], "https://app.example/jwks");
    assert_eq!(answer.json().get("client_secret"), None);
    body["jwks"] = json!({ "keys": [Key::made(Algorithm::ES384).public] });
    let told = "invalid_client_metadata: jwks and jwks_uri exclude one another";
    assert_eq!(refusal(&register(body).await, 400), told);
}
