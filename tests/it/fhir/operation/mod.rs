//! Operations that answer at once. <https://hl7.org/fhir/R4/operations.html>

mod everything;
mod terminology;
mod validate;
