//! Whose a DICOM file is, by its own words, as a Patient. Pure.

use serde_json::{Value, json};

use super::codes::{PATIENT, PATIENT_ID};
use super::resource::set;
use crate::fhir::codes::clinical::MEDICAL_RECORD_NUMBER;
use crate::inference::dicom::{Patient, Text};

/// The id that the hospital gave, where the file has one.
#[must_use]
pub fn hospital_id(told: &Patient) -> Option<&str> {
    said(&told.id)
}

/// The Patient with this id.
#[must_use]
pub fn patient(id: &str, told: &Patient) -> Value {
    let mut identifiers = vec![json!({ "system": PATIENT, "value": id })];
    if let Some(given) = hospital_id(told) {
        let type_ = MEDICAL_RECORD_NUMBER.concept();
        identifiers.push(json!({ "type": type_, "system": PATIENT_ID, "value": given }));
    }
    let gender = match said(&told.sex) {
        Some("M") => "male",
        Some("F") => "female",
        Some("O") => "other",
        Some(_) | None => "unknown",
    };
    let mut resource = json!({
        "resourceType": "Patient",
        "id": id,
        "identifier": identifiers,
        "active": true,
        "gender": gender,
    });
    set(&mut resource, "name", name(told).map(|name| json!([name])));
    set(&mut resource, "birthDate", told.birth_date.map(|day| day.to_string().into()));
    resource
}

/// The name with its parts. Of several scripts, the first counts.
fn name(told: &Patient) -> Option<Value> {
    let alphabetic = said(&told.name)?.split('=').next().unwrap_or_default();
    let mut parts = alphabetic.split('^').map(str::trim);
    let mut part = || parts.next().filter(|part| !part.is_empty());
    let (family, given, middle, prefix, suffix) = (part(), part(), part(), part(), part());
    let given: Vec<_> = [given, middle].into_iter().flatten().collect();
    let whole: Vec<_> = given.iter().copied().chain(family).collect();
    if whole.is_empty() {
        return None;
    }
    let mut name = json!({ "text": whole.join(" ") });
    set(&mut name, "family", family.map(Value::from));
    set(&mut name, "given", Some(given).filter(|given| !given.is_empty()).map(Value::from));
    set(&mut name, "prefix", prefix.map(|prefix| json!([prefix])));
    set(&mut name, "suffix", suffix.map(|suffix| json!([suffix])));
    Some(name)
}

/// The name as people say it.
#[must_use]
pub fn full_name(told: &Patient) -> String {
    let name = name(told);
    name.and_then(|name| Some(name.get("text")?.as_str()?.to_owned())).unwrap_or_default()
}

fn said(text: &Option<Text>) -> Option<&str> {
    text.as_ref().map(|text| text.as_str().trim()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::validate::validate;

    fn told(id: &str, name: &str) -> Patient {
        let text = |text: &str| Text::try_from(text.to_owned()).ok();
        Patient { id: text(id), name: text(name), ..Patient::default() }
    }

    #[test]
    fn a_file_that_names_nobody_makes_a_patient_without_a_name() {
        let nobody = patient("p", &told(" ", "^^"));
        assert!(validate(&nobody).is_ok());
        assert_eq!((nobody.get("name"), nobody["identifier"].as_array().unwrap().len()), (None, 1));
    }

    #[test]
    fn the_parts_of_a_name_are_kept() {
        let somebody = patient("p", &told("PT-1", "Doe^Jane^Q^Dr^MD=Y^T"));
        assert!(validate(&somebody).is_ok());
        assert_eq!(
            somebody["name"],
            json!([{ "text": "Jane Q Doe", "family": "Doe", "given": ["Jane", "Q"], "prefix": ["Dr"], "suffix": ["MD"] }])
        );
        assert_eq!(full_name(&told("", "Doe")), "Doe");
    }
}
