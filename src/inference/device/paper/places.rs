//! One reading for one place. The look from afar boxes lines again that the close look has, some of them larger than they are and two
//! as one; what such a box says is the worse reading of what finer boxes within it say.

use crate::inference::device::rows::Cell;
use crate::inference::number::real;

/// A box is coarse where finer ones within it cover so much of it, ...
const COVERED: f32 = 0.4;
/// ... or where so many lines lie within it.
const SEVERAL: usize = 2;
/// A finer box is lower than so much of the coarse one's height.
const LOWER: f32 = 0.85;
/// A line lies within a box where so much of it does.
const WITHIN: f32 = 0.8;
/// Two boxes are of one place where they share so much of the larger one.
const SAME: f32 = 0.5;
/// A fragment has so many letters at least.
const LEAST_FRAGMENT: usize = 4;
/// A finer reading may be so much less probable.
const ABOUT: f32 = 0.05;

/// The rows without what coarse boxes say of finer ones.
pub fn once(rows: &[Vec<Cell>]) -> Vec<Vec<Cell>> {
    let cells: Vec<&Cell> = rows.iter().flatten().filter(|cell| !cell.characters.is_empty()).collect();
    // What is left out itself makes no other reading worse.
    let finer: Vec<&Cell> = cells.iter().copied().filter(|cell| !is_coarse(cell, &cells)).collect();
    let finer: Vec<&Cell> = finer.iter().copied().filter(|cell| !is_fragment(cell, &finer)).collect();
    let keep = |row: &Vec<Cell>| {
        let kept = row
            .iter()
            .filter(|cell| !is_coarse(cell, &cells) && !is_fragment(cell, &cells) && !is_worse(cell, &finer));
        let kept: Vec<Cell> = kept.cloned().collect();
        (!kept.is_empty()).then_some(kept)
    };
    rows.iter().filter_map(keep).collect()
}

fn is_coarse(cell: &Cell, cells: &[&Cell]) -> bool {
    if cell.characters.is_empty() {
        return false;
    }
    let sure = probability(cell);
    let finer = |other: &&&Cell| {
        let [_, top, _, bottom] = cell.frame;
        other.height() < LOWER * cell.height()
            && (top..bottom).contains(&other.middle())
            && shared(cell.frame, other.frame) > 0.0
            && probability(other) >= sure - ABOUT
    };
    let (mut covered, mut within) = (0.0, 0_usize);
    for other in cells.iter().filter(finer) {
        let shared = shared(cell.frame, other.frame);
        covered += shared;
        within += usize::from(shared >= WITHIN * area(other.frame));
    }
    covered >= COVERED * area(cell.frame) || within > SEVERAL
}

/// Whether a cell is a part of another's place, and says a part of what that says.
fn is_fragment(cell: &Cell, cells: &[&Cell]) -> bool {
    let plain = |cell: &Cell| cell.text().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let said = plain(cell);
    let ([left, _, right, _], wide) = (cell.frame, |[left, _, right, _]: [f32; 4]| right - left);
    said.chars().count() >= LEAST_FRAGMENT
        && cells.iter().any(|other| {
            let [from, _, to, _] = other.frame;
            other.shares_row(cell)
                && wide(other.frame) > wide(cell.frame)
                && right.min(to) - left.max(from) >= WITHIN * wide(cell.frame)
                && shared(cell.frame, other.frame) > 0.0
                && is_part(&plain(other), &said)
        })
}

/// Whether a text is in another, but for its first letters, which may have been cut.
fn is_part(whole: &str, part: &str) -> bool {
    let skipped = |count: usize| part.chars().skip(count).collect::<String>();
    whole.len() > part.len() && (0..=1).any(|count| whole.contains(&skipped(count)))
}

/// Whether another reading of the same place is more probable.
fn is_worse(cell: &Cell, cells: &[&Cell]) -> bool {
    let (count, sure) = (cell.characters.len(), probability(cell));
    !cell.characters.is_empty()
        && cells.iter().any(|other| {
            shared(cell.frame, other.frame) >= SAME * area(cell.frame).max(area(other.frame))
                && other.shares_row(cell)
                && other.characters.len() >= count
                && probability(other) > sure
        })
}

fn probability(cell: &Cell) -> f32 {
    cell.characters.iter().map(|(_, probability)| probability).sum::<f32>()
        / real(cell.characters.len().max(1))
}

fn area([left, top, right, bottom]: [f32; 4]) -> f32 {
    (right - left).max(0.0) * (bottom - top).max(0.0)
}

fn shared(one: [f32; 4], other: [f32; 4]) -> f32 {
    let ([left, top, right, bottom], [from, above, to, below]) = (one, other);
    area([left.max(from), top.max(above), right.min(to), bottom.min(below)])
}
