//! The stay or visit that a document tells of.

use serde_json::{Value, json};

use super::New;
use super::paper::{Paper, named};
use super::set;
use super::written::{absent, concept, set_date};
use crate::fhir::codes::clinical::{AMBULATORY, ATTENDER, DISCHARGE_DIAGNOSIS, INPATIENT, PRIMARY_PERFORMER};
use crate::fhir::codes::{Code, display};
use crate::fhir::primitive::Primitive;
use crate::inference::device::{DeviceKind, FieldName};

/// The Encounter, with the Conditions that were stated of it. Its status is not known: the document is not the hospital's system.
#[must_use]
pub fn encounter(paper: &Paper<'_>, id: &str, conditions: &[New]) -> New {
    let of_stay = paper.reading.kind == DeviceKind::DischargeSummary;
    let mut resource = paper.resource(
        "Encounter",
        json!({
            "status": "unknown",
            "class": if of_stay { INPATIENT.coding() } else { class(paper.text(FieldName::VisitType)) },
            "subject": paper.subject(),
        }),
    );
    let visit_type = paper.text(FieldName::VisitType);
    set(&mut resource, "type", visit_type.map(|text| json!([concept(text)])));
    set(&mut resource, "period", period(paper));
    paper.add_printed(&mut resource, display::VISIT_TIME, FieldName::VisitTime);
    let attending = paper.text(FieldName::AttendingPhysician).map(|name| participant(ATTENDER, name));
    let seen_by = paper.text(FieldName::Clinician).map(|name| participant(PRIMARY_PERFORMER, name));
    let participants: Vec<_> = [attending, seen_by].into_iter().flatten().collect();
    set(&mut resource, "participant", (!participants.is_empty()).then(|| participants.into()));
    let disposition = paper.text(FieldName::Disposition);
    let disposition = disposition.map(|text| json!({ "dischargeDisposition": concept(text) }));
    set(&mut resource, "hospitalization", disposition);
    let diagnosis = |condition: &New| {
        let mut diagnosis = json!({ "condition": condition.reference() });
        set(&mut diagnosis, "use", of_stay.then(|| DISCHARGE_DIAGNOSIS.concept()));
        diagnosis
    };
    let diagnoses: Vec<_> = conditions.iter().map(diagnosis).collect();
    set(&mut resource, "diagnosis", (!diagnoses.is_empty()).then(|| diagnoses.into()));
    New { id: id.to_owned(), resource }
}

/// In or out of a hospital, where the words say so. A visit before or after a stay is none.
fn class(visit_type: Option<&str>) -> Value {
    let text = visit_type.unwrap_or_default().to_lowercase();
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let any = |known: &[&str]| known.iter().any(|known| words.contains(known));
    let another = any(&["followup", "post", "pre", "after", "before"])
        || words.windows(2).any(|two| two == ["follow", "up"]);
    let inside = any(&["inpatient", "hospital", "ward", "round", "rounds"]) && !another;
    let outside = any(&["office", "outpatient", "clinic", "ambulatory"]);
    match (inside, outside) {
        (true, false) => INPATIENT.coding(),
        (false, true) => AMBULATORY.coding(),
        (true, true) | (false, false) => json!({ "extension": absent() }),
    }
}

fn period(paper: &Paper<'_>) -> Option<Value> {
    let mut period = json!({});
    let start = paper.text(FieldName::AdmissionDate).or_else(|| paper.text(FieldName::VisitDate));
    set_date(&mut period, "start", start, Primitive::DateTime);
    set_date(&mut period, "end", paper.text(FieldName::DischargeDate), Primitive::DateTime);
    period.as_object().is_some_and(|period| !period.is_empty()).then_some(period)
}

fn participant(role: Code, name: &str) -> Value {
    json!({ "type": [role.concept()], "individual": named("Practitioner", name) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_tell_where_a_visit_was() {
        for unclear in [
            "Steward visit",
            "Ground transport",
            "Clinical review",
            "Hospital follow-up",
            "Hospital followup",
            "Post-hospital visit",
            "Hospital outpatient",
            "Follow-up",
            "",
        ] {
            assert_eq!(class(Some(unclear)), json!({ "extension": absent() }), "{unclear}");
        }
        assert_eq!(class(None), json!({ "extension": absent() }));
        for inside in ["Inpatient", "Hospital visit", "Ward rounds", "hospital: new"] {
            assert_eq!(class(Some(inside)), INPATIENT.coding(), "{inside}");
        }
        for outside in ["Office visit", "Clinic follow-up", "Outpatient"] {
            assert_eq!(class(Some(outside)), AMBULATORY.coding(), "{outside}");
        }
    }
}
