//! The tests that act through HTTP, laid out like the API. Each has a Postgres schema of its own.

mod architecture;
mod fhir;
mod harness;
mod openapi;
mod process;
