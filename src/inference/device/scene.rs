//! All words of a picture, laid straight, and the questions that layout rules ask of them.

use super::lexicon::{self, Label};
use super::word::{Number, Sense, Word, words};
use super::{ReadError, Unit};
use crate::inference::ocr::{Line, Page, Point, Quad, Strange};

/// Numbers beside the largest count as large too when they are this share of its height.
const LARGE: f32 = 0.45;
/// A row of digits lower than this share of the largest number's height is no value beside it.
const STANDS_OVER: f32 = 0.75;
/// A value stands out: it is this much larger than the print around it.
const STANDS_OUT: f32 = 1.3;
/// With fewer words of print than this there is no page to stand out from.
const PAGE_OF_PRINT: usize = 4;
/// What a display says of its number is no farther above or below it than this, in heights of the number, ...
const ON_DISPLAY: f32 = 1.5;
/// ... and beside it than this: displays are wider than high.
const ON_ITS_SIDE: f32 = 2.0;
/// Of the height of OCR's box of a number, digits have this at least.
const LEAST_INK: f32 = 0.6;
/// More of a digit's place than this is strange where a digit is hidden.
const HIDDEN: f32 = 0.5;
/// Numbers end at one place when they are no farther apart, in heights.
const ENDS: f32 = 0.35;
/// What one reader saw within another's box by this share is the same.
const SAME: f32 = 0.7;
/// A label belongs to a number whose cost is at most this, in heights of the number ...
const NEAR: f32 = 0.75;
/// ... and lower than the next number's by this much.
const CLEARLY_NEARER: f32 = 0.25;

/// A word in a frame laid straight.
#[derive(Debug, Clone)]
pub struct Placed {
    /// What the word means.
    pub sense: Sense,
    /// Whether the digit detector read it.
    pub judged: bool,
    /// Its box in the page's pixels.
    pub quad: Quad,
    /// Left, top, right and bottom once the page's tilt is taken out.
    pub frame: [f32; 4],
}

impl Placed {
    /// Height of the word.
    pub fn height(&self) -> f32 {
        let [_, top, _, bottom] = self.frame;
        (bottom - top).max(1.0)
    }

    /// Middle of the word.
    pub fn middle(&self) -> Point {
        let [left, top, right, bottom] = self.frame;
        Point::new(f32::midpoint(left, right), f32::midpoint(top, bottom))
    }

    /// The number that the word is.
    pub fn number(&self) -> Option<&Number> {
        if let Sense::Number(number) = &self.sense { Some(number) } else { None }
    }

    /// Whether most of the place of one more digit before the number, or behind it, is hidden.
    pub fn may_go_on(&self) -> bool {
        let three = self.number().is_some_and(|number| number.digits > 2);
        let strange = self.number().map_or(Strange::ALL, |number| number.strange);
        strange.right > HIDDEN || (strange.left > HIDDEN && !three)
    }

    /// Whether two numbers of one column end at one place: no digit of either is hidden behind it then.
    pub fn ends_with(&self, other: &Self) -> bool {
        let ([_, _, own, _], [_, _, others, _]) = (self.frame, other.frame);
        (own - others).abs() <= ENDS * self.height().min(other.height())
    }

    /// Whether it is no number, but something that is written.
    pub fn is_word(&self) -> bool {
        !self.holds_digits() && self.sense != Sense::Sign
    }

    fn holds_digits(&self) -> bool {
        matches!(self.sense, Sense::Number(_) | Sense::Doubtful)
    }

    /// Whether the two words' columns overlap.
    pub fn shares_column(&self, other: &Self) -> bool {
        let ([a, _, c, _], [e, _, g, _]) = (self.frame, other.frame);
        a.max(e) < c.min(g)
    }

    /// Whether the two words stand on one row.
    pub fn shares_row(&self, other: &Self) -> bool {
        let lower = self.height().min(other.height());
        (self.middle().y - other.middle().y).abs() < 0.5 * lower
    }

    /// How far apart the two words are, from left to right.
    fn gap(&self, other: &Self) -> f32 {
        let ([left, _, right, _], [other_left, _, other_right, _]) = (self.frame, other.frame);
        (left - other_right).max(other_left - right).max(0.0)
    }

    /// Whether the middle of another word is within this one's rows.
    pub fn spans(&self, other: &Self) -> bool {
        let [_, top, _, bottom] = self.frame;
        (top..=bottom).contains(&other.middle().y)
    }

