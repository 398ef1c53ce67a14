//! How the time between beats varies: SDNN and RMSSD (Task Force, Eur. Heart J. 17 (1996) 354).
//!
//! Noise moves the peaks of a wave and so makes the variability larger than it is. How much, the power between the harmonics of the
//! pulse tells: that much is taken away, and where it is a large part of what is found there is no answer. Nor is there where a second
//! wave, which other things disturb, tells otherwise.

use super::beats::Beats;
use super::number::{deviation, mean, median, real};
use super::{Refusal, Variability};

/// The shortest recording, in seconds.
const SHORTEST_S: f64 = 59.0;
/// The slowest pulse, in beats a second: of a slower one the band of the beats keeps too little, and its variability comes out larger.
const SLOWEST_HZ: f64 = 50.0 / 60.0;
/// The least signal.
const LEAST_DB: f64 = 10.0;
/// How far an interval may lie from the median of those around it, as a share of it: further off, a beat was missed or is none.
const REGULAR: f64 = 0.2;
/// How many intervals on each side are those around one.
const AROUND: usize = 2;
/// The least share of regular intervals.
const LEAST_REGULAR: f64 = 0.9;
/// The most milliseconds of RMSSD that may be the noise's.
const MOST_NOISE_MS: f64 = 8.0;
/// How far the two waves may lie apart: a share of the larger, or as many milliseconds.
const APART: f64 = 0.15;
const APART_MS: f64 = 5.0;

/// The variability that both waves' beats tell; `calm` are those of the wave with the least noise.
pub fn of(calm: &Beats, sturdy: &Beats, rate_hz: f64, signal_db: f64) -> Result<Variability, Refusal> {
    if calm.duration_s < SHORTEST_S {
        return Err(Refusal::TooShort);
    }
    if signal_db < LEAST_DB || rate_hz < SLOWEST_HZ {
        return Err(Refusal::LowSignal);
    }
    let (found, check) = (told(calm)?, told(sturdy)?);
    let (told, check) = (without_noise(found, calm.moved_s2), without_noise(check, sturdy.moved_s2));
    if found.rmssd_ms - told.rmssd_ms > MOST_NOISE_MS {
        return Err(Refusal::LowSignal);
    }
    let agreed = |a: f64, b: f64| (a - b).abs() <= (APART * a.max(b)).max(APART_MS);
    if !(agreed(told.sdnn_ms, check.sdnn_ms) && agreed(told.rmssd_ms, check.rmssd_ms)) {
        return Err(Refusal::Disagreement);
    }
    Ok(told)
}

/// The variability without what the noise adds, which moves each beat by itself: an interval has two beats, and a difference of
/// intervals has three, the middle one twice.
fn without_noise(found: Variability, moved_s2: f64) -> Variability {
    let moved_ms2 = moved_s2 * 1e6;
    let rest = |ms: f64, beats: f64| (ms.powi(2) - beats * moved_ms2).max(0.0).sqrt();
    Variability { sdnn_ms: rest(found.sdnn_ms, 2.0), rmssd_ms: rest(found.rmssd_ms, 6.0) }
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

#[cfg(test)]
mod tests {
    use super::super::beats::Beat;
    use super::*;

    /// A minute of beats, each off by so many ms, now early, now late.
    fn beats(interval_s: f64, off_ms: f64, moved_ms: f64) -> Beats {
        let beat = |at: usize| {
            let off = if at.is_multiple_of(2) { off_ms } else { -off_ms };
            Beat { at_s: real(at) * interval_s + off / 1000.0, height: 1.0 }
        };
        let within = (0..200).map(beat).filter(|beat| beat.at_s < 60.0);
        Beats { beats: within.collect(), duration_s: 60.0, moved_s2: (moved_ms / 1000.0).powi(2) }
    }

    #[test]
    fn short_unclear_slow_and_noisy_ones_are_refused() {
        let clear = beats(0.8, 10.0, 1.0);
        let short = Beats { duration_s: 58.0, ..clear.clone() };
        assert_eq!(of(&short, &short, 1.25, 20.0), Err(Refusal::TooShort));
        assert_eq!(of(&clear, &clear, 1.25, 9.9), Err(Refusal::LowSignal));
        let slow = beats(1.25, 10.0, 1.0);
        assert_eq!(of(&slow, &slow, 0.8, 20.0), Err(Refusal::LowSignal));
        let noisy = beats(0.8, 10.0, 10.0);
        assert_eq!(of(&noisy, &noisy, 1.25, 20.0), Err(Refusal::LowSignal));
    }

    #[test]
    fn waves_that_tell_otherwise_are_refused_and_beats_that_are_missed() {
        let (one, other) = (beats(0.8, 10.0, 1.0), beats(0.8, 14.0, 1.0));
        assert_eq!(of(&one, &other, 1.25, 20.0), Err(Refusal::Disagreement));
        let mut missed = one.clone();
        missed.beats.retain(|beat| (beat.at_s / 0.8).round() % 6.0 != 0.0);
        assert_eq!(of(&missed, &one, 1.25, 20.0), Err(Refusal::IrregularBeats));
    }

    #[test]
    fn what_the_noise_adds_is_taken_away() {
        // Intervals swing by 20 ms about their mean, and differ by 40 ms.
        let Variability { sdnn_ms, rmssd_ms } = told(&beats(0.8, 10.0, 0.0)).unwrap();
        assert!((sdnn_ms - 20.0).abs() < 0.1 && (rmssd_ms - 40.0).abs() < 0.1, "{sdnn_ms} and {rmssd_ms}");
        let noisy = beats(0.8, 10.0, 5.0);
        let rest = of(&noisy, &noisy, 1.25, 20.0).unwrap();
        assert!((rest.sdnn_ms - 350.0_f64.sqrt()).abs() < 0.1, "{rest:?}");
        assert!((rest.rmssd_ms - 1450.0_f64.sqrt()).abs() < 0.1, "{rest:?}");
        // Noise that would explain more than was found leaves nothing, not less.
        let found = Variability { sdnn_ms: 1.0, rmssd_ms: 1.0 };
        assert_eq!(without_noise(found, 1.0), Variability { sdnn_ms: 0.0, rmssd_ms: 0.0 });
    }
}
