//! What does a blood smear mean? Counts in; a differential diagnosis, numbers and a written report out.
//!
//! Rules read the bounds of intervals, not the counts alone (`share`). Weights are settings of experts and no probabilities. What was not
//! looked for is said to be not assessed, and lowers what can be said: blasts, species and stages of parasites, inclusions, clumps.
//! Poor pictures and fewer than 100 white cells give findings and no differential diagnosis. `docs/decisions/0040` says where the
//! limits are from.

mod calls;
mod diagnosis;
mod facts;
mod hypothesis;
mod numbers;
mod platelets;
mod report;
mod rules;
mod share;
#[cfg(test)]
mod tests;

pub use diagnosis::{Diagnosis, Significance};
pub use facts::{Facts, Familiar, LeftOut, Platelets, Quality, RedCells, WhiteCells};
pub use hypothesis::{Suggestion, word};
pub use numbers::Number;
pub use rules::{RED_CELLS, WHITE_CELLS};
pub use share::{Share, real};

/// Pictures that are worse than this give findings alone.
pub const POOR: f64 = 0.3;

/// What is said of a smear.
#[derive(Clone, Debug, PartialEq)]
pub struct Opinion {
    /// Numbers over the whole smear, in the order in which they are told.
    pub numbers: Vec<Number>,
    /// What may be the matter, the likeliest first.
    pub suggestions: Vec<Suggestion>,
    /// What a pathologist would write.
    pub report: String,
}

/// What the facts mean.
#[must_use]
pub fn opinion(facts: &Facts) -> Opinion {
    let suggestions = if why_none(facts).is_some() { Vec::new() } else { rules::suggestions(facts) };
    let report = report::written(facts, &suggestions);
    Opinion { numbers: numbers::all(facts), suggestions, report }
}

/// Why there is no differential diagnosis, if there is none.
fn why_none(facts: &Facts) -> Option<String> {
    let told = facts.white.told();
    if facts.quality.worst() < POOR {
        return Some("the pictures are too poor for one".to_owned());
    }
    (told < WHITE_CELLS)
        .then(|| format!("{told} white cells could be told by kind, and it needs at least {WHITE_CELLS}"))
}
