//! Requests of this surface, and what models find, as FHIR resources. Pure: time, ids and the caller come in a [`Context`].

pub mod cell;
pub mod corrected;
pub mod file;
pub mod report;
pub mod signed;
pub mod study;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// What a translation needs to know beside what is translated.
#[derive(Clone, Debug)]
pub struct Context {
    /// The time.
    pub now: DateTime<Utc>,
    /// A reference to who calls.
    pub author: Value,
}

/// A FHIR instant.
#[must_use]
pub fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn reference(to: &str) -> Value {
    json!({ "reference": to })
}

/// Sets a member, or takes it away.
pub(super) fn set(resource: &mut Value, name: &str, value: Option<Value>) {
    let Some(object) = resource.as_object_mut() else { return };
    match value {
        Some(value) => drop(object.insert(name.to_owned(), value)),
        None => drop(object.shift_remove(name)),
    }
}
