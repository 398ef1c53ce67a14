//! When a patient was seen, as notes say it without a label: a date with a time of day on a line of its own, perhaps behind the kind of
//! visit, `Office visit 9/20/2025 3:49 PM`.

use super::labels::{self, squeezed};
use super::piece::Piece;
use super::told::told;
use super::value::Shape;
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName, Value};

/// Moments of something else.
const OTHERS: &[&str] = &[
    "print", "sign", "generat", "receiv", "run", "dictat", "transcri", "fax", "report", "born", "dob",
    "page", "admi", "discharg", "creat", "last", "updat",
];
/// What visits are called.
const VISITS: &[&str] = &[
    "visit",
    "encounter",
    "consultation",
    "consult",
    "appointment",
    "review",
    "follow-up",
    "telehealth",
    "attendance",
    "call",
];

/// How the kinds of visits end that headings name.
const KINDS: &[&str] = &["visit", "consultation", "encounter", "appointment"];
/// Words by which such a heading names another visit, or none.
const NO_KINDS: &[&str] = &[
    "reason", "date", "time", "next", "last", "previous", "type", "after", "before", "for", "of", "this",
    "each", "per", "no", "every", "your", "the",
];

/// The only moment of a note, and the kind of visit before it.
pub fn visit(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Vec<Finding> {
    if kind != DeviceKind::ClinicalNotes {
        return Vec::new();
    }
    let found: Vec<(&Cell, Moment)> =
        rows.iter().flatten().filter_map(|cell| Some((cell, moment(&cell.text())?))).collect();
    let Some((cell, first)) = found.first() else { return Vec::new() };
    if found.iter().any(|(_, other)| (&other.date, &other.time) != (&first.date, &first.time)) {
        return Vec::new();
    }
    let piece = |from: usize, to: usize| [Piece::of(cell, from, to)];
    let (from, to) = (first.from, first.to);
    let date = told(FieldName::VisitDate, first.date.clone(), &piece(from, to), ceiling);
    let time = told(FieldName::VisitTime, first.time.clone(), &piece(from, to), ceiling);
    let visit = first
        .visit
        .as_ref()
        .and_then(|visit| told(FieldName::VisitType, visit.clone(), &piece(0, from), ceiling));
    let visit = visit.or_else(|| headed(rows, ceiling));
    date.into_iter().chain(time).chain(visit).collect()
}

/// The kind of visit that a heading of its own names: `Home visit`.
fn headed(rows: &[Vec<Cell>], ceiling: f32) -> Option<Finding> {
    let is_kind = |cell: &&Cell| {
        let text = cell.text();
        let words: Vec<String> = text.split_whitespace().map(squeezed).collect();
        let names = words.last().is_some_and(|last| KINDS.contains(&last.as_str()));
        names
            && (2..=5).contains(&words.len())
            && text.starts_with(char::is_uppercase)
            && !text.contains(|c: char| c.is_ascii_digit() || c == ':')
            && !words.iter().any(|word| NO_KINDS.contains(&word.as_str()))
            && labels::find_alone(DeviceKind::ClinicalNotes, &text).is_none()
    };
    let mut found = rows.iter().flatten().filter(is_kind);
    let first = found.next()?;
    let piece = Piece::of(first, 0, first.characters.len());
    if found.next().is_some() { None } else { told(FieldName::VisitType, piece.text(), &[piece], ceiling) }
}

/// Whether a text is a date with a time of day, and nothing else.
pub fn is_moment(text: &str) -> bool {
    moment(text).is_some_and(|moment| moment.from == 0)
}

struct Moment {
    date: String,
    time: String,
    visit: Option<String>,
    from: usize,
    to: usize,
}

fn moment(text: &str) -> Option<Moment> {
    let plain = squeezed(text);
    if OTHERS.iter().any(|word| plain.contains(word)) {
        return None;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let value = |shape: Shape, text: &str| match shape.value(text.trim_matches([',', ';', '(', ')'])) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    };
    for start in 0..words.len() {
        for count in 1..=3.min(words.len() - start) {
            let Some(date) = value(Shape::Date, &words.get(start..start + count)?.join(" ")) else {
                continue;
            };
            let mut rest = words.get(start + count..)?;
            if rest.first().is_some_and(|word| ["at", "@", "-"].contains(word)) {
                rest = rest.get(1..)?;
            }
            let time = [2, 1].iter().find_map(|count| value(Shape::Time, &rest.get(..*count)?.join(" ")));
            let Some(time) = time else { continue };
            let before = words.get(..start)?.join(" ");
            // `who came for a follow-up visit on`
            let said =
                before.trim_end_matches([':', '-', ',', ' ']).trim_end_matches(" on").trim_end_matches(" of");
            let visit = said
                .rsplit_once(" a ")
                .or_else(|| said.rsplit_once(" an "))
                .map_or(said, |(_, visit)| visit)
                .to_owned();
            let is_visit = (2..=4).contains(&visit.split_whitespace().count())
                && VISITS.iter().any(|word| visit.to_lowercase().contains(word))
                && !visit.contains(':');
            let from = before.chars().count();
            return Some(Moment {
                date,
                time,
                visit: is_visit.then_some(visit),
                from,
                to: text.chars().count(),
            });
        }
    }
    None
}
