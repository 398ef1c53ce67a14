//! Views of SQL on FHIR. <https://sql-on-fhir.org/ig/operations.html>

pub mod export;
mod format;
mod parameters;
pub mod run;

/// How the operations are called whose answers have formats of their own.
pub(super) const OPERATIONS: [&str; 3] = ["$run", "$viewdefinition-run", "$viewdefinition-export"];
