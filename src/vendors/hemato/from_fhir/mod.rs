//! What is stored, in the vendor's words. Pure.

pub mod cell;
pub mod report;
pub mod smear;
pub mod study;

use serde_json::Value;

use super::codes::FILE;

/// The text of a member.
pub(super) fn text<'a>(resource: &'a Value, name: &str) -> Option<&'a str> {
    resource.get(name)?.as_str()
}

/// The elements of a member that is a list; none where there is none.
pub(super) fn list<'a>(resource: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    resource.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The value of the identifier of that system.
pub(super) fn identifier<'a>(resource: &'a Value, system: &str) -> Option<&'a str> {
    let of_system = |one: &&Value| text(one, "system") == Some(system);
    list(resource, "identifier").find(of_system).and_then(|one| text(one, "value"))
}

/// The vendor's id of the file that a Media is.
#[must_use]
pub fn file_id(media: &Value) -> Option<&str> {
    identifier(media, FILE)
}

/// The name that a HumanName says: its text, else its parts.
#[must_use]
pub fn name(resource: &Value) -> Option<String> {
    let name = list(resource, "name").next()?;
    if let Some(text) = text(name, "text") {
        return Some(text.to_owned());
    }
    let given = list(name, "given").filter_map(Value::as_str);
    let parts: Vec<_> = given.chain(text(name, "family")).collect();
    Some(parts.join(" ")).filter(|name| !name.is_empty())
}