    /// Whether a word stands close enough to say something of this number.
    pub fn is_beside(&self, word: &Self) -> bool {
        self.cost(word) <= NEAR
    }

    /// Whether a word may be written on the display that shows this number. Keys of a case stand farther off.
    pub fn is_near(&self, word: &Self) -> bool {
        let ([_, top, _, bottom], [_, word_top, _, word_bottom]) = (self.frame, word.frame);
        let rows = (top - word_bottom).max(word_top - bottom).max(0.0);
        let (height, margin) = self.ink();
        rows + margin <= ON_DISPLAY * height && self.gap(word) + margin <= ON_ITS_SIDE * height
    }

    /// Height of the digits, and how much of the box is above or below them.
    fn ink(&self) -> (f32, f32) {
        let seen = self.number().and_then(|number| number.ink).unwrap_or(f32::INFINITY);
        let height = seen.clamp(LEAST_INK * self.height(), self.height());
        (height, (self.height() - height) / 2.0)
    }

    /// Whether a word on the display that shows this number says something of it.
    pub fn tells(&self, word: &Self) -> bool {
        self.is_near(word) || self.spans(word)
    }

    /// How far a label is from being this number's, in heights of the number: the offset of rows for a
    /// label at the side, the gap for one above or below.
    fn cost(&self, label: &Self) -> f32 {
        let ([_, top, _, bottom], [_, label_top, _, label_bottom]) = (self.frame, label.frame);
        let gap = (top - label_bottom).max(label_top - bottom).max(0.0);
        if self.shares_column(label) {
            return 0.2 + gap / self.height();
        }
        let rows = (self.middle().y - label.middle().y).abs();
        (rows + 0.1 * self.gap(label)) / self.height()
    }
}

/// The words of a page.
#[derive(Debug)]
pub struct Scene {
    /// All words, from top to bottom.
    pub words: Vec<Placed>,
    /// The maker's name and the model's, where written.
    pub brand: Option<(String, Option<String>)>,
}

impl Scene {
    /// The words of a page, its tilt taken out.
    pub fn of(page: &Page) -> Self {
        let tilt = tilt(page);
        let (sine, cosine) = tilt.sin_cos();
        let straight =
            |point: Point| Point::new(point.x * cosine + point.y * sine, point.y * cosine - point.x * sine);
        let place = |word: Word| {
            let frame = word.quad.map(straight).bounds();
            Placed { sense: word.sense, judged: word.judged, quad: word.quad, frame }
        };
        let mut placed: Vec<Placed> = page.lines.iter().flat_map(meant).map(place).collect();
        placed.sort_by(|a, b| a.middle().y.total_cmp(&b.middle().y));
        without_unseen_digits(&mut placed);
        without_seen_twice(&mut placed);
        Self { words: placed, brand: page.lines.iter().find_map(|line| maker(&line.text())) }
    }

    /// Whether any digits were seen outside clocks and dates.
    pub fn has_digits(&self) -> bool {
        self.words.iter().any(Placed::holds_digits)
    }

    /// The words that are this label.
    pub fn labels(&self, label: Label) -> impl Iterator<Item = &Placed> {
        self.words.iter().filter(move |word| word.sense == Sense::Label(label))
    }

    /// Whether the label is anywhere in the picture.
    pub fn has_label(&self, label: Label) -> bool {
        self.labels(label).next().is_some()
    }

    /// The words that are this unit.
    pub fn units(&self, unit: Unit) -> impl Iterator<Item = &Placed> {
        self.words.iter().filter(move |word| word.sense == Sense::Unit(unit))
    }

    /// Whether the unit is anywhere in the picture.
    pub fn has_unit(&self, unit: Unit) -> bool {
        self.units(unit).next().is_some()
    }

    /// Whether each sign, label and unit of another look at the same picture is in this one, too.
    pub fn says_all_of(&self, before: &Self) -> bool {
        let says = |word: &&Placed| matches!(word.sense, Sense::Sign | Sense::Label(_) | Sense::Unit(_));
        before.words.iter().filter(says).all(|word| self.words.iter().any(|now| now.sense == word.sense))
    }

