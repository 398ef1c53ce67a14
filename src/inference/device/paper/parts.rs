//! What follows each label of a document, over one row or several.

use super::labels::{self, Label};
use crate::inference::device::DeviceKind;
use crate::inference::device::rows::Cell;
use crate::inference::number::real;
use crate::inference::ocr::Quad;

/// The most words that a label has.
const LONGEST_LABEL: usize = 5;
/// Prose goes on in a row below that is no farther than so many heights.
const NEXT_ROW: f32 = 2.6;

/// A label with what follows it.
#[derive(Debug)]
pub struct Part {
    /// The label.
    pub label: &'static Label,
    pieces: Vec<Piece>,
}

/// A run of text.
#[derive(Debug, Clone)]
struct Piece {
    characters: Vec<(char, f32)>,
    second: Option<String>,
    clear: bool,
    quad: Quad,
    frame: [f32; 4],
    height: f32,
}

impl Part {
    /// The text; a new row is a new line.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut before: Option<&Piece> = None;
        for piece in &self.pieces {
            if let Some(before) = before {
                text.push(if before.is_above(piece) { '\n' } else { ' ' });
            }
            text.extend(piece.characters.iter().map(|(character, _)| character));
            before = Some(piece);
        }
        if matches!(self.label.shape, super::value::Shape::List) { text } else { text.replace('\n', " ") }
    }

    /// The probabilities of the characters.
    pub fn probabilities(&self) -> impl Iterator<Item = f32> {
        let written =
            |(character, probability): &(char, f32)| (!character.is_whitespace()).then_some(*probability);
        self.pieces.iter().flat_map(|piece| &piece.characters).filter_map(written)
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

    /// Whether each number in it was read alike twice.
    pub fn is_confirmed(&self) -> bool {
        self.pieces.iter().all(|piece| {
            let text: String = piece.characters.iter().map(|(character, _)| character).collect();
            let second = piece.second.as_deref().unwrap_or_default();
            let seen: Vec<_> = runs(second).collect();
            runs(&text).all(|run| seen.contains(&run))
        })
    }

    /// Where it begins.
    pub fn quad(&self) -> Option<Quad> {
        self.pieces.first().map(|piece| piece.quad)
    }
}

impl Piece {
    fn is_above(&self, other: &Self) -> bool {
        let ([_, top, ..], [_, below, ..]) = (self.frame, other.frame);
        below - top > 0.5 * self.height
    }

    /// Whether a piece in the row below goes on with this one.
    fn goes_on_in(&self, other: &Self) -> bool {
        let ([_, top, ..], [_, below, ..]) = (self.frame, other.frame);
        let alike = self.height / other.height.max(1.0);
        below - top <= NEXT_ROW * self.height && (0.6..=1.7).contains(&alike)
    }
}

fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_digit()).filter(|run| !run.is_empty())
}

/// A label that is found in a cell, and the text up to the next one.
enum Segment {
    Known(&'static Label, Piece),
    /// Something that looks like a label, and is none of the kind's.
    Unknown,
    Text(Piece),
}

/// The labels of a page with what follows them.
pub fn parts(rows: &[Vec<Cell>], kind: DeviceKind) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    // Whether what comes next can belong to the last label.
    let mut open = false;
    for row in rows {
        let mut in_row = false;
        for segment in row.iter().flat_map(|cell| segments(cell, kind)) {
            match segment {
                Segment::Known(label, piece) => {
                    let pieces = if piece.is_blank() { Vec::new() } else { vec![piece] };
                    parts.push(Part { label, pieces });
                    (open, in_row) = (true, true);
                }
                Segment::Unknown => (open, in_row) = (false, true),
                Segment::Text(piece) => {
                    let Some(part) = parts.last_mut().filter(|_| open) else { continue };
                    let continues = match part.pieces.last() {
                        None => true,
                        Some(_) if in_row => true,
                        Some(last) => part.label.shape.goes_on() && last.goes_on_in(&piece),
                    };
                    if continues {
                        part.pieces.push(piece);
                    } else {
                        open = false;
                    }
                }
            }
        }
    }
    parts.retain(|part| !part.pieces.is_empty());
    parts
}

