//! Identifier systems and codes of imaging. Their URLs do not depend on where the server runs.

use crate::fhir::codes::Code;

/// Identifiers of patients: the vendor's ids.
pub const PATIENT: &str = "urn:vendor:imagemedix:patient";
/// Identifiers of patients that the hospital gave, and DICOM files name.
pub const PATIENT_ID: &str = "urn:vendor:imagemedix:patient-id";
/// Identifiers of scans: of their ImagingStudies, and of the Media, Task and DiagnosticReport of each.
pub const SCAN: &str = "urn:vendor:imagemedix:scan";
/// Identifiers of analyses (Tasks), a new one each time that one is asked for.
pub const JOB: &str = "urn:vendor:imagemedix:job";
/// UIDs of DICOM, each as `urn:oid:` with its digits: of studies, and of the instances that Media are.
/// <https://hl7.org/fhir/R4/imagingstudy.html#notes>
pub const DICOM_UID: &str = "urn:dicom:uid";
/// Study IDs that hospitals gave.
pub const STUDY_ID: &str = "https://hygeia.health/fhir/sid/study-id";
/// Accession numbers that hospitals gave.
pub const ACCESSION: &str = "https://hygeia.health/fhir/sid/accession-number";
/// DICOM's terms: modalities, among others.
pub const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";

const fn modality(code: &'static str, display: &'static str) -> Code {
    Code { system: DCM, code, display }
}

/// Magnetic resonance.
pub const MAGNETIC_RESONANCE: Code = modality("MR", "Magnetic Resonance");
/// X-rays on a detector.
pub const DIGITAL_RADIOGRAPHY: Code = modality("DX", "Digital Radiography");

const fn task(code: &'static str, display: &'static str) -> Code {
    Code { system: "https://hygeia.health/fhir/CodeSystem/task", code, display }
}

/// Looking at a medical image.
pub const ANALYSIS: Code = task("image-analysis", "Analysis of a medical image");
/// Task input: the picture.
pub const PICTURE: Code = task("picture", "Picture");
/// The kind of identifier that an accession number is.
pub const ACCESSION_TYPE: Code =
    Code { system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "ACSN", display: "Accession ID" };

/// The value of an identifier of [`DICOM_UID`].
#[must_use]
pub fn oid(uid: &str) -> String {
    format!("urn:oid:{uid}")
}
