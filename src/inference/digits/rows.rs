//! Digits of like height side by side are a number; points, minus and colon belong to the number whose line they stand on.

use super::glyph::Glyph;
use crate::inference::ocr::{Point, Quad};

/// Two digits of one number are so alike in height.
const ALIKE: std::ops::RangeInclusive<f32> = 0.72..=1.39;
/// A slash is drawn longer or shorter than the digits beside it.
const ALIKE_SLASH: std::ops::RangeInclusive<f32> = 0.55..=1.8;
/// The next digit stands no more than this higher or lower, in heights: a display held askew by 15 degrees.
const STEP: f32 = 0.32;
/// And no farther than this from edge to edge, ...
const GAP: f32 = 0.55;
/// ... or this, where it is a 1, which stands at the right of its place and leaves the rest of it blank, ...
const BEFORE_ONE: f32 = 0.42;
/// ... or the one before is, where 1 stands in the middle or at the left, ...
const AFTER_ONE: f32 = 0.2;
/// ... or a mark stands between the two in a place of its own.
const ROUND_MARK: f32 = 0.35;
/// A digit narrower than this is a 1, whatever it is taken for.
const NARROW: f32 = 0.36;
/// How far one box may reach into the next, where digits are slanted or the display is askew.
const OVERLAP: f32 = 0.3;
/// A digit by itself is at least so probable: rings, keys and icons look like one.
const ALONE: f32 = 0.8;
/// A minus stands no farther before its number than this.
const BEFORE: f32 = 0.75;

/// A number, or what else stands in a line of digits.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Digits and marks from left to right.
    pub glyphs: Vec<Glyph>,
    /// The box round them, askew as they are.
    pub quad: Quad,
}

impl Row {
    /// What stands there.
    pub fn text(&self) -> String {
        self.glyphs.iter().map(|glyph| glyph.symbol).collect()
    }

    /// How probable the least probable glyph is.
    pub fn probability(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.probability).fold(1.0, f32::min)
    }

    /// So many of its glyphs from one on, with the box round those.
    pub fn part(&self, from: usize, count: usize) -> Self {
        let glyphs: Vec<Glyph> = self.glyphs.iter().skip(from).take(count).copied().collect();
        let (left, right) = ends(&glyphs);
        Self { quad: self.between(left, right), glyphs }
    }

    /// The box round one of its glyphs, askew as the row is.
    pub fn place(&self, glyph: &Glyph) -> Quad {
        let [left, _, right, _] = glyph.frame;
        self.between(left, right)
    }

    fn between(&self, left: f32, right: f32) -> Quad {
        let (from, to) = ends(&self.glyphs);
        let width = (to - from).max(1.0);
        self.quad.part((left - from) / width, (right - from) / width)
    }

    /// Whether it is a number: digits with at most a minus before them and one point between.
    pub fn is_number(&self) -> bool {
        let text = self.text();
        let plain = text.strip_prefix('-').unwrap_or(&text);
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits(whole) && digits(fraction)
    }
}

/// Where glyphs begin and end.
fn ends(glyphs: &[Glyph]) -> (f32, f32) {
    let left = glyphs.iter().map(|glyph| glyph.frame[0]).fold(f32::INFINITY, f32::min);
    let right = glyphs.iter().map(|glyph| glyph.frame[2]).fold(f32::NEG_INFINITY, f32::max);
    (left, right)
}

/// The rows of a picture, from top to bottom.
pub fn rows(glyphs: &[Glyph]) -> Vec<Row> {
    let mut tall: Vec<Glyph> = glyphs.iter().filter(|glyph| glyph.is_tall()).copied().collect();
    tall.sort_by(|a, b| a.x().total_cmp(&b.x()));
    let marks: Vec<Glyph> = glyphs.iter().filter(|glyph| glyph.is_mark()).copied().collect();
    let mut chains = chains(&tall, &marks);
    for mark in marks {
        let fit = |chain: &Vec<Glyph>| Base::of(chain).and_then(|base| base.distance(&mark));
        let places = chains.iter().enumerate().filter_map(|(place, chain)| Some((place, fit(chain)?)));
        let nearest = places.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(place, _)| place);
        if let Some(chain) = nearest.and_then(|place| chains.get_mut(place)) {
            chain.push(mark);
        }
    }
    let mut rows: Vec<Row> = chains.into_iter().filter_map(row).collect();
    rows.sort_by(|a, b| a.quad.centre().y.total_cmp(&b.quad.centre().y));
    rows
}

