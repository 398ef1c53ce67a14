//! A discharge summary or clinical note, from its Composition, the Encounter and what the sections state.

use serde_json::Value;

use super::paper::{add, add_patient, printed, words, written};
use super::{Named, Stored, list, text};
use crate::fhir::codes::clinical::{ATTENDER, PRIMARY_PERFORMER};
use crate::fhir::codes::{Code, display};
use crate::inference::device::Form;
use crate::vendors::smartscan::narrative;
use crate::vendors::smartscan::sections::{Layout, Section};

/// The values by their documented names.
pub fn values(layout: &'static Layout, stored: Stored<'_>) -> Named {
    let mut values = Named::new();
    add_patient(&mut values, stored, "patientDOB");
    if let Some(encounter) = stored.first("Encounter") {
        add_visit(&mut values, encounter);
    }
    let parts = stored.first("Composition").into_iter().flat_map(|composition| list(composition, "section"));
    for part in parts {
        let coded = |code: &Value| {
            layout.sections.iter().find(|section| section.codes.first().is_some_and(|c| c.is_in(code)))
        };
        if let Some(section) = part.get("code").and_then(coded) {
            values.extend(value(section, part).map(|value| (section.name, value)));
        }
    }
    values
}

/// A section's text; of a list, each line is an item. What a section denies is in no resource.
fn value(section: &Section, part: &Value) -> Option<Value> {
    let text = narrative::text(text(part.get("text")?, "div")?);
    Some(match section.field.form() {
        Form::List => text.lines().map(str::to_owned).collect::<Vec<_>>().into(),
        Form::Text | Form::Number | Form::Flag => text.into(),
    })
}

/// Both kinds' names; those of the other kind are not documented for this one and fall away.
fn add_visit(values: &mut Named, encounter: &Value) {
    if let Some(period) = encounter.get("period") {
        add(values, "admissionDate", written(period, "start"));
        add(values, "visitDate", written(period, "start"));
        add(values, "dischargeDate", written(period, "end"));
    }
    add(values, "visitTime", printed(encounter, display::VISIT_TIME));
    add(values, "visitType", list(encounter, "type").next().and_then(|concept| text(concept, "text")));
    let participant = |role: Code| {
        let has_role = |participant: &&Value| list(participant, "type").any(|concept| role.is_in(concept));
        text(list(encounter, "participant").find(has_role)?.get("individual")?, "display")
    };
    add(values, "attendingPhysician", participant(ATTENDER));
    add(values, "provider", participant(PRIMARY_PERFORMER));
    let hospitalization = encounter.get("hospitalization");
    add(values, "disposition", hospitalization.and_then(|h| words(h, "dischargeDisposition")));
}
