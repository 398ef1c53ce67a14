//! Names and addresses that a form asks for in parts: `Surname` and `Given names`, `Street`, `City`, `State` and `ZIP`.

use super::finding;
use super::labels::{Label, Share, Whose};
use super::parts::Part;
use super::value;
use crate::inference::device::finding::Finding;
use crate::inference::device::{FieldName, Value};

/// Adds the patient's name from its parts, and to the street what stands behind its other labels.
pub fn join(parts: &[Part], found: &mut Vec<Finding>, ceiling: f32) {
    let of = |share: Share| {
        let mut said = parts.iter().filter_map(|part| {
            let label = part.label.filter(|label| label.share == share)?;
            finding(part, label, &part.text(), ceiling)
        });
        let first = said.next()?;
        // Of two towns nobody can tell which is the patient's.
        said.all(|other| other.value == first.value).then_some(first)
    };
    if !found.iter().any(|one| one.name == FieldName::PatientName)
        && let (Some(given), Some(family)) = (of(Share::Given), of(Share::Family))
    {
        found.extend(together(given, family, " "));
    }
    if !found.iter().any(|one| one.name == FieldName::PatientName) {
        found.extend(parts.iter().find_map(|part| behind_number(part, ceiling)));
    }
    let Some(place) = found.iter().position(|one| one.name == FieldName::PatientAddress) else { return };
    for share in [Share::Town, Share::State, Share::Zip] {
        let Some(more) = of(share) else { continue };
        let has = |one: &Finding| match (&one.value, &more.value) {
            (Value::Text(whole), Value::Text(part)) => whole.to_lowercase().contains(&part.to_lowercase()),
            _ => true,
        };
        let Some(street) = found.get(place).filter(|one| !has(one)).cloned() else { continue };
        if let (Some(whole), Some(slot)) = (together(street, more, ", "), found.get_mut(place)) {
            *slot = whole;
        }
    }
}

/// The name that follows a patient's number, as the programs of practices print both: `ID: 5412 - Jane Smith (F)`.
fn behind_number(part: &Part, ceiling: f32) -> Option<Finding> {
    // What follows a code of an illness, or a doctor's number, is no patient.
    let is_patients = |label: &Label| label.whose == Whose::Patients;
    if !part.label.is_none_or(is_patients) {
        return None;
    }
    let text = part.text();
    let (number, name) = text.split_once(" - ")?;
    let is_number = number.len() <= 12
        && number.chars().filter(char::is_ascii_digit).count() >= 2
        && !number.contains(' ');
    let name = value::person(name).filter(|name| is_number && name.split_whitespace().count() >= 2)?;
    let confidence = ceiling.min(part.legibility());
    Some(Finding { name: FieldName::PatientName, value: Value::Text(name), confidence, quad: part.quad()? })
}

fn together(one: Finding, other: Finding, mark: &str) -> Option<Finding> {
    let (Value::Text(first), Value::Text(second)) = (&one.value, &other.value) else { return None };
    let value = Value::Text(format!("{first}{mark}{second}"));
    Some(Finding { value, confidence: one.confidence.min(other.confidence), ..one })
}