    /// The large numbers, from top to bottom; an error when one of that size is doubtful, or when nothing
    /// stands out from a page of print.
    pub fn large_numbers(&self) -> Result<Vec<&Placed>, ReadError> {
        let tallest = self.tallest_digits().ok_or(ReadError::NoDevice)?;
        if self.print_height().is_some_and(|print| tallest < STANDS_OUT * print) {
            return Err(ReadError::Unreadable);
        }
        let large: Vec<&Placed> = self
            .words
            .iter()
            .filter(|word| word.holds_digits() && word.height() >= LARGE * tallest)
            .collect();
        // A small row of digits that is no number is a time or a date whose marks were not seen.
        let is_aside = |word: &Placed| word.judged && word.height() < STANDS_OVER * tallest;
        let large: Vec<&Placed> =
            large.into_iter().filter(|word| word.number().is_some() || !is_aside(word)).collect();
        let clean = large.iter().all(|word| word.number().is_some());
        if clean { Ok(large) } else { Err(ReadError::Unreadable) }
    }

    /// The one number that is clearly the largest.
    pub fn dominant(&self) -> Result<&Placed, ReadError> {
        let mut large = self.large_numbers()?;
        large.sort_by(|a, b| b.height().total_cmp(&a.height()));
        match large.as_slice() {
            [one] => Ok(*one),
            [one, next, ..] if next.height() < 0.7 * one.height() => Ok(*one),
            _ => Err(ReadError::Unreadable),
        }
    }

    /// Whether a word stands where a value would: it is higher than all digits, and than the print round it.
    pub fn stands_out(&self, word: &Placed) -> bool {
        self.tallest_digits().is_none_or(|digits| digits < word.height())
            && self.print_height().is_none_or(|print| word.height() >= STANDS_OUT * print)
    }

    /// Whether a device says that it failed, or that the value is beyond what it can measure.
    pub fn says_why_not(&self) -> bool {
        [Label::High, Label::Low, Label::Failure].into_iter().any(|label| self.has_label(label))
    }

    /// All numbers but this one, doubtful ones too.
    pub fn other_numbers<'a>(&'a self, number: &'a Placed) -> impl Iterator<Item = &'a Placed> {
        self.words.iter().filter(move |word| word.holds_digits() && !std::ptr::eq(*word, number))
    }

    /// Whether a label or unit stands in another number's own line, and not nearer to this one.
    pub fn is_elsewhere(&self, word: &Placed, number: &Placed) -> bool {
        self.other_numbers(number).any(|other| {
            other.shares_row(word) && (!number.spans(word) || other.gap(word) < number.gap(word))
        })
    }

    /// Whether a word beside a number makes it something else than these labels and this unit say, or may do so: a label of another
    /// kind, a unit of another kind, or a word that is not known.
    pub fn is_misnamed(&self, number: &Placed, labels: &[Label], unit: Unit) -> bool {
        let is_unknown = |word: &&Placed| word.sense == Sense::Unknown;
        self.is_another(number, labels, unit)
            || self.words.iter().filter(is_unknown).any(|word| self.is_its(word, number))
    }

    /// The same, but for words that are not known above all numbers: there devices have their names.
    pub fn is_misnamed_beside(&self, number: &Placed, labels: &[Label], unit: Unit) -> bool {
        let top = self.words.iter().filter(|word| word.number().is_some()).map(|word| word.middle().y);
        let top = top.fold(f32::INFINITY, f32::min);
        let is_unknown = |word: &&Placed| word.sense == Sense::Unknown && word.frame[3] > top;
        self.is_another(number, labels, unit)
            || self.words.iter().filter(is_unknown).any(|word| self.is_its(word, number))
    }

    /// Whether a word that is not known stands beside a number in its own row, where a label would.
    pub fn has_unknown_in_row(&self, number: &Placed) -> bool {
        let is_unknown = |word: &&Placed| word.sense == Sense::Unknown && number.spans(word);
        self.words.iter().filter(is_unknown).any(|word| self.is_its(word, number))
    }

    /// Whether a label or a unit beside a number makes it something else than these labels and this unit say.
    pub fn is_another(&self, number: &Placed, labels: &[Label], unit: Unit) -> bool {
        self.words.iter().any(|word| {
            let strange = match &word.sense {
                Sense::Label(label) => !labels.contains(label),
                Sense::Unit(other) => *other != unit && number.spans(word),
                Sense::Number(_) | Sense::Doubtful | Sense::Clock | Sense::Date => false,
                Sense::Sign | Sense::Unknown | Sense::Other => false,
            };
            strange && self.is_its(word, number)
        })
    }

    fn is_its(&self, word: &Placed, number: &Placed) -> bool {
        number.is_beside(word) && !self.is_elsewhere(word, number)
    }

