//! Provenances that come with what they are about: of a request with `X-Provenance`, and of what vendors' services made.
//! <https://hl7.org/fhir/R4/provenance.html#header>
//!
//! Those that the server wrote for others are marked, and stay as they are: nobody can change or delete where something came from.

use serde_json::{Value, json};

use super::access::permit;
use super::transact::{Change, Written};
use super::{Error, create};
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::{ResourceType, validate};
use crate::identity::{Caller, Right, Surface};
use crate::storage::heads::Head;

/// The type.
pub(super) const PROVENANCE: &str = "Provenance";
/// The system of the tag that marks what the server wrote.
const SYSTEM: &str = "https://hygeia.health/fhir/CodeSystem/origin";
/// Its code.
const CODE: &str = "server";
/// Where it is told.
const HEADER: &str = "X-Provenance: ";

/// Holds what came in the header against the rules, before anything is done.
///
/// # Errors
/// When it is no valid Provenance but for its targets, which this server fills in, or the caller may not create one.
pub fn checked(caller: &Caller, sent: Value) -> Result<Value, Error> {
    let refused = |text: &str| Err(Error::BadRequest(IssueType::Invalid, format!("{HEADER}{text}")));
    if sent.get("resourceType").and_then(Value::as_str) != Some(PROVENANCE) {
        return refused("it must be a Provenance");
    }
    if sent.get("target").is_some() {
        return refused("target must be left out: it is what this request writes");
    }
    let resource_type = validate::validate(&aimed(sent.clone(), vec![json!({ "reference": "Basic/x" })]));
    let resource_type = resource_type.map_err(|issues| named(Error::Invalid(issues)))?;
    permit(caller, Right::Create, resource_type)?;
    Ok(sent)
}

/// The same refusal, saying that it is of the header.
#[must_use]
pub fn named(error: Error) -> Error {
    let Error::Invalid(issues) = error else { return error };
    let named = |issue: Issue| Issue { diagnostics: format!("{HEADER}{}", issue.diagnostics), ..issue };
    Error::Invalid(issues.into_iter().map(named).collect())
}

/// The write of the Provenance of what was written, where the caller sent one and something was.
pub(super) fn of_written(
    caller: &Caller,
    written: &[Written],
    id: impl FnOnce() -> String,
) -> Option<create::Prepared> {
    let sent = caller.provenance.as_deref()?;
    let targets =
        written.iter().filter(|written| matches!(written.change, Change::Created | Change::Updated));
    let targets = targets.filter_map(|written| {
        let stored = written.stored.as_ref()?;
        let version = format!("{}/{}/_history/{}", stored.resource_type, stored.id, stored.version);
        Some(json!({ "reference": version }))
    });
    let targets: Vec<_> = targets.collect();
    if targets.is_empty() {
        return None;
    }
    let resource_type = ResourceType::parse(PROVENANCE)?;
    Some(create::checked(resource_type, marked(aimed(sent.clone(), targets)), id()))
}

/// With these targets.
fn aimed(mut provenance: Value, targets: Vec<Value>) -> Value {
    if let Some(object) = provenance.as_object_mut() {
        object.insert("target".to_owned(), targets.into());
    }
    provenance
}

/// The same resource, marked if the server writes it for a vendor's service.
pub(super) fn marked_for(caller: &Caller, resource_type: ResourceType, resource: Value) -> Value {
    let by_vendor = Surface::VENDORS.contains(&caller.surface);
    if by_vendor && resource_type.as_str() == PROVENANCE { marked(resource) } else { resource }
}

/// The same resource, marked as the server's own: nobody can change or delete it.
pub(super) fn marked(mut resource: Value) -> Value {
    let Some(object) = resource.as_object_mut() else { return resource };
    let meta = object.entry("meta").or_insert_with(|| json!({}));
    if let Some(meta) = meta.as_object_mut() {
        let tags = meta.entry("tag").or_insert_with(|| json!([]));
        if let Some(tags) = tags.as_array_mut() {
            tags.push(json!({ "system": SYSTEM, "code": CODE }));
        }
    }
    resource
}

/// Refuses to change what the server wrote.
pub(super) fn keep(resource_type: ResourceType, head: Option<&Head>) -> Result<(), Error> {
    let body = head.filter(|_| resource_type.as_str() == PROVENANCE).and_then(|head| head.body.as_deref());
    let Some(body) = body else { return Ok(()) };
    let current: Value = serde_json::from_str(body).map_err(Error::internal)?;
    let tags = current.pointer("/meta/tag").and_then(Value::as_array);
    let text = |tag: &Value, name: &str| tag.get(name).and_then(Value::as_str).map(str::to_owned);
    let is_mark = |tag: &Value| {
        text(tag, "system").as_deref() == Some(SYSTEM) && text(tag, "code").as_deref() == Some(CODE)
    };
    if tags.is_some_and(|tags| tags.iter().any(is_mark)) { Err(Error::MethodNotAllowed) } else { Ok(()) }
}
