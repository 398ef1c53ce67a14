//! Lines of text in a picture: where they stand and what they say, by PP-OCRv6 models.
//!
//! Detector, orientation vote and recogniser follow the published PP-OCR pipeline
//! (<https://github.com/PaddlePaddle/PaddleOCR>), with one change: whether text stands on its head is
//! decided for the whole picture by its longest lines, not line by line, because a display's digits alone
//! (68, 89, 101) can be read either way. And with two additions, as a number that lost a digit is worse
//! than none: the detector looks twice, closely for print and from afar for large segmented digits, and a
//! line that holds digits is read twice, the second time with some of its surroundings, whose pixels are
//! looked at too: see `surroundings`.

mod coarse;
mod components;
mod crop;
mod detect;
mod geometry;
mod judged;
mod merge;
mod orientation;
mod recognise;
mod surroundings;
mod tensor;

use std::time::Instant;

use image::RgbImage;
use image::imageops::rotate180;

pub(in crate::inference) use crop::{cut_upright, sample};
pub use geometry::{Point, Quad};
pub use judged::{Evidence, Judged};
pub use surroundings::Strange;
pub(in crate::inference) use tensor::Tensor;

use self::detect::Detector;
use self::orientation::{Orientation, Vote};
use self::recognise::{Recogniser, Text};
use super::number;
use super::registry::{ModelRef, Registry};
use super::runtime::{Runtime, RuntimeError};

/// Most boxes that are read of a display, the largest first: its surroundings are not worth more of the queue's time.
const MOST_LINES: usize = 64;
/// Most boxes that are read of print, which says another thing without its smallest line.
const MOST_PRINTED: usize = 400;
/// A box of which so much was read belongs to what was read.
const COVERED: f32 = 0.3;
/// Longest side of the look from afar, at which the gaps between a digit's segments close.
const AFAR: u32 = 384;
/// Lines that vote on whether the picture is upside down.
const VOTERS: usize = 6;

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The characters in reading order, with the probability of each.
    pub characters: Vec<(char, f32)>,
    /// Mean probability of the characters.
    pub confidence: f32,
    /// What the line and its surroundings say, where the line holds digits.
    pub second: Option<String>,
    /// Whether nothing that was not read stands beside the line: no digit of it can be hidden there.
    pub clear: bool,
    /// What its digits are worth, where the digit detector read them and other readings were held against that.
    pub judged: Option<Judged>,
    /// The box round the line, in the page's pixels.
    pub quad: Quad,
}

impl Line {
    /// Whether there is a digit in it.
    pub fn holds_digits(&self) -> bool {
        self.characters.iter().any(|(character, _)| character.is_ascii_digit())
    }

    /// Whether the line can be no part of a number: a lone l or O may be a digit of it.
    fn is_word(&self) -> bool {
        let lone =
            matches!(self.characters.as_slice(), [(character, _)] if !matches!(character, '%' | '℃' | '℉'));
        !lone && !self.holds_digits()
    }

    /// The line as text.
    pub fn text(&self) -> String {
        self.characters.iter().map(|(character, _)| character).collect()
    }
}

/// The lines of one picture, from top to bottom.
#[derive(Debug, Clone)]
pub struct Page {
    /// Width of the picture that was read.
    pub width: f32,
    /// Height of the picture that was read.
    pub height: f32,
    /// Whether the picture was turned by 180 degrees to be read; boxes are in the turned picture.
    pub turned: bool,
    /// The lines.
    pub lines: Vec<Line>,
    /// Boxes in which something stands that could not be read.
    pub unread: Vec<Quad>,
    /// Boxes that nobody looked into, as there are too many: the smallest.
    pub left_out: Vec<Quad>,
}

impl Page {
    /// Whether every box was looked into.
    pub fn is_whole(&self) -> bool {
        self.left_out.is_empty()
    }

    /// For boxes of digits that two readers see, in the upright picture: how much beside each could hide another digit.
    pub fn beside(&self, upright: &RgbImage, boxes: &[Quad]) -> Vec<Strange> {
        let words: Vec<Quad> =
            self.lines.iter().filter(|line| line.is_word()).map(|line| line.quad).collect();
        boxes.iter().map(|quad| surroundings::beside(upright, quad, &words)).collect()
    }
}

