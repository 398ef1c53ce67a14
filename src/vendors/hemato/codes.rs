//! Identifier systems, tags and codes of our own that this surface writes; `fhir-profiles/` defines tags and codes.
//!
//! Their URLs do not depend on where the server runs.

use crate::fhir::codes::Code;
use crate::fhir::codes::smear::code as smear;
pub use crate::fhir::codes::smear::{CELL, SAID_BY_A_MODEL};

/// Identifiers of studies: of their ServiceRequests, and of the Specimen, Task and DiagnosticReport of each.
pub const STUDY: &str = "urn:vendor:hemato:study";
/// Identifiers of files (Media): how the file was sent, and the SHA-224 of its bytes.
pub const FILE: &str = "urn:vendor:hemato:file";
/// Identifiers of users (their accounts).
pub const USER: &str = "urn:vendor:hemato:user";
/// Identifiers of patients by which the clients stand for them, and that name nobody.
pub const PATIENT_PROXY: &str = "urn:vendor:hemato:patient-proxy";
/// Identifiers of samples that the clients chose.
pub const SAMPLE: &str = "urn:vendor:hemato:sample";
/// The system of the clients' tags: `meta.tag` of ServiceRequests, whose code is key and value as in the query of an address.
pub const TAG: &str = "urn:vendor:hemato:tag";
/// The system of the tag that names the region: `meta.tag` of ServiceRequests.
pub const REGION: &str = "https://hygeia.health/fhir/CodeSystem/hemato-region";
/// Identifiers of diagnostic tasks (`Task.input` names them).
pub const TASK: &str = "urn:vendor:hemato:task";

/// The tag of what a model made.
pub const AI_GENERATED: Code = Code {
    system: "https://hygeia.health/fhir/CodeSystem/record-state",
    code: "ai-generated",
    display: "AI-generated",
};

const fn task(code: &'static str, display: &'static str) -> Code {
    Code { system: "https://hygeia.health/fhir/CodeSystem/task", code, display }
}

/// Looking at a blood smear.
pub const REVIEW: Code = task("review-blood-smear", "Review of a blood smear");
/// Task input: a diagnostic task that is wanted.
pub const DIAGNOSTIC_TASK: Code = task("diagnostic-task", "Diagnostic task");
/// Task status reason: not all files came.
pub const NOT_FETCHED: Code = task("files-not-fetched", "Files not fetched");
/// Task output: the report.
pub const REPORT: Code = task("report", "Report");

/// A number that was counted or estimated over a smear; the text says which.
pub const STATISTIC: Code = smear("statistic", "Statistic of a smear");
/// The lower bound of an interval of 95 % round a statistic.
pub const INTERVAL_LOW: Code = smear("interval-low", "Lower bound");
/// The upper bound.
pub const INTERVAL_HIGH: Code = smear("interval-high", "Upper bound");
/// Something that was seen in a smear; the text says what.
pub const SEEN: Code = smear("finding", "Finding in a smear");
/// Where it was seen in a file: x, y and radius of each place in pixels.
pub const PLACES: Code = smear("places", "Places in a file");
/// What may be the matter, as a smear suggests.
pub const SUGGESTION: Code = smear("differential", "Differential diagnosis");
/// How much speaks for it, in points.
pub const POINTS: Code = smear("score", "Score");
/// How sure that is, from 0 to 1.
pub const CONFIDENCE: Code = smear("confidence", "Confidence");
/// What it means for the patient.
pub const SIGNIFICANCE: Code = smear("clinical-significance", "Clinical significance");
/// Its name in short.
pub const SHORT_NAME: Code = smear("short-name", "Short name");
/// What speaks for it.
pub const EVIDENCE: Code = smear("evidence", "Evidence");
/// What the cells of a smear were counted in.
pub const BASIS: Code = smear("basis", "Basis of the counts");
/// An amount of that; the text says which.
pub const AMOUNT: Code = smear("amount", "Amount");
/// Why nothing was counted in a file; the text says in which.
pub const LEFT_OUT: Code = smear("left-out", "File left out");
/// The file that a cell is in.
pub const IN_FILE: Code = smear("in-file", "File");
/// Where a cell is, in pixels: from the left, ...
pub const CELL_X: Code = smear("cell-x", "Place of a cell from the left");
/// ... from the top, ...
pub const CELL_Y: Code = smear("cell-y", "Place of a cell from the top");
/// ... and from there to its edge.
pub const CELL_RADIUS: Code = smear("cell-radius", "Radius of a cell");
