//! What somebody tells of themself (contract SS-70).

pub mod read;
pub mod update;
