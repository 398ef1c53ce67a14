//! The tests that act through HTTP, laid out like the API. Each has a Postgres schema of its own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that meets what it does not expect fails, and needs no order in its ids"
)]

mod accounts;
mod architecture;
mod audit;
mod browser;
mod console;
mod deployment;
mod dicomweb;
mod egress;
mod federation;
mod fhir;
mod fuzz;
mod harness;
mod mounting;
mod oauth;
mod openapi;
mod operator;
mod process;
mod storage;
mod surfaces;
mod vendors;
