//! How the time between beats varies: SDNN and RMSSD (Task Force, Eur. Heart J. 17 (1996) 354).
//!
//! Noise moves the peaks of a wave and so makes the variability larger than it is. How much, the power between the harmonics of the
//! pulse tells, and where it would be a large part of the answer there is none. Nor is there where a second wave, which other things
//! disturb, tells otherwise.

use super::beats::Beats;
use super::number::{deviation, mean, median, real};
use super::{Refusal, Variability};

/// The shortest recording, in seconds.
const SHORTEST_S: f64 = 59.0;
/// The least signal.
const LEAST_DB: f64 = 9.0;
/// How far an interval may lie from the median of those around it, as a share of it: further off, a beat was missed or is none.
const REGULAR: f64 = 0.2;
/// How many intervals on each side are those around one.
const AROUND: usize = 2;
/// The least share of regular intervals.
const LEAST_REGULAR: f64 = 0.9;
/// The largest share of what is found that may be the noise's, by the square.
const MOST_NOISE: f64 = 0.4;
/// How far the two waves may lie apart: a share of the larger, or as many milliseconds.
const APART: f64 = 0.25;
const APART_MS: f64 = 5.0;

/// The variability that both waves' beats tell; `calm` are those of the wave with the least noise.
pub fn of(calm: &Beats, sturdy: &Beats, signal_db: f64) -> Result<Variability, Refusal> {
    if calm.duration_s < SHORTEST_S {
        return Err(Refusal::TooShort);
    }
    if signal_db < LEAST_DB {
        return Err(Refusal::LowSignal);
    }
    let (told, check) = (told(calm)?, told(sturdy)?);
    // Each difference of intervals has three beats, the middle one twice.
    if 6.0 * calm.moved_s2 * 1e6 > MOST_NOISE * told.rmssd_ms.powi(2) {
        return Err(Refusal::LowSignal);
    }
    let agreed = |a: f64, b: f64| (a - b).abs() <= (APART * a.max(b)).max(APART_MS);
    if !(agreed(told.sdnn_ms, check.sdnn_ms) && agreed(told.rmssd_ms, check.rmssd_ms)) {
        return Err(Refusal::Disagreement);
    }
    Ok(told)
}

fn told(beats: &Beats) -> Result<Variability, Refusal> {
    let intervals = marked(beats);
    let kept: Vec<f64> =
        intervals.iter().filter_map(|(interval, regular)| regular.then_some(*interval)).collect();
    let seen_s = kept.iter().sum::<f64>() / 1000.0;
    if real(kept.len()) < LEAST_REGULAR * real(intervals.len()) || seen_s < LEAST_REGULAR * beats.duration_s {
        return Err(Refusal::IrregularBeats);
    }
    let pairs = intervals.iter().zip(intervals.iter().skip(1));
    let squares: Vec<f64> =
        pairs.filter(|(a, b)| a.1 && b.1).map(|((a, _), (b, _))| (b - a).powi(2)).collect();
    Ok(Variability { sdnn_ms: deviation(&kept), rmssd_ms: mean(&squares).sqrt() })
}

/// Each interval in ms, and whether it is one of a regular heart.
fn marked(beats: &Beats) -> Vec<(f64, bool)> {
    let intervals: Vec<f64> = beats.intervals().into_iter().map(|(_, interval)| interval * 1000.0).collect();
    let usual = |at: usize| {
        let around = intervals.iter().take(at + AROUND + 1).skip(at.saturating_sub(AROUND));
        median(&around.copied().collect::<Vec<_>>())
    };
    let mark = |(at, interval): (usize, &f64)| {
        let usual = usual(at);
        (*interval, (interval - usual).abs() <= REGULAR * usual)
    };
    intervals.iter().enumerate().map(mark).collect()
}
