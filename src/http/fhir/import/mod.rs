//! `$import`, by the asynchronous pattern: a request names files and begins it, another tells how far it is, others fetch what was refused.
//! <https://github.com/smart-on-fhir/bulk-import/blob/master/import-pnp.md>

pub mod file;
pub mod kick_off;
mod manifest;
pub mod status;

/// Where the status of an import is, below the base.
const STATUS: &str = "$import-status";
/// Where what was refused of its files is.
pub(super) const FILE: &str = "$import-file";
