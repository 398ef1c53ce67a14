//! Where the results come from: which models made them, for whom, out of which picture.

use serde_json::{Value, json};

use super::{Context, New, instant, reference};
use crate::fhir::codes::hl7::provenance_participant_type::{ASSEMBLER, ENTERER};
use crate::inference::registry::ModelRef;
use crate::vendors::models;

/// The Provenance of the results.
#[must_use]
pub fn provenance(results: &[New], models: &[ModelRef], context: &Context<'_>) -> New {
    let assembler =
        |model| json!({ "type": ASSEMBLER.concept(), "who": reference("Device", &models::id(model)) });
    let enterer = json!({ "type": ENTERER.concept(), "who": context.project() });
    let agents: Vec<Value> = models.iter().map(assembler).chain([enterer]).collect();
    let targets: Vec<_> = results.iter().map(New::reference).collect();
    let resource = json!({
        "resourceType": "Provenance",
        "target": targets,
        "occurredPeriod": context.period(),
        "recorded": instant(context.now),
        "agent": agents,
        "entity": [{ "role": "source", "what": reference("Media", &context.ids.media) }],
    });
    New { id: context.ids.provenance.clone(), resource }
}
