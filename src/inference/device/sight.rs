//! The models of one worker: lines of text and digits of one picture, put together as a page.

use std::borrow::Cow;
use std::time::Instant;

use image::RgbImage;
use image::imageops::rotate180;

use super::numerals::join;
use super::second_reading::Seen;
use super::straightened;
use crate::inference::digits::{Digits, Row};
use crate::inference::ocr::{Ocr, OcrError, Page, Quad};
use crate::inference::registry::{ModelRef, Registry};
use crate::inference::runtime::{Runtime, RuntimeError};

/// Rows of digits that are read again, the largest first: no display of ours shows more.
const MOST_ROWS: usize = 32;
/// How much is cut out round a row to read it again, in its heights: OCR was trained on lines with a margin.
const MARGIN: f32 = 0.2;

/// A number, time or word that a display shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// What it says.
    pub text: String,
    /// Probability that this is right.
    pub confidence: f32,
    /// Height of its digits, in the picture's pixels.
    pub height: f32,
}

/// The models of one worker.
#[derive(Debug)]
pub struct Sight {
    ocr: Ocr,
    /// None where the registry has no such model: displays are read by OCR alone then.
    digits: Option<Digits>,
    models: Vec<ModelRef>,
}

impl Sight {
    /// Loads the models of the registry; each run may use so many threads.
    pub fn load(runtime: &Runtime, registry: &Registry, threads: usize) -> Result<Self, RuntimeError> {
        let ocr = Ocr::load(runtime, registry, threads)?;
        let model = registry.models().find(|model| model.name == "digits");
        let digits = model.map(|model| Digits::load(runtime, model, threads)).transpose()?;
        let models = ocr.models().iter().chain(digits.as_ref().map(Digits::model)).cloned().collect();
        Ok(Self { ocr, digits, models })
    }

    /// The models behind every page.
    pub fn models(&self) -> &[ModelRef] {
        &self.models
    }

    /// The lines of a picture, and where those do not show that it is a document, its digits in them.
    pub fn read(
        &mut self,
        picture: &RgbImage,
        deadline: Instant,
        is_print: impl Fn(&Page) -> bool,
        is_document: impl Fn(&Page) -> bool,
    ) -> Result<Page, OcrError> {
        let page = self.ocr.read(picture, deadline, is_print)?;
        let Some(digits) = self.digits.as_mut().filter(|_| !is_document(&page)) else { return Ok(page) };
        if Instant::now() >= deadline {
            return Err(OcrError::Late);
        }
        let upright = if page.turned { Cow::Owned(rotate180(picture)) } else { Cow::Borrowed(picture) };
        let rows = straightened::rows(digits, &upright, &page)?;
        let seen = self.again(rows, &upright, &page)?;
        Ok(join(page, seen))
    }

    /// The rows of digits, the largest only, each with what OCR says of its place.
    fn again(&mut self, mut rows: Vec<Row>, upright: &RgbImage, page: &Page) -> Result<Vec<Seen>, OcrError> {
        rows.sort_by(|a, b| b.quad.height().total_cmp(&a.quad.height()));
        rows.truncate(MOST_ROWS);
        let cut: Vec<Quad> = rows.iter().map(|row| row.quad.grown(MARGIN)).collect();
        let again = self.ocr.read_again(upright, &cut)?;
        let quads: Vec<Quad> = rows.iter().map(|row| row.quad.grown(MARGIN / 2.0)).collect();
        let clear = page.are_open(upright, &quads);
        let seen = |((row, again), clear): ((Row, String), bool)| Seen::new(row, again, clear);
        Ok(rows.into_iter().zip(again).zip(clear).map(seen).collect())
    }
}

/// What a page shows of numbers, times and letters in digits' places, the largest first.
pub fn shown(page: &Page) -> Vec<Shown> {
    let mut shown: Vec<Shown> = page
        .lines
        .iter()
        .filter_map(|line| {
            let confidence = line.judged?;
            Some(Shown { text: line.text(), confidence, height: line.quad.height() })
        })
        .collect();
    shown.sort_by(|a, b| b.height.total_cmp(&a.height));
    shown
}
