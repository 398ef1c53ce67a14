//! A prescription, from its MedicationRequest.

use serde_json::Value;

use super::paper::{add, add_patient, printed, words, written};
use super::{Named, Stored, list, text};
use crate::fhir::codes::clinical::{NDC, US_DEA, US_NPI};
use crate::fhir::codes::display;

/// The values by their documented names.
pub fn values(stored: Stored<'_>) -> Named {
    let mut values = Named::new();
    add_patient(&mut values, stored, "patientDOB");
    if let Some(request) = stored.first("MedicationRequest") {
        add_request(&mut values, request);
    }
    values
}

fn add_request(values: &mut Named, request: &Value) {
    let prescriber = list(request, "contained").find(|c| text(c, "resourceType") == Some("Practitioner"));
    if let Some(prescriber) = prescriber {
        let numbered = |system| {
            let is_it = |number: &&Value| text(number, "system") == Some(system);
            text(list(prescriber, "identifier").find(is_it)?, "value")
        };
        add(values, "prescriber", list(prescriber, "name").next().and_then(|name| text(name, "text")));
        add(values, "prescriberNPI", numbered(US_NPI));
        add(values, "prescriberDEA", numbered(US_DEA));
    }
    add(values, "datePrescribed", written(request, "authoredOn"));
    add(values, "medication", words(request, "medicationCodeableConcept"));
    let codings = request.get("medicationCodeableConcept");
    let mut codings = codings.into_iter().flat_map(|concept| list(concept, "coding"));
    let drug = codings.find(|coding| text(coding, "system") == Some(NDC));
    add(values, "ndcNumber", drug.and_then(|coding| text(coding, "code")));
    add(values, "genericName", printed(request, display::GENERIC_NAME));
    add(values, "brandName", printed(request, display::MEDICINE_BRAND));
    add(values, "strength", printed(request, display::STRENGTH));
    let first_text = |name| list(request, name).next().and_then(|item| text(item, "text"));
    add(values, "directions", first_text("dosageInstruction"));
    add(values, "diagnosis", first_text("reasonCode"));
    let substitution = request.get("substitution");
    add(values, "genericSubstitution", substitution.and_then(|s| words(s, "allowedCodeableConcept")));
    if let Some(dispense) = request.get("dispenseRequest") {
        let number = |name| dispense.get(name)?.get("value").cloned();
        values.extend(number("quantity").map(|value| ("quantity", value)));
        values.extend(number("expectedSupplyDuration").map(|value| ("daysSupply", value)));
        let refills = dispense.get("numberOfRepeatsAllowed").cloned();
        values.extend(refills.map(|value| ("refills", value)));
        add(values, "pharmacy", dispense.get("performer").and_then(|performer| text(performer, "display")));
    }
}
