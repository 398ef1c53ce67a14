//! Requests of this surface as FHIR resources. Pure: time, ids and the caller come in a [`Context`].

pub mod annotation;
pub mod care_team;
pub mod finding;
pub mod history;
pub mod note;
pub mod patient;
pub mod report;
pub mod result;
pub mod scan;
pub mod webhook;

use serde_json::{Value, json};

use crate::fhir::codes::hl7::provenance_participant_type::AUTHOR;
pub use crate::imaging::resource::{Context, instant};
pub(super) use crate::imaging::resource::{reference, set};

/// The Provenance of what a person writes, without its targets: who answers for it.
#[must_use]
pub fn authorship(context: &Context) -> Value {
    json!({
        "resourceType": "Provenance",
        "recorded": instant(context.now),
        "agent": [{ "type": AUTHOR.concept(), "who": reference(&context.author) }],
    })
}

/// The status of a resource.
fn status(resource: &Value) -> &str {
    resource.get("status").and_then(Value::as_str).unwrap_or_default()
}

/// The elements of a member that is a list; none where there is none.
fn list(resource: &Value, name: &str) -> Vec<Value> {
    resource.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Sets a member that is a list; FHIR has no empty ones.
fn set_list(resource: &mut Value, name: &str, items: Vec<Value>) {
    set(resource, name, Some(items).filter(|items| !items.is_empty()).map(Value::from));
}
