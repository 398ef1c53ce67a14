//! Where prose ends: before a heading, a line that stands off, or one of another kind.

use super::{ALIGNED, Part};
use crate::inference::device::FieldName;
use crate::inference::device::paper::piece::{Piece, is_above, is_off};
use crate::inference::device::paper::value::{self, Shape};

/// A row of so few characters that had room in the row above is a scrawl, unless it is one of the short words of directions.
const LONGEST_SCRAWL: usize = 3;
/// The heading of a section has so many letters at least, ...
const LEAST_HEADING: usize = 4;
/// ... and so many words at most.
const LONGEST_HEADING: usize = 7;
/// A row stands off where it is so many times as far as the rows of a paragraph are.
const STANDS_OFF: f32 = 1.35;
/// The second line of a label is no farther from the first than so many heights.
const SECOND_LINE: f32 = 1.25;
/// Type is larger where it is so many times as high.
const LARGER: f32 = 1.35;
/// Short words that directions end with.
const SHORT_WORDS: &[&str] = &[
    "prn", "bid", "tid", "qid", "po", "od", "bd", "tds", "qds", "hs", "qd", "qhs", "ac", "pc", "sos", "im",
    "iv", "sc", "sl", "day", "mg", "ml", "mcg",
];

impl Part {
    /// Sets how far the text of the page goes to the right within its column.
    /// Rows of one paragraph are so far from each other.
    pub fn set_edge(&mut self, edge: f32, pitch: f32) {
        (self.edge, self.pitch) = (edge, pitch);
        let ends = |pair: &[Piece]| matches!(pair, [above, row] if self.is_over(above, row));
        if let Some(end) = self.pieces.windows(2).position(ends) {
            self.pieces.truncate(end + 1);
        }
    }

    /// Whether prose is over before a row: its first word had room above, and it stands off, or is a scrawl.
    fn is_over(&self, above: &Piece, row: &Piece) -> bool {
        let text = row.text();
        let begins = text.starts_with(|c: char| c.is_uppercase() || !c.is_alphanumeric());
        let stands_off = middle(row.frame) - middle(above.frame) > STANDS_OFF * self.pitch;
        let is_apart = (is_off(above.frame, row.frame) || stands_off || self.is_out(row)) && begins;
        let is_short = text.chars().count() <= LONGEST_SCRAWL && !text.starts_with(char::is_uppercase);
        let letters: String = text.chars().filter(|character| character.is_alphanumeric()).collect();
        let means = SHORT_WORDS.contains(&letters.as_str()) || letters.contains(|c: char| c.is_ascii_digit());
        let is_scrawl = is_short && !means;
        let is_row = is_above(above.frame, row.frame) && value::unmarked(&text) == text;
        is_row && self.pieces.len() > 1 && self.had_room(above, row) && (is_apart || is_scrawl)
    }

    /// Whether a row begins where the label does, whose value began behind it: another line of the page, not of the value.
    fn is_out(&self, row: &Piece) -> bool {
        let ([own, top, _, bottom], [left, ..]) = (self.frame, row.frame);
        let begins_beside = self.pieces.first().is_some_and(|first| !is_above(self.frame, first.frame));
        let is_prose = self.label.is_some_and(|label| {
            label.shape == Shape::Prose && label.field.is_some_and(|field| !is_long(field))
        });
        begins_beside && is_prose && (left - own).abs() <= ALIGNED * (bottom - top)
    }

    pub(super) fn had_room(&self, above: &Piece, row: &Piece) -> bool {
        let [_, _, right, _] = above.frame;
        right + row.first_word() <= self.edge
    }

    /// Whether a text that would go on with its prose begins another section: in capitals where the prose is not, or in larger type.
    pub fn ends_at(&self, text: &Piece) -> bool {
        let Some(last) = self.pieces.last().filter(|last| is_above(last.frame, text.frame)) else {
            return false;
        };
        let said = text.text();
        let is_capital = |text: &str| !text.contains(char::is_lowercase);
        let letters = said.chars().filter(|c| c.is_alphabetic()).count();
        let is_heading = letters >= LEAST_HEADING
            && said.split_whitespace().count() <= LONGEST_HEADING
            && said.starts_with(char::is_uppercase)
            && !said.contains(|c: char| c.is_ascii_digit())
            && !said.trim_end().ends_with(['.', ',', ';']);
        let ([_, top, _, bottom], [_, above, _, below]) = (text.frame, last.frame);
        let is_large = bottom - top > LARGER * (below - above);
        let is_shout = is_capital(&said) && !self.pieces.iter().all(|piece| is_capital(&piece.text()));
        self.goes_on() && is_heading && (is_shout || is_large || said.trim_end().ends_with(':'))
    }

    /// Whether a frame stands so close below the label that it may be its second line.
    pub fn is_close_above(&self, frame: [f32; 4]) -> bool {
        let [_, top, _, bottom] = self.frame;
        middle(frame) - middle(self.frame) < SECOND_LINE * (bottom - top)
    }
}

/// Prose that has several sentences, each of which may begin a line.
fn is_long(field: FieldName) -> bool {
    matches!(
        field,
        FieldName::Plan
            | FieldName::Assessment
            | FieldName::History
            | FieldName::PhysicalExam
            | FieldName::ReviewOfSystems
    )
}

fn middle([_, top, _, bottom]: [f32; 4]) -> f32 {
    f32::midpoint(top, bottom)
}
