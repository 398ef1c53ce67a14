//! hygeia: a FHIR-native health data platform server.
//!
//! One request runs one way: extract, translate to FHIR, `records`, translate from FHIR, render. `ARCHITECTURE.md` draws the
//! modules and says which may import which.

pub mod app;
pub mod cli;
pub mod clinical;
pub mod core;
pub mod dicomweb;
pub mod fhir;
pub mod http;
pub mod identity;
pub mod imaging;
pub mod inference;
pub mod platform;
pub mod records;
pub mod server;
pub mod storage;
pub mod vendors;
pub mod worker;
