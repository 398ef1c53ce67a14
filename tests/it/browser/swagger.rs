//! Swagger UI at `/docs/`: complete, closed to the outside, and good for trying the API out.

use reqwest::Method;
use serde_json::{Value, json};

use super::Browser;
use crate::harness::{Answer, Server};

const STATUS: &str = ".live-responses-table tbody .response-col_status";
const BODY: &str = ".live-responses-table tbody .highlight-code";

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_complete_and_loads_nothing_from_outside() {
    let server = Server::start().await;
    let page = Answer::of(server.request(Method::GET, "/docs/")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(
        page.header("content-security-policy"),
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    );
    let document = Answer::of(server.request(Method::GET, "/openapi/fhir.json")).await;
    assert_eq!((document.status, document.header("content-type")), (200, "application/json"));
    assert_eq!(Answer::of(server.request(Method::GET, "/docs/nothing.js")).await.status, 404);

    let browser = Browser::start().await;
    browser.open(&format!("{}/docs", server.url)).await;
    assert_eq!(browser.address().await, format!("{}/docs/", server.url));
    browser.find(".opblock").await;
    let titles: Vec<_> = hygeia::server::documents().iter().map(|document| document.title).collect();
    assert_eq!(browser.texts(".topbar select option").await, titles);
    for title in titles {
        browser.choose(".topbar select", title).await;
        browser.wait_for_text(".info .title", title).await;
        browser.find(".opblock").await;
    }
    let requested =
        browser.run("return performance.getEntriesByType('resource').map(entry => entry.name)").await;
    let requested: Vec<String> = serde_json::from_value(requested).unwrap();
    assert!(requested.iter().any(|url| url.ends_with("/openapi/fhir.json")), "{requested:?}");
    assert!(requested.iter().all(|url| url.starts_with(&format!("{}/", server.url))), "{requested:?}");
    assert!(browser.texts(".validator, .version-pragma a, img[src*=validator]").await.is_empty());
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.choose(".topbar select", "hygeia: FHIR R4").await;
    browser.find("#operations-fhir-read_resource").await;
    browser.picture("swagger").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_read_with_an_access_token_and_not_without() {
    let server = Server::start().await;
    let stored = json!({ "resourceType": "Patient", "name": [{ "family": "Liddell", "given": ["Alice"] }] });
    let stored = server.fhir().await.post("/Patient", &stored).await.json();
    let id = stored["id"].as_str().unwrap();

    let browser = Browser::start().await;
    browser.open(&format!("{}/docs/", server.url)).await;
    browser.choose(".topbar select", "hygeia: FHIR R4").await;
    browser.click("#operations-fhir-read_resource .opblock-summary-control").await;
    browser.fill("tr[data-param-name=type] input", "Patient").await;
    browser.fill("tr[data-param-name=id] input", id).await;

    browser.click(".btn.execute").await;
    browser.wait_for_text(STATUS, "401").await;
    let refusal = browser.wait_for_text(BODY, "OperationOutcome").await;
    assert!(!refusal.contains("Liddell"), "{refusal}");
    browser.picture("fhir-without-a-token").await;

    browser.click(".auth-wrapper .btn.authorize").await;
    let description = browser.wait_for_text(".dialog-ux .auth-container", "access_token").await;
    assert!(description.contains("hygeia admin token"), "{description}");
    browser.fill(".dialog-ux .auth-container input", &server.token("system/*.cruds").await).await;
    browser.picture("fhir-authorize").await;
    browser.click(".dialog-ux .auth-btn-wrapper .authorize").await;
    browser.click(".dialog-ux .btn-done").await;
    browser.click(".btn.execute").await;
    browser.wait_for_text(STATUS, "200").await;
    browser.wait_for_text(BODY, id).await;
    browser.show(STATUS).await;
    browser.picture("fhir-with-a-token").await;

    browser.open(&format!("{}/docs/", server.url)).await;
    browser.choose(".topbar select", "hygeia: FHIR R4").await;
    browser.find(".auth-wrapper .btn.authorize.unlocked").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_sent_with_an_api_key() {
    let server = Server::start_with_models().await;
    let key = api_key(&server).await;
    let browser = Browser::start().await;
    browser.open(&format!("{}/docs/", server.url)).await;
    let operation = "#operations-extraction-extract_medical_data";
    browser.click(&format!("{operation} .opblock-summary-control")).await;
    browser.click(".auth-wrapper .btn.authorize").await;
    browser.fill(".dialog-ux .auth-container input[type=text]", &key).await;
    browser.click(".dialog-ux .auth-btn-wrapper .authorize").await;
    browser.click(".dialog-ux .btn-done").await;

    let display = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/displays/blood-pressure.png");
    browser.find(&format!("{operation} input[type=file]")).await.send_keys(display).await.unwrap();
    browser.click(&format!("{operation} .btn.execute")).await;
    browser.find(STATUS).await;
    browser.show(STATUS).await;
    browser.picture("smartscan-extraction").await;
    let shown = browser.wait_for_text(BODY, "extracted_data").await;
    for value in ["\"systolic\": 118", "\"diastolic\": 76", "\"pulse\": 64"] {
        assert!(shown.contains(value), "{value} in {shown}");
    }
    browser.show(STATUS).await;
    browser.picture("smartscan-extraction").await;
}

/// A key of a project, as a person would get it.
async fn api_key(server: &Server) -> String {
    let post = |path: &str, token: &str, body: Value| {
        let request = server.request(Method::POST, &format!("/smartscan/api/{path}")).json(&body);
        Answer::of(if token.is_empty() { request } else { request.bearer_auth(token) })
    };
    let person = json!({ "email": "a@example.org", "password": "correct horse battery", "name": "A" });
    let registered = post("auth/register", "", person).await.json();
    let token = registered["token"].as_str().unwrap();
    let project = post("projects", token, json!({ "name": "p" })).await.json();
    let wanted = json!({ "project_id": project["project"]["id"], "name": "k" });
    let key = post("api-keys/generate", token, wanted).await.json();
    key["api_key"]["key"].as_str().unwrap().to_owned()
}
