//! Which vital signs can be told from the colours of a face? Traces in, estimates out, or the reason why there is none.
//!
//! A client sends the mean colour of regions of skin, a frame at a time. `recording` refuses what no estimate could be made
//! from, `resample` and `regions` make one steady trace, `projection` makes pulse waves of it in three published ways
//! (POS, CHROM, PBV), `track` follows the rate that all of them tell for, and `pulse` decides whether it is a pulse: a refusal is
//! an answer, a guess is not. `breathing` and `variability` ask more of a recording and are refused for themselves.
//!
//! Oxygen and blood pressure are never estimated: no method has been shown to measure them from a face. What was measured of this
//! engine, and what it is not, is in `models/vitals/card.md`.

mod beats;
mod breathing;
mod filter;
mod likeness;
mod matrix;
mod number;
mod projection;
mod pulse;
pub mod recording;
pub mod refusal;
mod regions;
mod resample;
#[cfg(test)]
mod simulated;
mod spectrum;
#[cfg(test)]
mod tests;
mod track;
mod variability;

use beats::Beats;
pub use recording::{Fault, Recording, Region};
pub use refusal::Refusal;

/// Red, green and blue.
pub type Colour = [f64; 3];

/// Which method an estimate is by.
pub const METHOD: &str = "POS+CHROM+PBV";
/// The version of the method: raised whenever the same recording may give another answer.
pub const VERSION: &str = "1.1.0";

/// Samples a second that recordings of every camera are brought to.
const RATE_HZ: f64 = 30.0;

/// What a recording tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// Beats a minute, on average of the recording.
    pub heart_rate: f64,
    /// Breaths a minute, on average of the recording.
    pub breathing_rate: Result<f64, Refusal>,
    /// How the time between beats varies.
    pub variability: Result<Variability, Refusal>,
    /// How far the pulse stands out of the noise, in decibels.
    pub signal_db: f64,
    /// How good the recording is, from 0 to 1.
    pub quality: f64,
}

/// How the time between beats varies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variability {
    /// The standard deviation of the intervals, in ms.
    pub sdnn_ms: f64,
    /// The root mean square of the differences of intervals that follow each other, in ms.
    pub rmssd_ms: f64,
}

/// The vital signs that a recording tells. A recording without a pulse tells nothing.
pub fn analyse(recording: &Recording) -> Result<Analysis, Refusal> {
    let traces = recording.steady()?;
    let tone = regions::tone(&traces);
    let colours = regions::together(&traces);
    let pulse = pulse::find(&colours, tone)?;
    let [calm, sturdy] = pulse.waves.each_ref().map(|wave| Beats::find(wave, pulse.rate_hz));
    Ok(Analysis {
        heart_rate: pulse.rate_hz * 60.0,
        breathing_rate: breathing::rate(&colours, &calm, pulse.signal_db),
        variability: variability::of(&calm, &sturdy, pulse.rate_hz, pulse.signal_db),
        signal_db: pulse.signal_db,
        quality: quality(pulse.signal_db),
    })
}

/// The share of the way from a pulse that is barely found (-8 dB) to one that nothing hides (12 dB).
fn quality(signal_db: f64) -> f64 {
    ((signal_db + 8.0) / 20.0).clamp(0.0, 1.0)
}
