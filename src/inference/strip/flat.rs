//! A zone with what is round it, laid flat, the likely place of the control line on the right.

use image::RgbImage;
use image::imageops::{FilterType, resize};

use super::Zone;
use crate::inference::number;
use crate::inference::ocr::{Point, sample};

/// Width of a crop.
pub const WIDTH: u32 = 192;
/// Height of a crop.
pub const HEIGHT: u32 = 64;
/// Pixels of half a zone's length in a crop.
const HALF: f32 = 48.0;
/// Of a large zone so many samples are taken for a pixel of the crop, along each side.
const OFTENEST: f32 = 12.0;

/// The crop of a zone: sampled as finely as the picture is, then averaged, so that faint lines come out of the noise.
pub fn flat(picture: &RgbImage, zone: &Zone) -> RgbImage {
    let often = (zone.along.x.hypot(zone.along.y) / HALF).ceil().clamp(1.0, OFTENEST);
    let (a, b) = (zone.along.x / (HALF * often), zone.along.y / (HALF * often));
    let (width, height) =
        (number::round_side(number::side(WIDTH) * often), number::round_side(number::side(HEIGHT) * often));
    let fine = RgbImage::from_fn(width, height, |x, y| {
        let right = number::side(x) + 0.5 - number::side(width) / 2.0;
        let below = number::side(y) + 0.5 - number::side(height) / 2.0;
        sample(
            picture,
            Point::new(zone.middle.x + a * right - b * below, zone.middle.y + b * right + a * below),
        )
    });
    if often > 1.0 { resize(&fine, WIDTH, HEIGHT, FilterType::Triangle) } else { fine }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::strip::Form;
    use image::Rgb;

    #[test]
    fn the_control_lines_end_comes_to_the_right_and_stays_within() {
        // A zone that stands upright in the picture, a red mark where its control line would be: at the top.
        let mut picture = RgbImage::from_pixel(300, 900, Rgb([250; 3]));
        for (x, y) in (100..200).flat_map(|x| (300..330).map(move |y| (x, y))) {
            picture.put_pixel(x, y, Rgb([200, 0, 0]));
        }
        let zone = Zone {
            score: 1.0,
            form: Form::Cassette,
            form_share: 1.0,
            middle: Point::new(150.0, 465.0),
            along: Point::new(0.0, -200.0),
            half_width: 50.0,
            turn: 1.0,
        };
        let crop = flat(&picture, &zone);
        assert_eq!(crop.dimensions(), (WIDTH, HEIGHT));
        // 150 of 200 pixels before the middle are 36 of 48.
        assert_eq!(crop.get_pixel(96 + 36, 32), &Rgb([200, 0, 0]));
        assert_eq!(crop.get_pixel(96 - 36, 32), &Rgb([250; 3]));
        assert_eq!(crop.get_pixel(96 + 36, 2), &Rgb([250; 3]), "beside the mark");
    }
}
