//! Pages of a clinic that uses SmartScanPro's API as the vendor's document shows: hooks of React, a proxy of npm's express and multer
//! that holds the key, and a face scan. The pages and the clinic's server are in `tests/node/examples`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use hygeia::core::config::Settings;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::Browser;
use crate::harness::{Answer, Server};

const EMAIL: &str = "alice@example.org";
const PASSWORD: &str = "correct horse battery";
const DISPLAY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/displays/blood-pressure.png");
const NO_PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/node/examples/clinic.js");

/// The clinic's server, and the account behind its key.
struct Clinic {
    url: String,
    token: String,
    _process: Child,
}

async fn post(server: &Server, path: &str, token: &str, body: &Value) -> Value {
    let request = server.request(Method::POST, &format!("/smartscan{path}")).bearer_auth(token).json(body);
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

impl Clinic {
    async fn open(server: &Server) -> Self {
        let person = json!({ "email": EMAIL, "password": PASSWORD, "name": "Alice Liddell" });
        let token = post(server, "/api/auth/register", "", &person).await["token"].clone();
        let token = token.as_str().unwrap().to_owned();
        let project = post(server, "/api/projects", &token, &json!({ "name": "clinic" })).await;
        let wanted = json!({ "project_id": project["project"]["id"] });
        let key = post(server, "/api/api-keys/generate", &token, &wanted).await;
        let mut command = Command::new("node");
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/examples/clinic.js"));
        command.env("BASE_URL", format!("{}/smartscan", server.url)).env("HOME_OF_SDK", sdk(server).await);
        command.env("SMARTSCANPRO_API_KEY", key["api_key"]["key"].as_str().unwrap());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().expect("`make test` installs Node.js");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = lines.next_line().await.unwrap().expect("`make test` installs express and multer");
        Self { url, token, _process: process }
    }
}

/// A folder with the SDK as it is served.
async fn sdk(server: &Server) -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sdk").join(uuid::Uuid::new_v4().to_string());
    std::fs::create_dir_all(&home).unwrap();
    let file = Answer::of(server.request(Method::GET, "/smartscan/js/smartscanpro-sdk.js")).await;
    std::fs::write(home.join("smartscanpro-sdk.js"), file.text).unwrap();
    home
}

async fn choose_file(browser: &Browser, file: &str) {
    browser.find("#picture").await.send_keys(file).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_sent_by_a_hook_and_by_a_proxy() {
    let server = Server::start_with_models().await;
    let clinic = Clinic::open(&server).await;
    let browser = Browser::start().await;
    browser.open(&format!("{}/uploader.html", clinic.url)).await;
    choose_file(&browser, NO_PICTURE).await;
    browser.wait_for_text("[role=alert]", "The image must be a JPEG, PNG, GIF or WebP").await;
    choose_file(&browser, DISPLAY).await;
    let told = browser.wait_for_text("pre", "systolic").await;
    let values: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&values["systolic"], &values["diastolic"]), (&json!(118), &json!(76)));
    assert_eq!(browser.texts("[role=alert], #loading").await, Vec::<String>::new());

    // Nobody is signed in; then somebody is.
    browser.open(&format!("{}/proxy.html", clinic.url)).await;
    choose_file(&browser, DISPLAY).await;
    browser.click("button").await;
    let told = browser.wait_for_text("pre", "error").await;
    assert_eq!(told, r#"{"error":"The token is invalid or expired"}"#);
    browser.run(&format!("localStorage.setItem('ssp_token', '{}')", clinic.token)).await;
    browser.click("button").await;
    let told: Value = serde_json::from_str(&browser.wait_for_text("pre", "data").await).unwrap();
    assert_eq!(
        (&told["success"], &told["data"]["device_type"], &told["data"]["extracted_data"]["pulse"]),
        (&json!(true), &json!("blood-pressure"), &json!(64))
    );
    // The key authorises, and the trail names the person besides.
    let noted = "SELECT count(*) FROM audit_event WHERE interaction = 'extract-medical-data' AND on_behalf_of IS NOT NULL";
    assert!(server.number(noted).await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_keeps_who_is_signed_in_and_a_face_is_scanned() {
    let server = Server::start_public(|_| Settings::default()).await;
    let clinic = Clinic::open(&server).await;
    let browser = Browser::start().await;
    let page = format!("{}/session.html", clinic.url);
    browser.open(&page).await;
    browser.fill("#email", EMAIL).await;
    browser.fill("#password", "wrong horse battery").await;
    browser.click("button").await;
    // The form is a new one after the wait.
    browser.wait_for_text("[role=alert]", "401").await;
    browser.fill("#email", EMAIL).await;
    browser.fill("#password", PASSWORD).await;
    browser.click("button").await;
    browser.wait_for_text("h1", EMAIL).await;
    browser.wait_for_text("#count", "Readings: 0").await;

    browser.open(&format!("{}/scan.html", clinic.url)).await;
    browser.wait_for_text("dt:nth-child(9)", "wellness_score 82 score").await;
    browser.click("button").await;
    let told: Value = serde_json::from_str(&browser.wait_for_text("pre", "}").await).unwrap();
    // With sex and age alone it is the mark of a normal profile, and says so.
    let wanted = json!({ "before": 0, "after": 1, "hasScores": true, "areNumbers": true, "assumed": 5, "entries": true });
    assert_eq!(told, wanted);

    browser.open(&page).await;
    browser.wait_for_text("#count", "Readings: 1").await;
    browser.click("#out").await;
    browser.find("#password").await;
    assert_eq!(browser.run("return localStorage.length").await, 0);
    browser.run("localStorage.setItem('ssp_token', 'a.b.c')").await;
    browser.open(&page).await;
    browser.find("#password").await;
    assert_eq!(browser.run("return localStorage.length").await, 0);
}
