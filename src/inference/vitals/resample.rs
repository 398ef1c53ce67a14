//! From frames, which come when they like, to samples at a steady rate.

use super::number::{count, real};
use super::{Colour, RATE_HZ};

/// The colours at [`RATE_HZ`], from the first frame to the last.
///
/// Each sample weighs the frames around it by a triangle as wide as the distance of its two neighbours, and at least one
/// sample: that is linear interpolation for a slow camera, and an average that keeps what a fast one has seen.
pub fn steady(times_s: &[f64], colours: &[Colour]) -> Vec<Colour> {
    let (Some(first), Some(last)) = (times_s.first(), times_s.last()) else { return Vec::new() };
    let samples = count(((last - first) * RATE_HZ).floor()) + 1;
    (0..samples).map(|at| sample(times_s, colours, first + real(at) / RATE_HZ)).collect()
}

fn sample(times_s: &[f64], colours: &[Colour], at_s: f64) -> Colour {
    let next = times_s.partition_point(|time| *time < at_s);
    let before = times_s.get(next.saturating_sub(1)).copied().unwrap_or(at_s);
    let after = times_s.get(next).copied().unwrap_or(at_s);
    let width = (after - before).max(1.0 / RATE_HZ);
    let from = times_s.partition_point(|time| *time <= at_s - width);
    let to = times_s.partition_point(|time| *time < at_s + width);
    let times_s = times_s.get(from..to).unwrap_or_default();
    let near = times_s.iter().zip(colours.get(from..to).unwrap_or_default());
    let mut sum = [0.0; 3];
    let mut weights = 0.0;
    for (time, colour) in near {
        let weight = 1.0 - (time - at_s).abs() / width;
        weights += weight;
        for (total, value) in sum.iter_mut().zip(colour) {
            *total += weight * value;
        }
    }
    // The frame nearest to the sample lies within the width, so that the weights are never nought.
    sum.map(|total| total / weights.max(f64::MIN_POSITIVE))
}
