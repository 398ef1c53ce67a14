//! What nodes send.

pub mod telemetry;
