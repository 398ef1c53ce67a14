//! Pictures at other sizes. Each pixel is made of all that it covers, weighted linearly, by the vector units of the processor.

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, Rgb32FImage, RgbImage, imageops};

use crate::inference::number;

/// The picture at this size, for a model: rounded once, as what a model sees of a faint digit hangs on single steps of colour. Sides of
/// zero give an empty one.
pub fn scaled(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    if picture.dimensions() == (width, height) {
        return picture.clone();
    }
    exactly(picture, width, height)
        .unwrap_or_else(|| imageops::resize(picture, width, height, imageops::FilterType::Triangle))
}

fn exactly(picture: &RgbImage, width: u32, height: u32) -> Option<RgbImage> {
    let colours = picture.as_raw().iter().copied().map(f32::from).collect();
    let exact = Rgb32FImage::from_raw(picture.width(), picture.height(), colours)?;
    let mut scaled = Rgb32FImage::new(width, height);
    Resizer::new().resize(&exact, &mut scaled, &options()).ok()?;
    RgbImage::from_raw(width, height, scaled.as_raw().iter().copied().map(number::colour).collect())
}

/// The picture with that longest side, where it is larger; its channels stay what they are.
pub fn reduced(picture: DynamicImage, longest: u32) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    if width.max(height) <= longest {
        return picture;
    }
    let ratio = number::side(longest) / number::side(width.max(height));
    let side = |side: u32| number::round_side(number::side(side) * ratio).max(1);
    let mut reduced = DynamicImage::new(side(width), side(height), picture.color());
    match Resizer::new().resize(&picture, &mut reduced, &options()) {
        Ok(()) => reduced,
        // A kind of pixels that this way of scaling does not know.
        Err(_) => picture.resize(longest, longest, imageops::FilterType::Triangle),
    }
}

/// What is transparent is laid on white later: its colours count as they are.
fn options() -> ResizeOptions {
    ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear)).use_alpha(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ColorType, Luma, Rgb, Rgba};

    #[test]
    fn sides_keep_their_ratio_and_none_is_lost() {
        let sides = |width, height, longest| {
            let reduced = reduced(DynamicImage::new(width, height, ColorType::L8), longest);
            (reduced.width(), reduced.height())
        };
        assert_eq!(sides(4032, 3024, 1600), (1600, 1200));
        assert_eq!(sides(1601, 7, 1600), (1600, 7));
        assert_eq!(sides(9000, 1, 60), (60, 1));
        assert_eq!(sides(1600, 900, 1600), (1600, 900));
    }

    #[test]
    fn each_pixel_is_made_of_what_it_covers() {
        let striped = RgbImage::from_fn(400, 300, |x, _| Rgb([if x % 2 == 0 { 0 } else { 200 }, 50, 250]));
        let small = scaled(&striped, 40, 30);
        assert!(
            small
                .pixels()
                .all(|Rgb([red, green, blue])| red.abs_diff(100) <= 3 && (*green, *blue) == (50, 250))
        );
        assert_eq!(scaled(&striped, 400, 300), striped);
        assert!(scaled(&small, 80, 60).pixels().all(|Rgb([red, ..])| red.abs_diff(100) <= 3));
    }

    #[test]
    fn channels_stay_what_they_are() {
        let kinds = [
            ColorType::L8,
            ColorType::La8,
            ColorType::Rgb8,
            ColorType::Rgba8,
            ColorType::L16,
            ColorType::La16,
            ColorType::Rgb16,
            ColorType::Rgba16,
        ];
        for kind in kinds {
            let reduced = reduced(DynamicImage::new(64, 48, kind), 32);
            assert_eq!((reduced.width(), reduced.height(), reduced.color()), (32, 24, kind));
        }
        let deep = image::ImageBuffer::from_pixel(64, 48, Luma([40_000_u16]));
        assert_eq!(reduced(deep.into(), 16).into_luma8().get_pixel(3, 3).0, [156]);
        let clear = image::RgbaImage::from_pixel(64, 48, Rgba([90, 60, 30, 0]));
        assert_eq!(reduced(clear.into(), 16).into_rgba8().get_pixel(3, 3).0, [90, 60, 30, 0]);
    }

    #[test]
    fn models_see_what_they_were_measured_with() {
        let noise = |x: u32, y: u32| {
            (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)).rotate_right(11) % 256
        };
        let picture = RgbImage::from_fn(320, 240, |x, y| {
            Rgb([x, y, 99].map(|one| number::colour(number::side(noise(one, x * y)))))
        });
        for (width, height) in [(192, 144), (160, 120), (97, 201), (480, 352)] {
            let plain = imageops::resize(&picture, width, height, imageops::FilterType::Triangle);
            let scaled = scaled(&picture, width, height);
            let apart: Vec<u8> =
                scaled.iter().zip(plain.iter()).map(|(one, other)| one.abs_diff(*other)).collect();
            let differ = apart.iter().filter(|apart| **apart > 0).count();
            assert!(
                apart.iter().all(|apart| *apart <= 1) && differ * 200 <= apart.len(),
                "{differ} of {}",
                apart.len()
            );
        }
    }

    #[test]
    fn nothing_to_scale_and_nothing_wanted_are_no_panic() {
        assert_eq!(scaled(&RgbImage::new(0, 0), 4, 4).dimensions(), (4, 4));
        assert_eq!(scaled(&RgbImage::new(4, 4), 0, 0).dimensions(), (0, 0));
    }
}
