//! A vaccine certificate, from its Immunization.

use serde_json::Value;

use super::paper::{add, add_patient, words, written};
use super::{Named, Stored, list, text};
use crate::fhir::codes::clinical::ADMINISTERING_PROVIDER;

/// The values by their documented names.
pub fn values(stored: Stored<'_>) -> Named {
    let mut values = Named::new();
    add_patient(&mut values, stored, "dateOfBirth");
    if let Some(immunization) = stored.first("Immunization") {
        add_dose(&mut values, immunization);
    }
    let recommendation = stored.first("ImmunizationRecommendation");
    let next = recommendation.and_then(|recommendation| list(recommendation, "recommendation").next());
    let criterion = next.and_then(|next| list(next, "dateCriterion").next());
    add(&mut values, "nextDueDate", criterion.and_then(|criterion| written(criterion, "value")));
    values
}

fn add_dose(values: &mut Named, immunization: &Value) {
    let display = |name| text(immunization.get(name)?, "display");
    add(values, "vaccineName", words(immunization, "vaccineCode"));
    add(values, "manufacturer", display("manufacturer"));
    let given = text(immunization, "occurrenceDateTime").or_else(|| text(immunization, "occurrenceString"));
    add(values, "vaccinationDate", given);
    add(values, "lotNumber", text(immunization, "lotNumber"));
    add(values, "routeOfAdministration", words(immunization, "route"));
    add(values, "injectionSite", words(immunization, "site"));
    add(values, "vaccineExpiration", written(immunization, "expirationDate"));
    for performer in list(immunization, "performer") {
        let gave_it =
            performer.get("function").is_some_and(|function| ADMINISTERING_PROVIDER.is_in(function));
        let name = if gave_it { "administrator" } else { "healthcareProvider" };
        add(values, name, performer.get("actor").and_then(|actor| text(actor, "display")));
    }
    let education = list(immunization, "education").next();
    add(values, "visDate", education.and_then(|education| written(education, "publicationDate")));
    let protocol = list(immunization, "protocolApplied").next();
    let dose = protocol.and_then(|protocol| {
        protocol.get("doseNumberPositiveInt").or_else(|| protocol.get("doseNumberString"))
    });
    values.extend(dose.map(|dose| ("doseNumber", dose.clone())));
}