    /// Whether a word beside a number says that it is a limit, a setting, a memory or another quantity.
    pub fn is_unmeasured(&self, number: &Placed) -> bool {
        lexicon::UNMEASURED
            .iter()
            .copied()
            .flat_map(|label| self.labels(label))
            .any(|word| number.is_beside(word) && !self.is_elsewhere(word, number))
    }

    fn tallest_digits(&self) -> Option<f32> {
        self.words.iter().filter(|word| word.holds_digits()).map(Placed::height).max_by(f32::total_cmp)
    }

    /// Median height of everything that is not digits, where there is enough of it to be print.
    fn print_height(&self) -> Option<f32> {
        let print = self.words.iter().filter(|word| !word.holds_digits());
        let mut heights: Vec<f32> = print.map(Placed::height).collect();
        heights.sort_by(f32::total_cmp);
        if heights.len() < PAGE_OF_PRINT { None } else { heights.get(heights.len() / 2).copied() }
    }
}

/// Where the digit detector sees a number, what OCR half takes for one and the detector does not is a drawing, or the name of a
/// model.
fn without_unseen_digits(words: &mut [Placed]) {
    if words.iter().any(|word| word.judged && word.number().is_some()) {
        for word in words.iter_mut().filter(|word| !word.judged && word.sense == Sense::Doubtful) {
            word.sense = Sense::Other;
        }
    }
}

/// A number that OCR saw in a larger box round the one in which the digit detector saw it, too, is one.
fn without_seen_twice(words: &mut Vec<Placed>) {
    let seen: Vec<(String, Quad)> = words
        .iter()
        .filter(|word| word.judged)
        .filter_map(|word| Some((word.number()?.text.clone(), word.quad)))
        .collect();
    let is_same = |word: &Placed, (text, quad): &(String, Quad)| {
        word.number().is_some_and(|number| number.text == *text)
            && word.quad.shared(quad) >= SAME * quad.area()
    };
    words.retain(|word| word.judged || !seen.iter().any(|one| is_same(word, one)));
}

/// The number that all of these labels point to, by its place in the list; `None` when they point to
/// none, or not to the same one.
pub fn pointed_at<'a>(labels: impl Iterator<Item = &'a Placed>, numbers: &[&Placed]) -> Option<usize> {
    let mut targets = labels.filter_map(|label| nearest(label, numbers));
    let first = targets.next()?;
    targets.all(|target| target == first).then_some(first)
}

fn nearest(label: &Placed, numbers: &[&Placed]) -> Option<usize> {
    let mut costs: Vec<(f32, usize)> =
        numbers.iter().enumerate().map(|(place, number)| (number.cost(label), place)).collect();
    costs.sort_by(|a, b| a.0.total_cmp(&b.0));
    match costs.as_slice() {
        [(cost, place)] if *cost <= NEAR => Some(*place),
        [(cost, place), (next, _), ..] if *cost <= NEAR && *next >= *cost + CLEARLY_NEARER => Some(*place),
        _ => None,
    }
}

/// Median slope of the lines that are long enough to have one.
pub fn tilt(page: &Page) -> f32 {
    let long = page.lines.iter().filter(|line| line.quad.width() > 1.5 * line.quad.height());
    let mut slopes: Vec<f32> = long.map(|line| line.quad.slope()).collect();
    slopes.sort_by(f32::total_cmp);
    slopes.get(slopes.len() / 2).copied().unwrap_or(0.0)
}

/// A line's words; those of a line that names a maker say nothing of a number.
fn meant(line: &Line) -> Vec<Word> {
    let mut words = words(line);
    if lexicon::brand(&line.text()).is_some() {
        for word in words.iter_mut().filter(|word| word.sense == Sense::Unknown) {
            word.sense = Sense::Other;
        }
    }
    words
}

/// A maker's name, and the word after it when that looks like a model's name; `None` when the line says
/// more than that, as one with a person's name does.
fn maker(line: &str) -> Option<(String, Option<String>)> {
    let (before, brand, after) = lexicon::brand(line)?;
    let mut rest = after.split_whitespace().filter(|word| word.contains(char::is_alphanumeric));
    let model = rest.next();
    let is_model = |word: &str| {
        word.len() <= 12
            && word.starts_with(char::is_alphabetic)
            && word.contains(|c: char| c.is_ascii_digit())
    };
    let alone = !before.contains(char::is_alphanumeric) && rest.next().is_none();
    (alone && model.is_none_or(is_model)).then(|| (brand.to_owned(), model.map(str::to_owned)))
}
