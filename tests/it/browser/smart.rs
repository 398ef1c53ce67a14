//! The pages of a launch, as a person has them.

use std::collections::BTreeMap;

use hygeia::core::Secret;
use hygeia::identity::oauth::registration::{NewClient, NewProof};
use hygeia::records::accounts::Person;
use reqwest::Method;
use serde_json::json;

use super::Browser;
use crate::harness::{Answer, Server};

const EMAIL: &str = "alice@example.org";
const PASSWORD: &str = "correct horse battery";

/// Signs in with keyboard and mouse, chooses a patient, and allows; the app's address gets the code.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_chooses_and_allows() {
    let server = Server::start().await;
    let person = Person {
        email: EMAIL.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        name: Secret::new("Alice".to_owned()),
    };
    assert!(server.app.records.open_first_accounts(&person).await.unwrap());
    for (given, family) in [("Alice", "Liddell"), ("Charles", "Dodgson")] {
        let name = json!([{ "given": [given], "family": family }]);
        let body =
            json!({ "resourceType": "Patient", "name": name, "birthDate": "1852-05-04", "gender": "female" });
        assert_eq!(server.fhir().await.post("/Patient", &body).await.status, 201);
    }
    // The app is played by another server: it has another origin, and an address that anybody may read.
    let app = server.replica().await;
    let callback = format!("{}/healthz", app.url);
    let new = NewClient {
        name: "Growth Chart".to_owned(),
        proof: NewProof::Public,
        redirect_uris: vec![callback.clone()],
        scope: "openid fhirUser launch/patient offline_access user/*.cruds patient/*.rs".to_owned(),
        purposes: Vec::new(),
    };
    let client = server.register_client("default", &new).await.unwrap().client.id.to_string();
    let scope = "openid fhirUser launch/patient offline_access user/Practitioner.r patient/*.rs patient/Observation.rs?category=laboratory";
    let question = BTreeMap::from([
        ("response_type", "code"),
        ("client_id", &client),
        ("redirect_uri", &callback),
        ("scope", scope),
        ("state", "of the app"),
        ("aud", "http://127.0.0.1:8080/fhir"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ]);
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(question).finish();

    let browser = Browser::start().await;
    browser.open(&format!("{}/oauth/authorize?{query}", server.url)).await;
    browser.wait_for_text("h1", "Sign in").await;
    assert_eq!(
        browser.run("return getComputedStyle(document.querySelector('button')).cursor").await,
        "pointer",
        "styles are there"
    );
    browser.fill("#email", EMAIL).await;
    browser.fill("#password", "wrong").await;
    browser.click("button").await;
    browser.wait_for_text("[role=alert]", "wrong").await;
    browser.picture("smart-login").await;
    browser.fill("#password", PASSWORD).await;
    browser.click("button").await;

    browser.wait_for_text("h1", "Choose a patient").await;
    browser.picture("smart-patient").await;
    browser.fill("#name", "lidd").await;
    browser.click("button").await;
    browser.wait_for_text(".choices", "Alice Liddell").await;
    assert_eq!(browser.texts(".choices a").await.len(), 1);
    browser.click(".choices a").await;

    browser.wait_for_text("h1", "Growth Chart").await;
    assert_eq!(browser.texts(".scope label").await.len(), 6);
    browser.picture("smart-consent").await;
    browser.dark().await;
    browser.picture("smart-consent-dark").await;
    browser.click("#scope-3").await;
    browser.click("button[value=allow]").await;
    browser.wait_for_text("body", "ok").await;
    let address = browser.address().await;
    let answer = address.strip_prefix(&format!("{callback}?")).expect("the app's address");
    let answer: BTreeMap<_, _> = form_urlencoded::parse(answer.as_bytes()).into_owned().collect();
    assert_eq!((&*answer["state"], &*answer["iss"]), ("of the app", "http://127.0.0.1:8080"));
    let complaints = browser.complaints().await;
    let is_expected = |line: &String| line.contains("/login -") || line.contains("/favicon.ico");
    assert!(complaints.iter().all(is_expected), "{complaints:?}");

    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &client),
        ("code", &answer["code"]),
        ("redirect_uri", &callback),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    let given = Answer::of(server.request(Method::POST, "/oauth/token").form(&form)).await.json();
    let allowed = "openid fhirUser launch/patient user/Practitioner.r patient/*.rs patient/Observation.rs?category=laboratory";
    assert_eq!(given["scope"], allowed, "without the box that was cleared");
}
