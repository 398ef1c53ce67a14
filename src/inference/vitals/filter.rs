//! A band-pass without delay: the spectrum outside the band is taken away.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::RATE_HZ;
use super::number::{count, real};

/// Room after a wave, so that its end does not run into its beginning.
const ROOM_S: f64 = 4.0;

/// A band of frequencies, ready for waves of one length.
pub struct Band {
    forward: Arc<dyn RealToComplex<f64>>,
    back: Arc<dyn ComplexToReal<f64>>,
    gains: Vec<f64>,
    kept: usize,
}

impl Band {
    /// The band between two frequencies; its edges are as soft as `edge_hz`.
    pub fn new(samples: usize, low_hz: f64, high_hz: f64, edge_hz: f64) -> Self {
        Self::finer(1, samples, low_hz, high_hz, edge_hz)
    }

    /// A band whose waves come back with `times` as many samples: what lies between samples is known where the band is narrow.
    pub fn finer(times: usize, samples: usize, low_hz: f64, high_hz: f64, edge_hz: f64) -> Self {
        let length = (samples + count(ROOM_S * RATE_HZ)).next_power_of_two();
        let mut planner = RealFftPlanner::new();
        let step = RATE_HZ / real(length);
        let gain = |hz: f64| rise((hz - low_hz) / edge_hz) * rise((high_hz - hz) / edge_hz) / real(length);
        Self {
            forward: planner.plan_fft_forward(length),
            back: planner.plan_fft_inverse(length * times),
            gains: (0..=length / 2).map(|bin| gain(real(bin) * step)).collect(),
            kept: samples * times,
        }
    }

    /// What of the wave lies in the band. A wave longer than the band was made for, which no caller has, comes back as nought.
    pub fn pass(&self, wave: &[f64]) -> Vec<f64> {
        let mut padded = wave.to_vec();
        padded.resize(self.forward.len(), 0.0);
        let mut bins = vec![Complex::default(); self.gains.len()];
        let mut kept = vec![0.0; self.back.len()];
        let done = wave.len() <= self.kept && self.forward.process(&mut padded, &mut bins).is_ok();
        for (bin, gain) in bins.iter_mut().zip(&self.gains) {
            *bin *= *gain;
        }
        bins.resize(self.back.len() / 2 + 1, Complex::default());
        let done = done && self.back.process(&mut bins, &mut kept).is_ok();
        kept.truncate(self.kept);
        if done { kept } else { vec![0.0; self.kept] }
    }
}

/// From 0 at -1/2 to 1 at 1/2, as a cosine.
fn rise(at: f64) -> f64 {
    0.5 + 0.5 * (std::f64::consts::PI * at.clamp(-0.5, 0.5)).sin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(hz: f64, rate_hz: f64, samples: usize) -> Vec<f64> {
        (0..samples).map(|at| (std::f64::consts::TAU * hz * real(at) / rate_hz).sin()).collect()
    }

    #[test]
    fn what_lies_outside_the_band_is_taken_away_and_the_rest_is_not_delayed() {
        let (inside, outside) = (sine(1.5, RATE_HZ, 900), sine(0.1, RATE_HZ, 900));
        let both: Vec<f64> = inside.iter().zip(&outside).map(|(a, b)| a + 3.0 * b).collect();
        let passed = Band::new(900, 0.7, 4.0, 0.2).pass(&both);
        let worst =
            passed.iter().zip(&inside).skip(90).take(720).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(worst < 0.1, "{worst}");
    }

    #[test]
    fn what_lies_between_samples_is_told() {
        let passed = Band::finer(8, 900, 0.7, 4.0, 0.2).pass(&sine(1.5, RATE_HZ, 900));
        let fine = sine(1.5, 8.0 * RATE_HZ, 7200);
        let worst =
            passed.iter().zip(&fine).skip(720).take(5760).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert_eq!(passed.len(), 7200);
        assert!(worst < 0.02, "{worst}");
    }
}
