//! A run of text with its place, as it stands after a label.

use crate::inference::device::rows::Cell;
use crate::inference::number::real;
use crate::inference::ocr::Quad;

/// Prose goes on in a row below that is no farther than so many heights.
const NEXT_ROW: f32 = 2.6;
/// A row below stands off where it is farther than so many heights.
const OFF: f32 = 1.9;
/// What stands below a label is no farther than so many heights.
const BELOW: f32 = 4.0;
/// A blank between two words is no wider than so many heights.
const PARTED: f32 = 0.8;
/// So many heights between two runs of a row make them two columns.
const APART: f32 = 2.0;

/// A run of text.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The characters with their probabilities.
    pub characters: Vec<(char, f32)>,
    /// What its cell and the surroundings say.
    pub second: Option<String>,
    /// Whether nothing that was not read stands beside it.
    pub clear: bool,
    /// Its box in the page's pixels.
    pub quad: Quad,
    /// Left, top, right and bottom once the page's tilt is taken out.
    pub frame: [f32; 4],
}

impl Piece {
    /// The characters of a cell between two places, without the blanks at both ends.
    pub fn of(cell: &Cell, from: usize, to: usize) -> Self {
        let given = cell.characters.get(from..to).unwrap_or_default();
        let blank = |(character, _): &&(char, f32)| character.is_whitespace();
        let before = given.iter().take_while(blank).count();
        let after = given.iter().skip(before).rev().take_while(blank).count();
        let characters = given.get(before..given.len() - after).unwrap_or_default().to_vec();
        let count = real(cell.characters.len().max(1));
        let share = (real(from + before) / count, real(to.saturating_sub(after)) / count);
        Self {
            characters,
            second: cell.second.clone(),
            clear: cell.clear,
            quad: cell.quad.part(share.0, share.1),
            frame: part(cell.frame, share),
        }
    }

    /// The text.
    pub fn text(&self) -> String {
        self.characters.iter().map(|(character, _)| character).collect()
    }

    /// Whether it says nothing.
    pub fn is_blank(&self) -> bool {
        self.characters.iter().all(|(character, _)| !character.is_alphanumeric())
    }

    /// Whether each number in it was read alike twice.
    pub fn is_confirmed(&self) -> bool {
        let seen: Vec<_> = runs(self.second.as_deref().unwrap_or_default()).collect();
        runs(&self.text()).all(|run| seen.contains(&run))
    }

    /// Whether its surroundings say the same.
    pub fn is_same_twice(&self) -> bool {
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        self.second.as_deref().is_some_and(|second| squeezed(second).contains(&squeezed(&self.text())))
    }

    /// Width of its first word and of the blank before it.
    pub fn first_word(&self) -> f32 {
        let [left, _, right, _] = self.frame;
        let word = self.characters.iter().take_while(|(character, _)| !character.is_whitespace()).count();
        (right - left) * real(word + 1) / real(self.characters.len().max(1))
    }
}

fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_digit()).filter(|run| !run.is_empty())
}

/// The part of a frame between two shares of its width.
fn part([left, top, right, bottom]: [f32; 4], (from, to): (f32, f32)) -> [f32; 4] {
    [left + (right - left) * from, top, left + (right - left) * to, bottom]
}

/// Where the characters of a cell between two places stand.
pub fn place(cell: &Cell, from: usize, to: usize) -> [f32; 4] {
    let count = real(cell.characters.len().max(1));
    part(cell.frame, (real(from) / count, real(to) / count))
}

fn height([_, top, _, bottom]: [f32; 4]) -> f32 {
    (bottom - top).max(1.0)
}

/// Whether one frame stands in a row above another's.
pub fn is_above(one: [f32; 4], other: [f32; 4]) -> bool {
    let ([_, top, ..], [_, below, ..]) = (one, other);
    below - top > 0.5 * height(one)
}

/// Whether the row of one frame is the next below another's.
pub fn is_next(one: [f32; 4], other: [f32; 4]) -> bool {
    let ([_, top, ..], [_, below, ..]) = (one, other);
    below - top <= NEXT_ROW * height(one)
}

/// Whether the row of one frame stands off from another's above it, as another paragraph does.
pub fn is_off(one: [f32; 4], other: [f32; 4]) -> bool {
    let ([_, top, ..], [_, below, ..]) = (one, other);
    below - top > OFF * height(one)
}

/// Whether what stands there may be the value of a label above it.
pub fn is_below(label: [f32; 4], frame: [f32; 4]) -> bool {
    let ([_, top, ..], [_, below, ..]) = (label, frame);
    below - top <= BELOW * height(label)
}

/// Whether text in the row below is of the same size.
pub fn is_alike(one: [f32; 4], other: [f32; 4]) -> bool {
    (0.6..=1.7).contains(&(height(one) / height(other)))
}

/// Whether two frames of a row are so far from each other that they are of two columns.
pub fn are_apart(one: [f32; 4], other: [f32; 4]) -> bool {
    let ([_, _, right, _], [left, ..]) = (one, other);
    left - right > APART * height(one)
}

/// Whether more than a blank stands between two frames of a row.
pub fn are_parted(one: [f32; 4], other: [f32; 4]) -> bool {
    let ([_, _, right, _], [left, ..]) = (one, other);
    left - right > PARTED * height(one)
}

/// The share of a frame's width that lies between two places.
pub fn share([left, _, right, _]: [f32; 4], (from, to): (f32, f32)) -> f32 {
    (right.min(to) - left.max(from)).max(0.0) / (right - left).max(1.0)
}
