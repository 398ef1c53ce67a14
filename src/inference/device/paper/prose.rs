//! Dates, times and numbers that sentences tell: `admitted on 3 May 2024`, `was vaccinated on`, `lot AB1234`.
//!
//! What a sentence tells is read only where no label of the page asks for it, and where all its sentences tell the same.

use super::piece::Piece;
use super::told::told;
use super::value::{self, Shape};
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName, Value};

/// What sentences say before a value, and how far it may be, in words.
struct Phrase {
    field: FieldName,
    shape: Shape,
    says: &'static [&'static str],
}

const fn phrase(field: FieldName, shape: Shape, says: &'static [&'static str]) -> Phrase {
    Phrase { field, shape, says }
}

const EVERY: &[Phrase] = &[phrase(
    FieldName::BirthDate,
    Shape::Date,
    &["born on", "born", "dob", "d.o.b", "d.o.b.", "date of birth"],
)];
const DISCHARGE: &[Phrase] = &[
    phrase(
        FieldName::AdmissionDate,
        Shape::Date,
        &["admitted", "hospitalised", "hospitalized", "date of admission", "admission on"],
    ),
    phrase(
        FieldName::DischargeDate,
        Shape::Date,
        &["discharged", "discharge on", "went home", "allowed home", "sent home", "date of discharge"],
    ),
];
const NOTES: &[Phrase] = &[phrase(
    FieldName::VisitDate,
    Shape::Date,
    &[
        "seen",
        "reviewed",
        "attended",
        "consulted",
        "visited",
        "presented",
        "visit on",
        "clinic on",
        "consultation on",
        "date of visit",
    ],
)];
const VACCINE: &[Phrase] = &[
    phrase(
        FieldName::VaccinationDate,
        Shape::Date,
        &["vaccinated", "administered", "given", "received", "immunised", "immunized"],
    ),
    phrase(
        FieldName::VaccineExpiration,
        Shape::Date,
        &["expires", "expiring", "expiry", "exp", "exp.", "expiration", "use by"],
    ),
    phrase(
        FieldName::NextDueDate,
        Shape::Date,
        &["next dose", "next due", "is due", "due on", "due", "booster", "return on", "return"],
    ),
    phrase(
        FieldName::InformationStatementDate,
        Shape::Date,
        &["edition dated", "edition date", "vis dated", "vis edition", "statement dated", "vis date", "vis"],
    ),
    phrase(
        FieldName::LotNumber,
        Shape::Code,
        &["lot", "batch", "lot number", "batch number", "lot no", "batch no", "batch no.", "lot no."],
    ),
];
/// What parts the words of a cell from those of the next.
const BARRIER: &str = "|";
/// A value is within so many words of what says it.
const NEAR: usize = 8;
/// A date behind `on` may be so many words away, with who treated whom and where between.
const FAR: usize = 16;
/// Words that end the search: what follows them is told of something else.
const ENDS: &[&str] = &[
    "and",
    "then",
    "until",
    "but",
    "discharged",
    "admitted",
    "born",
    "due",
    "expires",
    "expiring",
    "next",
    "seen",
];

/// So many words before a phrase may say that it tells of another time, of nothing, or of somebody else.
const BEFORE: usize = 4;
const OTHERS: &[&str] = &[
    "previous",
    "previously",
    "last",
    "not",
    "never",
    "since",
    "prior",
    "before",
    "planned",
    "if",
    "infant",
    "baby",
    "child",
    "son",
    "daughter",
    "brother",
    "sister",
    "mother",
    "father",
    "declined",
    "refused",
];

/// What the sentences of a page tell.
pub fn told_of(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Vec<Finding> {
    let own = [
        (DeviceKind::DischargeSummary, DISCHARGE),
        (DeviceKind::ClinicalNotes, NOTES),
        (DeviceKind::VaccineCertificate, VACCINE),
    ];
    let own = own.into_iter().filter(|(of, _)| *of == kind).flat_map(|(_, phrases)| phrases);
    let words = words(rows);
    EVERY.iter().chain(own).filter_map(|phrase| only(phrase, &words, ceiling)).collect()
}

/// A word with the cell that it stands in.
struct Word<'a> {
    text: String,
    cell: &'a Cell,
}

