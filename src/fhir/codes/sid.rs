//! Identifier systems of our own that several surfaces write. Their URLs do not depend on where the server runs.

/// SHA-256 of a file's bytes, hexadecimal.
pub const FILE_SHA256: &str = "https://hygeia.health/fhir/sid/sha256";
/// A model by name, version and SHA-256 of its weights.
pub const MODEL_ID: &str = "https://hygeia.health/fhir/sid/model";
/// ICD-10-CM, as HL7 names it. <https://terminology.hl7.org/ICD.html>
pub const ICD_10_CM: &str = "http://hl7.org/fhir/sid/icd-10-cm";
/// An extension, beside the identifiers: how sure a model is of a value, from 0 to 1.
pub const AI_CONFIDENCE: &str = "https://hygeia.health/fhir/StructureDefinition/ai-confidence";
