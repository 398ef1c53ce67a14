//! The series and instances of an ImagingStudy, by what DICOM files say of themselves. Pure.
//! <https://hl7.org/fhir/R4/imagingstudy-mappings.html#dicom>

use serde_json::{Value, json};

use super::codes::{ACCESSION, ACCESSION_TYPE, DCM, DICOM_UID, STUDY_ID, oid};
use super::instance::Instance;
use super::resource::{list, set, text};
use crate::inference::dicom::{Metadata, Text};

/// DICOM's word for a modality that has none of its own.
const OTHER: &str = "OT";
/// Longest Code String.
const LONGEST_CODE: usize = 16;

/// The ImagingStudy with these instances more. What it says already of study and series stays.
#[must_use]
pub fn with(mut study: Value, instances: &[Instance]) -> Value {
    let Some(first) = instances.first() else { return study };
    name(&mut study, &first.metadata);
    let mut series: Vec<Value> = list(&study, "series").cloned().collect();
    for instance in instances {
        add(&mut series, instance);
    }
    let mut modalities: Vec<Value> = Vec::new();
    for modality in series.iter().filter_map(|one| one.get("modality")) {
        if !modalities.contains(modality) {
            modalities.push(modality.clone());
        }
    }
    let count: usize = series.iter().map(|one| list(one, "instance").count()).sum();
    set(&mut study, "modality", Some(modalities.into()));
    set(&mut study, "numberOfSeries", Some(series.len().into()));
    set(&mut study, "numberOfInstances", Some(count.into()));
    set(&mut study, "series", Some(series.into()));
    study
}

/// What a study is known by, unless it is already.
fn name(study: &mut Value, told: &Metadata) {
    let mut identifiers: Vec<Value> = list(study, "identifier").cloned().collect();
    if identifiers.iter().any(|one| text(one, "system") == Some(DICOM_UID)) {
        return;
    }
    identifiers.push(json!({ "system": DICOM_UID, "value": oid(told.study.as_str()) }));
    let known =
        |text: &Option<Text>| Some(text.as_ref()?.as_str().trim().to_owned()).filter(|text| !text.is_empty());
    if let Some(number) = known(&told.accession_number) {
        identifiers.push(json!({ "type": ACCESSION_TYPE.concept(), "system": ACCESSION, "value": number }));
    }
    if let Some(id) = known(&told.study_id) {
        identifiers.push(json!({ "system": STUDY_ID, "value": id }));
    }
    set(study, "identifier", Some(identifiers.into()));
    set(study, "description", known(&told.study_description).map(Value::from));
    set(study, "referrer", known(&told.referrer).map(|name| json!({ "display": name })));
}

fn add(series: &mut Vec<Value>, instance: &Instance) {
    let told = &instance.metadata;
    let at = series.iter().position(|one| text(one, "uid") == Some(told.series.as_str()));
    let mut new = json!({
        "uid": told.instance.as_str(),
        "sopClass": { "system": "urn:ietf:rfc:3986", "code": oid(told.class.as_str()) },
    });
    let natural = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok()).map(Value::from);
    set(&mut new, "number", natural(told.instance_number));
    set(&mut new, "title", Some(instance.file.name.as_str().into()));
    let mut one = match at {
        Some(at) => series.remove(at),
        None => json!({ "uid": told.series.as_str(), "modality": modality(told) }),
    };
    if at.is_none() {
        let texts = [("description", &told.series_description)];
        for (name, text) in texts {
            set(&mut one, name, text.as_ref().map(|text| text.as_str().into()));
        }
        set(&mut one, "number", natural(told.series_number));
        let part = told.body_part.as_ref().map(|part| json!({ "display": part.as_str() }));
        set(&mut one, "bodySite", part);
    }
    let mut instances: Vec<Value> = list(&one, "instance").cloned().collect();
    if !instances.iter().any(|known| text(known, "uid") == Some(told.instance.as_str())) {
        instances.push(new);
    }
    set(&mut one, "numberOfInstances", Some(instances.len().into()));
    set(&mut one, "instance", Some(instances.into()));
    series.insert(at.unwrap_or(series.len()), one);
}

/// The modality as a Coding. What is no Code String is none that a reader could know.
#[must_use]
pub fn modality(told: &Metadata) -> Value {
    let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let said = told.modality.as_ref().map(|text| text.as_str().trim());
    let code = said.filter(|code| (1..=LONGEST_CODE).contains(&code.len()) && code.bytes().all(is_letter));
    json!({ "system": DCM, "code": code.unwrap_or(OTHER) })
}

/// The Study Instance UID; none of a study that no DICOM file is of.
#[must_use]
pub fn uid(study: &Value) -> Option<&str> {
    identifier(study, DICOM_UID)?.strip_prefix("urn:oid:")
}

/// The value of the study's identifier of this system.
#[must_use]
pub fn identifier<'a>(study: &'a Value, system: &str) -> Option<&'a str> {
    list(study, "identifier")
        .find(|one| text(one, "system") == Some(system))
        .and_then(|one| text(one, "value"))
}

/// The SOP Instance UIDs of all instances, in their order.
pub fn instances(study: &Value) -> impl Iterator<Item = &str> {
    list(study, "series").flat_map(|series| list(series, "instance")).filter_map(|one| text(one, "uid"))
}
