//! The vaccine of a certificate that prints no label before it: a line of its own such as `COVID-19 mRNA Vaccine  Pfizer-BioNTech`.

use super::labels;
use super::piece::Piece;
use super::segments::{self, Segment};
use super::{DOUBTFUL, LEAST_LEGIBLE};
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName, Value};
use crate::inference::number::real;

/// The most words of a vaccine's name.
const LONGEST: usize = 6;
/// Words that tell of a vaccine, and name none.
const NO_NAMES: &[&str] = &[
    "the",
    "this",
    "that",
    "your",
    "my",
    "a",
    "an",
    "any",
    "each",
    "every",
    "other",
    "of",
    "for",
    "with",
    "by",
    "and",
    "or",
    "to",
    "is",
    "was",
    "first",
    "second",
    "third",
    "next",
    "last",
    "previous",
    "date",
    "dose",
    "type",
    "name",
    "no",
    "new",
    "received",
    "information",
];
/// Who makes vaccines, as certificates name them. Where anybody else follows, the line is no name of a vaccine.
const MAKERS: &[&str] = &[
    "pfizer",
    "biontech",
    "moderna",
    "astrazeneca",
    "oxford",
    "janssen",
    "johnson",
    "novavax",
    "sanofi",
    "pasteur",
    "gsk",
    "glaxosmithkline",
    "merck",
    "msd",
    "sinovac",
    "sinopharm",
    "bharat",
    "biotech",
    "serum",
    "seqirus",
    "csl",
    "valneva",
    "takeda",
    "bavarian",
    "nordic",
    "dynavax",
    "wyeth",
    "medimmune",
    "emergent",
    "inc",
    "ltd",
    "llc",
];

/// The vaccine, and its maker where that follows; nothing where several lines name one.
pub fn named(rows: &[Vec<Cell>], ceiling: f32) -> Vec<Finding> {
    let mut found: Vec<Vec<Finding>> = rows.iter().filter_map(|row| of_row(row, ceiling)).collect();
    if found.len() == 1 { found.pop().unwrap_or_default() } else { Vec::new() }
}

/// Of a row with a label the text is that one's value.
fn of_row(row: &[Cell], ceiling: f32) -> Option<Vec<Finding>> {
    let (segments, _) = segments::of_row(row, DeviceKind::VaccineCertificate);
    if !segments.iter().all(|segment| matches!(segment, Segment::Text(_))) {
        return None;
    }
    let (cell, others) = row.split_first()?;
    let text = cell.text();
    let words: Vec<&str> = text.split_whitespace().collect();
    let place = words.iter().position(|word| labels::squeezed(word) == "vaccine")?;
    let (name, rest) = words.split_at_checked(place + 1)?;
    let is_name = (2..=LONGEST).contains(&name.len())
        && text.trim_start().starts_with(char::is_uppercase)
        && !name.iter().any(|word| NO_NAMES.contains(&labels::squeezed(word).as_str()));
    let others: Vec<String> = others.iter().map(Cell::text).collect();
    let maker = rest.iter().copied().chain(others.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
    if !is_name || !is_maker(&maker) {
        return None;
    }
    let end = name_end(&text, place);
    let vaccine = finding(FieldName::VaccineName, cell, (0, end), ceiling)?;
    let (by, from) = match (rest.is_empty(), row.get(1)) {
        (false, _) => (Some(cell), end),
        (true, other) => (other, 0),
    };
    let maker = by.and_then(|by| finding(FieldName::Manufacturer, by, (from, by.characters.len()), ceiling));
    Some([Some(vaccine), maker].into_iter().flatten().collect())
}

/// Nothing, or nothing but makers.
fn is_maker(text: &str) -> bool {
    let mut words =
        text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.all(|word| MAKERS.contains(&word.to_lowercase().as_str()))
}

/// Where the word at a place ends, in characters.
fn name_end(text: &str, word: usize) -> usize {
    let (mut words, mut within) = (0, false);
    for (place, character) in text.chars().enumerate() {
        match (within, character.is_whitespace()) {
            (false, false) => within = true,
            (true, true) if words == word => return place,
            (true, true) => {
                words += 1;
                within = false;
            }
            (true, false) | (false, true) => {}
        }
    }
    text.chars().count()
}

fn finding(name: FieldName, cell: &Cell, (from, to): (usize, usize), ceiling: f32) -> Option<Finding> {
    let piece = Piece::of(cell, from, to);
    let written: Vec<f32> =
        piece.characters.iter().filter(|one| !one.0.is_whitespace()).map(|one| one.1).collect();
    let legible = written.iter().sum::<f32>() / real(written.len().max(1));
    if piece.is_blank() || legible < LEAST_LEGIBLE {
        return None;
    }
    let confidence = if piece.is_confirmed() { ceiling.min(legible) } else { DOUBTFUL };
    Some(Finding { name, value: Value::Text(piece.text()), confidence, quad: piece.quad })
}
