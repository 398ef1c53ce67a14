//! The rate that is followed through the windows: a pulse is where it was a moment ago.

use super::number::{mean, real};
use super::spectrum::bin;

/// The slowest and the fastest pulse that is looked for.
pub const SLOWEST_HZ: f64 = 0.65;
/// See [`SLOWEST_HZ`].
pub const FASTEST_HZ: f64 = 3.7;
/// How much the second harmonic tells for a rate; what has none is as likely half of a rate as one.
const HARMONIC: f64 = 0.5;
/// What a change by one bin from window to window costs, by its square.
const CHANGE: f64 = 0.012;
/// The largest change, in bins, that is tried.
const LARGEST: usize = 14;

/// A rate in each window.
#[derive(Debug, Clone)]
pub struct Track {
    /// The bin of each window.
    pub bins: Vec<usize>,
    /// How much more is at those bins, on average of the windows, than at others.
    pub score: f64,
}

/// What tells for each rate of one window, from what tells for each frequency.
fn rates(evidence: &[f64]) -> Vec<f64> {
    let (low, high) = (bin(SLOWEST_HZ), bin(FASTEST_HZ));
    let at = |bin: usize| evidence.get(bin).copied().unwrap_or_default();
    (low..=high).map(|rate| at(rate) + HARMONIC * at(2 * rate)).collect()
}

/// The most likely track through windows of evidence, which is about 0 where there is only noise.
pub fn follow(windows: &[Vec<f64>]) -> Track {
    let rates: Vec<Vec<f64>> = windows.iter().map(|evidence| rates(evidence)).collect();
    let mut came_from: Vec<Vec<usize>> = Vec::with_capacity(rates.len());
    let mut totals: Vec<f64> = rates.first().cloned().unwrap_or_default();
    for window in rates.iter().skip(1) {
        let (next, from) = step(&totals, window);
        totals = next;
        came_from.push(from);
    }
    let best = totals.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(at, _)| at);
    let mut states = vec![best];
    for from in came_from.iter().rev() {
        let here = states.last().copied().unwrap_or_default();
        states.push(from.get(here).copied().unwrap_or(here));
    }
    states.reverse();
    let told: Vec<f64> = states
        .iter()
        .zip(&rates)
        .map(|(state, window)| window.get(*state).copied().unwrap_or_default() - mean(window))
        .collect();
    Track { bins: states.iter().map(|state| state + bin(SLOWEST_HZ)).collect(), score: mean(&told) }
}

fn step(totals: &[f64], window: &[f64]) -> (Vec<f64>, Vec<usize>) {
    window
        .iter()
        .enumerate()
        .map(|(here, told)| {
            let from = here.saturating_sub(LARGEST);
            let near = totals.iter().enumerate().skip(from).take(here + LARGEST + 1 - from);
            let cost = |there: usize| CHANGE * real(there.abs_diff(here)).powi(2);
            let best = near
                .map(|(there, total)| (there, total - cost(there)))
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .unwrap_or((here, 0.0));
            (told + best.1, best.0)
        })
        .unzip()
}
