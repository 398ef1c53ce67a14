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

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// What a translation needs to know beside what is translated.
#[derive(Clone, Debug)]
pub struct Context {
    /// The time.
    pub now: DateTime<Utc>,
    /// A reference to the Practitioner who calls.
    pub author: String,
}

/// A FHIR instant.
#[must_use]
pub fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn reference(to: &str) -> Value {
    json!({ "reference": to })
}

/// The status of a resource.
fn status(resource: &Value) -> &str {
    resource.get("status").and_then(Value::as_str).unwrap_or_default()
}

/// Sets a member, or takes it away.
pub(super) fn set(resource: &mut Value, name: &str, value: Option<Value>) {
    let Some(object) = resource.as_object_mut() else { return };
    match value {
        Some(value) => drop(object.insert(name.to_owned(), value)),
        None => drop(object.shift_remove(name)),
    }
}

/// The elements of a member that is a list; none where there is none.
fn list(resource: &Value, name: &str) -> Vec<Value> {
    resource.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Sets a member that is a list; FHIR has no empty ones.
fn set_list(resource: &mut Value, name: &str, items: Vec<Value>) {
    set(resource, name, Some(items).filter(|items| !items.is_empty()).map(Value::from));
}
