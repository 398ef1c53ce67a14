//! What a client wants data for: registered by an operator, carried by its tokens, and held against Consents.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hygeia::core::Secret;
use hygeia::identity::oauth::management::ClientChange;
use hygeia::identity::oauth::registration::{NewClient, NewProof};
use hygeia::identity::{Caller, Identity, Surface, TenantId};
use reqwest::Method;
use serde_json::{Value, json};

use super::person::{CALLBACK, Person, VERIFIER, app, open_account, question};
use super::{ask, refusal};
use crate::harness::{Answer, Server};

const UNREGISTERED: &str = "invalid_request: purpose_of_use is none that the client is registered for";

/// A backend with a secret and these purposes.
async fn backend(server: &Server, purposes: &[&str]) -> (String, Secret<String>) {
    let new = NewClient {
        name: "Statistics".to_owned(),
        proof: NewProof::Secret,
        redirect_uris: Vec::new(),
        scope: "system/*.rs".to_owned(),
        purposes: purposes.iter().map(|code| (*code).to_owned()).collect(),
    };
    let registered = server.register_client("default", &new).await.unwrap();
    (registered.client.id.to_string(), registered.secret.unwrap())
}

/// What a backend gets that asks for this purpose, or for none.
async fn token(server: &Server, (id, secret): &(String, Secret<String>), purpose: &str) -> Answer {
    let basic = STANDARD.encode(format!("{id}:{}", secret.expose()));
    let request =
        server.request(Method::POST, "/oauth/token").header("Authorization", format!("Basic {basic}"));
    let form = [("grant_type", "client_credentials"), ("scope", "system/*.rs"), ("purpose_of_use", purpose)];
    Answer::of(request.form(&form)).await
}

fn access(given: &Answer) -> String {
    given.json()["access_token"].as_str().unwrap_or_else(|| panic!("{}", given.text)).to_owned()
}