/// Why a picture gave no page.
#[derive(Debug, thiserror::Error)]
pub enum OcrError {
    /// ONNX Runtime failed.
    #[error("a model could not be run: {0}")]
    Run(#[from] ort::Error),
    /// A model answered in another form than its kind should.
    #[error("a model's answer has an unexpected shape")]
    Shape,
    /// There was not enough time.
    #[error("the deadline passed while lines were being read")]
    Late,
}

/// The three models, loaded.
#[derive(Debug)]
pub struct Ocr {
    detector: Detector,
    orientation: Orientation,
    recogniser: Recogniser,
    models: Vec<ModelRef>,
}

impl Ocr {
    /// Loads the models of the registry; each run may use so many threads.
    pub fn load(runtime: &Runtime, registry: &Registry, threads: usize) -> Result<Self, RuntimeError> {
        let [det, cls, rec] =
            [registry.get("ppocrv6-det")?, registry.get("ppocr-cls")?, registry.get("ppocrv6-rec")?];
        Ok(Self {
            detector: Detector::load(runtime, det, threads)?,
            orientation: Orientation::load(runtime, cls, threads)?,
            recogniser: Recogniser::load(runtime, rec, threads)?,
            models: vec![det.reference(), cls.reference(), rec.reference()],
        })
    }

    /// The models behind every page.
    pub fn models(&self) -> &[ModelRef] {
        &self.models
    }

    /// Finds and reads the lines of a picture: the largest, and where they show that it is print, the others.
    pub fn read(
        &mut self,
        picture: &RgbImage,
        deadline: Instant,
        is_print: impl Fn(&Page) -> bool,
    ) -> Result<Page, OcrError> {
        let mut boxes = self.boxes(picture)?;
        boxes.sort_by(|a, b| b.area().total_cmp(&a.area()));
        let others = boxes.split_off(boxes.len().min(MOST_LINES));
        let turned = self.is_turned(picture, &boxes)?;
        let mut seen = Seen::default();
        self.look_into(picture, &boxes, turned, deadline, &mut seen)?;
        let page = seen.clone().page(picture, turned, others.clone());
        if page.is_whole() || !is_print(&page) {
            return Ok(page);
        }
        let (others, left_out) = others.split_at(others.len().min(MOST_PRINTED - MOST_LINES));
        self.look_into(picture, others, turned, deadline, &mut seen)?;
        Ok(seen.page(picture, turned, left_out.to_vec()))
    }

    fn look_into(
        &mut self,
        picture: &RgbImage,
        boxes: &[Quad],
        turned: bool,
        deadline: Instant,
        seen: &mut Seen,
    ) -> Result<(), OcrError> {
        for quad in boxes {
            if Instant::now() >= deadline {
                return Err(OcrError::Late);
            }
            match self.line(picture, quad, turned)? {
                Some(line) => seen.lines.push(line),
                None => seen.unread.push(*quad),
            }
        }
        Ok(())
    }

    /// Boxes of both looks; from afar only what the close look does not have.
    fn boxes(&mut self, picture: &RgbImage) -> Result<Vec<Quad>, OcrError> {
        let mut boxes = self.detector.boxes(picture, self.detector.longest_side())?;
        let afar = self.detector.boxes(picture, AFAR)?;
        let new = afar.into_iter().filter(|quad| !boxes.iter().any(|other| merge::same_place(quad, other)));
        let new: Vec<Quad> = new.collect();
        boxes.extend(new);
        Ok(boxes)
    }

    /// Reads again what the look from afar took for one line, and is two: of a document, whose picture was not turned.
    pub fn parted(
        &mut self,
        picture: &RgbImage,
        mut page: Page,
        deadline: Instant,
    ) -> Result<Page, OcrError> {
        if page.turned {
            return Ok(page);
        }
        let mut gone = Vec::new();
        for (place, boxes) in coarse::parts(&page.lines) {
            if Instant::now() >= deadline {
                return Err(OcrError::Late);
            }
            let confidence = page.lines.get(place).map_or(1.0, |line| line.confidence);
            let read: Vec<Option<Line>> =
                boxes.iter().map(|quad| self.line(picture, quad, false)).collect::<Result<_, _>>()?;
            let surer: Vec<Line> =
                read.into_iter().flatten().filter(|line| line.confidence > confidence).collect();
            if !surer.is_empty() {
                gone.push(place);
                page.lines.extend(surer);
            }
        }
        let lines = page.lines.into_iter().enumerate();
        page.lines = lines.filter(|(place, _)| !gone.contains(place)).map(|(_, line)| line).collect();
        look_beside(picture, &mut page.lines);
        page.lines = merge::without_fragments(page.lines);
        page.lines.sort_by(|a, b| a.quad.centre().y.total_cmp(&b.quad.centre().y));
        Ok(page)
    }

