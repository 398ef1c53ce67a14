//! SQL on FHIR: `$run` of ViewDefinition. <https://sql-on-fhir.org/ig/OperationDefinition-ViewDefinitionRun.html>

mod access;
mod export;
mod large;
mod refusals;
mod stored;
mod tables;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Fhir};

/// A view of these columns, each with its name, path and type.
fn view(resource: &str, columns: &[(&str, &str, &str)]) -> Value {
    let column =
        |(name, path, kind): &(&str, &str, &str)| json!({ "name": name, "path": path, "type": kind });
    let columns: Vec<_> = columns.iter().map(column).collect();
    json!({ "resourceType": "ViewDefinition", "status": "active", "resource": resource, "select": [{ "column": columns }] })
}

/// The parameter that is this view.
fn of(view: &Value) -> Value {
    json!({ "name": "viewResource", "resource": view })
}

/// The request to run a view with these parameters.
fn running(fhir: &Fhir<'_>, path: &str, parameters: &[Value]) -> reqwest::RequestBuilder {
    let body = json!({ "resourceType": "Parameters", "parameter": parameters });
    let request = fhir.request(Method::POST, path).header("Content-Type", "application/fhir+json");
    request.body(body.to_string())
}

/// The answer to it.
async fn run(fhir: &Fhir<'_>, path: &str, parameters: &[Value]) -> Answer {
    Answer::of(running(fhir, path, parameters)).await
}

/// The lines of a table by this view, of what is stored.
async fn lines(fhir: &Fhir<'_>, view: &Value, more: &[Value]) -> Vec<Value> {
    let parameters: Vec<_> = [of(view)].into_iter().chain(more.iter().cloned()).collect();
    let answer = run(fhir, "/ViewDefinition/$run?_format=ndjson", &parameters).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/x-ndjson"),
        "{}",
        answer.text
    );
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The ids in a table of those.
async fn ids(fhir: &Fhir<'_>, resource: &str, more: &[Value]) -> String {
    let lines = lines(fhir, &view(resource, &[("id", "getResourceKey()", "id")]), more).await;
    let mut ids: Vec<_> = lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids.join(" ")
}

/// A parameter that is a reference.
fn reference(name: &str, to: &str) -> Value {
    json!({ "name": name, "valueReference": { "reference": to } })
}
