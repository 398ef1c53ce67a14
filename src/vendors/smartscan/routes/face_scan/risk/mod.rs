//! Risk, and comparison with others (contract SS-76, SS-77).

pub mod cohort;
pub mod scores;
