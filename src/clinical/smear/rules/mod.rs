//! The patterns that are looked for, a function each.

mod platelets;
mod red;
mod white;

use super::facts::Facts;
use super::hypothesis::{Hypothesis, Suggestion, Trust};
use super::share::real;

/// White cells that a differential count needs (CLSI H20-A2).
pub const WHITE_CELLS: u64 = 100;
/// Red cells that shares of them need (ICSH for schistocytes).
pub const RED_CELLS: u64 = 1_000;

/// What may be the matter: what is critical, then what is significant, each the likeliest first.
#[must_use]
pub fn suggestions(facts: &Facts) -> Vec<Suggestion> {
    let quality = facts.quality.worst();
    let trust =
        |found: u64, needed: u64, familiar| Trust { quality, enough: real(found) / real(needed), familiar };
    let of_parasites = trust(facts.red.parasitised.of, RED_CELLS, facts.familiar.parasites);
    let of_shapes = trust(facts.red.assessed, RED_CELLS, facts.familiar.shapes);
    let of_white = trust(facts.white.told(), WHITE_CELLS, facts.familiar.white);
    let of_platelets = trust(facts.red.counted, RED_CELLS, 1.0);
    let weighed = |all: Vec<Hypothesis>, trust| all.into_iter().filter_map(move |one| one.weighed(trust));
    let mut found: Vec<_> = weighed(vec![red::malaria(facts)], of_parasites)
        .chain(weighed(red::shapes(facts), of_shapes))
        .chain(weighed(white::all(facts), of_white))
        .chain(weighed(platelets::all(facts), of_platelets))
        .collect();
    found.sort_by(|a, b| {
        let significance = |one: &Suggestion| one.diagnosis.significance();
        let by_weight = significance(a).cmp(&significance(b));
        by_weight.then(b.confidence.total_cmp(&a.confidence)).then(b.score.cmp(&a.score))
    });
    found
}
