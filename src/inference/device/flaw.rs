//! Why a display could not be read, where the picture itself is the reason: what to do better is told to whoever took it.
//!
//! Looked for only once a picture was refused, so that nothing that can be read is refused for its looks, and a picture that is read
//! costs nothing. Of the photographs that the card of `digits` counts, none that is larger than the smallest is called flawed.

use image::RgbImage;
use image::imageops::{FilterType, resize};

use crate::inference::number::{floor, index, real, round_side, side};

/// What is wrong with a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It has too few pixels.
    #[error("the picture is too small")]
    TooSmall,
    /// There is too little light, or the display is off.
    #[error("the picture is too dark, or the display is off")]
    TooDark,
    /// There is too much light.
    #[error("the picture is too bright")]
    TooBright,
    /// Something shines on the display.
    #[error("light is mirrored by the display")]
    Glare,
    /// It is out of focus, or the camera moved.
    #[error("the picture is blurred")]
    Blurred,
    /// It is the mirror image of a display.
    #[error("the picture is a mirror image")]
    Mirrored,
}

/// A picture whose longest side is shorter than this is too small, in pixels.
const SMALLEST: u32 = 240;
/// It is looked at with this longest side, ...
const SEEN: u32 = 480;
/// ... in squares of this side.
const SQUARE: u32 = 24;
/// Of dark pictures nearly all is below this, of 255 ...
const DARK: f32 = 45.0;
/// ... and of bright ones above this.
const BRIGHT: f32 = 245.0;
/// Nearly all: what is lit is less than this.
const REST: f32 = 0.03;
/// A bright picture has this share of bright pixels.
const MOST: f32 = 0.9;
/// Glare covers this share of the middle, where the edges of the picture are not bright, too.
const SHINE: f32 = 0.12;
/// The sharpest squares of a picture that is in focus have a step between neighbouring pixels of this, of 255.
const SHARP: f32 = 14.0;
/// Those are this share of all.
const SHARPEST: f32 = 0.02;

/// The flaw that a picture's pixels show by themselves. Paper is white: a page of it is never too bright.
pub fn flaw(picture: &RgbImage, is_paper: bool) -> Option<Flaw> {
    if picture.width().max(picture.height()) < SMALLEST {
        return Some(Flaw::TooSmall);
    }
    let grey = Grey::of(picture);
    let dark = 1.0 - grey.share(|light| light < DARK);
    if dark < REST {
        return Some(Flaw::TooDark);
    }
    if !is_paper && grey.share(|light| light > BRIGHT) > MOST {
        return Some(Flaw::TooBright);
    }
    if !is_paper && grey.glare() {
        return Some(Flaw::Glare);
    }
    (grey.sharpness() < SHARP).then_some(Flaw::Blurred)
}

/// The light of a picture, made smaller.
struct Grey {
    light: Vec<f32>,
    width: usize,
}

impl Grey {
    fn of(picture: &RgbImage) -> Self {
        let longest = picture.width().max(picture.height()).max(1);
        let scaled = |length: u32| round_side(side(length) * side(SEEN) / side(longest)).max(1);
        let small = if longest > SEEN {
            resize(picture, scaled(picture.width()), scaled(picture.height()), FilterType::Triangle)
        } else {
            picture.clone()
        };
        let light = |pixel: &image::Rgb<u8>| {
            let [red, green, blue] = pixel.0.map(f32::from);
            0.299 * red + 0.587 * green + 0.114 * blue
        };
        Self { light: small.pixels().map(light).collect(), width: index(small.width()).max(1) }
    }

    fn share(&self, is_such: impl Fn(f32) -> bool) -> f32 {
        real(self.light.iter().filter(|light| is_such(**light)).count()) / real(self.light.len().max(1))
    }

    fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.light.chunks_exact(self.width)
    }

    /// Whether the middle of the picture shines, and its edges do not: paper and walls are bright to the edge.
    fn glare(&self) -> bool {
        let rows = self.light.len() / self.width;
        let is_middle = |at: usize, of: usize| (of / 4..of - of / 4).contains(&at);
        let (mut middle, mut shining, mut edge, mut bright) = (0, 0, 0, 0);
        for (y, row) in self.rows().enumerate() {
            for (x, light) in row.iter().enumerate() {
                let is_bright = usize::from(*light > BRIGHT);
                if is_middle(y, rows) && is_middle(x, self.width) {
                    (middle, shining) = (middle + 1, shining + is_bright);
                } else if x == 0 || y == 0 || x + 1 == self.width || y + 1 == rows {
                    (edge, bright) = (edge + 1, bright + is_bright);
                }
            }
        }
        real(shining) > SHINE * real(middle) && real(bright) < SHINE * real(edge)
    }

    /// How steep the steepest steps are in the sharpest squares: the least of the few that are sharper than all others.
    fn sharpness(&self) -> f32 {
        let square = index(SQUARE);
        let across = self.width.div_ceil(square);
        let mut steepest = vec![0.0_f32; across * (self.light.len() / self.width).div_ceil(square)];
        for (y, row) in self.rows().enumerate() {
            for (x, pair) in row.windows(2).enumerate() {
                let [one, other] = pair else { continue };
                if let Some(most) = steepest.get_mut(y / square * across + x / square) {
                    *most = most.max((one - other).abs());
                }
            }
        }
        steepest.sort_by(|a, b| b.total_cmp(a));
        let few = floor(real(steepest.len()) * SHARPEST);
        steepest.get(few).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use image::imageops::blur;

    fn striped(dark: u8, bright: u8) -> RgbImage {
        RgbImage::from_fn(480, 360, |x, _| Rgb([if x / 12 % 2 == 0 { dark } else { bright }; 3]))
    }

    #[test]
    fn what_is_sharp_and_lit_has_no_flaw() {
        assert_eq!(flaw(&striped(40, 200), false), None);
        assert_eq!(flaw(&striped(120, 255), false), None, "bright to the edge");
    }

    #[test]
    fn each_flaw_is_told() {
        assert_eq!(flaw(&RgbImage::new(200, 100), false), Some(Flaw::TooSmall));
        assert_eq!(flaw(&striped(0, 30), false), Some(Flaw::TooDark));
        assert_eq!(flaw(&striped(250, 255), false), Some(Flaw::TooBright));
        assert_ne!(flaw(&striped(250, 255), true), Some(Flaw::TooBright), "paper");
        assert_eq!(flaw(&blur(&striped(40, 200), 8.0), false), Some(Flaw::Blurred));
        let mut shone = striped(40, 200);
        for (x, y) in (180..300).flat_map(|x| (130..230).map(move |y| (x, y))) {
            shone.put_pixel(x, y, Rgb([255; 3]));
        }
        assert_eq!(flaw(&shone, false), Some(Flaw::Glare));
    }
}
