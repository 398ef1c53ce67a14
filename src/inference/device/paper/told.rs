//! What is told by pieces of a page that no label stands before.

use super::piece::Piece;
use super::{DOUBTFUL, LEAST_LEGIBLE};
use crate::inference::device::finding::Finding;
use crate::inference::device::{FieldName, Value};
use crate::inference::number::real;

/// A text that pieces say, as far as they are legible.
pub fn told(name: FieldName, text: String, pieces: &[Piece], ceiling: f32) -> Option<Finding> {
    let written = pieces.iter().flat_map(|piece| &piece.characters);
    let written: Vec<f32> = written.filter(|one| !one.0.is_whitespace()).map(|one| one.1).collect();
    let legible = written.iter().sum::<f32>() / real(written.len().max(1));
    let quad = pieces.first()?.quad;
    if legible < LEAST_LEGIBLE {
        return None;
    }
    let sure = pieces.iter().all(Piece::is_confirmed);
    let confidence = if sure { ceiling.min(legible) } else { DOUBTFUL };
    Some(Finding { name, value: Value::Text(text), confidence, quad })
}
