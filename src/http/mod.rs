//! How FHIR clients, operators and people reach us over HTTP.

pub mod addresses;
pub mod after;
pub mod arrival;
pub mod assets;
pub mod bearer;
pub mod chart_library;
pub mod cors;
pub mod docs;
pub mod federation;
pub mod fhir;
pub mod incoming;
pub mod json;
pub mod measured;
pub mod metrics;
pub mod mounting;
pub mod oauth;
pub mod operator;
pub mod pages;
pub mod probes;
pub mod refusals;
pub mod request_id;
pub mod room;
pub mod silence;
pub mod tls;
pub mod turns;
