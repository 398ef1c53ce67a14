//! An app that uses SMART's own client library, npm's `fhirclient`: launched by itself, and by an EHR.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html>

use actix_web::{App, HttpResponse, HttpServer, web};
use hygeia::core::config::Settings;
use hygeia::identity::oauth::registration::{NewClient, NewProof};
use reqwest::Method;
use serde_json::{Value, json};

use super::Browser;
use crate::harness::{Answer, Server};
use crate::oauth::person::{EMAIL, PASSWORD, open_account, patient};

/// Asks for access; an EHR adds `iss` and `launch` to the address.
const LAUNCH: &str =
    "<!doctype html><title>Growth Chart</title><script src=\"/fhir-client.js\"></script><script>
const asked = new URLSearchParams(location.search);
sessionStorage.setItem('other', asked.get('other'));
FHIR.oauth2.authorize({
  clientId: asked.get('client'), redirectUri: '/index.html', iss: asked.get('iss'),
  scope: 'openid fhirUser offline_access patient/*.rs user/Practitioner.r ' + (asked.has('launch') ? 'launch' : 'launch/patient'),
}).catch(error => document.body.textContent = 'refused: ' + error);
</script>";

/// Reads and searches, gets a new token, and reads again.
const INDEX: &str = "<!doctype html><title>Growth Chart</title><meta charset=\"utf-8\"><h1>Growth Chart</h1><pre></pre>
<script src=\"/fhir-client.js\"></script><script>
(async () => {
  const client = await FHIR.oauth2.ready();
  const read = await client.patient.read();
  const weights = await client.request('Observation?code=29463-7', { flat: true });
  const other = await client.request('Patient/' + sessionStorage.getItem('other')).then(() => 'read', error => error.status);
  const user = await client.user.read();
  const before = client.state.tokenResponse.access_token;
  await client.refresh();
  const again = await client.patient.read();
  return {
    patient: read.name[0].given[0], weights: weights.map(one => one.valueQuantity.value), user: user.name[0].text,
    other, isRefreshed: client.state.tokenResponse.access_token !== before, again: again.id === read.id,
    scope: client.state.tokenResponse.scope,
  };
})().then(JSON.stringify, error => 'refused: ' + error).then(told => document.querySelector('pre').textContent = told);
</script>";

/// Starts the app on an origin of its own.
fn app() -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = folder.join("tests/node/node_modules/fhirclient/build/fhir-client.js");
    let library = std::fs::read_to_string(library).expect("`make test` installs fhirclient");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = HttpServer::new(move || {
        let page = |text: &'static str| {
            move || async move { HttpResponse::Ok().content_type("text/html").body(text) }
        };
        let library = library.clone();
        let script = move || {
            let library = library.clone();
            async move { HttpResponse::Ok().content_type("text/javascript").body(library) }
        };
        App::new()
            .route("/launch.html", web::get().to(page(LAUNCH)))
            .route("/index.html", web::get().to(page(INDEX)))
            .route("/fhir-client.js", web::get().to(script))
    });
    tokio::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
    url
}

/// A server with two patients, who were weighed; the address where the app is launched, and the id of Alice.
async fn start() -> (Server, String, String) {
    let server = Server::start_public(|_| Settings::default()).await;
    open_account(&server).await;
    let alice = patient(&server, "Alice", "Liddell").await;
    let charles = patient(&server, "Charles", "Dodgson").await;
    for (patient, kilograms) in [(&alice, 31.5), (&charles, 70.25)] {
        let weight = json!({
            "resourceType": "Observation", "status": "final", "subject": { "reference": format!("Patient/{patient}") },
            "code": { "coding": [{ "system": "http://loinc.org", "code": "29463-7" }] },
            "valueQuantity": { "value": kilograms, "system": "http://unitsofmeasure.org", "code": "kg" },
        });
        assert_eq!(server.fhir().await.post("/Observation", &weight).await.status, 201);
    }
    let app = app();
    let new = NewClient {
        name: "Growth Chart".to_owned(),
        proof: NewProof::Public,
        redirect_uris: vec![format!("{app}/index.html")],
        scope: "openid fhirUser launch launch/patient offline_access patient/*.rs user/Practitioner.r"
            .to_owned(),
        purposes: Vec::new(),
    };
    let client = server.register_client("default", &new).await.unwrap().client.id.to_string();
    let launch = format!("{app}/launch.html?client={client}&iss={}/fhir&other={charles}", server.url);
    (server, launch, alice)
}

/// Signs in on the page that is shown.
async fn sign_in(browser: &Browser) {
    browser.wait_for_text("h1", "Sign in").await;
    browser.fill("#email", EMAIL).await;
    browser.fill("#password", PASSWORD).await;
    browser.click("button").await;
}

/// What the app has found out.
async fn found(browser: &Browser) -> Value {
    let told = browser.wait_for_text("pre", ":").await;
    serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told}"))
}

fn expected(context: &str) -> Value {
    json!({
        "patient": "Alice", "weights": [31.5], "user": "Alice", "other": 404, "isRefreshed": true, "again": true,
        "scope": format!("openid fhirUser offline_access patient/*.rs user/Practitioner.r {context}"),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_launched_by_itself() {
    let (_server, launch, _) = start().await;
    let browser = Browser::start().await;
    browser.open(&launch).await;
    sign_in(&browser).await;
    browser.wait_for_text("h1", "Choose a patient").await;
    browser.picture("launch-patient").await;
    browser.fill("#name", "lidd").await;
    browser.click("button").await;
    browser.wait_for_text(".choices", "Alice Liddell").await;
    browser.click(".choices a").await;
    browser.wait_for_text("h1", "Growth Chart").await;
    browser.picture("launch-consent").await;
    browser.click("button[value=allow]").await;
    assert_eq!(found(&browser).await, expected("launch/patient"));
    browser.picture("launch-app").await;
    // The app is told when the person says no.
    browser.open(&launch).await;
    browser.wait_for_text("h1", "Choose a patient").await;
    browser.click(".choices a").await;
    browser.wait_for_text("h1", "Growth Chart").await;
    browser.click("button[value=deny]").await;
    let told = browser.wait_for_text("pre", "refused").await;
    assert!(told.contains("access_denied") || told.contains("did not allow"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_launched_by_an_ehr() {
    let (server, address, alice) = start().await;
    // The EHR has the rights of the platform, and makes a launch about this patient.
    let ehr = server.token("system/*.cruds").await;
    let body = json!({ "patient": alice });
    let made = Answer::of(server.request(Method::POST, "/oauth/launch").bearer_auth(ehr).json(&body)).await;
    assert!((200..300).contains(&made.status), "{}", made.text);
    let launch = made.json()["launch"].as_str().expect("a launch").to_owned();
    let browser = Browser::start().await;
    browser.open(&format!("{address}&launch={launch}")).await;
    sign_in(&browser).await;
    browser.wait_for_text("h1", "Growth Chart").await;
    assert!(browser.texts("dd").await.iter().any(|text| text.starts_with("Alice Liddell")));
    browser.click("button[value=allow]").await;
    assert_eq!(found(&browser).await, expected("launch"));
}
