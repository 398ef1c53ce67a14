//! A scan from its ImagingStudy, its Media and its Task, whoever wrote these.

use serde_json::Value;

use super::{list, said, text};
use crate::inference::imaging::Organ;
use crate::vendors::imagemedix::codes::{BRAIN_ANALYSIS, CHEST_ANALYSIS, JOB, SCAN};
use crate::vendors::imagemedix::{object_id, time};

/// The vendor's id of the scan that a resource is of.
#[must_use]
pub fn id(resource: &Value) -> Option<&str> {
    let mut of_scan = list(resource, "identifier").filter(|one| text(one, "system") == Some(SCAN));
    of_scan.find_map(|one| text(one, "value")).filter(|id| object_id::is_one(id))
}

/// When the scan was taken.
#[must_use]
pub fn taken(study: &Value) -> String {
    let updated = || text(study.get("meta")?, "lastUpdated");
    let at = text(study, "started").and_then(time::of_fhir);
    at.or_else(|| updated().and_then(time::of_fhir)).unwrap_or_default()
}

/// The logical id of the Patient whom the scan is of.
#[must_use]
pub fn patient(study: &Value) -> Option<&str> {
    text(study.get("subject")?, "reference")?.strip_prefix("Patient/")
}

/// The patient's name, as it came with the scan.
#[must_use]
pub fn patient_name(study: &Value) -> Option<&str> {
    text(study.get("subject")?, "display")
}

/// The logical id of the Practitioner who asked for the scan to be looked at.
#[must_use]
pub fn doctor(task: &Value) -> Option<&str> {
    text(task.get("requester")?, "reference")?.strip_prefix("Practitioner/")
}

/// The name that the picture's file is kept under.
#[must_use]
pub fn file_name(media: &Value) -> Option<&str> {
    text(media.get("content")?, "title")
}

/// The media type of the picture.
#[must_use]
pub fn media_type(media: &Value) -> Option<&str> {
    text(media.get("content")?, "contentType")
}

/// The logical id of the Binary with the picture's bytes.
#[must_use]
pub fn binary(media: &Value) -> Option<&str> {
    text(media.get("content")?, "url")?.strip_prefix("Binary/")
}

/// Width and height of the picture in pixels.
#[must_use]
pub fn sides(media: &Value) -> Option<[u64; 2]> {
    let side = |name| media.get(name).and_then(Value::as_u64);
    Some([side("width")?, side("height")?])
}

/// The name that the scan's first DICOM file is kept under; none of a picture that is no DICOM.
#[must_use]
pub fn dicom_name(study: &Value) -> Option<&str> {
    let mut instances = list(study, "series").flat_map(|series| list(series, "instance"));
    // A client of `/fhir` may have called it anything: of that, an address is not made.
    let is_harmless =
        |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    instances.find_map(|instance| text(instance, "title")).filter(is_harmless)
}

/// What readers must know of the scan.
#[must_use]
pub fn warnings(study: &Value) -> Vec<String> {
    list(study, "note").filter_map(|note| text(note, "text")).map(str::to_owned).collect()
}

/// The organ that a Task says a scan must be of; none where it asks for whatever is seen.
#[must_use]
pub fn organ(task: &Value) -> Option<Organ> {
    let code = task.get("code")?;
    if BRAIN_ANALYSIS.is_in(code) {
        Some(Organ::Brain)
    } else if CHEST_ANALYSIS.is_in(code) {
        Some(Organ::Chest)
    } else {
        None
    }
}

/// The id of the job that does a Task.
#[must_use]
pub fn job(task: &Value) -> Option<&str> {
    let mut of_job = list(task, "identifier").filter(|one| text(one, "system") == Some(JOB));
    of_job.find_map(|one| text(one, "value"))
}

/// Why a Task failed.
#[must_use]
pub fn reason(task: &Value) -> Option<String> {
    task.get("statusReason").and_then(said)
}
