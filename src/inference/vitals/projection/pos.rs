//! POS: the plane orthogonal to skin tone (Wang, den Brinker, Stuijk, de Haan, IEEE Trans. Biomed. Eng. 64 (2017) 1479).

use super::super::number::{count, deviation, median, real};
use super::super::{Colour, RATE_HZ};
use super::{BEAT_S, centred, mean_colour};

/// The pulse wave by POS.
///
/// A window that swings far more than most saw a movement; it is toned down to the size of the others, so that one turn of the
/// head does not outweigh half a minute of pulse.
pub fn pos(colours: &[Colour]) -> Vec<f64> {
    let window = count(BEAT_S * RATE_HZ).max(2);
    let parts: Vec<Vec<f64>> = colours.windows(window).map(projected).collect();
    let sizes: Vec<f64> = parts.iter().map(|part| deviation(part)).collect();
    let usual = median(&sizes);
    let overlap = real(window);
    let mut wave = vec![0.0; colours.len()];
    for (start, (part, size)) in parts.iter().zip(sizes).enumerate() {
        let weight = if size > usual { usual / size } else { 1.0 };
        for (slot, value) in wave.iter_mut().skip(start).zip(part) {
            *slot += weight * value / overlap;
        }
    }
    wave
}

fn projected(colours: &[Colour]) -> Vec<f64> {
    let [red, green, blue] = mean_colour(colours);
    let plane = colours.iter().map(|[r, g, b]| {
        let (r, g, b) = (r / red, g / green, b / blue);
        (g - b, g + b - 2.0 * r)
    });
    let (first, second): (Vec<f64>, Vec<f64>) = plane.unzip();
    let spread = deviation(&second);
    let alpha = if spread > 0.0 { deviation(&first) / spread } else { 0.0 };
    let mut part: Vec<f64> =
        first.iter().zip(&second).map(|(first, second)| first + alpha * second).collect();
    centred(&mut part);
    part
}
