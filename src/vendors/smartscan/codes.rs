//! Identifier systems, extensions and codes of our own that this surface writes; `fhir-profiles/` defines them.
//!
//! Their URLs do not depend on where the server runs.

pub mod face_scan;

use crate::fhir::codes::Code;
pub use crate::fhir::codes::sid::{AI_CONFIDENCE as CONFIDENCE, FILE_SHA256};

/// Identifiers of projects (Organizations).
pub const PROJECT_ID: &str = "urn:vendor:smartscan:project";
/// Identifiers of extractions (Tasks).
pub const EXTRACTION_ID: &str = "urn:vendor:smartscan:extraction";

/// What a display or document shows, where the element holds it in another form.
pub const SHOWN_AS: &str = "https://hygeia.health/fhir/StructureDefinition/shown-as";
/// A field of a document that the resource has no element for.
pub const PRINTED_FIELD: &str = "https://hygeia.health/fhir/StructureDefinition/printed-field";
/// Whether the pictures that a project sends are kept.
pub const KEEPS_IMAGES: &str = "https://hygeia.health/fhir/StructureDefinition/keeps-images";
/// What an Organization is for.
pub const DESCRIPTION: &str = "https://hygeia.health/fhir/StructureDefinition/organization-description";

const fn organization(code: &'static str, display: &'static str) -> Code {
    Code { system: "https://hygeia.health/fhir/CodeSystem/organization-type", code, display }
}

/// An Organization that is a project of a vendor surface.
pub const PROJECT: Code = organization("project", "Project");

const fn task(code: &'static str, display: &'static str) -> Code {
    Code { system: "https://hygeia.health/fhir/CodeSystem/task", code, display }
}

/// Reading a picture.
pub const EXTRACTION: Code = task("extract-medical-data", "Extraction of medical data from a picture");
/// Task input: the picture.
pub const PICTURE: Code = task("picture", "Picture");
/// Task input: what the caller says the picture shows.
pub const DEVICE_TYPE_HINT: Code = task("device-type-hint", "Device type hint");
/// Task input: the least confidence that the caller accepts.
pub const CONFIDENCE_THRESHOLD: Code = task("confidence-threshold", "Confidence threshold");
/// Task output: what was recognised.
pub const DEVICE_TYPE: Code = task("device-type", "Device type");
/// Task output: how sure the reading is.
pub const READING_CONFIDENCE: Code = task("confidence", "Confidence");
/// Task output: a reading.
pub const READING: Code = task("reading", "Reading");
