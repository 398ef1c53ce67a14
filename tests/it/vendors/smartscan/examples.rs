//! What the vendor's document shows of clients, done by other people's software: curl, Python's requests, npm's form-data and
//! node-fetch, and the SDK in a service. Pages and React are in `browser/examples.rs`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::process::Command;

use super::sdk::downloaded;
use super::{Customer, PASSWORD};
use crate::harness::Server;

const EMAIL: &str = "alice@example.org";

fn picture(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join(format!("tests/it/fixtures/displays/{name}.png")).display().to_string()
}

fn script(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/node/examples").join(name).display().to_string()
}

/// Runs a program of this customer's; what it printed.
async fn run(customer: &Customer<'_>, home: &Path, program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command.env("BASE_URL", format!("{}/smartscan", customer.server.url));
    command.env("SMARTSCANPRO_API_KEY", &customer.key).env("HOME_OF_SDK", home);
    command.env("SERVICE_EMAIL", EMAIL).env("SERVICE_PASSWORD", PASSWORD);
    let output = command.output().await.expect("`make test` installs what the examples need");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}\n{told}\n{errors}");
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_read_for_clients_of_every_kind() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, EMAIL).await;
    let nowhere = PathBuf::new();
    let (pressure, glucose) = (picture("blood-pressure"), picture("glucose-meter"));

    let curl = async |path: &str, key: &str, image: &str, fields: &[&str]| -> Value {
        let url = format!("{}/smartscan{path}", server.url);
        let (key, image) = (format!("X-API-Key: {key}"), format!("image=@{image}"));
        let mut arguments = vec!["-sS", "-X", "POST", &url, "-H", &key, "-F", &image];
        arguments.extend(fields.iter().flat_map(|field| ["-F", field]));
        serde_json::from_str(&run(&alice, &nowhere, "curl", &arguments).await).unwrap()
    };
    let path = "/v1/extract-medical-data";
    let refused = curl(path, "dk_your_api_key_here", &pressure, &["device_type=blood-pressure"]).await;
    assert_eq!((&refused["success"], &refused["error_code"]), (&json!(false), &json!("INVALID_API_KEY")));
    let read = curl(path, &alice.key, &pressure, &["device_type=blood-pressure"]).await;
    assert_eq!(
        (&read["success"], &read["data"]["extracted_data"]["systolic"]),
        (&json!(true), &json!(118)),
        "{read}"
    );
    let read =
        curl(path, &alice.key, &glucose, &["device_type=glucose-meter", "confidence_threshold=0.8"]).await;
    assert_eq!(
        (&read["success"], &read["data"]["device_type"]),
        (&json!(true), &json!("glucose-meter")),
        "{read}"
    );

    let python = async |arguments: &[&str]| {
        let client = script("client.py");
        let arguments: Vec<_> = [&*client].into_iter().chain(arguments.iter().copied()).collect();
        run(&alice, &nowhere, "python3", &arguments).await
    };
    assert_eq!(python(&[&pressure, "blood-pressure"]).await, "118/76 mmHg, 64 bpm, 95.00%\n");
    let unsure = python(&[&pressure, "blood-pressure", "1"]).await;
    assert_eq!(unsure, "refused: The reading is below the confidence that was asked for\n");

    let node = async |image: &str| {
        run(&alice, &nowhere, "node", &[&script("extractor.js"), image, "blood-pressure"]).await
    };
    assert_eq!(node(&pressure).await, "blood-pressure: 118/76 mmHg, 64 bpm\n");
    let text = node(&script("extractor.js")).await;
    assert_eq!(text, "refused: The image must be a JPEG, PNG, GIF or WebP\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_reports_at_night() {
    let server = Server::start().await;
    let mut alice = Customer::register(&server, EMAIL).await;
    let home = downloaded(&server).await;
    let report = script("nightly.js");
    // Nothing was measured: of nothing there is no mean.
    let told = run(&alice, &home, "node", &[&report]).await;
    assert_eq!(
        told, "0 readings\nSmartScanProError 400: value must be a number from 20 to 300\n",
        "there is nothing to report"
    );
    let profile = json!({ "age": 42, "biological_sex": "female" });
    assert_eq!(alice.send(Method::PUT, "/api/face-scan/profile", &profile).await.status, 200);
    alice.scan_once_a_day(&[70, 71, 69, 70, 72, 71, 120]).await;
    let told = run(&alice, &home, "node", &[&report]).await;
    assert_eq!(
        told,
        "7 readings\nunusual: heart_rate 120, z above 3: true\nmean 78, percentile 68.07\n\
         Consent Device DiagnosticReport Encounter Observation Patient RiskAssessment\nsigned in: false\n"
    );
    std::fs::remove_dir_all(home).unwrap();
}
