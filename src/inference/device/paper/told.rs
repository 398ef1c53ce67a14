//! What is told by pieces of a page that no label stands before.

use super::piece::Piece;
use super::{DOUBTFUL, LEAST_AGREED, LEAST_LEGIBLE};
use crate::inference::device::finding::Finding;
use crate::inference::device::{FieldName, Value};
use crate::inference::number::real;

/// A text that pieces say, as far as they are legible.
pub fn told(name: FieldName, text: String, pieces: &[Piece], ceiling: f32) -> Option<Finding> {
    let written = pieces.iter().flat_map(|piece| &piece.characters);
    let written: Vec<f32> = written.filter(|one| !one.0.is_whitespace()).map(|one| one.1).collect();
    let legible = written.iter().sum::<f32>() / real(written.len().max(1));
    let quad = pieces.first()?.quad;
    let digits = pieces.iter().flat_map(|piece| &piece.characters).filter(|one| one.0.is_ascii_digit());
    let doubtful =
        text.contains(|c: char| c.is_ascii_digit()) && digits.clone().any(|one| one.1 < LEAST_AGREED);
    if legible < LEAST_LEGIBLE || doubtful {
        return None;
    }
    let sure = pieces.iter().all(Piece::is_confirmed);
    let confidence = if sure { ceiling.min(legible) } else { DOUBTFUL };
    Some(Finding { name, value: Value::Text(text), confidence, quad })
}

/// Two readings of one text differ in so many characters at most.
const MISREAD: usize = 2;
/// A shorter text is no reading of anything else.
const LEAST: usize = 6;

/// Whether two values are one: equal, or a text that was read differently in a letter or two. Numbers in them have to be equal.
pub fn is_alike(one: &Value, other: &Value) -> bool {
    let (Value::Text(one), Value::Text(other)) = (one, other) else { return one == other };
    let plain = |text: &str| {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<Vec<char>>()
    };
    let digits = |text: &[char]| text.iter().copied().filter(char::is_ascii_digit).collect::<Vec<char>>();
    let (one, other) = (plain(one), plain(other));
    let differ = one.iter().zip(&other).filter(|(a, b)| a != b).count();
    one == other
        || (one.len() == other.len()
            && one.len() >= LEAST
            && differ <= MISREAD
            && digits(&one) == digits(&other)
            && digits(&one).is_empty())
}
