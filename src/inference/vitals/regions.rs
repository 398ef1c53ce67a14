//! One colour trace of several regions of skin.

use super::number::{deviation, mean, median, real};
use super::{Colour, Refusal};

/// A channel that is at the end of its scale in more than this share of the frames has lost its pulse there.
const CLIPPED: f64 = 0.1;
/// What counts as the end of a scale, as a share of it.
const BRIGHT: f64 = 0.996;
/// Levels below which a camera shows its own noise, on a scale of 255.
const DARK: f64 = 2.0;

/// The regions in which a pulse can be seen.
pub fn usable(regions: &[Vec<Colour>]) -> Result<Vec<&Vec<Colour>>, Refusal> {
    if regions.iter().all(|region| channels(region).iter().all(|channel| still(channel))) {
        return Err(Refusal::Flat);
    }
    let usable: Vec<_> = regions.iter().filter(|region| shows(region)).collect();
    if usable.is_empty() { Err(Refusal::Clipped) } else { Ok(usable) }
}

/// The mean colour of the regions, for the colour of what shines on them.
pub fn tone(regions: &[Vec<Colour>]) -> Colour {
    let sums: Vec<Colour> =
        regions.iter().map(|region| channels(region).map(|channel| mean(&channel))).collect();
    channels(&sums).map(|channel| mean(&channel).max(f64::MIN_POSITIVE))
}

/// The regions together: each as a share of its own mean, the noisy ones with less weight.
pub fn together(regions: &[Vec<Colour>]) -> Vec<Colour> {
    let shares: Vec<Vec<Colour>> = regions.iter().map(|region| share(region)).collect();
    let noises: Vec<f64> = shares.iter().map(|region| noise(region)).collect();
    let usual = median(&noises).max(f64::MIN_POSITIVE);
    // A region that is only a little better is not to drown the others: what differs between regions cancels.
    let weights: Vec<f64> = noises.iter().map(|noise| (usual / noise).clamp(0.1, 2.0)).collect();
    let total: f64 = weights.iter().sum();
    let samples = shares.iter().map(Vec::len).min().unwrap_or_default();
    let mut sum = vec![[0.0; 3]; samples];
    for (region, weight) in shares.iter().zip(weights) {
        for (slot, colour) in sum.iter_mut().zip(region) {
            for (channel, value) in slot.iter_mut().zip(colour) {
                *channel += value * weight / total;
            }
        }
    }
    sum
}

/// Each channel by itself.
fn channels(region: &[Colour]) -> [Vec<f64>; 3] {
    let channel = |which: fn(&Colour) -> f64| region.iter().map(which).collect();
    [channel(|[r, _, _]| *r), channel(|[_, g, _]| *g), channel(|[_, _, b]| *b)]
}

fn still(channel: &[f64]) -> bool {
    deviation(channel) <= mean(channel) * 1e-9
}

/// Whether no channel is still or clipped. Cameras count to 1, to 255 or higher; which, the largest value tells.
fn shows(region: &[Colour]) -> bool {
    let largest = region.iter().flatten().copied().fold(0.0, f64::max);
    let scale = [1.0, 255.0, 1023.0, 4095.0].into_iter().find(|scale| largest <= *scale).unwrap_or(65_535.0);
    let (bright, dark) = (BRIGHT * scale, DARK / 255.0 * scale);
    channels(region).iter().all(|channel| {
        let ends = channel.iter().filter(|value| **value >= bright || **value <= dark).count();
        !still(channel) && real(ends) <= CLIPPED * real(channel.len())
    })
}

fn share(region: &[Colour]) -> Vec<Colour> {
    let [r, g, b] = channels(region).map(|channel| mean(&channel).max(f64::MIN_POSITIVE));
    region.iter().map(|[red, green, blue]| [red / r, green / g, blue / b]).collect()
}

/// How much a sample differs from the middle of its neighbours: noise, since neither pulse nor movement is so fast.
fn noise(region: &[Colour]) -> f64 {
    let around = region.iter().zip(region.iter().skip(1)).zip(region.iter().skip(2));
    let squares: Vec<f64> = around
        .map(|((a, b), c)| a.iter().zip(b).zip(c).map(|((a, b), c)| (b - (a + c) / 2.0).powi(2)).sum())
        .collect();
    mean(&squares).max(f64::MIN_POSITIVE)
}
