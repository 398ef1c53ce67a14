//! What is stored, in the vendor's words. Pure.

pub mod account;
pub mod bundle;
pub mod face_scan;
pub mod project;
pub mod reading;

use serde_json::Value;

/// The text of a member.
pub(super) fn text<'a>(resource: &'a Value, name: &str) -> Option<&'a str> {
    resource.get(name)?.as_str()
}

/// The elements of a member that is a list; none where there is none.
pub(super) fn list<'a>(resource: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    resource.get(name).and_then(Value::as_array).into_iter().flatten()
}
