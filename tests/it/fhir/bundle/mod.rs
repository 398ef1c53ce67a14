//! POST [base]: batches and transactions.

mod batch;
mod criteria;
mod large;
mod links;
mod races;
mod refusals;
mod transaction;

use serde_json::{Value, json};

use crate::harness::{Answer, Fhir};

/// An entry that asks for `method url`, perhaps with a resource.
fn entry(method: &str, url: &str, resource: Option<&Value>) -> Value {
    let mut entry = json!({ "request": { "method": method, "url": url } });
    if let Some(resource) = resource {
        entry["resource"] = resource.clone();
    }
    entry
}

/// An entry that makes a resource, which the others know by this URL.
fn made(full_url: &str, resource: &Value) -> Value {
    let mut entry = entry("POST", resource["resourceType"].as_str().unwrap(), Some(resource));
    entry["fullUrl"] = full_url.into();
    entry
}

/// An entry with another member in its request.
fn with(mut entry: Value, name: &str, value: &str) -> Value {
    entry["request"][name] = value.into();
    entry
}

async fn run(fhir: &Fhir<'_>, kind: &str, entries: &[Value]) -> Answer {
    let mut bundle = json!({ "resourceType": "Bundle", "type": kind });
    if !entries.is_empty() {
        bundle["entry"] = entries.into();
    }
    fhir.post("", &bundle).await
}

/// The entries of the answer to a transaction.
async fn transact(fhir: &Fhir<'_>, entries: &[Value]) -> Vec<Value> {
    let answer = run(fhir, "transaction", entries).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let bundle = answer.json();
    hygeia::fhir::validate::validate(&bundle).expect("the answer is valid R4");
    assert_eq!(bundle["type"], "transaction-response");
    bundle["entry"].as_array().cloned().unwrap_or_default()
}

/// `response.status` of each entry.
fn statuses(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["response"]["status"].as_str().unwrap()).collect()
}

/// Type and id of what an entry wrote.
fn reference(entry: &Value) -> String {
    let location = entry["response"]["location"].as_str().unwrap();
    let (address, _) = location.split_once("/_history/").unwrap();
    address.strip_prefix("http://127.0.0.1:8080/fhir/").unwrap().to_owned()
}

/// A Patient with this number at a hospital.
fn numbered(number: &str) -> Value {
    let mut patient = super::patient();
    patient["identifier"] = json!([{ "system": "urn:mr", "value": number }]);
    patient
}

/// An Observation about what this reference names.
fn about(subject: &str) -> Value {
    let mut observation = super::observation("8867-4");
    observation["subject"] = json!({ "reference": subject });
    observation
}
