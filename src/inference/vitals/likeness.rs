//! What colour does that which beats have: blood's, or that of light and movement?
//!
//! In the windows' spectra, the colour at the rate is weighed against that of the noise beside it. Of a change that is all of one
//! colour, the test for that colour finds the most; so the difference of two tests tells which of two colours is nearer.

use realfft::num_complex::Complex;

use super::Colour;
use super::matrix::Symmetric;
use super::number::real;
use super::projection::SIGNATURE;

/// Bins on both sides of the rate that belong to it.
const NEAR: usize = 6;
/// How many bins from the rate the noise beside it begins and ends.
const BESIDE: std::ops::RangeInclusive<usize> = 46..=150;
/// Bins below which there is drift.
const DRIFT: usize = 40;
/// What is added to the noise, as a share of it and at least, so that a trace without noise can be told, too.
const FLOOR: f64 = 1e-3;
const LEAST: f64 = 1e-12;

/// How much more like blood than like other things, in units of the noise.
#[derive(Debug, Clone, Copy, Default)]
pub struct Likeness {
    /// Than light or movement, which change all channels alike.
    pub over_light: f64,
    /// Than what shines on the skin, which has the colour of the lamp.
    pub over_shine: f64,
    /// How much there is of the colour of blood.
    pub blood: f64,
}

/// The spectra of the three channels in one window.
pub type Channels<'a> = [&'a [Complex<f64>]; 3];

/// The likeness at the bins of a track, summed over its windows. `tone` is the mean colour of the skin.
pub fn likeness<'a>(windows: impl Iterator<Item = (Channels<'a>, usize)>, tone: Colour) -> Likeness {
    let mut sum = Likeness::default();
    for (channels, rate) in windows {
        let at_rate = power(channels, |bin| bin.abs_diff(rate) <= NEAR);
        let noise = power(channels, |bin| {
            bin >= DRIFT && BESIDE.contains(&bin.abs_diff(rate)) && bin.abs_diff(2 * rate) >= *BESIDE.start()
        });
        let noise = noise.loaded(LEAST + FLOOR * noise.rr.min(noise.gg).min(noise.bb));
        let test = |colour: Colour| tested(&at_rate, &noise, colour);
        let blood = test(SIGNATURE);
        sum.blood += blood;
        sum.over_light += blood - test([1.0; 3]);
        sum.over_shine += blood - test(tone.map(|mean| 1.0 / mean));
    }
    sum
}

/// The mean power of some bins.
fn power(channels: Channels<'_>, wanted: impl Fn(usize) -> bool) -> Symmetric {
    let mut sum = Symmetric::default();
    let mut bins = 0;
    let [red, green, blue] = channels;
    for (bin, ((red, green), blue)) in red.iter().zip(green).zip(blue).enumerate() {
        if wanted(bin) {
            bins += 1;
            sum.rr += red.norm_sqr();
            sum.gg += green.norm_sqr();
            sum.bb += blue.norm_sqr();
            sum.rg += (red * green.conj()).re;
            sum.rb += (red * blue.conj()).re;
            sum.gb += (green * blue.conj()).re;
        }
    }
    sum.times(1.0 / real(bins.max(1)))
}

/// How much of the power has this colour, in units of the noise that has it.
fn tested(power: &Symmetric, noise: &Symmetric, colour: Colour) -> f64 {
    let weights = noise.solve(colour);
    let usual: f64 = weights.iter().zip(colour).map(|(weight, channel)| weight * channel).sum();
    if usual > 0.0 { power.along(weights) / usual } else { 0.0 }
}
