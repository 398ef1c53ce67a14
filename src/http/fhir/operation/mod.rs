//! Operations that answer at once: what each is called with, and its answer. <https://hl7.org/fhir/R4/operations.html>

pub mod everything;
mod given;
pub mod terminology;
pub mod validate;

pub use given::Given;
