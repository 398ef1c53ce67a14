//! What stands behind a label, as a text, and how well it was read.

use super::Part;
use crate::inference::device::FieldName;
use crate::inference::device::paper::labels::Whose;
use crate::inference::device::paper::piece::{Piece, is_above};
use crate::inference::device::paper::value;
use crate::inference::number::real;
use crate::inference::ocr::Quad;

impl Part {
    /// Whether any text is its value so far.
    pub fn has_text(&self) -> bool {
        !self.pieces.is_empty()
    }

    /// Whether it has a value.
    pub fn has_value(&self) -> bool {
        self.label.is_some() && !self.pieces.is_empty() && !self.is_disputed
    }

    /// The text; a new line is a new item, a row that only goes on with the one above is none.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut before: Option<&Piece> = None;
        for piece in &self.pieces {
            match before {
                Some(before) if is_above(before.frame, piece.frame) && self.begins_item(before, piece) => {
                    text.push('\n');
                }
                Some(_) => text.push(' '),
                None => {}
            }
            text.push_str(&piece.text());
            before = Some(piece);
        }
        text
    }

    /// Whether a row begins something new: with a mark, or with a capital where its first word had room in the row above.
    fn begins_item(&self, above: &Piece, row: &Piece) -> bool {
        let text = row.text();
        value::unmarked(&text) != text || (self.had_room(above, row) && text.starts_with(char::is_uppercase))
    }

    /// The least probability of a letter or digit; the marks between them say nothing.
    pub fn least_probable(&self) -> f32 {
        let characters = self.pieces.iter().flat_map(|piece| &piece.characters);
        characters.filter(|one| one.0.is_alphanumeric()).map(|one| one.1).fold(1.0, f32::min)
    }

    /// The mean of the probabilities.
    pub fn legibility(&self) -> f32 {
        let count = self.probabilities().count();
        self.probabilities().sum::<f32>() / real(count.max(1))
    }

    /// Whether no character of it can be hidden beside what was read.
    pub fn is_clear(&self) -> bool {
        self.pieces.iter().all(|piece| piece.clear)
    }

    /// Whether nothing that may belong to it is missing.
    pub fn is_whole(&self) -> bool {
        !self.is_cut
    }

    /// Whether each number in it was read alike twice.
    pub fn is_confirmed(&self) -> bool {
        self.pieces.iter().all(Piece::is_confirmed)
    }

    /// Whether all of it was read alike twice, whatever stands beside it.
    pub fn is_same_twice(&self) -> bool {
        self.pieces.iter().all(Piece::is_same_twice)
    }

    /// Where it begins.
    pub fn quad(&self) -> Option<Quad> {
        self.pieces.first().map(|piece| piece.quad)
    }

    /// Whether it tells of another than this field is of.
    pub fn is_anothers(&self, name: FieldName) -> bool {
        self.label.is_some_and(|label| {
            let is_other =
                label.field != Some(name) && (label.field.is_some() || label.whose == Whose::Anothers);
            is_other && !label.shape.goes_on()
        })
    }

    /// Whether the middle of a frame is in its value.
    pub fn holds(&self, [left, top, right, bottom]: [f32; 4]) -> bool {
        let (x, y) = (f32::midpoint(left, right), f32::midpoint(top, bottom));
        self.pieces.iter().any(|piece| {
            let [from, above, to, below] = piece.frame;
            (from..=to).contains(&x) && (above..=below).contains(&y)
        })
    }

    /// The probabilities of the characters.
    fn probabilities(&self) -> impl Iterator<Item = f32> {
        let written =
            |(character, probability): &(char, f32)| (!character.is_whitespace()).then_some(*probability);
        self.pieces.iter().flat_map(|piece| &piece.characters).filter_map(written)
    }
}
