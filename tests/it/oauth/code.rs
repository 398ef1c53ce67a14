//! From a person's consent to tokens.

use std::collections::BTreeMap;

use hygeia::identity::oauth::registration::NewProof;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::Method;
use serde_json::{Value, json};

use super::keys::Key;
use super::person::{
    CALLBACK, Person, VERIFIER, answered, app, fetch, open_account, patient, question, registered,
};
use super::{ISSUER, ask, refusal, start_s};
use crate::harness::{Answer, Server};

/// A server with a person and an app.
async fn ready() -> (Server, String) {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    (server, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_given_to_its_client_for_its_verifier_and_address_alone() {
    let (server, client) = ready().await;
    let other = app(&server).await;
    let alice = Person::at(&server);
    let asked = question(&client, "openid user/*.rs");
    let good = BTreeMap::from([
        ("grant_type", "authorization_code"),
        ("client_id", client.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]);
    let long = "x".repeat(200);
    for (name, value, told) in [
        ("code", "nonsense", "invalid_grant: there is no such code for this client, or it has expired"),
        (
            "client_id",
            other.as_str(),
            "invalid_grant: there is no such code for this client, or it has expired",
        ),
        (
            "redirect_uri",
            "https://app.example/callback",
            "invalid_grant: redirect_uri is not the one that the code was sent to",
        ),
        (
            "code_verifier",
            VERIFIER.trim_start_matches('d'),
            "invalid_grant: code_verifier does not fit the code_challenge",
        ),
        (
            "code_verifier",
            &asked["code_challenge"],
            "invalid_grant: code_verifier does not fit the code_challenge",
        ),
        ("code_verifier", &long, "invalid_grant: code_verifier does not fit the code_challenge"),
        ("code_verifier", "", "invalid_request: code_verifier is required"),
        ("redirect_uri", "", "invalid_request: redirect_uri is required"),
        ("code", "", "invalid_request: code is required"),
    ] {
        let code = alice.code(&asked, None).await;
        let mut form = good.clone();
        form.insert("code", &code);
        form.insert(name, value);
        let form: Vec<_> = form.into_iter().collect();
        assert_eq!(refusal(&ask(&server, &form).await, 400), told);
    }
    let code = alice.code(&asked, None).await;
    server.app.clock.advance_s(60);
    let late = refusal(&fetch(&server, &client, &code).await, 400);
    assert_eq!(late, "invalid_grant: there is no such code for this client, or it has expired");
    assert_eq!(server.number("SELECT count(*) FROM access_token WHERE client IS NOT NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_comes_twice_takes_back_what_it_gave() {
    let (server, client) = ready().await;
    let code = Person::at(&server).code(&question(&client, "offline_access user/*.rs"), None).await;
    let given = fetch(&server, &client, &code).await.json();
    let fhir = server.fhir_by(given["access_token"].as_str().unwrap().to_owned());
    assert_eq!(fhir.get("/Patient").await.status, 200);
    assert_eq!(
        refusal(&fetch(&server, &client, &code).await, 400),
        "invalid_grant: the code was used before: what it gave is taken back"
    );
    fhir.get("/Patient").await.refused(401);
    let token = given["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("client_id", client.as_str()), ("refresh_token", token)];
    assert_eq!(
        refusal(&ask(&server, &form).await, 400),
        "invalid_grant: there is no such refresh token for this client, or it has ended"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_ends_with_the_account_or_the_password() {
    for change in [
        "UPDATE account SET active = false",
        "UPDATE account SET sessions_from = '2026-11-21T12:00:05Z'",
        "DELETE FROM account",
    ] {
        let (server, client) = ready().await;
        let asked = question(&client, "openid fhirUser offline_access user/*.rs");
        let code = Person::at(&server).code(&asked, None).await;
        server.execute(&format!("{change} WHERE surface = 'fhir'")).await;
        server.app.clock.advance_s(10);
        let refused = refusal(&fetch(&server, &client, &code).await, 400);
        assert_eq!(refused, "invalid_grant: the person has signed out", "{change}");
        let given = "SELECT count(*) FROM access_token WHERE client IS NOT NULL";
        assert_eq!(server.number(given).await, 0, "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_person_is_held_to_what_they_allowed() {
    let (server, client) = ready().await;
    let alice = Person::at(&server);
    let code = alice.code(&question(&client, "user/Patient.rs user/Observation.rs?category=a"), None).await;
    let answer = fetch(&server, &client, &code).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{}", answer.text);
    let mut given = answer.json();
    let token = given["access_token"].take();
    assert_eq!(
        given,
        json!({
            "access_token": null,
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": "user/Patient.rs user/Observation.rs?category=a",
        })
    );
    let fhir = server.fhir_by(token.as_str().unwrap().to_owned());
    assert_eq!(fhir.get("/Patient").await.status, 200);
    fhir.post("/Patient", &json!({ "resourceType": "Patient" })).await.refused(403);
    assert_eq!(fhir.get("/Observation").await.json()["total"], 0, "of that category only");
    let account = server.text("SELECT id::text FROM account WHERE surface = 'fhir'").await;
    let told = server
        .texts("SELECT interaction || ' ' || outcome || ' ' || agent_kind || ' ' || agent || ' ' || coalesce(on_behalf_of, '-') FROM audit_event WHERE interaction NOT IN ('register', 'create', 'test') ORDER BY id")
        .await;
    assert_eq!(
        told[..4],
        [
            format!("login success account {account} -"),
            format!("authorize success account {account} -"),
            format!("token success client {client} -"),
            format!("search-type success client {client} {account}"),
        ]
    );
    server.app.clock.advance_s(3600);
    fhir.get("/Patient").await.refused(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_one_patient_opens_that_ones_record() {
    let (server, client) = ready().await;
    let id = patient(&server, "Alice", "Liddell").await;
    let other = patient(&server, "Charles", "Dodgson").await;
    let asked = question(&client, "launch/patient patient/*.rs");
    let code = Person::at(&server).code(&asked, Some(&id)).await;
    let given = fetch(&server, &client, &code).await.json();
    assert_eq!((&given["patient"], &given["scope"]), (&json!(id), &json!("launch/patient patient/*.rs")));
    let fhir = server.fhir_by(given["access_token"].as_str().unwrap().to_owned());
    assert_eq!(fhir.get(&format!("/Patient/{id}")).await.status, 200);
    fhir.get(&format!("/Patient/{other}")).await.refused(404);
    assert_eq!(fhir.get("/Patient").await.json()["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_says_who_signed_in() {
    let (server, client) = ready().await;
    let mut asked = question(&client, "openid fhirUser");
    asked.insert("nonce", "n-0S6_WzA2Mj".to_owned());
    let alice = Person::at(&server);
    let code = alice.code(&asked, None).await;
    let before = fetch(&server, &client, &code).await.json()["id_token"].as_str().unwrap().to_owned();
    server.app.identity.rotate_id_token_keys().await.unwrap();
    let code = alice.code(&asked, None).await;
    let after = fetch(&server, &client, &code).await.json()["id_token"].as_str().unwrap().to_owned();
    let keys = Answer::of(server.request(Method::GET, "/oauth/jwks")).await;
    assert_eq!(keys.header("cache-control"), "max-age=300");
    assert!(!keys.text.contains("\"d\""), "{}", keys.text);
    let keys: JwkSet = serde_json::from_str(&keys.text).unwrap();
    let claims = |token: &str| {
        let key = keys.find(&decode_header(token).unwrap().kid.unwrap()).unwrap();
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_audience(&[&client]);
        rules.validate_exp = false;
        decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &rules).unwrap().claims
    };
    let account = server.text("SELECT id::text FROM account WHERE surface = 'fhir'").await;
    let practitioner = server.text("SELECT practitioner FROM account WHERE surface = 'fhir'").await;
    let expected = json!({
        "iss": ISSUER,
        "sub": account,
        "aud": client,
        "iat": start_s(),
        "exp": start_s() + 3600,
        "auth_time": start_s(),
        "nonce": "n-0S6_WzA2Mj",
        "fhirUser": format!("{ISSUER}/fhir/Practitioner/{practitioner}"),
    });
    assert_eq!((claims(&before), claims(&after)), (expected.clone(), expected));
    assert_ne!(decode_header(&before).unwrap().kid, decode_header(&after).unwrap().kid);
    server.app.clock.advance_s(7200);
    server.app.identity.rotate_id_token_keys().await.unwrap();
    let left = Answer::of(server.request(Method::GET, "/oauth/jwks")).await.json();
    assert_eq!(left["keys"].as_array().unwrap().len(), 2, "the first one's tokens have ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confidential_app_shows_who_it_is_when_it_fetches() {
    let (server, _) = ready().await;
    let (client, secret) = registered(&server, NewProof::Secret).await;
    let alice = Person::at(&server);
    let asked = question(&client, "user/*.rs");
    let code = alice.code(&asked, None).await;
    assert_eq!(fetch(&server, &client, &code).await.status, 401, "by its id alone");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let request = server.request(Method::POST, "/oauth/token").form(&form);
    assert_eq!(Answer::of(request.basic_auth(&client, secret)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_with_keys_signs_when_it_fetches() {
    let (server, _) = ready().await;
    let key = Key::made(Algorithm::ES384);
    let keys = json!({ "keys": [key.public] }).to_string();
    let (client, _) = registered(&server, NewProof::Keys(keys)).await;
    let code = Person::at(&server).code(&question(&client, "user/*.rs"), None).await;
    assert_eq!(fetch(&server, &client, &code).await.status, 401, "by its id alone");
    let claims = json!({
        "iss": client, "sub": client, "aud": format!("{ISSUER}/oauth/token"), "exp": start_s() + 300, "jti": "one",
    });
    let assertion = key.sign(&claims);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &assertion),
    ];
    assert_eq!(ask(&server, &form).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_may_allow_less_or_nothing() {
    let (server, client) = ready().await;
    let alice = Person::at(&server);
    let asked = question(&client, "openid user/Patient.rs user/Observation.rs");
    let page = alice.to_consent(&asked, None).await;
    let denied = answered(&alice.decide(&page, "deny").await);
    assert_eq!(
        (&*denied["error"], &*denied["state"], &*denied["iss"], denied.contains_key("code")),
        ("access_denied", "of the app", ISSUER, false)
    );
    let (request, form) = (Person::hidden(&page, "request"), Person::hidden(&page, "form"));
    let choose = async |scopes: &[&str]| {
        let mut sent = vec![("request", &*request), ("form", &*form), ("decision", "allow")];
        sent.extend(scopes.iter().map(|scope| ("scope", *scope)));
        answered(&alice.post("/oauth/consent", &sent).await)
    };
    assert_eq!(choose(&[]).await["error"], "access_denied");
    assert_eq!(
        choose(&["system/*.rs", "user/*.cruds"]).await["error"],
        "access_denied",
        "nobody asked for these"
    );
    let code = choose(&["user/Patient.rs", "user/*.cruds"]).await["code"].clone();
    assert_eq!(fetch(&server, &client, &code).await.json()["scope"], "user/Patient.rs");
}
