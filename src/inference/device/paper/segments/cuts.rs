//! Where the labels within a cell begin, and where their values do.

use super::LONGEST_LABEL;
use crate::inference::device::DeviceKind;
use crate::inference::device::paper::bare::{Cut, Run};
use crate::inference::device::paper::labels::{self, Label};
use crate::inference::device::paper::vitals;
use crate::inference::device::rows::Cell;

/// Where the labels of a cell begin, where their values do, and which they are: those before a colon, and those without one in what
/// stands between them.
pub fn cuts(cell: &Cell, kind: DeviceKind) -> Vec<Cut> {
    let with_colons = cuts_at_colons(cell, kind);
    let count = cell.characters.len();
    let first = with_colons.first().map_or(count, |(start, ..)| *start);
    let mut cuts = Run::new(cell, (0, first), kind).cuts(None);
    for (number, cut) in with_colons.iter().enumerate() {
        let end = with_colons.get(number + 1).map_or(count, |(start, ..)| *start);
        cuts.push(*cut);
        cuts.extend(Run::new(cell, (cut.1, end), kind).cuts(cut.2));
    }
    cuts
}

fn cuts_at_colons(cell: &Cell, kind: DeviceKind) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    let character = |place: usize| cell.characters.get(place).map(|(character, _)| *character);
    let is_blank = |place: Option<usize>| place.and_then(character).is_some_and(char::is_whitespace);
    let is_dash = |place: usize| {
        character(place).is_some_and(|character| matches!(character, '-' | '–' | '—' | '|' | '='))
            && is_blank(place.checked_sub(1))
            && is_blank(place.checked_add(1))
    };
    let colons = cell
        .characters
        .iter()
        .enumerate()
        .filter(|(place, (character, _))| matches!(character, ':' | '：') || is_dash(*place));
    for (colon, _) in colons {
        let from = cuts.last().map_or(0, |(_, value, _)| *value);
        // `Sig - Route: ...` is one label.
        let next =
            (colon + 1..cell.characters.len()).find(|place| matches!(character(*place), Some(':' | '：')));
        if is_dash(colon) && cuts.is_empty() && next.is_some_and(|next| begins_several(cell, next, kind)) {
            continue;
        }
        match label_before(cell, from, colon, kind) {
            Some((start, _))
                if start > from
                    && !is_dash(colon)
                    && cuts.is_empty()
                    && begins_several(cell, colon, kind) =>
            {
                cuts.push((0, colon + 1, None));
            }
            // A dash parts only what begins a cell from what stands behind it.
            Some((start, _)) if is_dash(colon) && start > 0 => {}
            None if is_dash(colon) => {}
            Some((start, label)) if start == from || label.field.is_some() || !in_prose(&cuts) => {
                cuts.push((start, colon + 1, Some(label)));
            }
            // `Drug allergy:` at the end of a cell is a label, of which only the second word is known.
            Some(_)
                if cuts.is_empty() && colon + 1 == cell.characters.len() && is_label_like(cell, colon) =>
            {
                cuts.push((0, colon + 1, None));
            }
            Some(_) => {}
            None if cuts.is_empty() && (is_label_like(cell, colon) || begins_several(cell, colon, kind)) => {
                cuts.push((0, colon + 1, None))
            }
            None => {}
        }
    }
    cuts
}

/// Whether all that stands before a colon is several labels in one.
fn begins_several(cell: &Cell, colon: usize, kind: DeviceKind) -> bool {
    let words: String = cell.characters.iter().take(colon).map(|(character, _)| character).collect();
    labels::several(kind, &words).is_some()
}

/// Whether what stands there is prose, in which a word with a colon may be a part of it ("Weight: 70 kg" among vital signs).
fn in_prose(cuts: &[Cut]) -> bool {
    cuts.last().is_none_or(|(_, _, label)| label.is_none_or(|label| label.shape.goes_on()))
}