fn words(rows: &[Vec<Cell>]) -> Vec<Word<'_>> {
    let of_cell = |cell| {
        let text: String = Cell::text(cell);
        let parted = |word: &str| -> Vec<String> {
            // A blank was not read: `birth15 December`.
            let digit = word.find(|c: char| c.is_ascii_digit()).filter(|digit| {
                word.get(..*digit).is_some_and(|before| {
                    ["birth", "born", "on", "dob", "date"].contains(&before.to_lowercase().as_str())
                })
            });
            match digit.and_then(|digit| word.split_at_checked(digit)) {
                Some((before, after)) => vec![before.to_owned(), after.to_owned()],
                None => vec![word.to_owned()],
            }
        };
        text.split_whitespace().flat_map(parted).map(|text| Word { text, cell }).collect::<Vec<_>>()
    };
    let mut words = Vec::new();
    for row in rows {
        words.extend(row.iter().flat_map(of_cell));
        // What stands in columns goes on with nothing below it.
        if let Some(cell) = row.last().filter(|_| row.len() > 1) {
            words.push(Word { text: BARRIER.to_owned(), cell });
        }
    }
    words
}

fn only(phrase: &Phrase, words: &[Word], ceiling: f32) -> Option<Finding> {
    let mut found: Vec<Finding> =
        (0..words.len()).filter_map(|place| at(phrase, words, place, ceiling)).collect();
    let first = found.pop()?;
    found.iter().all(|other| other.value == first.value).then_some(first)
}

/// What follows a phrase that begins at a word.
fn at(phrase: &Phrase, words: &[Word], place: usize, ceiling: f32) -> Option<Finding> {
    let bare = |word: &Word| word.text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let count = phrase.says.iter().filter_map(|says| {
        let says: Vec<&str> = says.split(' ').collect();
        let given = words.get(place..place + says.len())?;
        given.iter().zip(&says).all(|(word, said)| bare(word) == said.trim_matches('.')).then_some(says.len())
    });
    let from = place + count.max()?;
    // `VIS given` tells of a leaflet.
    let is_leaflet =
        place.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| bare(word) == "vis");
    if is_leaflet && phrase.field == FieldName::VaccinationDate {
        return None;
    }
    let before = words.get(place.saturating_sub(BEFORE)..place).unwrap_or_default();
    if before.iter().any(|word| OTHERS.contains(&bare(word).as_str())) {
        return None;
    }
    let most = if phrase.shape == Shape::Date { FAR } else { 2 };
    for start in from..words.len().min(from + most) {
        let word = words.get(start)?;
        let is_on =
            start.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| bare(word) == "on");
        if word.text == BARRIER {
            return None;
        }
        if start > from && ENDS.contains(&bare(word).as_str()) {
            return None;
        }
        let is_near = start < from + NEAR || is_on;
        let value = (1..=3).rev().filter(|_| is_near).find_map(|count| {
            let part = words
                .get(start..start + count)
                .filter(|part| part.iter().all(|word| word.text != BARRIER))?;
            let text = part.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            let text = text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
            let is_short = count == 1 || phrase.shape == Shape::Time;
            let is_date = word.text.contains(|c: char| c.is_ascii_digit()) || count > 1;
            let fits = if phrase.shape == Shape::Date { is_date } else { is_short };
            phrase.shape.value(&text).filter(|_| fits).map(|value| (value, part))
        });
        if let Some((Value::Text(text), part)) = value {
            let pieces: Vec<Piece> = part.iter().map(|word| piece(word)).collect();
            return told(phrase.field, text, &pieces, ceiling);
        }
        // Behind the end of a sentence another one begins.
        if word.text.ends_with(['.', ';']) && word.text.len() > 3 {
            return None;
        }
    }
    None
}

/// The word's own piece of its cell.
fn piece(word: &Word) -> Piece {
    let text = word.cell.text();
    let from =
        text.find(&word.text).map_or(0, |place| text.get(..place).map_or(0, |before| before.chars().count()));
    Piece::of(word.cell, from, from + word.text.chars().count())
}

/// Whether a value of prose is sure enough to be told: no digit of it is doubtful.
pub fn is_sure(finding: &Finding) -> bool {
    value::is_exact_text(&finding.value) && finding.confidence > super::DOUBTFUL
}
