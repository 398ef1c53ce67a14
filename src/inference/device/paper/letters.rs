//! The large letters beside the sections of a note, `S`, `O`, `A` and `P`: each stands in the middle of its section's lines, and belongs to
//! the first of them.

use crate::inference::device::DeviceKind;
use crate::inference::device::rows::Cell;

const LETTERS: &[&str] = &["S", "O", "A", "P", "0"];
/// So many make a note one of them.
const LEAST: usize = 3;
/// They stand below each other where they do within so many heights.
const ALIGNED: f32 = 1.0;

/// The rows of a note with its letters before the first line that each stands beside.
pub fn beside_first(mut rows: Vec<Vec<Cell>>, kind: DeviceKind) -> Vec<Vec<Cell>> {
    if kind != DeviceKind::ClinicalNotes {
        return rows;
    }
    let is_letter = |cell: &Cell| LETTERS.contains(&cell.text().trim());
    let Some(left) = rows.iter().flatten().find(|cell| is_letter(cell)).map(|cell| cell.frame[0]) else {
        return rows;
    };
    let is_one = |cell: &Cell| is_letter(cell) && (cell.frame[0] - left).abs() < ALIGNED * cell.height();
    if rows.iter().flatten().filter(|cell| is_one(cell)).count() < LEAST {
        return rows;
    }
    for place in 0..rows.len() {
        let letter = rows.get(place).and_then(|row| row.first()).filter(|cell| is_one(cell)).cloned();
        let Some(mut letter) = letter else { continue };
        let Some(above) = place.checked_sub(1).and_then(|above| rows.get_mut(above)) else { continue };
        let beside = above
            .first()
            .filter(|cell| cell.frame[0] > letter.frame[2] && stands_beside(&letter, cell))
            .map(|cell| cell.frame);
        if let Some([_, top, _, bottom]) = beside {
            (letter.frame[1], letter.frame[3]) = (top, bottom);
            above.insert(0, letter);
            if let Some(row) = rows.get_mut(place) {
                row.remove(0);
            }
        }
    }
    rows.retain(|row| !row.is_empty());
    rows
}

/// Whether a line begins above a letter's middle and ends below its top.
fn stands_beside(letter: &Cell, line: &Cell) -> bool {
    let ([_, top, _, _], [_, begins, _, ends]) = (letter.frame, line.frame);
    begins < letter.middle() && ends > top
}
