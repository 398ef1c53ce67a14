//! A report once a person has signed it, with all that it tells: they answer for it.

use serde_json::{Value, json};

use super::{Context, instant, reference, set};
use crate::clinical::smear;
use crate::fhir::codes::Code;
use crate::fhir::codes::hl7::provenance_participant_type::VERIFIER;
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::vendors::hemato::from_fhir::{list, text};

/// How far a report or a result is.
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

/// Whether a person answers for the report as it is.
#[must_use]
pub fn is_signed(report: &Value) -> bool {
    Standing::of(report) == Standing::Said && list(report, "resultsInterpreter").next().is_some()
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

/// What the report tells, signed with it; none where it was signed as it is now, or is withdrawn. What was amended stays so.
#[must_use]
pub fn result(mut observation: Value, context: &Context) -> Option<Value> {
    let needs = match Standing::of(&observation) {
        Standing::Open => true,
        // What a person counted has no label that would tell whether it has changed since.
        Standing::Said => is_unconfirmed(&observation) || observation.get("device").is_none(),
        Standing::Withdrawn => false,
    };
    needs.then(|| {
        finished(&mut observation, context);
        set(&mut observation, "performer", Some(json!([context.author])));
        observation
    })
}

/// Whether it is labelled as what no person has confirmed.
fn is_unconfirmed(resource: &Value) -> bool {
    let labels = resource.get("meta").map(|meta| list(meta, "security")).into_iter().flatten();
    let asserted = ARTIFICIAL_INTELLIGENCE_ASSERTED.coding();
    labels.into_iter().any(|label| text(label, "code") == text(&asserted, "code"))
}

fn finished(resource: &mut Value, context: &Context) {
    if Standing::of(resource) == Standing::Open {
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
