//! What the token endpoint does not take. <https://www.rfc-editor.org/rfc/rfc6749#section-5.2>

use reqwest::Method;

use super::{ask, refusal};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_request_is_refused_with_the_reason() {
    let server = Server::start().await;
    let id = "01a1fe04-40cb-75ba-943e-353bfb90f57e";
    for (form, status, told) in [
        (vec![], 400, "invalid_request: grant_type is required"),
        (vec![("grant_type", "")], 400, "invalid_request: grant_type is required"),
        (
            vec![("grant_type", "password")],
            400,
            "unsupported_grant_type: the grant types are authorization_code, refresh_token and client_credentials",
        ),
        (
            vec![("grant_type", "client_credentials"), ("grant_type", "client_credentials")],
            400,
            "invalid_request: a parameter must not come twice",
        ),
        (
            vec![("grant_type", "client_credentials")],
            401,
            "invalid_client: the client does not say who it is",
        ),
        (
            vec![("grant_type", "authorization_code"), ("client_id", "nope"), ("code", "nope")],
            401,
            "invalid_client: there is no such client, or it does not show who it is in the way that it registered for",
        ),
        (
            vec![("grant_type", "refresh_token"), ("client_id", id), ("refresh_token", "nope")],
            401,
            "invalid_client: there is no such client, or it does not show who it is in the way that it registered for",
        ),
    ] {
        assert_eq!(refusal(&ask(&server, &form).await, status), told, "{form:?}");
    }
    let refused = "SELECT count(*) FROM audit_event WHERE interaction = 'token' AND outcome = 'refused'
        AND agent_kind = 'anonymous' AND tenant = 0";
    assert_eq!(server.number(refused).await, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_short_form_is_refused() {
    let server = Server::start().await;
    let post = |content_type: &'static str, body: String| {
        let request = server.request(Method::POST, "/oauth/token").header("Content-Type", content_type);
        Answer::of(request.body(body))
    };
    let json = post("application/json", "{\"grant_type\":\"client_credentials\"}".to_owned()).await;
    assert_eq!(
        refusal(&json, 400),
        "invalid_request: the body must be of type application/x-www-form-urlencoded"
    );
    let long = post("application/x-www-form-urlencoded", format!("grant_type={}", "x".repeat(70_000))).await;
    assert_eq!(
        refusal(&long, 400),
        "invalid_request: the body is longer than 64 KiB, too slow, or broke off"
    );
    let get = Answer::of(server.request(Method::GET, "/oauth/token")).await;
    assert_eq!(refusal(&get, 405), "invalid_request: this address does not take this method");
    assert_eq!(get.header("allow"), "POST");
    let nothing = Answer::of(server.request(Method::GET, "/oauth/nothing")).await;
    assert_eq!(refusal(&nothing, 404), "invalid_request: there is no such endpoint");
}
