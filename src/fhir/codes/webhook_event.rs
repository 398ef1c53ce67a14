//! What receivers of webhooks listen to: our own code system, published under `fhir-profiles/`.

use super::Code;

/// The code system.
pub const SYSTEM: &str = "https://hygeia.health/fhir/CodeSystem/webhook-event";

const fn code(code: &'static str, display: &'static str) -> Code {
    Code { system: SYSTEM, code, display }
}

/// A scan was taken in.
pub const SCAN_UPLOADED: Code = code("scan.uploaded", "Scan uploaded");
/// The analysis of a scan is complete.
pub const SCAN_ANALYZED: Code = code("scan.analyzed", "Scan analyzed");
/// The analysis of a scan has failed.
pub const SCAN_FAILED: Code = code("scan.failed", "Scan analysis failed");
/// How a patient is has changed.
pub const PATIENT_STATUS: Code = code("status", "Patient status");
/// Something happened to a patient.
pub const PATIENT_EVENT: Code = code("event", "Patient event");
/// Carers are told of something about a patient, or how that stands.
pub const PATIENT_ALERT: Code = code("alert", "Patient alert");
