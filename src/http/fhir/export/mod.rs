//! `$export`, by the asynchronous pattern: a request begins it, another tells how far it is, others fetch its files.
//! <https://hl7.org/fhir/uv/bulkdata/STU2/export.html>

pub mod file;
pub mod kick_off;
mod lines;
mod parameters;
pub mod status;

/// Where the status of an export is, below the base.
const STATUS: &str = "$export-status";
/// Where its files are.
pub(super) const FILE: &str = "$export-file";
/// The media type of the files.
const NDJSON: &str = "application/fhir+ndjson";
