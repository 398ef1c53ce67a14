//! PBV: the signature of blood volume (de Haan, van Leest, Physiol. Meas. 35 (2014) 1913).
//!
//! Of all mixtures of the channels that pass a change of the colour of blood unchanged, the one with the least power: what else is
//! strong, a movement or a light, is cancelled, and what is left is averaged.

use super::super::filter::Band;
use super::super::matrix::Symmetric;
use super::super::number::{count, deviation, real};
use super::super::{Colour, RATE_HZ};
use super::{hann, relative};

/// How much a change of blood volume changes each channel, as a share of its mean, relative to the others.
pub const SIGNATURE: Colour = [0.33, 0.77, 0.53];
/// Skin, lamp and camera bend the signature. Power of this share of the pulse's is added to each channel alike, so that a signature a
/// little off is not taken for something to cancel.
const TOLERANCE: f64 = 0.15;
const WINDOW_S: f64 = 8.0;
const AROUND_S: f64 = 2.0;

/// The pulse wave by PBV; `pulse` is that of another way, for the size of what is looked for.
pub fn pbv(colours: &[Colour], pulse: &[f64], band: &Band) -> Vec<f64> {
    let shares = relative(colours, AROUND_S);
    let channel = |which: fn(&Colour) -> f64| band.pass(&shares.iter().map(which).collect::<Vec<_>>());
    let channels = [channel(|[r, _, _]| *r), channel(|[_, g, _]| *g), channel(|[_, _, b]| *b)];
    let window = count(WINDOW_S * RATE_HZ).min(colours.len()).max(2);
    let step = (window / 4).max(1);
    let mut wave = vec![0.0; colours.len()];
    let last = colours.len().saturating_sub(window);
    let starts = (0..last).step_by(step).chain([last]);
    for start in starts {
        let part = |wave: &[f64]| wave.iter().skip(start).take(window).copied().collect::<Vec<_>>();
        let parts = channels.each_ref().map(|channel| part(channel));
        let size = deviation(&part(pulse));
        let mixed = mixed(&parts, size * size);
        let spread = deviation(&mixed).max(f64::MIN_POSITIVE);
        for ((slot, value), share) in wave.iter_mut().skip(start).zip(mixed).zip(hann(window)) {
            *slot += share * value / spread;
        }
    }
    wave
}

/// The mixture of one window.
fn mixed(channels: &[Vec<f64>; 3], pulse_power: f64) -> Vec<f64> {
    let samples = real(channels.first().map_or(1, Vec::len).max(1));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / samples;
    let [red, green, blue] = channels;
    let change = Symmetric {
        rr: product(red, red),
        gg: product(green, green),
        bb: product(blue, blue),
        rg: product(red, green),
        rb: product(red, blue),
        gb: product(green, blue),
    };
    let [r, g, b] = change.loaded(TOLERANCE * pulse_power).solve(SIGNATURE);
    let mix = |((red, green), blue): ((&f64, &f64), &f64)| r * red + g * green + b * blue;
    red.iter().zip(green).zip(blue).map(mix).collect()
}
