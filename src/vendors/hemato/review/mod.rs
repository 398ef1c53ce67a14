//! From what is found in each file to what is said of the smear. Pure.
//!
//! `tally` adds up fields, `clinical/smear` says what the sums mean, and both together are [`Findings`].

mod findings;
mod tally;
#[cfg(test)]
mod tests;

pub use findings::{Findings, Measure, Place, Seen, Statistic, Suggestion};
pub use tally::Tally;
