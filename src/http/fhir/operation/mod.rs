//! Operations that answer at once: what each is called with, and its answer. <https://hl7.org/fhir/R4/operations.html>

pub mod binding_token;
pub mod document;
pub mod everything;
pub(super) mod given;
pub mod lastn;
pub mod match_patient;
pub mod meta;
pub mod purge_history;
pub mod subscription;
pub mod terminology;
pub mod validate;

pub use given::Given;