    fn line(&mut self, picture: &RgbImage, quad: &Quad, turned: bool) -> Result<Option<Line>, OcrError> {
        let Some(text) = self.text(picture, quad, turned)? else { return Ok(None) };
        let second = if text.characters.iter().any(|(character, _)| character.is_ascii_digit()) {
            let wide = self.text(picture, &quad.widened(surroundings::REACH), turned)?;
            Some(wide.map(|text| text.text()).unwrap_or_default())
        } else {
            None
        };
        let (confidence, characters) = (text.confidence(), text.characters);
        Ok(Some(Line { confidence, characters, second, clear: false, judged: None, quad: *quad }))
    }

    fn text(&mut self, picture: &RgbImage, quad: &Quad, turned: bool) -> Result<Option<Text>, OcrError> {
        let flat = crop::cut(picture, quad);
        self.recogniser.read(&if turned { rotate180(&flat) } else { flat })
    }

    /// What stands in these boxes of an upright picture, as text; nothing where it is none.
    pub fn read_again(&mut self, picture: &RgbImage, boxes: &[Quad]) -> Result<Vec<String>, OcrError> {
        let cut: Vec<RgbImage> = boxes.iter().map(|quad| cut_upright(picture, quad)).collect();
        let text = |text: Option<Text>| text.map(|text| text.text()).unwrap_or_default();
        Ok(self.recogniser.read_together(&cut)?.into_iter().map(text).collect())
    }

    /// Whether most of the longest lines stand on their heads, and at least two of them.
    fn is_turned(&mut self, picture: &RgbImage, boxes: &[Quad]) -> Result<bool, OcrError> {
        let mut longest: Vec<&Quad> =
            boxes.iter().filter(|quad| quad.width() > 1.3 * quad.height()).collect();
        longest.sort_by(|a, b| (b.width() / b.height()).total_cmp(&(a.width() / a.height())));
        let (mut upright, mut turned) = (0, 0);
        for quad in longest.into_iter().take(VOTERS) {
            match self.orientation.vote(&crop::cut(picture, quad))? {
                Vote::Upright => upright += 1,
                Vote::Turned => turned += 1,
                Vote::Unsure => (),
            }
        }
        Ok(turned >= 2 && turned > 2 * upright)
    }
}

/// What was found in boxes, in the picture's own coordinates.
#[derive(Debug, Clone, Default)]
struct Seen {
    lines: Vec<Line>,
    unread: Vec<Quad>,
}

impl Seen {
    fn page(self, picture: &RgbImage, turned: bool, left_out: Vec<Quad>) -> Page {
        let (width, height) = (number::side(picture.width()), number::side(picture.height()));
        let Self { mut lines, mut unread } = self;
        look_beside(picture, &mut lines);
        // The look from afar sees several lines as one.
        unread.retain(|quad| {
            let read: f32 = lines.iter().map(|line| line.quad.shared(quad)).sum();
            read < COVERED * quad.area()
        });
        if turned {
            lines.iter_mut().for_each(|line| line.quad = line.quad.turned(width, height));
            unread.iter_mut().for_each(|quad| *quad = quad.turned(width, height));
        }
        let mut lines = merge::without_fragments(lines);
        lines.sort_by(|a, b| a.quad.centre().y.total_cmp(&b.quad.centre().y));
        Page { width, height, turned, lines, unread, left_out }
    }
}

/// Marks the lines with digits beside which nothing but paper and words stands.
fn look_beside(picture: &RgbImage, lines: &mut [Line]) {
    let words: Vec<Quad> = lines.iter().filter(|line| line.is_word()).map(|line| line.quad).collect();
    for line in lines.iter_mut().filter(|line| line.holds_digits()) {
        line.clear = surroundings::are_clear(picture, &line.quad, &words);
    }
}
