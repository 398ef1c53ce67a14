//! Search parameters that a tenant adds by storing a SearchParameter.

mod jobs;
mod kinds;
mod paths;
mod refusals;
mod replicas;

use serde_json::{Value, json};

use super::{patient, stored};
use crate::harness::{Fhir, Server};

const SHOE: &str = "http://a.example/shoe";

/// A parameter that is not of R4.
fn parameter(code: &str, base: &str, kind: &str, expression: &str) -> Value {
    json!({
        "resourceType": "SearchParameter",
        "url": format!("http://a.example/SearchParameter/{code}"),
        "name": code,
        "status": "active",
        "description": "x",
        "code": code,
        "base": [base],
        "type": kind,
        "expression": expression,
    })
}

fn shoe_size() -> Value {
    parameter("shoe-size", "Patient", "number", &format!("Patient.extension('{SHOE}').value"))
}

/// A patient with shoes of this size.
fn shod(size: u8) -> Value {
    let mut patient = patient();
    patient["extension"] = json!([{ "url": SHOE, "valueDecimal": size }]);
    patient
}

/// Defines a parameter and completes its index.
async fn defined(server: &Server, fhir: &Fhir<'_>, parameter: &Value) -> String {
    let id = stored(fhir, parameter).await;
    server.finish_jobs().await;
    id
}

/// The ids of what a search finds.
async fn found(fhir: &Fhir<'_>, query: &str) -> Vec<String> {
    let answer = fhir.get(query).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    let bundle = answer.json();
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()).collect()
}