/// Tall glyphs, each with the nearest one that goes on with it; `tall` goes from left to right.
fn chains(tall: &[Glyph], marks: &[Glyph]) -> Vec<Vec<Glyph>> {
    let mut before: Vec<Option<usize>> = vec![None; tall.len()];
    for (place, glyph) in tall.iter().enumerate() {
        let follows = |(_, next): &(usize, &Glyph)| goes_on(glyph, next, marks);
        let next = tall.iter().enumerate().skip(place + 1).filter(follows);
        let next = next.min_by(|(_, a), (_, b)| reach(glyph, a).total_cmp(&reach(glyph, b)));
        let Some((next, _)) = next else { continue };
        if let Some(taken) = before.get_mut(next) {
            // Of two that a glyph follows, the nearer one has it.
            let other = taken.and_then(|other| Some(reach(tall.get(other)?, tall.get(next)?)));
            let own = tall.get(next).map(|next| reach(glyph, next));
            if other.is_none_or(|other| own.is_some_and(|own| own < other)) {
                *taken = Some(place);
            }
        }
    }
    let mut chains: Vec<Vec<Glyph>> = Vec::new();
    let mut chain_of: Vec<usize> = Vec::new();
    for (glyph, before) in tall.iter().zip(before) {
        // What stands before a glyph is in a chain already: it is farther left.
        let place = before.and_then(|before| chain_of.get(before).copied());
        match place.and_then(|place| chains.get_mut(place)) {
            Some(chain) => chain.push(*glyph),
            None => chains.push(vec![*glyph]),
        }
        chain_of.push(place.unwrap_or(chains.len() - 1));
    }
    chains
}

/// Distance of the middles: what is higher or lower counts double.
fn reach(glyph: &Glyph, next: &Glyph) -> f32 {
    (next.x() - glyph.x()).abs() + 2.0 * (next.y() - glyph.y()).abs()
}

/// Whether a glyph is as narrow as a 1.
fn is_one(glyph: &Glyph) -> bool {
    glyph.width() < NARROW * glyph.height()
}

/// Whether a glyph is the next of the same number.
fn goes_on(glyph: &Glyph, next: &Glyph, marks: &[Glyph]) -> bool {
    let height = glyph.height().max(next.height());
    let alike = if glyph.symbol == '/' || next.symbol == '/' { ALIKE_SLASH } else { ALIKE };
    let ([_, _, right, _], [left, ..]) = (glyph.frame, next.frame);
    let is_between = |mark: &&Glyph| {
        mark.symbol != '-'
            && (right - OVERLAP * height..=left + OVERLAP * height).contains(&mark.x())
            && (mark.y() - glyph.y()).abs() <= 0.8 * height
            && mark.height() < height
    };
    let widest = GAP
        + if is_one(next) { BEFORE_ONE } else { 0.0 }
        + if is_one(glyph) { AFTER_ONE } else { 0.0 }
        + if marks.iter().any(|mark| is_between(&mark)) { ROUND_MARK } else { 0.0 };
    alike.contains(&(next.height() / glyph.height().max(1.0)))
        && (next.y() - glyph.y()).abs() <= STEP * height
        && (-OVERLAP * height..=widest * height).contains(&(left - right))
}

/// The line on which a chain stands.
struct Base {
    first: Glyph,
    last: Glyph,
    height: f32,
    /// How far the middle falls for each pixel to the right.
    slope: f32,
}

