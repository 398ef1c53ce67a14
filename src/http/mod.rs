//! How FHIR clients, operators and people reach us over HTTP.

pub mod bearer;
pub mod docs;
pub mod fhir;
pub mod probes;
