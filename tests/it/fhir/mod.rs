//! `/fhir`, one interaction a file.

mod access;
mod audit;
mod bulk;
mod bundle;
mod conditional;
mod create;
mod delete;
mod errors;
mod formats;
mod history;
mod import;
pub mod isolation;
mod metadata;
mod operation;
mod operations;
mod parameters;
mod patch;
mod provenance;
mod read;
mod search;
mod subscription;
mod update;
mod view;

use serde_json::{Value, json};

use crate::harness::Fhir;

/// A small valid Patient.
pub fn patient() -> Value {
    json!({ "resourceType": "Patient", "name": [{ "family": "Liddell", "given": ["Alice"] }], "birthDate": "1852-05-04" })
}

/// A small valid Observation of this LOINC code.
fn observation(code: &str) -> Value {
    json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
    })
}

/// Stores a resource and returns its id.
pub async fn stored(fhir: &Fhir<'_>, resource: &Value) -> String {
    let created = fhir.post(&format!("/{}", resource["resourceType"].as_str().unwrap()), resource).await;
    assert_eq!(created.status, 201, "{}", created.text);
    created.json()["id"].as_str().unwrap().to_owned()
}
