//! From what is found in each file to what is said of the smear. Pure.
//!
//! `tally` adds up fields, `clinical/smear` says what the sums mean, and both together are [`Findings`]. `kinds` are
//! those that cells are told by, and `basis` says everything anew once people have corrected some.

pub mod basis;
mod findings;
pub mod kinds;
mod tally;
#[cfg(test)]
mod tests;

pub use findings::{Findings, Measure, Place, Seen, Statistic, Suggestion};
pub use tally::{Tally, said_as};
