//! `$export`. <https://hl7.org/fhir/uv/bulkdata/STU2/export.html>

mod callers;
pub mod consents;
mod deleted;
mod filters;
mod kept;
mod moment;
mod refusals;
mod whole;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Answer, Fhir, Server};

/// The base of the server's own URLs.
const BASE: &str = "http://127.0.0.1:8080/fhir";

/// The answer to a request for an export.
async fn kick_off(fhir: &Fhir<'_>, path: &str) -> Answer {
    Answer::of(fhir.request(Method::GET, path).header("Prefer", "respond-async")).await
}

/// The answer to a request for an export by a Parameters resource.
async fn kick_off_with(fhir: &Fhir<'_>, path: &str, parameters: &Value) -> Answer {
    let request = fhir.request(Method::POST, path).header("Prefer", "respond-async");
    let request = request.header("Content-Type", "application/fhir+json");
    let body = serde_json::json!({ "resourceType": "Parameters", "parameter": parameters });
    Answer::of(request.body(body.to_string())).await
}

/// The path of the status of an export that was taken.
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

/// The manifest of an export, once it is made.
async fn manifest(fhir: &Fhir<'_>, path: &str) -> Value {
    finished(fhir, &kick_off(fhir, path).await).await
}

/// The manifest of an export that was taken, once it is made.
async fn finished(fhir: &Fhir<'_>, taken: &Answer) -> Value {
    let status = status_of(taken);
    fhir.server().finish_jobs().await;
    let answer = fhir.get(&status).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// What one of the lists of a manifest leads to, a list of lines for each file.
async fn files(fhir: &Fhir<'_>, manifest: &Value, list: &str) -> Vec<Vec<Value>> {
    let mut files = Vec::new();
    for file in manifest[list].as_array().expect(list) {
        let answer = fhir.get(below(file["url"].as_str().unwrap())).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "application/fhir+ndjson"),
            "{}",
            answer.text
        );
        assert!(answer.text.ends_with('\n') || answer.text.is_empty());
        let lines: Vec<Value> = answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for line in &lines {
            assert_eq!(line["resourceType"], file["type"]);
        }
        files.push(lines);
    }
    files
}

/// What an export holds, as `type/id`.
async fn held(fhir: &Fhir<'_>, manifest: &Value) -> String {
    let mut held = BTreeSet::new();
    for resource in files(fhir, manifest, "output").await.into_iter().flatten() {
        let text = |name: &str| resource[name].as_str().unwrap().to_owned();
        let address = format!("{}/{}", text("resourceType"), text("id"));
        assert!(held.insert(address.clone()), "{address} is there twice");
    }
    held.into_iter().collect::<Vec<_>>().join(" ")
}

/// The same of an export that is asked for by this path.
async fn exported(fhir: &Fhir<'_>, path: &str) -> String {
    held(fhir, &manifest(fhir, path).await).await
}

/// How many exports there are.
async fn exports(server: &Server) -> i64 {
    server.number("SELECT count(*) FROM export_job").await
}
