//! Breaths a minute, from what breathing does to the pulse.
//!
//! The breath moves the level of the colour, the size of the beats and the time between them (Charlton and others, IEEE Rev. Biomed.
//! Eng. 11 (2018) 2). Drift and movement look like one of these, seldom like two: there is an answer only where two agree.

use super::beats::Beats;
use super::number::{count, mean, real};
use super::{Colour, RATE_HZ, Refusal};

/// The shortest recording, in seconds.
const SHORTEST_S: f64 = 29.0;
/// The least signal: below, the size of beats and the time between them are noise.
const LEAST_DB: f64 = 0.0;
/// The slowest breath that is looked for, and the fastest.
const BREATH_HZ: (f64, f64) = (0.1, 0.5);
/// How far two signs may lie apart: half a breath a minute. Two that drift lie nearer than chance, but seldom so near.
const AGREED_HZ: f64 = 0.5 / 60.0;
/// What lies so near to a sign's peak belongs to it.
const BESIDE_HZ: f64 = 2.0 / 60.0;
/// The share of a sign's power that belongs to its peak, at least.
const CLEAR: f64 = 0.66;
/// Samples of a sign a second.
const SIGN_HZ: f64 = 4.0;
/// Steps in which the band is looked through.
const STEPS: usize = 200;

/// The breathing rate of a face whose beats are known.
pub fn rate(colours: &[Colour], beats: &Beats, signal_db: f64) -> Result<f64, Refusal> {
    if beats.duration_s < SHORTEST_S {
        return Err(Refusal::TooShort);
    }
    if signal_db < LEAST_DB {
        return Err(Refusal::LowSignal);
    }
    let level: Vec<(f64, f64)> =
        colours.iter().enumerate().map(|(at, [red, green, _])| (real(at) / RATE_HZ, green / red)).collect();
    let size: Vec<(f64, f64)> = beats.beats.iter().map(|beat| (beat.at_s, beat.height)).collect();
    let signs = [level, size, beats.intervals()];
    let rates: Vec<f64> = signs.iter().filter_map(|sign| peak(sign, beats.duration_s)).collect();
    let agreed = rates.iter().map(|rate| {
        let near: Vec<f64> =
            rates.iter().copied().filter(|other| (other - rate).abs() <= AGREED_HZ).collect();
        (near.len(), mean(&near))
    });
    match agreed.max_by_key(|(signs, _)| *signs) {
        Some((2.., rate)) => Ok(rate * 60.0),
        Some(_) | None => Err(Refusal::NoBreath),
    }
}

/// The frequency at which a sign comes and goes, if it does clearly.
fn peak(sign: &[(f64, f64)], duration_s: f64) -> Option<f64> {
    let wave = levelled(&even(sign, duration_s));
    // Beats tell nothing faster than half their own rate.
    let most = (0.45 * real(sign.len()) / duration_s).min(BREATH_HZ.1);
    let step = (BREATH_HZ.1 - BREATH_HZ.0) / real(STEPS);
    let powers: Vec<(f64, f64)> = (0..=STEPS)
        .map(|at| BREATH_HZ.0 + real(at) * step)
        .filter(|hz| *hz <= most)
        .map(|hz| (hz, power(&wave, hz)))
        .collect();
    let (best, _) = powers.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let total: f64 = powers.iter().map(|(_, power)| power).sum();
    let near: f64 =
        powers.iter().filter(|(hz, _)| (hz - best).abs() <= BESIDE_HZ).map(|(_, power)| power).sum();
    // A peak at an end of the band is the foot of something outside.
    let inside = best > BREATH_HZ.0 + step && best < most - step;
    (inside && near >= CLEAR * total).then_some(best)
}

/// The sign at an even rate: the mean of what it has in each step, or what lies between its neighbours.
fn even(sign: &[(f64, f64)], duration_s: f64) -> Vec<f64> {
    let at = |time: f64| {
        let (from, to) = (time - 0.5 / SIGN_HZ, time + 0.5 / SIGN_HZ);
        let (low, high) = (sign.partition_point(|(t, _)| *t < from), sign.partition_point(|(t, _)| *t < to));
        let inside: Vec<f64> = sign.iter().take(high).skip(low).map(|(_, value)| *value).collect();
        if !inside.is_empty() {
            return mean(&inside);
        }
        let before = low.checked_sub(1).and_then(|before| sign.get(before));
        match (before, sign.get(high)) {
            (Some((t, value)), Some((next, later))) => value + (later - value) * (time - t) / (next - t),
            (Some((_, value)), None) | (None, Some((_, value))) => *value,
            (None, None) => 0.0,
        }
    };
    (0..count(duration_s * SIGN_HZ)).map(|step| at(real(step) / SIGN_HZ)).collect()
}

/// Without what is slower than a breath: the mean over eight seconds around is taken away.
fn levelled(wave: &[f64]) -> Vec<f64> {
    let half = count(4.0 * SIGN_HZ);
    let level = |at: usize| {
        let reach = half.min(at).min(wave.len() - 1 - at);
        let around: Vec<f64> = wave.iter().take(at + reach + 1).skip(at - reach).copied().collect();
        mean(&around)
    };
    wave.iter().enumerate().map(|(at, value)| value - level(at)).collect()
}

/// The power of one frequency, under a Hann window.
fn power(wave: &[f64], hz: f64) -> f64 {
    let shares = super::projection::hann(wave.len());
    let turn = std::f64::consts::TAU * hz / SIGN_HZ;
    let (mut even, mut odd) = (0.0, 0.0);
    for (at, (value, share)) in wave.iter().zip(shares).enumerate() {
        let (sin, cos) = (turn * real(at)).sin_cos();
        even += value * share * cos;
        odd += value * share * sin;
    }
    even * even + odd * odd
}
