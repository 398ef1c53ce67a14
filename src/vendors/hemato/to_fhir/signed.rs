//! A report once a person has signed it, with all that it tells: they answer for it.

use serde_json::{Value, json};

use super::{Context, instant, reference, set};
use crate::clinical::smear;
use crate::fhir::codes::Code;
use crate::fhir::codes::hl7::provenance_participant_type::VERIFIER;
use crate::vendors::hemato::from_fhir::{list, text};

/// Whether a person answers for the report as it is.
#[must_use]
pub fn is_signed(report: &Value) -> bool {
    let is_final = matches!(text(report, "status"), Some("final" | "amended" | "corrected" | "appended"));
    is_final && list(report, "resultsInterpreter").next().is_some()
}

/// The report, signed. One that was signed before, and changed since, stays amended.
#[must_use]
pub fn report(mut report: Value, context: &Context) -> Value {
    finished(&mut report, context);
    for name in ["performer", "resultsInterpreter"] {
        set(&mut report, name, Some(json!([context.author])));
    }
    let conclusion = text(&report, "conclusion").map(smear::signed);
    set(&mut report, "conclusion", conclusion.map(Value::from));
    report
}

/// What the report tells, signed with it; none where that was so before.
#[must_use]
pub fn result(mut observation: Value, context: &Context) -> Option<Value> {
    let is_open = matches!(text(&observation, "status"), Some("registered" | "partial" | "preliminary"));
    is_open.then(|| {
        finished(&mut observation, context);
        set(&mut observation, "performer", Some(json!([context.author])));
        observation
    })
}

fn finished(resource: &mut Value, context: &Context) {
    let is_open = matches!(text(resource, "status"), Some("registered" | "partial" | "preliminary"));
    if is_open {
        set(resource, "status", Some("final".into()));
    }
    set(resource, "issued", Some(instant(context.now).into()));
    if let Some(meta) = resource.get_mut("meta") {
        // That a model made it stays true; that nobody has confirmed it does not.
        set(meta, "security", None);
    }
}

/// The Provenance: who answers for these.
#[must_use]
pub fn provenance(targets: &[String], context: &Context) -> Value {
    by_person(targets, VERIFIER, context)
}

pub(super) fn by_person(targets: &[String], role: Code, context: &Context) -> Value {
    json!({
        "resourceType": "Provenance",
        "target": targets.iter().map(|target| reference(target)).collect::<Vec<_>>(),
        "recorded": instant(context.now),
        "agent": [{ "type": role.concept(), "who": context.author }],
    })
}
