//! What is stored, in the vendor's words. Pure.

pub mod account;
pub mod analysis;
pub mod annotation;
pub mod care_team;
pub mod history;
pub mod note;
pub mod patient;
pub mod report;
pub mod result;
pub mod scan;

use serde_json::Value;

/// The text of a member.
pub(super) fn text<'a>(resource: &'a Value, name: &str) -> Option<&'a str> {
    resource.get(name)?.as_str()
}

/// The elements of a member that is a list; none where there is none.
pub(super) fn list<'a>(resource: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    resource.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// What a CodeableConcept says: its text, else the display or the code of its first coding.
fn said(concept: &Value) -> Option<String> {
    let coding = list(concept, "coding").next();
    let coded = || coding.and_then(|coding| text(coding, "display").or_else(|| text(coding, "code")));
    text(concept, "text").or_else(coded).map(str::to_owned)
}

/// The name that a HumanName says: its text, else its parts.
pub(super) fn name(resource: &Value) -> Option<String> {
    let name = list(resource, "name").next()?;
    if let Some(text) = text(name, "text") {
        return Some(text.to_owned());
    }
    let given = list(name, "given").filter_map(Value::as_str);
    let parts: Vec<_> = given.chain(text(name, "family")).collect();
    Some(parts.join(" ")).filter(|name| !name.is_empty())
}
