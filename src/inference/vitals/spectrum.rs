//! How strong each frequency is, in windows along a wave, and against what is usual around it.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use super::RATE_HZ;
use super::number::{count, median, real};

/// Bins of a spectrum; with [`RATE_HZ`] they lie 0.44 /min apart.
const LENGTH: usize = 4096;
/// Half of the band over which the usual power is taken.
const AROUND_HZ: f64 = 0.9;

/// The spectra of the windows of a wave.
pub struct Spectra {
    /// A window each: the complex amplitudes of the bins.
    pub windows: Vec<Vec<Complex<f64>>>,
}

/// The bin of a frequency.
pub fn bin(hz: f64) -> usize {
    count(hz * real(LENGTH) / RATE_HZ)
}

/// The frequency of a bin, which may lie between two.
pub fn hz(bin: f64) -> f64 {
    bin * RATE_HZ / real(LENGTH)
}

impl Spectra {
    /// Windows of `window_s`, a step apart, the last one ending with the wave; a wave shorter than one is one window.
    pub fn new(wave: &[f64], window_s: f64, step_s: f64) -> Self {
        let window = count(window_s * RATE_HZ).min(wave.len()).clamp(1, LENGTH);
        let last = wave.len().saturating_sub(window);
        // Windows spread evenly, so that none sees less than the others.
        let steps = count((real(last) / (step_s * RATE_HZ)).ceil());
        let start = |at: usize| (last * at).checked_div(steps).unwrap_or_default();
        let plan = RealFftPlanner::<f64>::new().plan_fft_forward(LENGTH);
        let top = bin(TOP_HZ) + 1;
        let windows = (0..=steps)
            .map(|at| {
                let shares = super::projection::hann(window);
                let part = wave.iter().skip(start(at)).take(window);
                let mut padded: Vec<f64> = part.zip(shares).map(|(value, share)| value * share).collect();
                padded.resize(LENGTH, 0.0);
                let mut bins = vec![Complex::default(); LENGTH / 2 + 1];
                if plan.process(&mut padded, &mut bins).is_err() {
                    bins.fill(Complex::default());
                }
                bins.truncate(top);
                bins
            })
            .collect();
        Self { windows }
    }

    /// The power of each bin in each window.
    pub fn powers(&self) -> Vec<Vec<f64>> {
        self.windows.iter().map(|bins| bins.iter().map(Complex::norm_sqr).collect()).collect()
    }
}

/// The highest frequency that is looked at: the second harmonic of the fastest pulse.
pub const TOP_HZ: f64 = 8.0;

/// Each power over the usual one around it: 1 on average where there is only noise, of whatever colour.
pub fn over_usual(powers: &[f64]) -> Vec<f64> {
    let half = bin(AROUND_HZ);
    let apart = half / 8;
    let (low, high) = (bin(LOW_HZ), bin(HIGH_HZ).min(powers.len()));
    let band: Vec<f64> = powers.iter().copied().take(high).collect();
    let usual = |centre: usize| {
        let from = centre.saturating_sub(half).max(low);
        let to = (centre + half).min(high);
        // A window at the edge of the band is moved inwards, not cut.
        let from = from.min(to.saturating_sub(2 * half).max(low));
        let to = to.max((from + 2 * half).min(high));
        let near: Vec<f64> = band.iter().copied().take(to).skip(from).step_by(4).collect();
        (median(&near) / std::f64::consts::LN_2).max(f64::MIN_POSITIVE)
    };
    let marks: Vec<f64> = (0..=powers.len() / apart).map(|mark| usual(mark * apart + apart / 2)).collect();
    powers
        .iter()
        .enumerate()
        .map(|(at, power)| power / marks.get(at / apart).copied().unwrap_or(f64::INFINITY))
        .collect()
}

/// Where noise is measured.
const LOW_HZ: f64 = 0.5;
const HIGH_HZ: f64 = 8.0;
