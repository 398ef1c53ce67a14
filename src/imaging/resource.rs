//! What all resources here are built with. Pure.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// What a translation needs to know beside what is translated.
#[derive(Clone, Debug)]
pub struct Context {
    /// The time.
    pub now: DateTime<Utc>,
    /// A reference to who calls; empty, where no resource stands for the caller.
    pub author: String,
}

impl Context {
    /// Who calls, as a Reference.
    #[must_use]
    pub fn who(&self) -> Value {
        if self.author.is_empty() {
            return json!({ "display": "A program without a resource of its own" });
        }
        reference(&self.author)
    }
}

/// A FHIR instant.
#[must_use]
pub fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A Reference.
#[must_use]
pub fn reference(to: &str) -> Value {
    json!({ "reference": to })
}

/// Sets a member, or takes it away.
pub fn set(resource: &mut Value, name: &str, value: Option<Value>) {
    let Some(object) = resource.as_object_mut() else { return };
    match value {
        Some(value) => drop(object.insert(name.to_owned(), value)),
        None => drop(object.shift_remove(name)),
    }
}

/// The text of a member.
#[must_use]
pub fn text<'a>(resource: &'a Value, name: &str) -> Option<&'a str> {
    resource.get(name)?.as_str()
}

/// The elements of a member that is a list; none where there is none.
pub fn list<'a>(resource: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    resource.get(name).and_then(Value::as_array).into_iter().flatten()
}
