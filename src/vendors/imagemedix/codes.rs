//! Identifier systems and tags of our own that this surface writes; `fhir-profiles/` defines the tags.
//!
//! Their URLs do not depend on where the server runs.

use crate::fhir::codes::Code;

/// Identifiers of patients: the vendor's ids.
pub const PATIENT: &str = "urn:vendor:imagemedix:patient";
/// Identifiers of patients that the clients chose.
pub const PATIENT_ID: &str = "urn:vendor:imagemedix:patient-id";
/// Identifiers of the CareTeams that doctors are assigned in: those of their patients.
pub const CARE_TEAM: &str = "urn:vendor:imagemedix:care-team";
/// Identifiers of the entries of medical histories (Conditions, with the CarePlans of their treatments).
pub const HISTORY: &str = "urn:vendor:imagemedix:medical-history";
/// Identifiers of notes (DocumentReferences).
pub const NOTE: &str = "urn:vendor:imagemedix:note";

/// A record that is put away: inactive, and not for everyday use.
pub const ARCHIVED: Code = Code {
    system: "https://hygeia.health/fhir/CodeSystem/record-state",
    code: "archived",
    display: "Archived",
};
