//! A vaccine certificate as an Immunization, and the next dose as an ImmunizationRecommendation.

use serde_json::{Value, json};

use super::document::{document, names_somebody};
use super::paper::{Paper, named};
use super::written::{absent, concept, concept_or_absent, set_date, whole};
use super::{New, instant, set};
use crate::fhir::codes::clinical::{ADMINISTERING_PROVIDER, VACCINE_DUE, WRITTEN_RECORD};
use crate::fhir::codes::loinc;
use crate::fhir::primitive::Primitive;
use crate::inference::device::FieldName;

const DOSE: [FieldName; 11] = [
    FieldName::VaccineName,
    FieldName::Manufacturer,
    FieldName::VaccinationDate,
    FieldName::LotNumber,
    FieldName::Administrator,
    FieldName::HealthcareProvider,
    FieldName::DoseNumber,
    FieldName::Route,
    FieldName::InjectionSite,
    FieldName::InformationStatementDate,
    FieldName::VaccineExpiration,
];

/// The resources of a certificate, its document last. None where it says nothing.
#[must_use]
pub fn resources(paper: &Paper<'_>) -> Vec<New> {
    let mut resources = Vec::new();
    if paper.has_any(&DOSE) {
        resources.push(paper.with_id(immunization(paper)));
    }
    if let Some(due) = paper.text(FieldName::NextDueDate) {
        resources.push(paper.with_id(recommendation(paper, due)));
    }
    if !resources.is_empty() || names_somebody(paper) {
        resources.push(document(paper, loinc::HISTORY_OF_IMMUNIZATION, None, &resources));
    }
    resources
}

fn immunization(paper: &Paper<'_>) -> Value {
    let mut resource = paper.resource(
        "Immunization",
        json!({
            "status": "completed",
            "vaccineCode": concept_or_absent(paper.text(FieldName::VaccineName)),
            "patient": paper.subject(),
            "recorded": instant(paper.context.started),
            "primarySource": false,
            "reportOrigin": WRITTEN_RECORD.concept(),
        }),
    );
    let text = |name| paper.text(name);
    match text(FieldName::VaccinationDate) {
        Some(date) if Primitive::DateTime.check(&json!(date)).is_ok() => {
            set(&mut resource, "occurrenceDateTime", Some(date.into()));
        }
        Some(words) => set(&mut resource, "occurrenceString", Some(words.into())),
        None => set(&mut resource, "_occurrenceDateTime", Some(json!({ "extension": absent() }))),
    }
    let manufacturer = text(FieldName::Manufacturer).map(|name| named("Organization", name));
    set(&mut resource, "manufacturer", manufacturer);
    set(&mut resource, "lotNumber", text(FieldName::LotNumber).map(Value::from));
    set_date(&mut resource, "expirationDate", text(FieldName::VaccineExpiration), Primitive::Date);
    set(&mut resource, "route", text(FieldName::Route).map(concept));
    set(&mut resource, "site", text(FieldName::InjectionSite).map(concept));
    let performers = performers(paper);
    set(&mut resource, "performer", (!performers.is_empty()).then(|| performers.into()));
    if let Some(date) = text(FieldName::InformationStatementDate) {
        let mut education = json!({ "documentType": "VIS" });
        set_date(&mut education, "publicationDate", Some(date), Primitive::DateTime);
        set(&mut resource, "education", Some(json!([education])));
    }
    if let Some(digits) = paper.reading.digits(FieldName::DoseNumber) {
        let dose = match whole(digits, 1) {
            Some(dose) => json!({ "doseNumberPositiveInt": dose }),
            None => json!({ "doseNumberString": digits }),
        };
        set(&mut resource, "protocolApplied", Some(json!([dose])));
    }
    resource
}

fn performers(paper: &Paper<'_>) -> Vec<Value> {
    let person = paper.text(FieldName::Administrator).map(
        |name| json!({ "function": ADMINISTERING_PROVIDER.concept(), "actor": named("Practitioner", name) }),
    );
    let place = paper.text(FieldName::HealthcareProvider);
    let place = place.map(|name| json!({ "actor": named("Organization", name) }));
    [person, place].into_iter().flatten().collect()
}

fn recommendation(paper: &Paper<'_>, due: &str) -> Value {
    let mut criterion = json!({ "code": loinc::DATE_VACCINE_DUE.concept() });
    set_date(&mut criterion, "value", Some(due), Primitive::DateTime);
    paper.resource(
        "ImmunizationRecommendation",
        json!({
            "patient": paper.subject(),
            "date": instant(paper.context.now),
            "recommendation": [{
                "vaccineCode": [concept_or_absent(paper.text(FieldName::VaccineName))],
                "forecastStatus": VACCINE_DUE.concept(),
                "dateCriterion": [criterion],
            }],
        }),
    )
}
