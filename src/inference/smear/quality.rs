//! How good a field is, by plain numbers, at the magnification that the detector sees: what is sharp does not depend on the camera then.
//!
//! Each number rises with what is measured between two limits. Those of focus and contrast were measured on 160 fields of two sources: 98 of
//! 100 are at the upper limits or above, and at the lower ones when blurred by 6 pixels of 33 in a red cell, or paled to a quarter.

use image::RgbImage;

use super::cells::Seen;
use super::field::Quality;
use super::peaks::{Kind, Peak};
use crate::inference::number;

/// The steepest edges (98 of 100 are less steep), as a share of the contrast, from useless to as it should be.
const FOCUS: (f32, f32) = (0.08, 0.19);
/// The contrast of the green plane, which a stain darkens most, of 255.
const CONTRAST: (f32, f32) = (15.0, 55.0);
/// The share of the area that red cells cover, from far apart to as it should be, ...
const SPARSE: (f32, f32) = (0.01, 0.08);
/// ... and, from as it should be to heaped, of the share of red cells that overlap with another one.
const HEAPED: (f32, f32) = (0.35, 0.85);
/// Red cells whose boxes share this much of what they cover lie over each other.
const OVER: f32 = 0.15;

/// What is measured of a field, before it is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    pub(super) edge: f32,
    pub(super) contrast: f32,
    pub(super) covered: f32,
    pub(super) heaped: f32,
}

/// How good a field is.
pub(super) fn of(seen: &Seen) -> Quality {
    judged(measured(&seen.field, &seen.peaks))
}

fn judged(measured: Measured) -> Quality {
    let Measured { edge, contrast, covered, heaped } = measured;
    Quality {
        focus: rise(edge, FOCUS),
        stain: rise(contrast, CONTRAST),
        monolayer: rise(covered, SPARSE).min(1.0 - rise(heaped, HEAPED)),
    }
}

/// From 0 at the lower limit to 1 at the upper one.
fn rise(value: f32, (low, high): (f32, f32)) -> f32 {
    let share = (value - low) / (high - low);
    if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
}

pub(super) fn measured(field: &RgbImage, peaks: &[Peak]) -> Measured {
    let contrast = contrast(field);
    let red: Vec<_> = peaks.iter().filter(|peak| peak.kind == Kind::Red).collect();
    let area = number::side(field.width()) * number::side(field.height());
    // An ellipse covers so much of the box round it.
    let covered: f32 = red.iter().map(|peak| peak.place.area() * std::f32::consts::FRAC_PI_4).sum();
    let is_over = |one: &&&Peak| {
        red.iter().any(|other| !std::ptr::eq(**one, *other) && other.place.overlap(&one.place) > OVER)
    };
    // Of very many cells, some tell it.
    let some: Vec<_> = red.iter().step_by(red.len() / 300 + 1).collect();
    let heaped = some.iter().filter(|one| is_over(one)).count();
    Measured {
        edge: steepest(field) / contrast.max(1.0),
        contrast,
        covered: covered / area.max(1.0),
        heaped: number::real(heaped) / number::real(some.len().max(1)),
    }
}

/// The green plane from its 5 darkest of a hundred pixels to its 5 lightest.
fn contrast(field: &RgbImage) -> f32 {
    let mut counts = [0_usize; 256];
    let mut all = 0_usize;
    for pixel in field.pixels() {
        let [_, green, _] = pixel.0;
        if let Some(count) = counts.get_mut(usize::from(green)) {
            *count += 1;
            all += 1;
        }
    }
    percentile(&counts, all, 95) - percentile(&counts, all, 5)
}

/// The step from a pixel to those beside and below it that 98 of a hundred do not exceed, in the green plane.
fn steepest(field: &RgbImage) -> f32 {
    let mut counts = [0_usize; 512];
    let mut all = 0_usize;
    let row_bytes = number::index(field.width()) * 3;
    let bytes = field.as_raw();
    let rows = bytes.chunks_exact(row_bytes.max(3));
    for (row, below) in rows.clone().zip(rows.skip(2)) {
        let green = |row: &[u8]| row.iter().skip(1).step_by(3).copied().collect::<Vec<u8>>();
        let (row, below) = (green(row), green(below));
        for ((at, beside), below) in row.iter().zip(row.iter().skip(2)).zip(&below) {
            // Over two pixels, so that noise from one to the next counts less.
            let step = usize::from(at.abs_diff(*beside)) + usize::from(at.abs_diff(*below));
            if let Some(count) = counts.get_mut(step) {
                *count += 1;
                all += 1;
            }
        }
    }
    percentile(&counts, all, 98) / 2.0
}

/// The least value that so many of a hundred do not exceed.
fn percentile(counts: &[usize], all: usize, part: usize) -> f32 {
    let wanted = (all * part).div_ceil(100);
    let mut sum = 0;
    for (value, count) in counts.iter().enumerate() {
        sum += count;
        if sum >= wanted && sum > 0 {
            return number::real(value);
        }
    }
    0.0
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use image::imageops::blur;

    use super::*;
    use crate::inference::smear::cell::Place;

    /// Discs on a light ground, 48 pixels wide, so far apart.
    fn drawn(apart: u32, dark: u8) -> (RgbImage, Vec<Peak>) {
        let field = RgbImage::from_fn(480, 480, |x, y| {
            let off = |at: u32| f64::from(at % apart) - f64::from(apart) / 2.0;
            let is_cell = off(x).hypot(off(y)) < 24.0;
            Rgb(if is_cell { [200, dark, 160] } else { [235, 230, 228] })
        });
        let middles = (0..480 / apart).map(|at| (number::side(at) + 0.5) * number::side(apart));
        let place = |x, y| Place { x, y, width: 48.0, height: 48.0 };
        let peak = |x, y| Peak { kind: Kind::Red, probability: 0.9, place: place(x, y) };
        let peaks = middles.clone().flat_map(|y| middles.clone().map(move |x| peak(x, y))).collect();
        (field, peaks)
    }

    fn judge(field: &RgbImage, peaks: &[Peak]) -> Quality {
        judged(measured(field, peaks))
    }

    #[test]
    fn sharp_well_stained_cells_beside_each_other_are_as_they_should_be() {
        let (field, peaks) = drawn(60, 150);
        assert_eq!(judge(&field, &peaks), Quality { focus: 1.0, stain: 1.0, monolayer: 1.0 });
    }

    #[test]
    fn blur_lowers_focus_and_pale_stain_lowers_that() {
        let (field, peaks) = drawn(60, 150);
        assert!(judge(&blur(&field, 8.0), &peaks).focus < 0.3);
        let (pale, peaks) = drawn(60, 215);
        assert!(judge(&pale, &peaks).stain < 0.1, "{:?}", measured(&pale, &peaks));
    }

    #[test]
    fn heaps_and_cells_far_apart_are_no_monolayer() {
        let (field, peaks) = drawn(30, 150);
        assert!(judge(&field, &peaks).monolayer < 0.1, "{:?}", measured(&field, &peaks));
        let (field, peaks) = drawn(480, 150);
        assert!(judge(&field, &peaks).monolayer < 0.5);
        assert_eq!(judge(&field, &[]).monolayer, 0.0);
    }

    #[test]
    fn a_picture_of_one_pixel_is_of_no_quality() {
        let quality = judge(&RgbImage::new(1, 1), &[]);
        assert_eq!(quality, Quality { focus: 0.0, stain: 0.0, monolayer: 0.0 });
    }
}
