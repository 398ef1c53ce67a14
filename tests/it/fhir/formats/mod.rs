//! JSON and XML, and how a request says which. <https://hl7.org/fhir/R4/http.html#mime-type>

mod accept;
mod encodings;
mod links;
mod xml;

use hygeia::fhir::xml::parse_resource;
use reqwest::Method;
use serde_json::Value;

use crate::harness::{Answer, Fhir};

const JSON: &str = "application/fhir+json; charset=utf-8";
const XML: &str = "application/fhir+xml; charset=utf-8";

/// GET with an `Accept` header.
async fn accepting(fhir: &Fhir<'_>, path: &str, accept: &str) -> Answer {
    Answer::of(fhir.request(Method::GET, path).header("Accept", accept)).await
}

/// A request with a body of this media type.
async fn sent(fhir: &Fhir<'_>, method: Method, path: &str, media: &str, body: &str) -> Answer {
    Answer::of(fhir.request(method, path).header("Content-Type", media).body(body.to_owned())).await
}

/// The resource of an answer that must be XML.
#[track_caller]
fn read(answer: &Answer) -> Value {
    assert_eq!(answer.header("content-type"), XML, "{}", answer.text);
    parse_resource(answer.text.as_bytes()).unwrap_or_else(|issue| panic!("{issue}: {}", answer.text))
}

/// Asserts that this is a refusal in XML with this status, and returns `code: diagnostics` of its issue.
#[track_caller]
fn refused(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    let outcome = read(answer);
    assert_eq!(outcome["resourceType"], "OperationOutcome");
    let text = |name: &str| outcome["issue"][0][name].as_str().unwrap().to_owned();
    format!("{}: {}", text("code"), text("diagnostics"))
}
