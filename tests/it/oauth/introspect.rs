//! Asking about tokens, and taking them back.

use hygeia::identity::oauth::registration::{NewClient, NewProof};
use reqwest::Method;
use serde_json::{Value, json};

use super::person::{Person, app, fetch, open_account, patient, question, registered};
use super::{ISSUER, refusal, start_s};
use crate::harness::{Answer, Server};

/// Asks as a client with a secret.
async fn post(server: &Server, path: &str, (id, secret): &(String, Option<String>), token: &str) -> Answer {
    let request = server.request(Method::POST, path).form(&[("token", token)]);
    Answer::of(request.basic_auth(id, secret.as_ref())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_clients_who_show_who_they_are_ask_about_tokens() {
    let server = Server::start().await;
    let public = app(&server).await;
    let token = server.token("system/*.rs").await;
    let form = [("token", token.as_str()), ("client_id", public.as_str())];
    let by_id = Answer::of(server.request(Method::POST, "/oauth/introspect").form(&form)).await;
    assert_eq!(
        refusal(&by_id, 401),
        "invalid_client: only a client that shows who it is may ask about tokens"
    );
    let nobody = Answer::of(server.request(Method::POST, "/oauth/introspect").form(&form[..1])).await;
    assert_eq!(refusal(&nobody, 401), "invalid_client: the client does not say who it is");
    let client = registered(&server, NewProof::Secret).await;
    let empty = post(&server, "/oauth/introspect", &client, "").await;
    assert_eq!(refusal(&empty, 400), "invalid_request: token is required");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_told_with_its_launch_to_its_own_tenant() {
    let server = Server::start().await;
    open_account(&server).await;
    let (app, asking) = (app(&server).await, registered(&server, NewProof::Secret).await);
    let id = patient(&server, "Alice", "Liddell").await;
    let asked = question(&app, "launch/patient openid fhirUser patient/*.rs");
    let code = Person::at(&server).code(&asked, Some(&id)).await;
    let given = fetch(&server, &app, &code).await.json();
    let token = given["access_token"].as_str().unwrap();
    let account = server.text("SELECT id::text FROM account WHERE surface = 'fhir'").await;
    let practitioner = server.text("SELECT practitioner FROM account WHERE surface = 'fhir'").await;
    assert_eq!(
        post(&server, "/oauth/introspect", &asking, token).await.json(),
        json!({
            "active": true, "scope": given["scope"], "client_id": app, "exp": start_s() + 3600, "iat": start_s(),
            "token_type": "Bearer", "iss": ISSUER, "aud": format!("{ISSUER}/fhir"), "sub": account,
            "fhirUser": format!("{ISSUER}/fhir/Practitioner/{practitioner}"), "patient": id,
        })
    );
    server.execute("INSERT INTO tenant (tenant, name, created_at) VALUES (7, 'other', now())").await;
    let new = NewClient {
        name: "other".to_owned(),
        proof: NewProof::Secret,
        redirect_uris: Vec::new(),
        scope: "system/*.rs".to_owned(),
        purposes: Vec::new(),
    };
    let other = server.register_client("other", &new).await.unwrap();
    let other = (other.client.id.to_string(), other.secret.map(|secret| secret.expose().clone()));
    let inactive = json!({ "active": false });
    assert_eq!(post(&server, "/oauth/introspect", &other, token).await.json(), inactive);
    for nothing in ["nonsense", "hyg_nonsense", &code] {
        assert_eq!(post(&server, "/oauth/introspect", &asking, nothing).await.json(), inactive);
    }
    server.app.clock.advance_s(3600);
    assert_eq!(post(&server, "/oauth/introspect", &asking, token).await.json(), inactive);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_takes_back_its_own_tokens_and_no_others() {
    let server = Server::start().await;
    open_account(&server).await;
    let (mine, other) =
        (registered(&server, NewProof::Secret).await, registered(&server, NewProof::Secret).await);
    let alice = Person::at(&server);
    let given = async || -> Value {
        let code = alice.code(&question(&mine.0, "offline_access user/*.rs"), None).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", super::person::CALLBACK),
            ("code_verifier", super::person::VERIFIER),
        ];
        let request = server.request(Method::POST, "/oauth/token").form(&form);
        Answer::of(request.basic_auth(&mine.0, mine.1.as_ref())).await.json()
    };
    let reads = async |given: &Value| {
        let token = given["access_token"].as_str().unwrap().to_owned();
        server.fhir_by(token).get("/Patient").await.status
    };
    let (one, two) = (given().await, given().await);
    assert_eq!((reads(&one).await, reads(&two).await), (200, 200));
    for token in [&one["access_token"], &one["refresh_token"], &json!("nonsense"), &json!("hyr_nonsense")] {
        assert_eq!(post(&server, "/oauth/revoke", &other, token.as_str().unwrap()).await.status, 200);
    }
    assert_eq!(reads(&one).await, 200, "another client's");
    assert_eq!(
        post(&server, "/oauth/revoke", &mine, one["access_token"].as_str().unwrap()).await.status,
        200
    );
    assert_eq!((reads(&one).await, reads(&two).await), (401, 200), "at once");
    assert_eq!(server.number("SELECT count(*) FROM refresh_token").await, 2, "the rest of the grant is left");
    assert_eq!(
        post(&server, "/oauth/revoke", &mine, two["refresh_token"].as_str().unwrap()).await.status,
        200
    );
    assert_eq!(reads(&two).await, 401);
    assert_eq!(server.number("SELECT count(*) FROM refresh_token").await, 1);
    assert_eq!(
        refusal(&post(&server, "/oauth/revoke", &(mine.0.clone(), None), "x").await, 401),
        "invalid_client: there is no such client, or it does not show who it is in the way that it registered for"
    );
}