impl Base {
    fn of(chain: &[Glyph]) -> Option<Self> {
        let mut tall: Vec<Glyph> = chain.iter().filter(|glyph| glyph.is_tall()).copied().collect();
        tall.sort_by(|a, b| a.x().total_cmp(&b.x()));
        let (first, last) = (*tall.first()?, *tall.last()?);
        let height = tall.iter().map(Glyph::height).fold(1.0, f32::max);
        let run = last.x() - first.x();
        let slope = if run > 0.0 { (last.y() - first.y()) / run } else { 0.0 };
        Some(Self { first, last, height, slope })
    }

    /// The middle of the line at a place.
    fn middle(&self, x: f32) -> f32 {
        self.first.y() + self.slope * (x - self.first.x())
    }

    /// How far a mark is from the place that it would have here, in heights; `None` where it cannot belong to the chain.
    fn distance(&self, mark: &Glyph) -> Option<f32> {
        let ([left, ..], [_, _, right, _]) = (self.first.frame, self.last.frame);
        let above = (mark.y() - self.middle(mark.x())) / self.height;
        let beyond = (left - mark.x()).max(mark.x() - right).max(0.0) / self.height;
        let is_left = mark.x() < left;
        let fits = match mark.symbol {
            '.' => (0.24..=0.66).contains(&above) && beyond <= 0.3 && mark.height() < 0.4 * self.height,
            ':' => above.abs() <= 0.3 && beyond <= 0.0,
            _ => {
                let is_sign =
                    is_left && beyond <= BEFORE + if is_one(&self.first) { BEFORE_ONE } else { 0.0 };
                let long = (0.12..=0.8).contains(&(mark.width() / self.height));
                above.abs() <= 0.22
                    && long
                    && (is_sign || beyond <= 0.0)
                    && mark.height() < 0.35 * self.height
            }
        };
        let off = if mark.symbol == '.' { (above - 0.45).abs() } else { above.abs() };
        fits.then_some(off + beyond)
    }
}

/// A chain with its marks as a row; `None` where there is no digit in it, or one alone that anything round could be taken for.
fn row(mut chain: Vec<Glyph>) -> Option<Row> {
    let base = Base::of(&chain)?;
    chain.sort_by(|a, b| a.x().total_cmp(&b.x()));
    // A speck behind the last digit is no point, and two at one place are one.
    while chain.last().is_some_and(|last| last.is_mark()) {
        chain.pop();
    }
    chain.dedup_by(|next, before| next.is_mark() && next.symbol == before.symbol);
    if !chain.iter().any(|glyph| glyph.symbol.is_ascii_digit()) && !is_word(&chain) {
        return None;
    }
    if let [alone] = chain.as_slice()
        && alone.probability < ALONE
    {
        return None;
    }
    let (left, right) = ends(&chain);
    let at = |x: f32, half: f32| Point::new(x, base.middle(x) + half);
    let half = base.height / 2.0;
    let quad = Quad([at(left, -half), at(right, -half), at(right, half), at(left, half)]);
    Some(Row { glyphs: chain, quad })
}