impl Piece {
    fn is_blank(&self) -> bool {
        self.characters.iter().all(|(character, _)| !character.is_alphanumeric())
    }

    fn of(cell: &Cell, from: usize, to: usize) -> Self {
        let count = real(cell.characters.len().max(1));
        let characters: Vec<_> = cell.characters.get(from..to).unwrap_or_default().to_vec();
        Self {
            characters,
            second: cell.second.clone(),
            clear: cell.clear,
            quad: cell.quad.part(real(from) / count, real(to) / count),
            frame: cell.frame,
            height: cell.height(),
        }
    }
}

/// The parts of a cell: `Label: value`, perhaps several of them, or text alone.
fn segments(cell: &Cell, kind: DeviceKind) -> Vec<Segment> {
    let count = cell.characters.len();
    let text = cell.text();
    if let Some(label) = labels::find(kind, &text) {
        return vec![Segment::Known(label, Piece::of(cell, count, count))];
    }
    // Where a label begins, where its value does, and which it is.
    let mut cuts: Vec<(usize, usize, Option<&'static Label>)> = Vec::new();
    let colons =
        cell.characters.iter().enumerate().filter(|(_, (character, _))| matches!(character, ':' | '：'));
    for (colon, _) in colons {
        let from = cuts.last().map_or(0, |(_, value, _)| *value);
        match label_before(cell, from, colon, kind) {
            Some((start, label)) if start == from || label.field.is_some() || !in_prose(&cuts) => {
                cuts.push((start, colon + 1, Some(label)));
            }
            Some(_) => {}
            None if cuts.is_empty() && is_label_like(cell, colon) => cuts.push((0, colon + 1, None)),
            None => {}
        }
    }
    let mut segments = Vec::new();
    let first = cuts.first().map_or(count, |(start, ..)| *start);
    if first > 0 {
        segments.push(Segment::Text(Piece::of(cell, 0, first)));
    }
    for (place, (_, value, label)) in cuts.iter().enumerate() {
        let end = cuts.get(place + 1).map_or(count, |(start, ..)| *start);
        segments.push(match label {
            Some(label) => Segment::Known(label, Piece::of(cell, *value, end)),
            None => Segment::Unknown,
        });
    }
    segments
}

/// Whether what stands there is prose, in which a word with a colon may be a part of it ("Weight: 70 kg" among vital signs).
fn in_prose(cuts: &[(usize, usize, Option<&'static Label>)]) -> bool {
    cuts.last().is_none_or(|(_, _, label)| label.is_none_or(|label| label.shape.goes_on()))
}

/// The longest run of words before a colon that is a label, and where it begins.
fn label_before(cell: &Cell, from: usize, colon: usize, kind: DeviceKind) -> Option<(usize, &'static Label)> {
    let characters = cell.characters.get(from..colon)?;
    let is_start = |place: &usize| {
        let before = place.checked_sub(1).and_then(|before| characters.get(before));
        let starts = before.is_none_or(|(character, _)| character.is_whitespace());
        starts && characters.get(*place).is_some_and(|(character, _)| !character.is_whitespace())
    };
    let starts: Vec<_> = (0..characters.len()).filter(is_start).collect();
    let longest = starts.len().saturating_sub(LONGEST_LABEL);
    starts.get(longest..)?.iter().find_map(|start| {
        let words: String = characters.get(*start..)?.iter().map(|(character, _)| character).collect();
        Some((from + start, labels::find(kind, &words)?))
    })
}

/// Whether a cell begins with a few words and a colon.
fn is_label_like(cell: &Cell, colon: usize) -> bool {
    let words: String = cell.characters.iter().take(colon).map(|(character, _)| character).collect();
    let letters = words
        .chars()
        .all(|c| c.is_alphabetic() || c.is_whitespace() || matches!(c, '-' | '/' | '&' | '.' | '#'));
    letters && words.split_whitespace().count() <= LONGEST_LABEL
}