async fn change(identity: &Identity, server: &Server, id: &str, purposes: &[&str]) {
    let purposes = purposes.iter().map(|code| (*code).to_owned()).collect();
    let change = ClientChange { purposes: Some(purposes), ..ClientChange::default() };
    let caller = Caller::system(TenantId::DEFAULT, Surface::Operator);
    let note = server.app.records.note(&caller, "change-client");
    identity.change_client(TenantId::DEFAULT, id.parse().unwrap(), &change, note).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purpose_that_was_not_registered_gives_no_token() {
    let server = Server::start().await;
    let plain = backend(&server, &[]).await;
    let researcher = backend(&server, &["HRESCH"]).await;
    for (client, purpose) in
        [(&plain, "HRESCH"), (&researcher, "TREAT"), (&researcher, "BTG"), (&researcher, "CLINTRCH")]
    {
        assert_eq!(refusal(&token(&server, client, purpose).await, 400), UNREGISTERED, "{purpose}");
    }
    assert_eq!(server.number("SELECT count(*) FROM access_token").await, 0);
    for purpose in ["", "TREAT"] {
        assert_eq!(token(&server, &plain, purpose).await.json().get("purpose_of_use"), None, "{purpose:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn consents_act_on_the_purpose_of_a_token_and_the_trail_shows_it() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let patient = fhir.post("/Patient", &json!({ "resourceType": "Patient" })).await.json();
    let patient = patient["id"].as_str().unwrap();
    let consent = json!({
        "resourceType": "Consent", "status": "active", "patient": { "reference": format!("Patient/{patient}") },
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "policyRule": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTIN" }] },
        "provision": { "type": "deny", "purpose": [
            { "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HRESCH" }] },
    });
    let kept = fhir.post("/Consent", &consent).await;
    assert_eq!(kept.status, 201, "{}", kept.text);
    let client = backend(&server, &["HPAYMT", "CLINTRCH"]).await;
    let path = format!("/Patient/{patient}");
    // The first is meant where none is named. Research on clinical trials is research.
    for (asked, told, status) in
        [("", "HPAYMT", 200), ("HPAYMT", "HPAYMT", 200), ("CLINTRCH", "CLINTRCH", 403)]
    {
        let given = token(&server, &client, asked).await;
        assert_eq!(given.json()["purpose_of_use"], told);
        let introspected = server.request(Method::POST, "/oauth/introspect");
        let introspected = introspected.basic_auth(&client.0, Some(client.1.expose()));
        let introspected = Answer::of(introspected.form(&[("token", access(&given))])).await.json();
        assert_eq!(introspected["purpose_of_use"], told);
        assert_eq!(server.fhir_by(access(&given)).get(&path).await.status, status, "{told}");
        let event = "SELECT purpose || ' ' || interaction FROM audit_event WHERE interaction = 'read' ORDER BY id DESC LIMIT 1";
        assert_eq!(server.text(event).await, format!("{told} read"));
    }
    let found = fhir.get("/AuditEvent?subtype=read&outcome=0").await.json();
    let purpose = json!([{ "coding": [
        { "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HPAYMT" }] }]);
    assert_eq!(found["entry"][0]["resource"]["purposeOfEvent"], purpose, "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_a_person_and_a_refreshed_one_are_each_for_what_is_asked() {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    change(&server.app.identity, &server, &client, &["HRESCH", "HOPERAT"]).await;
    let code = Person::at(&server).code(&question(&client, "offline_access user/*.rs"), None).await;
    let fetch = async |purpose: &str| {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", client.as_str()),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
            ("purpose_of_use", purpose),
        ];
        ask(&server, &form).await
    };
    // What is refused so does not use the code up.
    assert_eq!(refusal(&fetch("TREAT").await, 400), UNREGISTERED);
    let mut given = fetch("HOPERAT").await.json();
    assert_eq!(given["purpose_of_use"], "HOPERAT");
    for (asked, told) in [("TREAT", None), ("HOPERAT", Some("HOPERAT")), ("", Some("HRESCH"))] {
        let refreshed = given["refresh_token"].as_str().unwrap();
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", client.as_str()),
            ("refresh_token", refreshed),
            ("purpose_of_use", asked),
        ];
        let answer = ask(&server, &form).await;
        match told {
            None => assert_eq!(refusal(&answer, 400), UNREGISTERED),
            Some(told) => {
                given = answer.json();
                assert_eq!(given["purpose_of_use"], told);
            }
        }
    }
    let kept = server.texts("SELECT purpose FROM access_token WHERE purpose IS NOT NULL ORDER BY id").await;
    assert_eq!(kept, ["HOPERAT", "HOPERAT", "HRESCH"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_allows_the_purposes_that_were_told_and_no_later_ones() {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    let identity = &server.app.identity;
    let asked = question(&client, "offline_access user/*.rs");
    let before = Person::at(&server).to_consent(&asked, None).await;
    assert!(!before.text.contains("Wants the data for"), "{}", before.text);
    let code = Person::at(&server).code(&asked, None).await;
    change(identity, &server, &client, &["HRESCH", "TREAT"]).await;
    let told = Person::at(&server).to_consent(&asked, None).await;
    assert!(told.text.contains("<dd>research (HRESCH), treatment (TREAT)</dd>"), "{}", told.text);
    let fetch = async |code: &str, purpose: &str| {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", client.as_str()),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
            ("purpose_of_use", purpose),
        ];
        ask(&server, &form).await
    };
    let refresh = async |token: &Value, purpose: &str| {
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", client.as_str()),
            ("refresh_token", token.as_str().unwrap()),
            ("purpose_of_use", purpose),
        ];
        ask(&server, &form).await
    };
    let not_allowed = "purpose_of_use is none that the person allowed";
    assert_eq!(refusal(&fetch(&code, "HRESCH").await, 400), format!("invalid_grant: {not_allowed}"));
    // Who was told of none allowed treatment.
    let given = fetch(&code, "").await.json();
    assert_eq!(given.get("purpose_of_use"), None, "{given}");
    let refused = refresh(&given["refresh_token"], "HRESCH").await;
    assert_eq!(refusal(&refused, 400), format!("invalid_request: {not_allowed}"));
    assert_eq!(refresh(&given["refresh_token"], "TREAT").await.json().get("purpose_of_use"), None);
    let alice = Person::at(&server);
    let code = alice.code(&asked, None).await;
    assert_eq!(fetch(&code, "").await.json()["purpose_of_use"], "HRESCH");
    let account = alice.get("/account").await;
    assert_eq!(
        account.text.matches("for research (HRESCH), treatment (TREAT); since").count(),
        1,
        "{}",
        account.text
    );
    // Who was shown a page without one of them is asked again.
    let page = alice.to_consent(&asked, None).await;
    change(identity, &server, &client, &["HRESCH", "TREAT", "HPAYMT"]).await;
    let again = alice.decide(&page, "allow").await;
    assert!(again.header("location").starts_with("/oauth/consent?"), "{}", again.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purpose_that_is_taken_away_takes_the_tokens_with_it() {
    let server = Server::start().await;
    let client = backend(&server, &[]).await;
    let identity = &server.app.identity;
    let given = access(&token(&server, &client, "").await);
    let reads = async || server.fhir_by(given.clone()).get("/Patient").await.status;
    change(identity, &server, &client.0, &["HRESCH", "TREAT"]).await;
    assert_eq!(reads().await, 200, "treatment is still among them");
    change(identity, &server, &client.0, &["HRESCH"]).await;
    assert_eq!(reads().await, 401);
    assert_eq!(token(&server, &client, "").await.json()["purpose_of_use"], Value::from("HRESCH"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_treats_breaks_the_glass() {
    let server = Server::start().await;
    let client = backend(&server, &["HRESCH", "TREAT", "ETREAT"]).await;
    for (purpose, status) in [("HRESCH", 403), ("TREAT", 200), ("ETREAT", 200)] {
        let given = access(&token(&server, &client, purpose).await);
        let fhir = server.fhir_by(given);
        assert_eq!(fhir.get("/Patient").await.status, 200, "{purpose}");
        let breaking = fhir.request(Method::GET, "/Patient").header("X-Break-The-Glass", "found unconscious");
        assert_eq!(Answer::of(breaking).await.status, status, "{purpose}");
    }
}
