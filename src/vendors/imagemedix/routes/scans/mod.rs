//! Scans (contract IM-20 to IM-29).

pub mod annotations;
pub mod create;
pub mod delete;
pub mod list;
pub mod read;
pub mod report;
pub mod status;
pub mod update;
