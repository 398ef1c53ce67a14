//! A patient whom no label names: the name above the date of birth or the record number, and the address below it.

use super::labels::{self, squeezed};
use super::piece::Piece;
use super::postal;
use super::segments::{self, Segment};
use super::told::told;
use super::unlabelled::{has_label, is_name, is_place};
use super::value::{Shape, person};
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName};

/// Lines of one block are no farther from each other than so many heights, and begin within so many of each other.
const NEAR: f32 = 2.6;
const ALIGNED: f32 = 1.2;
/// A name stands before its number in one row no farther than so many heights.
const BESIDE: f32 = 40.0;
/// What streets are called.
const STREETS: &[&str] = &[
    "st",
    "street",
    "ave",
    "avenue",
    "rd",
    "road",
    "blvd",
    "boulevard",
    "lane",
    "ln",
    "way",
    "court",
    "ct",
    "drive",
    "dr",
    "close",
    "crescent",
    "place",
    "pl",
    "terrace",
    "highway",
    "hwy",
    "parade",
    "grove",
    "gardens",
    "circle",
    "cir",
    "park",
    "nagar",
    "marg",
    "quay",
    "square",
    "row",
];

/// The name and the address that stand round the patient's date of birth or number.
pub fn unlabelled(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Vec<Finding> {
    let cells: Vec<&Cell> = rows.iter().flatten().collect();
    let anchors: Vec<&Cell> = cells.iter().copied().filter(|cell| is_of_patient(cell, kind)).collect();
    let above = |cell: &Cell| anchors.iter().find(|anchor| stands_above(cell, anchor)).copied();
    let named: Vec<(&Cell, &Cell, String)> =
        cells.iter().filter_map(|cell| Some((*cell, above(cell)?, name(&cell.text(), kind)?))).collect();
    let Some((cell, anchor, first)) = named.first() else { return Vec::new() };
    if named.iter().any(|(.., other)| other != first) {
        return Vec::new();
    }
    let begin = if cell.text().starts_with("For ") { 4 } else { 0 };
    let piece = Piece::of(cell, begin, begin + first.chars().count());
    let name = told(FieldName::PatientName, first.clone(), &[piece], ceiling);
    let address = cells.iter().find(|cell| {
        !cell.shares_row(anchor)
            && stands_above(anchor, cell)
            && is_address(&cell.text())
            && !has_label(&cell.text(), kind)
    });
    let address = address.and_then(|cell| {
        let piece = |cell: &Cell| Piece::of(cell, 0, cell.characters.len());
        let is_town = |below: &&&Cell| {
            stands_above(cell, below) && !below.shares_row(cell) && postal::is_town(&below.text())
        };
        let town = cells.iter().find(is_town).filter(|_| !postal::ends_with_code(&cell.text()));
        let lines: Vec<Piece> = std::iter::once(piece(cell)).chain(town.map(|town| piece(town))).collect();
        let text = lines.iter().map(Piece::text).collect::<Vec<_>>().join(", ");
        told(FieldName::PatientAddress, text, &lines, ceiling)
    });
    name.into_iter().chain(address).collect()
}

/// Whether a cell says when a patient was born, or which number a patient has.
fn is_of_patient(cell: &Cell, kind: DeviceKind) -> bool {
    let text = cell.text().to_lowercase();
    let born = ["dob ", "d.o.b. ", "born ", "dob: ", "date of birth "]
        .iter()
        .find_map(|label| text.strip_prefix(label));
    if born.is_some_and(begins_with_date) {
        return true;
    }
    let (segments, _) = segments::of_row(std::slice::from_ref(cell), kind);
    segments.iter().any(|segment| match segment {
        Segment::Label(heading) => heading.label.is_some_and(|label| {
            matches!(label.field, Some(FieldName::BirthDate | FieldName::RecordNumber))
                && heading.piece.is_some()
        }),
        Segment::Text(_) | Segment::Unread(_) => false,
    })
}

/// Whether a text begins with a date, in one word or three.
fn begins_with_date(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    [1, 3]
        .iter()
        .any(|count| words.get(..*count).is_some_and(|date| Shape::Date.value(&date.join(" ")).is_some()))
}

/// Whether one stands in the line above another, or before it in its own.
fn stands_above(one: &Cell, other: &Cell) -> bool {
    let ([left, ..], [from, ..]) = (one.frame, other.frame);
    let distance = other.middle() - one.middle();
    let is_before = one.shares_row(other) && left < from && from - left < BESIDE * one.height();
    let is_over = distance > 0.5 * one.height().min(other.height()) && distance < NEAR * one.height();
    is_before || (is_over && (left - from).abs() < ALIGNED * one.height())
}

/// The name of a person who is no physician.
fn name(text: &str, kind: DeviceKind) -> Option<String> {
    if has_label(text, kind) || labels::title(text).is_some() || is_place(text, kind) {
        return None;
    }
    let text = person(text.strip_prefix("For ").unwrap_or(text))?;
    let words: Vec<String> = text.split_whitespace().map(squeezed).collect();
    let is_title =
        |word: &String| ["dr", "prof", "md", "do", "mbbs", "rn", "np", "rph"].contains(&word.as_str());
    (is_name(&text) && words.len() <= 4 && !words.iter().any(is_title)).then_some(text)
}

fn is_address(text: &str) -> bool {
    let is_street = text.split_whitespace().any(|word| STREETS.contains(&squeezed(word).as_str()));
    text.starts_with(|c: char| c.is_ascii_digit()) && is_street && text.split_whitespace().count() >= 3
}
