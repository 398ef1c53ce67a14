//! What a model says before a person has judged it, and what becomes of it then. Pure.
//!
//! It is labelled AIAST. A person confirms it as it is, puts something else in its place, or withdraws it; from then on that person
//! answers for it, whichever API they used. Earlier versions stay.
//! <https://hl7.org/fhir/R4/valueset-observation-status.html>

mod stated;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

pub use stated::{Edit, Kind, NotCorrected, Stated, corrected, stated};

use super::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::core::draft;

/// How far an Observation or a DiagnosticReport is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// More is to come, or nobody has looked at it.
    Open,
    /// Somebody has said so.
    Said,
    /// It was withdrawn, or nobody knows.
    Withdrawn,
}

impl Standing {
    /// By its status: those of a report (<https://hl7.org/fhir/R4/valueset-diagnostic-report-status.html>) have those of a result.
    #[must_use]
    pub fn of(resource: &Value) -> Self {
        match text(resource, "status") {
            Some("registered" | "partial" | "preliminary") => Self::Open,
            Some("final" | "amended" | "corrected" | "appended") => Self::Said,
            Some(_) | None => Self::Withdrawn,
        }
    }
}

/// Who answers for something from now on.
#[derive(Clone, Debug)]
pub struct By {
    /// A reference to the person.
    pub author: Value,
    /// The time.
    pub now: DateTime<Utc>,
}

/// Whether a model says so and no person has: it is labelled, and was not withdrawn.
#[must_use]
pub fn is_unconfirmed(resource: &Value) -> bool {
    is_labelled(resource) && Standing::of(resource) != Standing::Withdrawn
}

/// Whether it is labelled as what no person has confirmed.
#[must_use]
pub fn is_labelled(resource: &Value) -> bool {
    let labels = resource.pointer("/meta/security").and_then(Value::as_array);
    labels.into_iter().flatten().any(|label| ARTIFICIAL_INTELLIGENCE_ASSERTED.is_coded_by(label))
}

/// The same Observation or DiagnosticReport, confirmed as it is. That a model made it stays true; that nobody has confirmed it does not, and
/// a file that was made of it says so.
#[must_use]
pub fn confirmed(mut resource: Value, by: &By) -> Value {
    if Standing::of(&resource) == Standing::Open {
        set(&mut resource, "status", Some("final".into()));
    }
    answered_for(&mut resource, by);
    if let Some(conclusion) = text(&resource, "conclusion").map(draft::answered_for) {
        set(&mut resource, "conclusion", Some(conclusion.into()));
    }
    resource
}

/// A DiagnosticReport of which a result is another than a model said: what that concluded, and drew, it concludes no longer.
#[must_use]
pub fn report_of_corrected(mut report: Value, reason: &str, by: &By) -> Value {
    set(&mut report, "status", Some("amended".into()));
    answered_for(&mut report, by);
    set(&mut report, "conclusionCode", None);
    set(&mut report, "conclusion", Some(reason).filter(|reason| !reason.is_empty()).map(Value::from));
    report
}

/// The same Observation or DiagnosticReport, which is wrong and stands no longer. It keeps its label: nobody has confirmed it.
#[must_use]
pub fn withdrawn(mut resource: Value, reason: &str, by: &By) -> Value {
    set(&mut resource, "status", Some("entered-in-error".into()));
    set(&mut resource, "issued", Some(instant(by.now).into()));
    if is_report(&resource) {
        set(&mut resource, "presentedForm", None);
    } else {
        note(&mut resource, reason, by);
    }
    resource
}

/// The person answers for it: it is theirs, of now, and labelled no longer.
fn answered_for(resource: &mut Value, by: &By) {
    set(resource, "issued", Some(instant(by.now).into()));
    unlabel(resource);
    if is_report(resource) {
        set(resource, "resultsInterpreter", Some(json!([by.author])));
        set(resource, "presentedForm", None);
    } else {
        // For whom it was made, or of whom it is, stays.
        let kept = list(resource, "performer").filter(|one| {
            let to = text(one, "reference").unwrap_or_default();
            to.starts_with("Organization/") || to.starts_with("Patient/")
        });
        let performers: Vec<_> = std::iter::once(by.author.clone()).chain(kept.cloned()).collect();
        set(resource, "performer", Some(performers.into()));
    }
}

/// Takes the label away, and no other.
fn unlabel(resource: &mut Value) {
    let Some(meta) = resource.get_mut("meta") else { return };
    let others: Vec<_> = list(meta, "security")
        .filter(|label| !ARTIFICIAL_INTELLIGENCE_ASSERTED.is_coded_by(label))
        .cloned()
        .collect();
    set(meta, "security", Some(others).filter(|others| !others.is_empty()).map(Value::from));
    if meta.as_object().is_some_and(Map::is_empty) {
        set(resource, "meta", None);
    }
}

/// Adds a remark of the person, where there is one.
fn note(resource: &mut Value, remark: &str, by: &By) {
    if remark.is_empty() {
        return;
    }
    let who = by.author.get("reference").map(|_| ("authorReference", by.author.clone()));
    let mut new = json!({ "time": instant(by.now), "text": remark });
    if let Some((name, who)) = who {
        set(&mut new, name, Some(who));
    }
    let notes: Vec<_> = list(resource, "note").cloned().chain([new]).collect();
    set(resource, "note", Some(notes.into()));
}

fn is_report(resource: &Value) -> bool {
    text(resource, "resourceType") == Some("DiagnosticReport")
}

fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn text<'a>(resource: &'a Value, name: &str) -> Option<&'a str> {
    resource.get(name).and_then(Value::as_str)
}

fn list<'a>(resource: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    resource.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// Sets a member, or takes it away.
fn set(resource: &mut Value, name: &str, value: Option<Value>) {
    let Some(object) = resource.as_object_mut() else { return };
    match value {
        Some(value) => drop(object.insert(name.to_owned(), value)),
        None => drop(object.shift_remove(name)),
    }
}

#[cfg(test)]
mod tests;
