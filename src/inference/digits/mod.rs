//! Where are digits, and what do they say? A small dense detector of digits on displays, segments and print alike.
//!
//! OCR finds words, and takes the large digits of a segment display for a drawing: their strokes do not touch. This detector knows
//! digits one by one, up to some 70 pixels high; larger ones it finds in the same picture made smaller (`decode`, `suppress`),
//! and `rows` puts digits side by side together. Its card is `models/digits/card.md`.

mod decode;
mod glyph;
mod rows;
mod suppress;

use std::ops::RangeInclusive;

use image::RgbImage;

pub use glyph::Glyph;
pub use rows::Row;

use self::decode::{Look, Map};
use super::number;
use super::ocr::{OcrError, Tensor};
use super::picture::scaled;
use super::registry::{Input, Model, ModelRef};
use super::runtime::{Net, Runtime, RuntimeError};

/// Both sides of what the model sees are multiples of this.
const STEP: u32 = 32;
/// Longest side of the look from nearest where the description names none.
const LONGEST_SIDE: u32 = 960;
/// Each look sees the picture at half the size of the one before.
const LOOKS: u32 = 3;

/// A loaded digit detector.
#[derive(Debug)]
pub struct Digits {
    session: Net,
    input: Input,
    classes: Vec<char>,
    least: f32,
    least_mark: f32,
    model: ModelRef,
}

impl Digits {
    /// Loads the detector.
    pub fn load(runtime: &Runtime, model: &Model, threads: usize) -> Result<Self, RuntimeError> {
        Ok(Self {
            session: runtime.session(model, threads)?,
            input: model.input.clone(),
            classes: model.classes.chars().collect(),
            least: model.threshold("digit")?,
            least_mark: model.threshold("sign")?,
            model: model.reference(),
        })
    }

    /// The model behind every row.
    pub fn model(&self) -> &ModelRef {
        &self.model
    }

    /// The rows of digits in an upright picture, from top to bottom.
    pub fn read(&mut self, picture: &RgbImage) -> Result<Vec<Row>, OcrError> {
        // Small pictures are made larger: their digits are too small else.
        let nearest = self.input.longest_side.unwrap_or(LONGEST_SIDE);
        let mut seen = fitted(picture, nearest);
        let mut glyphs = self.look(&seen, picture, decode::NEAREST)?;
        for look in 1..LOOKS {
            // Each look is made of the one before, which costs a quarter of making it from the picture.
            seen = fitted(&seen, nearest >> look);
            glyphs.extend(self.look(&seen, picture, decode::FARTHER)?);
        }
        Ok(rows::rows(&suppress::suppress(glyphs)))
    }

    fn look(
        &mut self,
        seen: &RgbImage,
        picture: &RgbImage,
        heights: RangeInclusive<f32>,
    ) -> Result<Vec<Glyph>, OcrError> {
        let answer = Tensor::of(seen, &self.input, seen.width()).run(&mut self.session)?;
        let [1, _, height, width] = answer.sizes.as_slice() else { return Err(OcrError::Shape) };
        let map = Map { values: &answer.values, width: *width, height: *height };
        let look = Look {
            across: number::side(picture.width()) / number::side(seen.width().max(1)),
            down: number::side(picture.height()) / number::side(seen.height().max(1)),
            least: self.least,
            least_mark: self.least_mark,
            heights,
        };
        decode::decode(map, &self.classes, &look).ok_or(OcrError::Shape)
    }
}

/// The picture with about that longest side, both sides multiples of [`STEP`].
fn fitted(picture: &RgbImage, longest: u32) -> RgbImage {
    let ratio = number::side(longest) / number::side(picture.width().max(picture.height()).max(1));
    let side = |side: u32| {
        let steps = number::round_side(number::side(side) * ratio / number::side(STEP));
        steps.max(1) * STEP
    };
    let (width, height) = (side(picture.width()), side(picture.height()));
    if picture.dimensions() == (width, height) {
        return picture.clone();
    }
    scaled(picture, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_have_sides_that_the_model_takes() {
        for (width, height, longest) in [(1600, 1200, 960), (1, 1, 128), (30_000, 1, 960), (33, 47, 47)] {
            let fitted = fitted(&RgbImage::new(width, height), longest);
            assert!(
                [fitted.width(), fitted.height()].iter().all(|side| side.is_multiple_of(STEP)),
                "{:?}",
                fitted.dimensions()
            );
            assert!(fitted.width().max(fitted.height()) <= longest.next_multiple_of(STEP));
        }
    }
}