/// Whether letters alone stand there: a display that shows no number, such as `Err`.
fn is_word(chain: &[Glyph]) -> bool {
    chain.len() > 1 && chain.iter().all(|glyph| glyph.symbol.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::number;

    /// Characters of a display as high as said, a place 0.7 heights wide; 1 stands at its right.
    fn shown(text: &str, left: f32, top: f32, height: f32) -> Vec<Glyph> {
        let mut x = left;
        let mut glyphs = Vec::new();
        for symbol in text.chars() {
            let box_of = |from: f32, to: f32, upper: f32, lower: f32| {
                [x + from * height, top + upper * height, x + to * height, top + lower * height]
            };
            let (frame, step) = match symbol {
                ' ' => ([0.0; 4], 0.7),
                '1' => (box_of(0.4, 0.5, 0.0, 1.0), 0.7),
                '.' => (box_of(-0.14, -0.04, 0.9, 1.0), 0.0),
                ':' => (box_of(0.0, 0.1, 0.25, 0.75), 0.25),
                '-' => (box_of(0.05, 0.45, 0.45, 0.55), 0.7),
                _ => (box_of(0.0, 0.5, 0.0, 1.0), 0.7),
            };
            if symbol != ' ' {
                glyphs.push(Glyph { symbol, probability: 0.9, frame });
            }
            x += step * height;
        }
        glyphs
    }

    fn texts(glyphs: &[Glyph]) -> Vec<String> {
        rows(glyphs).iter().map(Row::text).collect()
    }

    #[test]
    fn no_digits_are_no_row() {
        assert_eq!(texts(&[]), Vec::<String>::new());
        assert_eq!(texts(&shown(":", 0.0, 0.0, 40.0)), Vec::<String>::new());
        assert_eq!(texts(&shown("/", 0.0, 0.0, 40.0)), Vec::<String>::new());
    }

    #[test]
    fn a_lone_digit_is_one_when_it_is_probable() {
        let mut ring = shown("0", 0.0, 0.0, 40.0);
        assert_eq!(texts(&ring), ["0"]);
        ring[0].probability = 0.7;
        assert_eq!(texts(&ring), Vec::<String>::new());
    }

    #[test]
    fn digits_side_by_side_are_a_number() {
        for text in ["128", "111", "36.8", "4.1", "0.05", "-12.5", "12:30", "1:11", "120/80", "98%", "Err"] {
            assert_eq!(texts(&shown(text, 10.0, 10.0, 40.0)), [text], "{text}");
        }
    }

    #[test]
    fn a_blank_place_parts_two_numbers() {
        assert_eq!(texts(&shown("84  66", 10.0, 10.0, 40.0)), ["84", "66"]);
        assert_eq!(texts(&shown("128 80", 10.0, 10.0, 40.0)), ["128", "80"]);
    }

    #[test]
    fn other_heights_and_lines_are_other_numbers() {
        let mut glyphs = shown("128", 10.0, 10.0, 80.0);
        glyphs.extend(shown("84", 60.0, 100.0, 80.0));
        glyphs.extend(shown("7", 180.0, 50.0, 40.0));
        assert_eq!(texts(&glyphs), ["128", "7", "84"]);
    }

    #[test]
    fn a_number_askew_is_one() {
        let mut glyphs = shown("36.8", 10.0, 10.0, 40.0);
        for glyph in &mut glyphs {
            let fall = 0.22 * glyph.x();
            glyph.frame[1] += fall;
            glyph.frame[3] += fall;
        }
        let rows = rows(&glyphs);
        assert_eq!(rows[0].text(), "36.8");
        assert!((rows[0].quad.slope() - 0.22_f32.atan()).abs() < 0.01, "{:?}", rows[0].quad);
    }

    #[test]
    fn specks_are_no_marks() {
        let mut glyphs = shown("72", 10.0, 10.0, 40.0);
        let speck = |frame| Glyph { symbol: '.', probability: 0.9, frame };
        glyphs.push(speck([64.0, 46.0, 68.0, 50.0]));
        glyphs.push(speck([36.0, 12.0, 40.0, 16.0]));
        glyphs.push(speck([200.0, 46.0, 204.0, 50.0]));
        assert_eq!(texts(&glyphs), ["72"]);
    }

    #[test]
    fn numbers_are_told_from_what_else_digits_make() {
        let is_number = |text: &str| rows(&shown(text, 10.0, 10.0, 40.0))[0].is_number();
        assert!(["128", "36.8", "-12.5", "026.4"].iter().all(|text| is_number(text)));
        assert!(!["12:30", "120/80", "98%", "Err", "3.6.8"].iter().any(|text| is_number(text)));
    }

    #[test]
    fn a_thousand_digits_are_rows_too() {
        let glyphs: Vec<Glyph> = (0..40)
            .flat_map(|row| shown("12345678901234567890", 0.0, 60.0 * number::real(row), 40.0))
            .collect();
        assert_eq!(texts(&glyphs).len(), 40);
    }
}
