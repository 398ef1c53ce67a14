//! Requests of this surface as FHIR resources. Pure: time and ids are passed in.

pub mod alert;
pub mod catalogue;
pub mod device;
pub mod event;
pub mod organisation;
pub mod patient;
pub mod readings;
pub mod schedule;

use serde_json::{Value, json};

/// A reference to a resource.
#[must_use]
pub fn reference(resource_type: &str, id: &str) -> Value {
    json!({ "reference": format!("{resource_type}/{id}") })
}

/// Sets a member, or takes it away.
pub fn set(resource: &mut Value, name: &str, value: Option<Value>) {
    let Some(object) = resource.as_object_mut() else { return };
    match value {
        Some(value) => drop(object.insert(name.to_owned(), value)),
        None => drop(object.shift_remove(name)),
    }
}

/// The elements of a member that is a list.
fn list(resource: &Value, name: &str) -> Vec<Value> {
    resource.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Sets a member that is a list; FHIR has no empty ones.
fn set_list(resource: &mut Value, name: &str, items: Vec<Value>) {
    set(resource, name, Some(items).filter(|items| !items.is_empty()).map(Value::from));
}

/// Puts one element that is known by a member's value in the place of what there is of it.
pub fn set_element(resource: &mut Value, name: &str, (key, value): (&str, &str), element: Option<Value>) {
    let mut items = list(resource, name);
    items.retain(|one| one.get(key).and_then(Value::as_str) != Some(value));
    items.extend(element);
    set_list(resource, name, items);
}
