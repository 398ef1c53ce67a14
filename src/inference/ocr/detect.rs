//! Where is text? A DB (differentiable binarisation) detector and what its map means.
//!
//! The model gives each pixel's probability of belonging to a shrunk text line. Pixels over a threshold
//! form regions; each region's smallest rectangle, if probable enough on average, is grown back to the
//! line's size. Method: Liao et al., "Real-time Scene Text Detection with Differentiable Binarization",
//! <https://arxiv.org/abs/1911.08947>, section 3.4.

use image::RgbImage;

use super::OcrError;
use super::components::outlines;
use super::geometry::{Point, Quad, Rectangle, at};
use super::tensor::Tensor;
use crate::inference::number;
use crate::inference::picture::scaled;
use crate::inference::registry::{Input, Model};
use crate::inference::runtime::{Net, Runtime, RuntimeError};

/// The detector's sides must be multiples of this: it halves them five times.
const STEP: f32 = 32.0;
/// Regions thinner than this, in map pixels, are noise.
const LEAST_SIDE: f32 = 3.0;
/// Longest side fed in where the description names none.
const LONGEST_SIDE: u32 = 960;

/// A loaded text detector.
#[derive(Debug)]
pub struct Detector {
    session: Net,
    input: Input,
    pixel: f32,
    line: f32,
    unclip: f32,
}

impl Detector {
    /// Loads the detector.
    pub fn load(runtime: &Runtime, model: &Model, threads: usize) -> Result<Self, RuntimeError> {
        Ok(Self {
            session: runtime.session(model, threads)?,
            input: model.input.clone(),
            pixel: model.threshold("pixel")?,
            line: model.threshold("box")?,
            unclip: model.threshold("unclip")?,
        })
    }

    /// The longest side that the model is meant to see.
    pub fn longest_side(&self) -> u32 {
        self.input.longest_side.unwrap_or(LONGEST_SIDE)
    }

    /// Boxes round lines of text, in the picture's own pixels, in no particular order; the model sees the
    /// picture with at most that longest side.
    pub fn boxes(&mut self, picture: &RgbImage, longest: u32) -> Result<Vec<Quad>, OcrError> {
        let fed = fit(picture, longest);
        let answer = Tensor::of(&fed, &self.input, fed.width()).run(&mut self.session)?;
        let [1, 1, height, width] = answer.sizes.as_slice() else { return Err(OcrError::Shape) };
        let map = Map { values: &answer.values, width: *width, height: *height };
        let scale = Point::new(
            number::side(picture.width()) / number::real(*width),
            number::side(picture.height()) / number::real(*height),
        );
        let edge = Point::new(number::side(picture.width()), number::side(picture.height()));
        Ok(self
            .regions(&map)
            .map(|quad| {
                quad.map(|corner| {
                    Point::new(
                        (corner.x * scale.x).clamp(0.0, edge.x),
                        (corner.y * scale.y).clamp(0.0, edge.y),
                    )
                })
            })
            .collect())
    }

    fn regions<'a>(&'a self, map: &'a Map<'a>) -> impl Iterator<Item = Quad> + 'a {
        outlines(&map.mask(self.pixel), map.width).into_iter().filter_map(|outline| {
            let shrunk = Rectangle::around(&outline)?;
            if shrunk.short_side() < LEAST_SIDE || map.mean(&shrunk) < self.line {
                return None;
            }
            let grown = shrunk.unclip(self.unclip);
            (grown.short_side() >= LEAST_SIDE + 2.0).then(|| grown.quad())
        })
    }
}

/// The picture at the size that the detector takes.
fn fit(picture: &RgbImage, longest: u32) -> RgbImage {
    let (width, height) = (number::side(picture.width()), number::side(picture.height()));
    let factor = (number::side(longest) / width.max(height).max(1.0)).min(1.0);
    let step = |side: f32| number::round_side(((side * factor / STEP).round() * STEP).max(STEP));
    let (width, height) = (step(width), step(height));
    if (width, height) == picture.dimensions() {
        return picture.clone();
    }
    scaled(picture, width, height)
}

/// Probabilities, row by row.
struct Map<'a> {
    values: &'a [f32],
    width: usize,
    height: usize,
}

impl Map<'_> {
    /// Pixels over the threshold, each spread one to the right and one down so that thin breaks close.
    fn mask(&self, threshold: f32) -> Vec<bool> {
        let mut mask: Vec<bool> = self.values.iter().map(|&value| value > threshold).collect();
        for row in mask.chunks_exact_mut(self.width.max(1)) {
            let mut before = false;
            for pixel in row {
                let set = *pixel;
                *pixel |= before;
                before = set;
            }
        }
        let mut above = vec![false; self.width];
        for row in mask.chunks_exact_mut(self.width.max(1)) {
            for (pixel, above) in row.iter_mut().zip(&mut above) {
                let set = *pixel;
                *pixel |= *above;
                *above = set;
            }
        }
        mask
    }

    /// Mean probability over the pixels of a rectangle.
    fn mean(&self, rectangle: &Rectangle) -> f32 {
        let corners = rectangle.quad().0;
        let low = |pick: fn(&Point) -> f32| number::floor(corners.iter().map(pick).fold(f32::MAX, f32::min));
        let high = |pick: fn(&Point) -> f32| number::floor(corners.iter().map(pick).fold(0.0, f32::max)) + 1;
        let (left, right) = (low(|corner| corner.x), high(|corner| corner.x).min(self.width));
        let (top, bottom) = (low(|corner| corner.y), high(|corner| corner.y).min(self.height));
        let (mut sum, mut count) = (0.0, 0);
        for (y, row) in self.values.chunks_exact(self.width.max(1)).enumerate().take(bottom).skip(top) {
            for (x, value) in row.iter().enumerate().take(right).skip(left) {
                if rectangle.holds(at(x, y)) {
                    sum += value;
                    count += 1;
                }
            }
        }
        if count == 0 { 0.0 } else { sum / number::real(count) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fed_picture_has_sides_in_steps_and_no_side_is_lost() {
        let sizes = [(1600, 1200), (100, 100), (1, 5000), (960, 704)];
        let fed = sizes.map(|(width, height)| fit(&RgbImage::new(width, height), 960).dimensions());
        assert_eq!(fed, [(960, 736), (96, 96), (32, 960), (960, 704)]);
    }

    #[test]
    fn masks_spread_to_the_right_and_down() {
        let values = [0.9, 0.0, 0.0, 0.0, 0.0, 0.0];
        let map = Map { values: &values, width: 3, height: 2 };
        assert_eq!(map.mask(0.3), [true, true, false, true, true, false]);
        let spot = Rectangle::around(&[at(0, 0), at(1, 0)]).unwrap();
        assert!((map.mean(&spot) - 0.45).abs() < 1e-6);
    }
}