/// The longest run of words before a colon that is a label, and where it begins.
fn label_before(cell: &Cell, from: usize, colon: usize, kind: DeviceKind) -> Option<(usize, &'static Label)> {
    let characters = cell.characters.get(from..colon)?;
    let is_start = |place: &usize| {
        let before = place.checked_sub(1).and_then(|before| characters.get(before));
        let own = characters.get(*place).is_some_and(|(character, _)| character.is_uppercase());
        // A blank may not have been read: `Jane SmithDOB:`.
        let starts = before
            .is_none_or(|(character, _)| character.is_whitespace() || (own && character.is_lowercase()));
        starts && characters.get(*place).is_some_and(|(character, _)| !character.is_whitespace())
    };
    let starts: Vec<_> = (0..characters.len()).filter(is_start).collect();
    let longest = starts.len().saturating_sub(LONGEST_LABEL);
    starts.get(longest..)?.iter().find_map(|start| {
        let words: String = characters.get(*start..)?.iter().map(|(character, _)| character).collect();
        // A lone O is read as a nought.
        let words = if words.trim() == "0" && from == 0 && *start == 0 { "O".to_owned() } else { words };
        // `P: 76` within a line is a pulse.
        let is_letter = labels::squeezed(&words).len() == 1;
        let label = labels::find_alone(kind, &words).filter(|_| !is_letter || (from == 0 && *start == 0))?;
        let before: String = characters.get(..*start)?.iter().map(|(character, _)| character).collect();
        let is_other = before.split_whitespace().next_back().is_some_and(makes_another);
        (!is_other).then_some((from + start, label))
    })
}

/// Whether a word before a label makes another label of both: `Differential diagnosis`, `Policy holder`.
fn makes_another(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "differential",
        "provisional",
        "working",
        "policy",
        "account",
        "previous",
        "former",
        "insurance",
        "emergency",
        "referring",
        "referred",
        "past",
        "family",
    ];
    WORDS.contains(&word.to_lowercase().as_str())
}

/// Whether a cell begins with a few words and a colon.
fn is_label_like(cell: &Cell, colon: usize) -> bool {
    let words: String = cell.characters.iter().take(colon).map(|(character, _)| character).collect();
    let letters = words
        .chars()
        .all(|c| c.is_alphabetic() || c.is_whitespace() || matches!(c, '-' | '/' | '&' | '.' | '#'));
    // The first of several vital signs, not the label of all.
    let is_vital = vitals::is_name(&words);
    let is_system =
        words.split_whitespace().count() <= 2 && SYSTEMS.contains(&labels::squeezed(&words).as_str());
    letters && !is_vital && !is_system && words.split_whitespace().count() <= LONGEST_LABEL
}

/// What is examined of a body, and asked for in a review of systems: within these, no labels.
const SYSTEMS: &[&str] = &[
    "constitutional",
    "general",
    "eyes",
    "eye",
    "neurologic",
    "neurological",
    "neuro",
    "heent",
    "ent",
    "neck",
    "cv",
    "cardiovascular",
    "cardiac",
    "heart",
    "chest",
    "lungs",
    "respiratory",
    "resp",
    "pulmonary",
    "pulm",
    "abdomen",
    "abdominal",
    "abd",
    "back",
    "skin",
    "extremities",
    "ext",
    "msk",
    "musculoskeletal",
    "gi",
    "git",
    "gastrointestinal",
    "gu",
    "gus",
    "genitourinary",
    "endocrine",
    "psych",
    "psychiatric",
    "head",
    "throat",
    "ears",
    "nose",
    "mouth",
    "cns",
    "cvs",
    "rs",
    "pa",
    "hematologic",
    "haematologic",
    "lymph",
    "lymphatic",
    "limbs",
    "feet",
    "breasts",
    "pelvic",
    "rectal",
    "mentalstatus",
    "gait",
    "spine",
    "joints",
    "knee",
    "hands",
    "appearance",
    "gen",
    "integumentary",
    "vascular",
    "renal",
    "allergic",
];
