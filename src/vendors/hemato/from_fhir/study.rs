//! A study by its ServiceRequest and its Task.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{list, text};
use crate::core::config::mounts::{Region, Regions};
use crate::vendors::hemato::codes::{DIAGNOSTIC_TASK, NOT_FETCHED, REGION, TAG, USER};
use crate::vendors::hemato::tags as of_tags;

fn codes<'a>(request: &'a Value, system: &'static str) -> impl Iterator<Item = &'a str> {
    let tags = request.pointer("/meta/tag").and_then(Value::as_array).into_iter().flatten();
    tags.filter(move |tag| text(tag, "system") == Some(system)).filter_map(|tag| text(tag, "code"))
}

/// The clients' tags.
#[must_use]
pub fn tags(request: &Value) -> BTreeMap<String, String> {
    codes(request, TAG).filter_map(of_tags::of_code).collect()
}

/// The region that it was made in.
#[must_use]
pub fn region(request: &Value) -> Option<Region> {
    codes(request, REGION).find_map(|code| Regions::default().find(code))
}

/// Id of the account of who made it.
#[must_use]
pub fn made_by(request: &Value) -> Option<&str> {
    let identifier = request.pointer("/requester/identifier")?;
    (text(identifier, "system") == Some(USER)).then(|| text(identifier, "value")).flatten()
}

/// The diagnostic tasks that are wanted.
#[must_use]
pub fn tasks(task: &Value) -> Vec<&str> {
    let wanted = |input: &&Value| input.get("type").is_some_and(|kind| DIAGNOSTIC_TASK.is_in(kind));
    list(task, "input")
        .filter(wanted)
        .filter_map(|input| input.pointer("/valueCodeableConcept/coding/0/code").and_then(Value::as_str))
        .collect()
}

/// Whether files of the study did not come.
#[must_use]
pub fn is_unfetched(task: &Value) -> bool {
    task.get("statusReason").is_some_and(|reason| NOT_FETCHED.is_in(reason))
}

/// Why there is no report.
#[must_use]
pub fn reason(task: &Value) -> Option<String> {
    task.pointer("/statusReason/text").and_then(Value::as_str).map(str::to_owned)
}
