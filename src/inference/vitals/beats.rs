//! When does each beat come, and how large is it?

use super::RATE_HZ;
use super::filter::Band;
use super::number::{count, deviation, median, real};
use super::spectrum::{Spectra, bin};

/// Samples of the fine wave for each of the wave: 4 ms apart, and between them a parabola.
const FINER: usize = 8;
/// What is kept of a wave to find the beats in, in multiples of the rate.
const BAND: (f64, f64) = (0.5, 2.6);
/// The share of the mean interval that two beats lie apart at least.
const APART: f64 = 0.6;
/// How far a beat rises above the wave around it, in standard deviations of the wave.
const PROMINENCE: f64 = 0.5;

/// A beat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beat {
    /// When it is highest, in seconds.
    pub at_s: f64,
    /// How far it rises above the lowest around it.
    pub height: f64,
}

/// The beats of a wave.
#[derive(Debug, Clone, PartialEq)]
pub struct Beats {
    /// In their order.
    pub beats: Vec<Beat>,
    /// How long the wave is.
    pub duration_s: f64,
    /// The mean square of what noise moves a beat by, in square seconds.
    pub moved_s2: f64,
}

impl Beats {
    /// The beats of a wave whose rate is known.
    pub fn find(wave: &[f64], rate_hz: f64) -> Self {
        let fine =
            Band::finer(FINER, wave.len(), BAND.0 * rate_hz, (BAND.1 * rate_hz).min(8.0), 0.2).pass(wave);
        let fine_hz = RATE_HZ * real(FINER);
        let half = count(0.5 * fine_hz / rate_hz);
        let least = PROMINENCE * deviation(&fine);
        let mut beats: Vec<Beat> = vec![];
        let mut bends: Vec<f64> = vec![];
        for (at, three) in fine.windows(3).enumerate() {
            let [before, here, after] = three else { continue };
            if !(before < here && here >= after) {
                continue;
            }
            let around = fine.iter().take(at + 1 + half).skip((at + 1).saturating_sub(half));
            let height = here - around.copied().fold(f64::INFINITY, f64::min);
            let shift = 0.5 * (before - after) / (before - 2.0 * here + after);
            if height >= least {
                bends.push((2.0 * here - before - after) * fine_hz * fine_hz);
            }
            let beat = Beat { at_s: (real(at + 1) + shift) / fine_hz, height };
            match beats.last_mut() {
                Some(last) if beat.at_s - last.at_s < APART / rate_hz => {
                    if last.height < beat.height {
                        *last = beat;
                    }
                }
                Some(_) | None if height >= least => beats.push(beat),
                Some(_) | None => {}
            }
        }
        let bend = median(&bends).max(f64::MIN_POSITIVE);
        let moved_s2 = slope_noise(wave, rate_hz) / (bend * bend);
        Self { beats, duration_s: real(wave.len()) / RATE_HZ, moved_s2 }
    }

    /// The intervals between beats, each with the time at which it ends, in seconds.
    pub fn intervals(&self) -> Vec<(f64, f64)> {
        let next = self.beats.iter().skip(1);
        self.beats.iter().zip(next).map(|(beat, next)| (next.at_s, next.at_s - beat.at_s)).collect()
    }
}

/// The mean square of the slope of the noise in the band of the beats: as much in each frequency as between the harmonics of the pulse.
fn slope_noise(wave: &[f64], rate_hz: f64) -> f64 {
    let between = [(0.6, 0.75), (1.3, 1.7), (2.3, 2.6)];
    let spectra = Spectra::new(wave, real(wave.len()) / RATE_HZ, 1.0).powers();
    let powers: Vec<f64> = spectra
        .iter()
        .flat_map(|window| {
            between.iter().flat_map(|(low, high)| {
                window.iter().take(bin(high * rate_hz)).skip(bin(low * rate_hz)).copied()
            })
        })
        .collect();
    // A Hann window of n samples keeps 3/8 n of the power of noise; one-sided, over the frequencies up to half the rate.
    let density = median(&powers) / std::f64::consts::LN_2 / (0.375 * real(wave.len())) / (RATE_HZ / 2.0);
    let tau = std::f64::consts::TAU;
    density * tau * tau * (BAND.1.powi(3) - BAND.0.powi(3)) / 3.0 * rate_hz.powi(3)
}
