//! Identifier systems, tags and codes of our own that this surface writes; `fhir-profiles/` defines tags and codes.
//!
//! Their URLs do not depend on where the server runs.

use crate::fhir::codes::Code;

pub use crate::imaging::codes::{ANALYSIS, JOB, PATIENT, PATIENT_ID, PICTURE, SCAN};

/// Identifiers of the CareTeams that doctors are assigned in: those of their patients.
pub const CARE_TEAM: &str = "urn:vendor:imagemedix:care-team";
/// Identifiers of the entries of medical histories (Conditions, with the CarePlans of their treatments).
pub const HISTORY: &str = "urn:vendor:imagemedix:medical-history";
/// Identifiers of notes (DocumentReferences).
pub const NOTE: &str = "urn:vendor:imagemedix:note";

/// Identifiers of what was found in scans (Observations): the scans' ids.
pub const RESULT: &str = "urn:vendor:imagemedix:scan-result";
/// Identifiers of marks on scans (Observations).
pub const ANNOTATION: &str = "urn:vendor:imagemedix:annotation";
/// Identifiers of reports on scans (DocumentReferences): the scans' ids.
pub const REPORT: &str = "urn:vendor:imagemedix:report";

/// A record that is put away: inactive, and not for everyday use.
pub const ARCHIVED: Code = Code {
    system: "https://hygeia.health/fhir/CodeSystem/record-state",
    code: "archived",
    display: "Archived",
};

/// The tag of what a model made.
pub const AI_GENERATED: Code = Code {
    system: "https://hygeia.health/fhir/CodeSystem/record-state",
    code: "ai-generated",
    display: "AI-generated",
};

const fn task(code: &'static str, display: &'static str) -> Code {
    Code { system: "https://hygeia.health/fhir/CodeSystem/task", code, display }
}

/// Looking at a medical image of a brain, which the image must be of.
pub const BRAIN_ANALYSIS: Code = task("brain-analysis", "Analysis of an image of the brain");
/// Looking at a medical image of a chest, which the image must be of.
pub const CHEST_ANALYSIS: Code = task("chest-analysis", "Analysis of an image of the chest");
/// Task output: what was found.
pub const FINDING: Code = task("finding", "Finding");

const fn imaging(code: &'static str, display: &'static str) -> Code {
    Code { system: "https://hygeia.health/fhir/CodeSystem/imaging", code, display }
}

/// How sure a finding is.
pub const CONFIDENCE: Code = imaging("confidence", "Confidence");
/// What kind of tumor was found.
pub const TUMOR_TYPE: Code = imaging("tumor-type", "Kind of tumor");
/// A tumor of glial cells.
pub const GLIOMA: Code = imaging("glioma", "Glioma");
/// A tumor of the meninges.
pub const MENINGIOMA: Code = imaging("meningioma", "Meningioma");
/// A tumor of the pituitary gland.
pub const PITUITARY: Code = imaging("pituitary", "Pituitary tumor");
/// Where the tumor is.
pub const TUMOR_LOCATION: Code = imaging("tumor-location", "Location of the tumor");
/// What kind of pneumonia was found.
pub const PNEUMONIA_TYPE: Code = imaging("pneumonia-type", "Kind of pneumonia");
/// Which lung has the pneumonia.
pub const AFFECTED_LUNG: Code = imaging("affected-lung", "Affected lung");
/// Of the region where the tumor is: pixels from the left to where it begins.
pub const REGION_LEFT: Code = imaging("region-left", "Left edge of the region");
/// Pixels from the top to where it begins.
pub const REGION_TOP: Code = imaging("region-top", "Upper edge of the region");
/// Pixels from the left to where it ends.
pub const REGION_RIGHT: Code = imaging("region-right", "Right edge of the region");
/// Pixels from the top to where it ends.
pub const REGION_BOTTOM: Code = imaging("region-bottom", "Lower edge of the region");
/// Where a model looked.
pub const HEAT: Code = imaging("heat-map", "Where the model looked");
/// A mark on an image.
pub const MARK: Code = imaging("mark", "Mark on an image");
/// Of a mark: pixels from the left.
pub const MARK_X: Code = imaging("x", "Pixels from the left");
/// Of a mark: pixels from the top.
pub const MARK_Y: Code = imaging("y", "Pixels from the top");
