//! CHROM: chrominance differences (de Haan, Jeanne, IEEE Trans. Biomed. Eng. 60 (2013) 2878).

use super::super::filter::Band;
use super::super::number::{count, deviation, median};
use super::super::{Colour, RATE_HZ};
use super::{BEAT_S, hann, relative};

/// The pulse wave by CHROM; windows that swing far more than most are toned down as in `pos`.
pub fn chrom(colours: &[Colour], band: &Band) -> Vec<f64> {
    let shares = relative(colours, BEAT_S);
    let first: Vec<f64> = shares.iter().map(|[r, g, _]| 3.0 * r - 2.0 * g).collect();
    let second: Vec<f64> = shares.iter().map(|[r, g, b]| 1.5 * r + g - 1.5 * b).collect();
    let (first, second) = (band.pass(&first), band.pass(&second));
    let window = count(BEAT_S * RATE_HZ).max(2);
    let step = (window / 2).max(1);
    let parts: Vec<Vec<f64>> = first
        .windows(window)
        .zip(second.windows(window))
        .step_by(step)
        .map(|(first, second)| projected(first, second))
        .collect();
    let sizes: Vec<f64> = parts.iter().map(|part| deviation(part)).collect();
    let usual = median(&sizes);
    let mut wave = vec![0.0; colours.len()];
    for (at, (part, size)) in parts.iter().zip(sizes).enumerate() {
        let weight = if size > usual { usual / size } else { 1.0 };
        for ((slot, value), share) in wave.iter_mut().skip(at * step).zip(part).zip(hann(window)) {
            *slot += weight * share * value;
        }
    }
    wave
}

fn projected(first: &[f64], second: &[f64]) -> Vec<f64> {
    let spread = deviation(second);
    let alpha = if spread > 0.0 { deviation(first) / spread } else { 0.0 };
    first.iter().zip(second).map(|(first, second)| first - alpha * second).collect()
}
