//! Studies, series and instances as DICOM's attributes, by what is stored of them. Pure.

use chrono::DateTime;
use serde_json::Value;

use super::attributes::Dataset;
use super::studies::{Series, Study};
use crate::imaging::codes::{ACCESSION, PATIENT_ID, STUDY_ID};
use crate::imaging::resource::{list, text};
use crate::imaging::study::identifier;

/// A study, to be retrieved below this address.
#[must_use]
pub fn study(study: &Study, base: &str) -> Dataset {
    let none = Value::Null;
    let first = study.resources.first().map_or(&none, |(_, json)| json);
    let started = text(first, "started").and_then(|time| DateTime::parse_from_rfc3339(time).ok());
    // Of a file that told no offset nobody knows it: its time is kept as UTC's, which is written so.
    let is_told = text(first, "started").is_some_and(|time| !time.ends_with('Z'));
    let offset = started.filter(|_| is_told).map(|time| time.format("%z").to_string());
    let series = study.series();
    let mut modalities: Vec<&str> =
        series.iter().filter_map(|one| text(one.json.get("modality")?, "code")).collect();
    modalities.sort_unstable();
    modalities.dedup();
    let count: usize = series.iter().map(|one| one.instances.len()).sum();
    let told = Dataset::default()
        .with("StudyDate", started.map(|time| time.format("%Y%m%d").to_string()))
        .with("StudyTime", started.map(|time| time.format("%H%M%S").to_string()))
        .with("AccessionNumber", identifier(first, ACCESSION))
        .with("InstanceAvailability", ["ONLINE"])
        .with("ModalitiesInStudy", modalities)
        .with("ReferringPhysicianName", first.get("referrer").and_then(|one| text(one, "display")))
        .with("StudyDescription", text(first, "description"))
        .with("StudyInstanceUID", [study.uid.as_str()])
        .with("StudyID", identifier(first, STUDY_ID))
        .with("NumberOfStudyRelatedSeries", [series.len()])
        .with("NumberOfStudyRelatedInstances", [count])
        .with("RetrieveURL", [format!("{base}/studies/{}", study.uid)])
        .and(&patient(study.patient.as_ref()));
    match offset {
        Some(offset) => told.with("TimezoneOffsetFromUTC", [offset]),
        None => told,
    }
}

fn patient(patient: Option<&Value>) -> Dataset {
    let Some(patient) = patient else {
        let nothing = Dataset::default();
        let keywords = ["PatientName", "PatientID", "PatientBirthDate", "PatientSex"];
        return keywords.into_iter().fold(nothing, |empty, keyword| empty.with(keyword, [""; 0]));
    };
    let birth = text(patient, "birthDate").filter(|date| date.len() == 10).map(|date| date.replace('-', ""));
    let sex = match text(patient, "gender") {
        Some("male") => Some("M"),
        Some("female") => Some("F"),
        Some("other") => Some("O"),
        Some(_) | None => None,
    };
    Dataset::default()
        .with("PatientName", name(patient))
        .with("PatientID", identifier(patient, PATIENT_ID))
        .with("PatientBirthDate", birth)
        .with("PatientSex", sex)
}

/// A name as DICOM writes it: the family's, then the others. Of one whose parts nobody knows, all is the first part.
fn name(patient: &Value) -> Option<String> {
    let name = list(patient, "name").next()?;
    let given: Vec<_> = list(name, "given").filter_map(Value::as_str).collect();
    match text(name, "family") {
        Some(family) if given.is_empty() => Some(family.to_owned()),
        Some(family) => Some(format!("{family}^{}", given.join(" "))),
        None => text(name, "text").map(str::to_owned),
    }
}

/// A series.
#[must_use]
pub fn series(series: &Series<'_>) -> Dataset {
    let number = |name: &str| series.json.get(name).and_then(Value::as_u64);
    Dataset::default()
        .with("Modality", series.json.get("modality").and_then(|one| text(one, "code")))
        .with("SeriesDescription", text(series.json, "description"))
        .with("SeriesInstanceUID", [series.uid])
        .with("SeriesNumber", number("number"))
        .with("NumberOfSeriesRelatedInstances", [series.instances.len()])
        .with("BodyPartExamined", series.json.get("bodySite").and_then(|one| text(one, "display")))
}

/// An instance; what its Media tells besides, where that is at hand.
#[must_use]
pub fn instance(instance: &Value, media: Option<&Value>) -> Dataset {
    let class = instance.get("sopClass").and_then(|class| text(class, "code")?.strip_prefix("urn:oid:"));
    let of_media = |name: &str| media.and_then(|media| media.get(name)?.as_u64());
    let told = Dataset::default()
        .with("SOPClassUID", class)
        .with("SOPInstanceUID", text(instance, "uid"))
        .with("InstanceNumber", instance.get("number").and_then(Value::as_u64));
    let pixels = [("NumberOfFrames", "frames"), ("Rows", "height"), ("Columns", "width")];
    pixels.into_iter().fold(told, |told, (keyword, name)| match of_media(name) {
        Some(number) => told.with(keyword, [number]),
        None => told,
    })
}
