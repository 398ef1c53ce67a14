//! Operations that answer at once. <https://hl7.org/fhir/R4/operations.html>

mod document;
mod everything;
mod lastn;
mod match_patient;
mod meta;
mod purge_history;
mod terminology;
mod validate;
