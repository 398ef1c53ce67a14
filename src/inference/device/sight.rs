//! The models of one worker: lines of text and digits of one picture, put together as a page.

use std::borrow::Cow;
use std::time::Instant;

use image::RgbImage;
use image::imageops::{flip_horizontal, rotate180};

use super::lexicon;
use super::numerals::join;
use super::second_reading::{Seen, runs};
use super::{straightened, units_beside, unlit};
use crate::inference::digits::{Digits, Row};
use crate::inference::ocr::{Evidence, Line, Ocr, OcrError, Page, Point, Quad, Strange};
use crate::inference::registry::{ModelRef, Registry};
use crate::inference::runtime::{Runtime, RuntimeError};
use crate::inference::strip::{Lines, Strips, Zone};

/// Rows of digits that are read again, the largest first: no display of ours shows more.
const MOST_ROWS: usize = 32;
/// Boxes of a picture that is perhaps a mirror image that are read again, the largest first, ...
const MOST_MIRRORED: usize = 16;
/// ... and words of displays that must be among them.
const LEAST_MIRRORED: usize = 2;
/// What OCR alone reads alike twice is worth so much at most.
const AGREED: f32 = 0.9;
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
    /// What two readers say of it, where both looked.
    pub evidence: Option<Evidence>,
}

/// The models of one worker.
#[derive(Debug)]
pub struct Sight {
    ocr: Ocr,
    /// None where the registry has no such model: displays are read by OCR alone then.
    digits: Option<Digits>,
    /// None where the registry has no such nets: no test is seen then.
    strips: Option<Strips>,
    models: Vec<ModelRef>,
}

impl Sight {
    /// Loads the models of the registry; each run may use so many threads.
    pub fn load(runtime: &Runtime, registry: &Registry, threads: usize) -> Result<Self, RuntimeError> {
        let ocr = Ocr::load(runtime, registry, threads)?;
        let model = registry.models().find(|model| model.name == "digits");
        let digits = model.map(|model| Digits::load(runtime, model, threads)).transpose()?;
        let models = ocr.models().iter().chain(digits.as_ref().map(Digits::model)).cloned().collect();
        let strips = Strips::load(runtime, registry, threads)?;
        Ok(Self { ocr, digits, strips, models })
    }

    /// The models behind every page.
    pub fn models(&self) -> &[ModelRef] {
        &self.models
    }

    /// The models behind what is read of tests.
    pub fn models_of_strips(&self) -> Vec<ModelRef> {
        let nets = self.strips.iter().flat_map(Strips::models);
        self.ocr.models().iter().cloned().chain(nets).collect()
    }

    /// The reading zones of tests in a picture, each with its lines; a display has none.
    pub fn strips(&mut self, picture: &RgbImage) -> Result<Vec<(Zone, Option<Lines>)>, OcrError> {
        self.strips.as_mut().map_or(Ok(Vec::new()), |strips| strips.read(picture))
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
        if is_document(&page) {
            return self.ocr.parted(picture, page, deadline);
        }
        let Some(digits) = self.digits.as_mut() else { return Ok(page) };
        if Instant::now() >= deadline {
            return Err(OcrError::Late);
        }
        let upright = if page.turned { Cow::Owned(rotate180(picture)) } else { Cow::Borrowed(picture) };
        let rows = straightened::rows(digits, &upright, &page)?;
        let seen = self.again(rows, &upright, &page)?;
        let units = units_beside::units(&mut self.ocr, &upright, &page, &seen)?;
        let mut page = join(page, seen);
        page.lines.extend(units);
        Ok(page)
    }

    /// Whether the words of a picture are those of its mirror image: several of displays there, and none as it stands.
    pub fn is_mirrored(&mut self, picture: &RgbImage, page: &Page) -> Result<bool, OcrError> {
        let known = |text: &str| text.split_whitespace().any(lexicon::is_of_displays);
        if page.turned || page.lines.iter().any(|line| known(&line.text())) {
            return Ok(false);
        }
        let boxes = page.lines.iter().map(|line| line.quad).chain(page.unread.iter().copied());
        let mut boxes: Vec<Quad> = boxes.filter(|quad| quad.width() > quad.height()).collect();
        boxes.sort_by(|a, b| b.area().total_cmp(&a.area()));
        boxes.truncate(MOST_MIRRORED);
        let again = self.ocr.read_again(&flip_horizontal(picture), &mirrored(&boxes, page.width))?;
        Ok(again.iter().filter(|text| known(text)).count() >= LEAST_MIRRORED)
    }

    /// The rows of digits, the largest only, each with what OCR says of its place.
    fn again(&mut self, mut rows: Vec<Row>, upright: &RgbImage, page: &Page) -> Result<Vec<Seen>, OcrError> {
        rows.sort_by(|a, b| b.quad.height().total_cmp(&a.quad.height()));
        rows.truncate(MOST_ROWS);
        let lit = |row: Row| {
            let row = unlit::without(upright, row);
            unlit::without_faint(upright, &row).map_or((row, false), |lit| (lit, true))
        };
        let (rows, mended): (Vec<Row>, Vec<bool>) = rows.into_iter().map(lit).unzip();
        let cut: Vec<Quad> = rows.iter().map(|row| row.quad.grown(MARGIN)).collect();
        let again = self.ocr.read_again(upright, &cut)?;
        let quads: Vec<Quad> = rows.iter().map(|row| row.quad.grown(MARGIN / 2.0)).collect();
        let strange = page.beside(upright, &quads);
        let seen = |(((row, again), strange), is_mended): (((Row, String), Strange), bool)| Seen {
            is_mended,
            ..Seen::new(row, again, strange)
        };
        Ok(rows.into_iter().zip(again).zip(strange).zip(mended).map(seen).collect())
    }
}

/// The boxes in the mirror image of a picture of that width.
fn mirrored(boxes: &[Quad], width: f32) -> Vec<Quad> {
    let flipped = |quad: &Quad| {
        let [top_left, top_right, bottom_right, bottom_left] =
            quad.map(|corner| Point::new(width - corner.x, corner.y)).0;
        Quad([top_right, top_left, bottom_left, bottom_right])
    };
    boxes.iter().map(flipped).collect()
}

/// The numbers of a line: what the digit detector saw, without the letters that OCR read with it, and what OCR alone read alike twice.
fn told(line: &Line) -> Vec<(String, f32)> {
    if let Some(judged) = line.judged {
        let text = line.text();
        let is_letter = |c: char| c.is_alphabetic() || c.is_whitespace() || c == '%' || c == '\u{b0}';
        let bare = text.trim_matches(is_letter);
        let is_word = bare.is_empty() || bare.contains(is_letter);
        return vec![(if is_word { text.clone() } else { bare.to_owned() }, judged.sure)];
    }
    let again = line.second.as_deref().map(runs).unwrap_or_default();
    let worth = line.characters.iter().map(|(_, probability)| *probability).fold(AGREED, f32::min);
    let alike = |run: &String| again.contains(run);
    runs(&line.text()).into_iter().filter(alike).map(|run| (run, worth)).collect()
}

/// What a page shows of numbers, times and letters in digits' places, the largest first.
pub fn shown(page: &Page) -> Vec<Shown> {
    let mut shown: Vec<Shown> = page
        .lines
        .iter()
        .flat_map(|line| {
            let (height, evidence) = (line.quad.height(), line.judged.map(|judged| judged.evidence));
            let of = move |(text, confidence)| Shown { text, confidence, height, evidence };
            told(line).into_iter().map(of)
        })
        .collect();
    shown.sort_by(|a, b| b.height.total_cmp(&a.height));
    shown
}
