//! Cutting a tilted box out of a picture and laying it flat.

use image::imageops::rotate270;
use image::{Rgb, RgbImage};

use super::geometry::{Point, Quad};
use crate::inference::number;
use crate::inference::picture::scaled;

/// A box this much taller than wide is text that runs upwards.
const UPRIGHT_RATIO: f32 = 1.5;
/// Longest side of a crop; a box is never larger than the working picture by much.
const LONGEST: f32 = 4_096.0;

/// The box as an upright picture of its own size.
///
/// Boxes are parallelograms, so sampling along two edges is exact and no perspective solver is needed.
pub fn cut(picture: &RgbImage, quad: &Quad) -> RgbImage {
    let flat = cut_upright(picture, quad);
    let upwards = number::side(flat.height()) >= UPRIGHT_RATIO * number::side(flat.width());
    if upwards { rotate270(&flat) } else { flat }
}

/// The box as it stands, even where it is higher than wide: a lone digit.
pub fn cut_upright(picture: &RgbImage, quad: &Quad) -> RgbImage {
    let width = number::round_side(quad.width().clamp(1.0, LONGEST));
    let height = number::round_side(quad.height().clamp(1.0, LONGEST));
    let [top_left, top_right, _, bottom_left] = quad.0;
    RgbImage::from_fn(width, height, |x, y| {
        let along = (number::side(x) + 0.5) / number::side(width);
        let down = (number::side(y) + 0.5) / number::side(height);
        let to_right = top_left.towards(top_right, along);
        let below = top_left.towards(bottom_left, down);
        sample(picture, Point::new(to_right.x + below.x - top_left.x, to_right.y + below.y - top_left.y))
    })
}

/// Scaled to a height, its width in proportion within the limits.
pub fn to_height(picture: &RgbImage, height: u32, widest: u32) -> RgbImage {
    let ratio = number::side(picture.width()) / number::side(picture.height().max(1));
    let width = number::round_side((number::side(height) * ratio).ceil()).clamp(1, widest);
    scaled(picture, width, height)
}

/// The colour at a point, mixed from the four pixels round it; beyond the edge, the edge's.
pub fn sample(picture: &RgbImage, point: Point) -> Rgb<u8> {
    let edge = |at: f32, size: u32| (at - 0.5).clamp(0.0, number::side(size.saturating_sub(1)));
    let (x, y) = (edge(point.x, picture.width()), edge(point.y, picture.height()));
    let (left, top) = (number::pixels(number::floor(x)), number::pixels(number::floor(y)));
    let right = (left + 1).min(picture.width().saturating_sub(1));
    let bottom = (top + 1).min(picture.height().saturating_sub(1));
    let (share_x, share_y) = (x - number::side(left), y - number::side(top));
    let pixel = |x, y| picture.get_pixel_checked(x, y).map_or([0; 3], |pixel| pixel.0).map(f32::from);
    let mix = |one: [f32; 3], other: [f32; 3], share: f32| {
        let [a, b, c] = one;
        let [d, e, f] = other;
        [a + (d - a) * share, b + (e - b) * share, c + (f - c) * share]
    };
    let upper = mix(pixel(left, top), pixel(right, top), share_x);
    let lower = mix(pixel(left, bottom), pixel(right, bottom), share_x);
    Rgb(mix(upper, lower, share_y).map(number::colour))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upright_box_is_copied_as_it_is() {
        let picture = RgbImage::from_fn(8, 6, |x, y| Rgb([number::colour(number::side(x * 20 + y)), 0, 0]));
        let part = cut(&picture, &Quad::upright(2.0, 1.0, 6.0, 4.0));
        assert_eq!(part.dimensions(), (4, 3));
        assert_eq!(part.get_pixel(0, 0), picture.get_pixel(2, 1));
        assert_eq!(part.get_pixel(3, 2), picture.get_pixel(5, 3));
    }

    #[test]
    fn a_tall_box_is_laid_on_its_side() {
        let mut picture = RgbImage::new(10, 40);
        picture.put_pixel(5, 0, Rgb([255; 3]));
        let part = cut(&picture, &Quad::upright(0.0, 0.0, 10.0, 40.0));
        assert_eq!(part.dimensions(), (40, 10));
        assert_eq!(part.get_pixel(0, 4).0, [255; 3]);
    }

    #[test]
    fn boxes_beyond_the_edge_take_the_edge() {
        let picture = RgbImage::from_pixel(4, 4, Rgb([9; 3]));
        let part = cut(&picture, &Quad::upright(-3.0, -3.0, 9.0, 9.0));
        assert!(part.pixels().all(|pixel| pixel.0 == [9; 3]));
        assert_eq!(to_height(&part, 48, 100).dimensions(), (48, 48));
    }
}
