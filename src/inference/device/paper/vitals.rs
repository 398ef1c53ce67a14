//! Vital signs without a label for all of them: the heads of a table, or names and numbers in one row.

use super::labels::squeezed;
use super::piece::Piece;
use super::told::told;
use crate::inference::device::FieldName;
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;

const NAMES: &[&str] = &[
    "bp",
    "bloodpressure",
    "hr",
    "heartrate",
    "pr",
    "pulse",
    "pulserate",
    "rr",
    "resp",
    "resprate",
    "respiratoryrate",
    "respiration",
    "temp",
    "temperature",
    "spo2",
    "sp02",
    "o2sat",
    "sao2",
    "oxygensaturation",
    "sats",
    "t",
    "p",
    "r",
    "wt",
    "ht",
    "bmi",
    "weight",
    "height",
    "resps",
    "sat",
    "saturation",
    "oxygensaturation",
    "o2",
    "o2saturation",
    "oxygen",
    "o2sats",
    "temperature",
    "map",
    "rbs",
    "grbs",
    "glucose",
    "pain",
    "painscore",
    "satspo2",
    "tempc",
    "tempf",
];
/// So many make them vital signs.
const SEVERAL: usize = 2;

/// Whether a text names a vital sign, perhaps with its unit in brackets.
pub fn is_name(text: &str) -> bool {
    let name = text.split_once(['(', '[']).map_or(text, |(name, _)| name);
    NAMES.contains(&squeezed(name).as_str())
}

/// The vital signs of a page, where one place of it shows them.
pub fn seen(rows: &[Vec<Cell>], ceiling: f32) -> Option<Finding> {
    let mut found = rows.windows(2).filter_map(|pair| match pair {
        [heads, values] => table(heads, values, ceiling),
        _ => None,
    });
    let first = found.next();
    if first.is_some() {
        return first.filter(|_| found.next().is_none());
    }
    let mut found = rows.iter().filter_map(|row| line(row, ceiling));
    found.next().filter(|_| found.next().is_none())
}

/// Heads with their numbers in the row below.
fn table(heads: &[Cell], values: &[Cell], ceiling: f32) -> Option<Finding> {
    let is_head = |cell: &Cell| is_name(&cell.text());
    if heads.iter().filter(|cell| is_head(cell)).count() < SEVERAL {
        return None;
    }
    let below = |place: usize| {
        let [left, ..] = heads.get(place)?.frame;
        let right = heads.get(place + 1).map_or(f32::INFINITY, |next| {
            let [left, ..] = next.frame;
            left
        });
        let is_below = |value: &&Cell| {
            let [from, ..] = value.frame;
            from + value.height() >= left && from + 0.5 * value.height() < right
        };
        let mut within = values.iter().filter(is_below);
        within
            .next()
            .filter(|value| within.next().is_none() && value.text().contains(|c: char| c.is_ascii_digit()))
    };
    let signs = heads.iter().enumerate().filter(|(_, head)| is_head(head));
    let signs: Vec<(String, &Cell)> =
        signs.filter_map(|(place, head)| Some((head.text(), below(place)?))).collect();
    let pieces: Vec<Piece> =
        signs.iter().map(|(_, cell)| Piece::of(cell, 0, cell.characters.len())).collect();
    let text = signs
        .iter()
        .map(|(name, cell)| format!("{}: {}", name.trim().trim_end_matches(':'), cell.text().trim()));
    let text = text.collect::<Vec<_>>().join(", ");
    if signs.len() < SEVERAL { None } else { told(FieldName::VitalSigns, text, &pieces, ceiling) }
}

/// A row in which several vital signs are named with their numbers, from the first to the last of them.
fn line(row: &[Cell], ceiling: f32) -> Option<Finding> {
    let text = row.iter().map(Cell::text).collect::<Vec<_>>().join(" ");
    let pieces: Vec<Piece> = row.iter().map(|cell| Piece::of(cell, 0, cell.characters.len())).collect();
    let said = within(&text)?;
    told(FieldName::VitalSigns, said, &pieces, ceiling)
}

/// The part of a text that names several vital signs with their numbers.
fn within(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_number =
        |word: &&str| word.trim_start_matches(['(', ':']).starts_with(|c: char| c.is_ascii_digit());
    let mut signs: Vec<(usize, usize)> = Vec::new();
    let mut place = 0;
    while place < words.len() {
        let found = (1..=3).rev().find_map(|count| {
            let name = words.get(place..place + count)?.join(" ");
            let (name, inline) =
                name.split_once(':').map_or((name.as_str(), ""), |(name, rest)| (name, rest));
            if !is_name(name) {
                return None;
            }
            if inline.starts_with(|c: char| c.is_ascii_digit()) {
                return Some(place + count);
            }
            let next =
                (place + count..place + count + 2).find(|next| words.get(*next).is_some_and(is_number))?;
            let between = words.get(place + count..next)?;
            between
                .iter()
                .all(|word| ["of", "is", "was", ":", "-", "at", "="].contains(word))
                .then_some(next + 1)
        });
        match found {
            Some(end) => {
                signs.push((place, end));
                place = end;
            }
            None => place += 1,
        }
    }
    let ((from, _), (_, to)) = (*signs.first()?, *signs.last()?);
    // The unit of the last one.
    let unit = words.get(to).is_some_and(|word| {
        word.chars().count() <= 5 && word.chars().all(|c| c.is_alphabetic() || "°/%.;,".contains(c))
    });
    let to = if unit && !words.get(to).is_some_and(|word| ["and", "on", "at", "with"].contains(word)) {
        to + 1
    } else {
        to
    };
    let said = words.get(from..to)?.join(" ");
    (signs.len() >= SEVERAL).then(|| said.trim_end_matches(['.', ',', ';']).to_owned())
}
