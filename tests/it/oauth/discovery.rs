//! How programs find the authorisation server.

use reqwest::Method;
use serde_json::{Value, json};

use super::ISSUER;
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn anybody_may_read_where_to_ask_for_tokens() {
    let server = Server::start().await;
    let request = server.request(Method::GET, "/fhir/.well-known/smart-configuration");
    let found =
        Answer::of(request.header("Origin", "https://app.example").header("Accept", "application/json"))
            .await;
    assert_eq!((found.status, found.header("content-type")), (200, "application/json"));
    assert_eq!(found.header("access-control-allow-origin"), "*");
    let mut told = found.json();
    let capabilities = told["capabilities"].take();
    let capabilities: Vec<_> = capabilities.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(capabilities.contains(&"launch-ehr") && !capabilities.contains(&"permission-patient"));
    told["scopes_supported"].take();
    assert_eq!(
        told,
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": format!("{ISSUER}/oauth/authorize"),
            "token_endpoint": format!("{ISSUER}/oauth/token"),
            "introspection_endpoint": format!("{ISSUER}/oauth/introspect"),
            "revocation_endpoint": format!("{ISSUER}/oauth/revoke"),
            "jwks_uri": format!("{ISSUER}/oauth/jwks"),
            "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic", "none"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "scopes_supported": null,
            "capabilities": null,
        })
    );
    assert_eq!(Answer::of(server.request(Method::GET, "/fhir/.well-known/nothing")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_any_origin_may_ask_for_a_token() {
    let server = Server::start().await;
    let preflight = server
        .request(Method::OPTIONS, "/oauth/token")
        .header("Origin", "https://app.example")
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,content-type");
    let answer = Answer::of(preflight).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"));
    assert_eq!(answer.header("access-control-allow-credentials"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_of_openid_connect_find_issuer_and_keys() {
    let server = Server::start().await;
    let request = server.request(Method::GET, "/.well-known/openid-configuration");
    let found = Answer::of(request.header("Origin", "https://app.example")).await;
    assert_eq!((found.status, found.header("access-control-allow-origin")), (200, "*"));
    let told = found.json();
    assert_eq!(
        (&told["issuer"], &told["jwks_uri"]),
        (&json!(ISSUER), &json!(format!("{ISSUER}/oauth/jwks")))
    );
    assert_eq!(told["id_token_signing_alg_values_supported"], json!(["RS256"]));
    let keys = Answer::of(server.request(Method::GET, "/oauth/jwks")).await;
    let again = Answer::of(server.request(Method::GET, "/oauth/jwks")).await;
    assert_eq!(keys.json(), again.json(), "a key is made once");
    let key = &keys.json()["keys"][0];
    assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&json!("RSA"), &json!("RS256"), &json!("sig")));
    assert_eq!(key.as_object().unwrap().len(), 6, "kty, alg, use, kid, n and e: {key}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_capability_statement_names_the_endpoints() {
    let server = Server::start().await;
    let statement = Answer::of(server.request(Method::GET, "/fhir/metadata")).await.json();
    let security = &statement["rest"][0]["security"];
    assert_eq!(security["service"][0]["coding"][0]["code"], "SMART-on-FHIR");
    let uris: Vec<_> = security["extension"][0]["extension"]
        .as_array()
        .unwrap()
        .iter()
        .map(|uri| uri["valueUri"].as_str().unwrap())
        .collect();
    assert_eq!(
        uris,
        ["authorize", "token", "introspect", "revoke"].map(|name| format!("{ISSUER}/oauth/{name}"))
    );
}
