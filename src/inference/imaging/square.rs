//! A picture as the nets take it: squashed to a square, whatever its sides were, in planes of bytes.

use image::imageops::{FilterType, resize};
use image::{GrayImage, ImageBuffer, Luma, Pixel, RgbImage};

/// Both sides of what the nets see.
pub(super) const SIDE: u32 = 224;
/// A picture with a side shorter than this holds too little for the usual operating point.
const SMALL: u32 = 64;

/// A picture's colours, plane by plane, and its grey plane.
pub(super) struct Square {
    /// Red, green and blue, each row by row.
    pub(super) colours: Vec<u8>,
    /// Grey, row by row.
    pub(super) grey: Vec<u8>,
    /// Whether it was made of a picture of few pixels.
    pub(super) is_small: bool,
}

impl Square {
    pub(super) fn of(picture: &RgbImage) -> Self {
        let is_small = picture.width().min(picture.height()) < SMALL;
        let squashed = fitted(picture, is_small);
        let plane = |channel: usize| squashed.pixels().filter_map(move |pixel| pixel.0.get(channel).copied());
        let colours = (0..3).flat_map(plane).collect();
        let grey = fitted(&grey(picture), is_small).into_raw();
        Self { colours, grey, is_small }
    }
}

/// Brightness as ITU-R BT.601 weighs the colours, which is what the nets were trained on.
fn grey(picture: &RgbImage) -> GrayImage {
    ImageBuffer::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue] = picture.get_pixel(x, y).0.map(u32::from);
        let weighed = (red * 299 + green * 587 + blue * 114 + 500) / 1000;
        Luma([u8::try_from(weighed).unwrap_or(u8::MAX)])
    })
}

fn fitted<P: Pixel<Subpixel = u8> + 'static>(
    picture: &ImageBuffer<P, Vec<u8>>,
    is_small: bool,
) -> ImageBuffer<P, Vec<u8>> {
    if picture.dimensions() == (SIDE, SIDE) {
        return picture.clone();
    }
    let filter = if is_small { FilterType::CatmullRom } else { FilterType::Triangle };
    resize(picture, SIDE, SIDE, filter)
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn any_picture_becomes_planes_of_the_same_size() {
        for (width, height, is_small) in [(1, 1, true), (28, 28, true), (224, 224, false), (1600, 64, false)]
        {
            let square = Square::of(&RgbImage::from_pixel(width, height, Rgb([200, 100, 50])));
            assert_eq!(square.is_small, is_small);
            assert_eq!((square.colours.len(), square.grey.len()), (3 * 224 * 224, 224 * 224));
            // 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2
            assert!(square.grey.iter().all(|grey| *grey == 124), "{width} x {height}");
            let planes: Vec<u8> = square.colours.iter().copied().step_by(224 * 224).collect();
            assert_eq!(planes, [200, 100, 50]);
        }
    }

    #[test]
    fn both_sides_are_squashed_apart() {
        // The left half white, the right half black.
        let picture = RgbImage::from_fn(400, 100, |x, _| if x < 200 { Rgb([255; 3]) } else { Rgb([0; 3]) });
        let square = Square::of(&picture);
        let row: Vec<u8> = square.grey.iter().copied().take(224).collect();
        assert_eq!(
            (row.first(), row.get(100), row.get(123), row.last()),
            (Some(&255), Some(&255), Some(&0), Some(&0))
        );
    }
}
