//! A prescription as a MedicationRequest whose status is not known: that it was written does not say that it holds.

use serde_json::{Value, json};

use super::document::{document, names_somebody};
use super::paper::{Paper, named};
use super::written::{concept, concept_or_absent, decimal, set_date, whole};
use super::{New, set};
use crate::fhir::codes::clinical::{DEA_NUMBER, NATIONAL_PROVIDER_IDENTIFIER, NDC, US_DEA, US_NPI};
use crate::fhir::codes::{Code, display, loinc, ucum};
use crate::fhir::primitive::Primitive;
use crate::inference::device::FieldName;

/// The id of the contained Practitioner who prescribes.
const PRESCRIBER: &str = "prescriber";

const ORDER: [FieldName; 16] = [
    FieldName::Prescriber,
    FieldName::PrescriberNpi,
    FieldName::PrescriberDea,
    FieldName::Pharmacy,
    FieldName::DatePrescribed,
    FieldName::Medication,
    FieldName::GenericName,
    FieldName::MedicineBrand,
    FieldName::Strength,
    FieldName::Quantity,
    FieldName::Directions,
    FieldName::Refills,
    FieldName::DaysSupply,
    FieldName::DrugCode,
    FieldName::Diagnosis,
    FieldName::Substitution,
];

/// The resources of a prescription, its document last. None where it says nothing.
#[must_use]
pub fn resources(paper: &Paper<'_>) -> Vec<New> {
    let mut resources = Vec::new();
    if paper.has_any(&ORDER) {
        resources.push(paper.with_id(request(paper)));
    }
    if !resources.is_empty() || names_somebody(paper) {
        resources.push(document(paper, loinc::PRESCRIPTION, None, &resources));
    }
    resources
}

fn request(paper: &Paper<'_>) -> Value {
    let text = |name| paper.text(name);
    let mut medicine = concept_or_absent(text(FieldName::Medication));
    let code = text(FieldName::DrugCode).filter(|code| Primitive::Code.check(&json!(code)).is_ok());
    set(&mut medicine, "coding", code.map(|code| json!([{ "system": NDC, "code": code }])));
    let mut resource = paper.resource(
        "MedicationRequest",
        json!({
            "status": "unknown",
            "intent": "order",
            "reportedBoolean": true,
            "medicationCodeableConcept": medicine,
            "subject": paper.subject(),
        }),
    );
    paper.add_printed(&mut resource, display::GENERIC_NAME, FieldName::GenericName);
    paper.add_printed(&mut resource, display::MEDICINE_BRAND, FieldName::MedicineBrand);
    paper.add_printed(&mut resource, display::STRENGTH, FieldName::Strength);
    if let Some(prescriber) = prescriber(paper) {
        set(&mut resource, "contained", Some(json!([prescriber])));
        set(&mut resource, "requester", Some(json!({ "reference": format!("#{PRESCRIBER}") })));
    }
    set_date(&mut resource, "authoredOn", text(FieldName::DatePrescribed), Primitive::DateTime);
    set(&mut resource, "reasonCode", text(FieldName::Diagnosis).map(|text| json!([concept(text)])));
    set(
        &mut resource,
        "dosageInstruction",
        text(FieldName::Directions).map(|text| json!([{ "text": text }])),
    );
    set(&mut resource, "dispenseRequest", dispense(paper));
    let substitution = text(FieldName::Substitution);
    let substitution = substitution.map(|text| json!({ "allowedCodeableConcept": concept(text) }));
    set(&mut resource, "substitution", substitution);
    resource
}

/// Who prescribes. It is contained: whether it is one of the tenant's Practitioners, nobody has confirmed.
fn prescriber(paper: &Paper<'_>) -> Option<Value> {
    let numbered = |name, code: Code, system: &str| {
        let number = paper.text(name)?;
        Some(json!({ "type": code.concept(), "system": system, "value": number }))
    };
    let numbers: Vec<_> = [
        numbered(FieldName::PrescriberNpi, NATIONAL_PROVIDER_IDENTIFIER, US_NPI),
        numbered(FieldName::PrescriberDea, DEA_NUMBER, US_DEA),
    ]
    .into_iter()
    .flatten()
    .collect();
    let name = paper.text(FieldName::Prescriber);
    if name.is_none() && numbers.is_empty() {
        return None;
    }
    let mut practitioner = json!({ "resourceType": "Practitioner", "id": PRESCRIBER });
    set(&mut practitioner, "identifier", (!numbers.is_empty()).then(|| numbers.into()));
    set(&mut practitioner, "name", name.map(|text| json!([{ "text": text }])));
    Some(practitioner)
}

fn dispense(paper: &Paper<'_>) -> Option<Value> {
    let digits = |name| paper.reading.digits(name);
    let mut dispense = json!({});
    let quantity = digits(FieldName::Quantity).and_then(decimal);
    set(&mut dispense, "quantity", quantity.map(|value| json!({ "value": value })));
    let refills = digits(FieldName::Refills).and_then(|digits| whole(digits, 0));
    set(&mut dispense, "numberOfRepeatsAllowed", refills.map(Value::from));
    let days = digits(FieldName::DaysSupply).and_then(decimal);
    set(&mut dispense, "expectedSupplyDuration", days.map(|days| ucum::DAY.quantity(days)));
    let pharmacy = paper.text(FieldName::Pharmacy).map(|name| named("Organization", name));
    set(&mut dispense, "performer", pharmacy);
    dispense.as_object().is_some_and(|dispense| !dispense.is_empty()).then_some(dispense)
}
