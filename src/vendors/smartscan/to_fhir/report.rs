//! The result of a test as a DiagnosticReport over its Observations.

use serde_json::{Value, json};

use super::{Context, New, instant, reference, set};
use crate::fhir::codes::clinical::LABORATORY_REPORT;
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;

/// The report of these Observations; it is about what the first of them is about.
#[must_use]
pub fn report(observations: &[New], context: &Context<'_>) -> Option<New> {
    let first = &observations.first()?.resource;
    let results: Vec<Value> = observations.iter().map(New::reference).collect();
    let mut resource = json!({
        "resourceType": "DiagnosticReport",
        "meta": { "security": [ARTIFICIAL_INTELLIGENCE_ASSERTED.coding()] },
        "status": "preliminary",
        "category": [LABORATORY_REPORT.concept()],
        "issued": instant(context.now),
        "performer": [context.project()],
        "result": results,
        "media": [{ "link": reference("Media", &context.ids.media) }],
    });
    for name in ["code", "subject", "effectiveDateTime", "effectivePeriod"] {
        set(&mut resource, name, first.get(name).cloned());
    }
    Some(New::of(resource, context))
}
