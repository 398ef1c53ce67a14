//! What whole sentences of a letter say that has no label: when a patient is seen again, what diet was advised, where the patient went.

use super::piece::Piece;
use super::told::told;
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName};

/// Sentences end behind these, where a blank follows.
const ENDS: &[char] = &['.', ';'];

/// Words by which a sentence says the opposite, or speaks of somebody else.
const UNSAID: &[&str] = &[
    "not", "no", "never", "denies", "denied", "nor", "mother", "father", "son", "daughter", "family",
    "brother", "sister", "wife", "husband", "if", "whether", "longer",
];

/// The fields that sentences tell, where one sentence of the page tells each.
pub fn told_of(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Vec<Finding> {
    if !matches!(kind, DeviceKind::DischargeSummary | DeviceKind::ClinicalNotes) {
        return Vec::new();
    }
    let cells: Vec<&Cell> = rows.iter().filter(|row| row.len() == 1).flatten().collect();
    let widest = cells.iter().map(|cell| cell.text().chars().count()).max().unwrap_or(0);
    // A line that ends early ends its sentence.
    let line = |cell: &&Cell| {
        let text = cell.text().trim().to_owned();
        if 2 * text.chars().count() < widest { format!("{text} ;") } else { text }
    };
    let text = cells.iter().map(line).collect::<Vec<_>>().join(" ");
    let sentences: Vec<&str> = sentences(&text);
    let mut found = Vec::new();
    for name in [
        FieldName::FollowUp,
        FieldName::Allergies,
        FieldName::Diet,
        FieldName::ActivityRestrictions,
        FieldName::Disposition,
        FieldName::ConditionAtDischarge,
    ] {
        let mut said = sentences.iter().filter_map(|sentence| said(name, sentence));
        let Some(first) = said.next() else { continue };
        if said.next().is_some() || first.trim().len() < 3 {
            continue;
        }
        let pieces = pieces_of(&cells, first.trim());
        found.extend(told(name, first.trim().to_owned(), &pieces, ceiling));
    }
    found
}

/// The cells that a sentence stands in: those that hold it, that it holds, or at whose end it begins and at whose beginning it ends.
fn pieces_of(cells: &[&Cell], sentence: &str) -> Vec<Piece> {
    let shares = |cell: &&&Cell| {
        let text = cell.text();
        let text = text.trim();
        let words: Vec<&str> = text.split_whitespace().collect();
        let ends = (1..words.len()).any(|from| {
            words.get(from..).is_some_and(|rest| rest.len() >= 2 && sentence.starts_with(&rest.join(" ")))
        });
        let begins = (2..=words.len()).any(|to| {
            words
                .get(..to)
                .is_some_and(|first| sentence.ends_with(first.join(" ").trim_end_matches(['.', ';', ','])))
        });
        text.contains(sentence) || sentence.contains(text) || ends || begins
    };
    cells.iter().filter(shares).map(|cell| Piece::of(cell, 0, cell.characters.len())).collect()
}

/// The sentences of a text; a point within a number or behind a letter ends none.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(end) = rest.get(from..).and_then(|part| part.find(ENDS)).map(|end| from + end) {
        let after = rest.get(end + 1..).unwrap_or_default();
        let word = rest.get(..end).unwrap_or_default().rsplit(' ').next().unwrap_or_default();
        if after.is_empty() || (after.starts_with(' ') && (word.len() > 2 || word.is_empty())) {
            sentences.push(rest.get(..end).unwrap_or_default().trim());
            rest = after;
            from = 0;
        } else {
            from = end + 1;
        }
    }
    sentences.push(rest.trim());
    sentences
}

/// What a sentence says of a field.
fn said(name: FieldName, sentence: &str) -> Option<String> {
    let lower = sentence.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let after = |words: &str| {
        let place = lower.find(words)? + words.len();
        let rest = sentence.get(place..)?;
        Some(rest.to_owned())
    };
    let before_comma = |text: String| text.split(',').next().unwrap_or_default().to_owned();
    let words = lower.split_whitespace().count();
    if lower.contains(':') || words > 40 {
        return None;
    }
    let advised = || after("was advised ").or_else(|| after("were advised "));
    if name == FieldName::FollowUp {
        let again = has(&[
            "i shall see",
            "i will see",
            "we will see",
            "we shall see",
            "shall review",
            "will review",
            "will be seen",
            "will be reviewed",
        ]);
        return (again && has(&["again", "week", "month", "days", "clinic"]) && words <= 20)
            .then(|| sentence.to_owned());
    }
    if name == FieldName::Allergies {
        let (before, _) = lower.split_once("allergic to ")?;
        let is_said = before.split(|c: char| !c.is_alphabetic()).all(|word| !UNSAID.contains(&word));
        return is_said.then(|| after("allergic to ")).flatten();
    }
    if name == FieldName::Diet && lower.contains("diet") {
        return advised();
    }
    if name == FieldName::ActivityRestrictions && has(&["activity", "exercise"]) {
        return advised();
    }
    if name == FieldName::Disposition && lower.contains("discharged") {
        let rest = after("discharged").filter(|rest| !rest.trim_start().starts_with("from"))?;
        let place = rest.to_lowercase().find(" to ")? + 4;
        let said = before_comma(rest.get(place..)?.to_owned());
        let is_place = said.split_whitespace().count() <= 8 && !said.contains(|c: char| c.is_ascii_digit());
        return is_place.then_some(said);
    }
    if name == FieldName::ConditionAtDischarge && lower.contains("discharge") {
        let said = before_comma(after("condition was ")?);
        return (said.split_whitespace().count() <= 6).then_some(said);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_as_sure_as_the_lines_that_it_stands_in() {
        let lines = [
            ("He was well. She was advised a", 80.0, 100.0, 24.0),
            ("diet low in salt and rich in fibre.", 80.0, 130.0, 24.0),
            ("A diet sheet was given to nobody.", 80.0, 160.0, 24.0),
        ];
        let rows = crate::inference::device::paper::fixtures::rows(&lines);
        let cells: Vec<&Cell> = rows.iter().flatten().collect();
        let pieces = pieces_of(&cells, "a diet low in salt and rich in fibre");
        let texts: Vec<String> = pieces.iter().map(Piece::text).collect();
        assert_eq!(texts, ["diet low in salt and rich in fibre."]);
    }

    #[test]
    fn what_is_denied_or_somebody_elses_is_not_told() {
        for sentence in [
            "He is not allergic to penicillin",
            "Her mother is allergic to latex",
            "She is no longer allergic to eggs",
        ] {
            assert_eq!(said(FieldName::Allergies, sentence), None, "{sentence}");
        }
        assert_eq!(said(FieldName::Disposition, "He was discharged from ICU to the ward"), None);
        let told = said(FieldName::Allergies, "She is allergic to penicillin");
        assert_eq!(told.as_deref(), Some("penicillin"));
        let told = said(FieldName::Disposition, "He was discharged home to his daughter");
        assert_eq!(told.as_deref(), Some("his daughter"));
    }
}
