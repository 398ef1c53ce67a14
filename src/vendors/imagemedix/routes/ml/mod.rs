//! Analyses (contract IM-60 to IM-62).

pub mod brain;
pub mod chest;
pub mod status;
