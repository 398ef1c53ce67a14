//! Platelets, as many as there are for the red cells. Clumps take away what a low number says.

use crate::clinical::smear::diagnosis::Diagnosis;
use crate::clinical::smear::facts::Facts;
use crate::clinical::smear::hypothesis::Hypothesis;
use crate::clinical::smear::share::Share;

/// Platelets to red cells: 100,000 to 5 million. The reader misses some, so that a number just under 150,000 says nothing.
const FEW: f64 = 0.02;
/// 600,000 to 5 million.
const MANY: f64 = 0.12;
/// This share of platelets that are as large as a white cell: giant ones, or clumps.
const LARGE: f64 = 0.05;

pub(super) fn all(facts: &Facts) -> Vec<Hypothesis> {
    let share = facts.platelets_to_red();
    let large = Share::new(facts.platelets.large, facts.platelets.counted);
    let few = Hypothesis::of(Diagnosis::Thrombocytopenia)
        .needs_that(share.below(FEW) > 0.0)
        .supported(&format!("platelets to red cells: {share}"), share.below(FEW), 4.0)
        .loses("platelets as large as white cells, which may be clumps", &large, LARGE, 4.0)
        .lacks("clumps at the edge of the film, and a counter's number");
    let many = Hypothesis::of(Diagnosis::Thrombocytosis)
        .needs("platelets to red cells", &share, MANY, 4.0)
        .lacks("a counter's number");
    vec![few, many]
}
