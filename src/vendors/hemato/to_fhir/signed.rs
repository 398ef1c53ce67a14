//! A report once a person has signed it, with all that it tells: they answer for it.

use serde_json::{Value, json};

use super::{Context, instant, reference, set};
use crate::fhir::codes::Code;
use crate::fhir::codes::hl7::provenance_participant_type::VERIFIER;
use crate::fhir::unconfirmed::{self, By, Standing};
use crate::vendors::hemato::from_fhir::list;

/// Whether a person answers for the report as it is.
#[must_use]
pub fn is_signed(report: &Value) -> bool {
    Standing::of(report) == Standing::Said && list(report, "resultsInterpreter").next().is_some()
}

/// The report, signed. One that was signed before, and changed since, stays amended.
#[must_use]
pub fn report(report: Value, context: &Context) -> Value {
    let mut report = unconfirmed::confirmed(report, &by(context));
    set(&mut report, "performer", Some(json!([context.author])));
    report
}

/// What the report tells, signed with it; none where it was signed as it is now, or is withdrawn. What was amended stays so.
#[must_use]
pub fn result(observation: Value, context: &Context) -> Option<Value> {
    let needs = match Standing::of(&observation) {
        Standing::Open => true,
        // What a person counted has no label that would tell whether it has changed since.
        Standing::Said => unconfirmed::is_labelled(&observation) || observation.get("device").is_none(),
        Standing::Withdrawn => false,
    };
    needs.then(|| unconfirmed::confirmed(observation, &by(context)))
}

fn by(context: &Context) -> By {
    By { author: context.author.clone(), now: context.now }
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
