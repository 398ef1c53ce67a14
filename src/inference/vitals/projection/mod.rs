//! From colours to one wave: three published ways, which fail differently.
//!
//! All rest on the same fact: blood changes green most and red least, while movement and light change all colours alike. `pos` and
//! `chrom` cancel what changes all alike; `pbv` looks for the colour of blood and cancels whatever else is strong, which
//! leaves less noise where the skin is dark or the light poor, but believes a light of that colour.

mod chrom;
mod pbv;
mod pos;

pub use chrom::chrom;
pub use pbv::{SIGNATURE, pbv};
pub use pos::pos;

use super::number::{count, mean, real};
use super::{Colour, RATE_HZ};

/// Seconds that hold at least one beat and little else: the window of POS and CHROM.
const BEAT_S: f64 = 1.6;

/// How much each channel differs from its mean over the seconds around, as a share of that mean.
pub fn relative(colours: &[Colour], around_s: f64) -> Vec<Colour> {
    let half = count(around_s * RATE_HZ / 2.0).max(1);
    let mut sums = Vec::with_capacity(colours.len() + 1);
    let mut sum = [0.0; 3];
    sums.push(sum);
    for [red, green, blue] in colours {
        let [reds, greens, blues] = sum;
        sum = [reds + red, greens + green, blues + blue];
        sums.push(sum);
    }
    let share = |(at, colour): (usize, &Colour)| {
        // As much on both sides: a window cut off on one side would turn a slope into a pulse at both ends.
        let reach = half.min(at).min(colours.len() - 1 - at);
        let low = sums.get(at - reach).copied().unwrap_or_default();
        let high = sums.get(at + reach + 1).copied().unwrap_or_default();
        let frames = real(2 * reach + 1);
        let mut share = [0.0; 3];
        for ((slot, value), (low, high)) in share.iter_mut().zip(colour).zip(low.iter().zip(high)) {
            *slot = value * frames / (high - low).max(f64::MIN_POSITIVE) - 1.0;
        }
        share
    };
    colours.iter().enumerate().map(share).collect()
}

/// The mean colour of some frames.
fn mean_colour(colours: &[Colour]) -> Colour {
    let frames = real(colours.len().max(1));
    let mut sum = [0.0; 3];
    for colour in colours {
        for (total, value) in sum.iter_mut().zip(colour) {
            *total += value;
        }
    }
    sum.map(|total| total / frames)
}

/// A wave about nought.
fn centred(wave: &mut [f64]) {
    let middle = mean(wave);
    for value in wave {
        *value -= middle;
    }
}

/// A Hann window.
pub fn hann(samples: usize) -> impl Iterator<Item = f64> {
    let step = std::f64::consts::TAU / real(samples.max(1));
    (0..samples).map(move |at| 0.5 - 0.5 * (step * (real(at) + 0.5)).cos())
}
