//! `$import`. <https://github.com/smart-on-fhir/bulk-import/blob/master/import-pnp.md>

mod fetching;
mod lines;
mod refusals;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::receiver::Receiver;
use crate::harness::{Answer, Fhir, Server};

/// The base of the server's own URLs.
const BASE: &str = "http://127.0.0.1:8080/fhir";

/// Somebody's files, and a server that may fetch them.
async fn start() -> (Receiver, Server) {
    let receiver = Receiver::start().await;
    let server = Server::start_by(&receiver.settings(), None).await;
    (receiver, server)
}

/// The answer to a request for an import.
async fn kick_off(fhir: &Fhir<'_>, manifest: &Value) -> Answer {
    let request = fhir.request(Method::POST, "/$import").header("Prefer", "respond-async");
    Answer::of(request.header("Content-Type", "application/json").body(manifest.to_string())).await
}

/// A manifest of these files.
fn manifest(files: &[(&str, &str)]) -> Value {
    let input = |(type_, url): &(&str, &str)| json!({ "type": type_, "url": url });
    json!({ "inputFormat": "application/fhir+ndjson", "input": files.iter().map(input).collect::<Vec<_>>() })
}

/// The path of the status of an import that was taken.
#[track_caller]
fn status_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.text);
    below(answer.header("content-location")).to_owned()
}

/// A path of this server, below its base.
#[track_caller]
fn below(url: &str) -> &str {
    url.strip_prefix(BASE).expect(url)
}

/// What came of an import, once it has ended.
async fn result(fhir: &Fhir<'_>, manifest: &Value) -> Value {
    let status = status_of(&kick_off(fhir, manifest).await);
    fhir.server().finish_jobs().await;
    let answer = fhir.get(&status).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{}", answer.text);
    answer.json()
}

/// What of each file was refused: the texts.
async fn faults(fhir: &Fhir<'_>, result: &Value) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for file in result["error"].as_array().unwrap() {
        let answer = fhir.get(below(file["url"].as_str().unwrap())).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/fhir+ndjson"));
        let told = |line: &str| {
            let outcome: Value = serde_json::from_str(line).unwrap();
            let issue = &outcome["issue"][0];
            let place = issue["expression"][0].as_str().unwrap_or_default();
            format!("{} {place} {}", issue["code"].as_str().unwrap(), issue["diagnostics"].as_str().unwrap())
        };
        all.push(answer.text.lines().map(told).collect());
    }
    all
}
