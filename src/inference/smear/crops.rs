//! Cells cut out of a field, as the nets take them.

use image::RgbImage;
use image::imageops::{FilterType, crop_imm, resize};

use super::cell::Place;
use crate::inference::number;

/// A square round the middle of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Square {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) side: f32,
}

impl Square {
    /// A square so many times as long as the longer side of a cell's box.
    pub(super) fn round(place: &Place, times: f32) -> Self {
        Self { x: place.x, y: place.y, side: times * place.width.max(place.height) }
    }
}

/// Adds what the square shows to a batch, so many pixels wide. What lies outside the picture repeats its edge.
pub(super) fn add(batch: &mut Vec<u8>, picture: &RgbImage, square: Square, wide: u32) {
    let side = number::round_side(square.side).clamp(1, 4_096);
    let half = number::side(side) / 2.0;
    let (left, top) = (corner(square.x - half), corner(square.y - half));
    let inside = |corner: i64, of: u32| corner >= 0 && corner + i64::from(side) <= i64::from(of);
    let part = if inside(left, picture.width()) && inside(top, picture.height()) {
        let [left, top] = [left, top].map(|corner| u32::try_from(corner).unwrap_or(0));
        crop_imm(picture, left, top, side, side).to_image()
    } else {
        let within =
            |at: i64, of: u32| u32::try_from(at.clamp(0, i64::from(of.saturating_sub(1)))).unwrap_or(0);
        RgbImage::from_fn(side, side, |x, y| {
            let (x, y) =
                (within(left + i64::from(x), picture.width()), within(top + i64::from(y), picture.height()));
            picture.get_pixel_checked(x, y).copied().unwrap_or(image::Rgb([255; 3]))
        })
    };
    if side == wide {
        batch.extend_from_slice(part.as_raw());
    } else {
        batch.extend_from_slice(resize(&part, wide, wide, FilterType::Triangle).as_raw());
    }
}

/// The nearest pixel, which may be outside.
#[expect(clippy::as_conversions, reason = "std has no float-to-integer conversion; `as` saturates")]
fn corner(place: f32) -> i64 {
    place.clamp(-100_000.0, 100_000.0).round() as i64
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn field() -> RgbImage {
        RgbImage::from_fn(10, 10, |x, y| {
            Rgb([u8::try_from(10 * x).unwrap(), u8::try_from(10 * y).unwrap(), 7])
        })
    }

    #[test]
    fn a_square_within_the_field_is_what_is_there() {
        let mut batch = Vec::new();
        add(&mut batch, &field(), Square { x: 5.0, y: 4.0, side: 2.0 }, 2);
        assert_eq!(batch, [40, 30, 7, 50, 30, 7, 40, 40, 7, 50, 40, 7]);
    }

    #[test]
    fn beyond_the_edge_the_edge_is_repeated() {
        let mut batch = Vec::new();
        add(&mut batch, &field(), Square { x: 0.0, y: 10.0, side: 2.0 }, 2);
        assert_eq!(batch, [0, 90, 7, 0, 90, 7, 0, 90, 7, 0, 90, 7]);
    }

    #[test]
    fn squares_of_any_size_are_as_wide_as_wanted() {
        for side in [f32::NAN, -1.0, 0.2, 3.0, 1e9] {
            let mut batch = Vec::new();
            add(&mut batch, &field(), Square { x: f32::INFINITY, y: -7.0, side }, 4);
            assert_eq!(batch.len(), 48, "{side}");
        }
        assert_eq!(Square::round(&Place { x: 1.0, y: 2.0, width: 3.0, height: 4.0 }, 1.5).side, 6.0);
    }
}
