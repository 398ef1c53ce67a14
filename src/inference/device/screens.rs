//! Screens that show label, number and unit in rows: ECG monitors, dialysis machines, and what scales show beside the weight.
//!
//! A number is read where a known label stands right before it in its row, its unit is none of another quantity, it is within what the
//! quantity can be, and it was read alike twice. A label that stands twice with two numbers gives none.

mod tables;

use super::finding::Finding;
use super::rows::Cell;
use super::{DeviceKind, FieldName, ReadError, Unit, Value};
use crate::inference::number::real;
use crate::inference::ocr::Quad;
use tables::{Quantity, Table};

/// Label, number and unit agree.
const LABELLED: f32 = 0.9;
/// There is a label and no unit.
const WITHOUT_UNIT: f32 = 0.8;
/// What a number is worth beside which a digit may be hidden.
const PERHAPS_CUT: f32 = 0.8;
/// A character less probable than this makes its number doubtful.
const LEAST_PROBABLE: f32 = 0.75;
/// The most words that a label has.
const LONGEST_LABEL: usize = 3;

/// The kind of screen that labels show: enough that no other screen has.
pub fn seen(rows: &[Vec<Cell>]) -> Option<DeviceKind> {
    let shows = |kind: DeviceKind| {
        let table = tables::of(kind)?;
        let labels = rows.iter().map(|row| labels_in(row, table)).sum::<usize>();
        (labels >= table.least).then_some(kind)
    };
    let mut kinds = [DeviceKind::EcgMonitor, DeviceKind::DialysisMachine].into_iter().filter_map(shows);
    let first = kinds.next()?;
    kinds.next().is_none().then_some(first)
}

/// Whether the rules here read all of a kind.
pub fn reads(kind: DeviceKind) -> bool {
    tables::of(kind).is_some_and(|table| !table.keys.is_empty())
}

/// The values of a screen of that kind, or why there are none.
pub fn read(rows: &[Vec<Cell>], kind: DeviceKind) -> Result<Vec<Finding>, ReadError> {
    let found = labelled(rows, kind);
    let key = tables::of(kind).map_or(&[][..], |table| table.keys);
    let has_key = found.iter().any(|finding| key.contains(&finding.name));
    if has_key { Ok(found) } else { Err(ReadError::Unreadable) }
}

/// The values that have their label before them.
pub fn labelled(rows: &[Vec<Cell>], kind: DeviceKind) -> Vec<Finding> {
    let Some(table) = tables::of(kind) else { return Vec::new() };
    let mut found: Vec<Finding> = Vec::new();
    let mut twice: Vec<FieldName> = Vec::new();
    for finding in rows.iter().flat_map(|row| in_row(row, table)) {
        match found.iter().find(|other| other.name == finding.name) {
            Some(other) if other.value != finding.value => twice.push(finding.name),
            Some(_) => {}
            None => found.push(finding),
        }
    }
    found.retain(|finding| !twice.contains(&finding.name));
    found
}

/// A word of a row.
struct Token<'a> {
    characters: &'a [(char, f32)],
    cell: &'a Cell,
    quad: Quad,
}

impl Token<'_> {
    fn text(&self) -> String {
        self.characters.iter().map(|(character, _)| character).collect()
    }
}

fn tokens(row: &[Cell]) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for cell in row {
        let count = real(cell.characters.len().max(1));
        let mut start = 0;
        for characters in cell.characters.split(|(character, _)| character.is_whitespace()) {
            let end = start + characters.len();
            if !characters.is_empty() {
                let quad = cell.quad.part(real(start) / count, real(end) / count);
                tokens.push(Token { characters, cell, quad });
            }
            start = end + 1;
        }
    }
    tokens
}

/// The label that begins at a place, and how many words it has.
fn label_at(tokens: &[Token<'_>], place: usize, table: &Table) -> Option<(&'static Quantity, usize)> {
    (1..=LONGEST_LABEL).rev().find_map(|length| {
        let words = tokens.get(place..place + length)?;
        let squeezed: String = words
            .iter()
            .flat_map(|word| word.characters)
            .map(|(character, _)| *character)
            .filter(|character| character.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        Some((table.quantities.iter().find(|quantity| quantity.labels.contains(&squeezed.as_str()))?, length))
    })
}

fn labels_in(row: &[Cell], table: &Table) -> usize {
    let tokens = tokens(row);
    (0..tokens.len())
        .filter(|place| label_at(&tokens, *place, table).is_some_and(|(quantity, _)| quantity.distinctive))
        .count()
}

fn in_row(row: &[Cell], table: &Table) -> Vec<Finding> {
    let tokens = tokens(row);
    let mut found = Vec::new();
    let mut place = 0;
    while place < tokens.len() {
        let Some((quantity, length)) = label_at(&tokens, place, table) else {
            place += 1;
            continue;
        };
        place += length;
        if quantity.is_exacting && !is_first(&tokens, place - length) {
            continue;
        }
        if let Some(token) = tokens.get(place)
            && let Some(finding) = finding(quantity, token, word_after(&tokens, place, table))
        {
            found.push(finding);
            place += 1;
        }
    }
    found
}

/// Whether no other word of its cell stands before a label: a "sample rate" is none of a heart.
fn is_first(tokens: &[Token<'_>], place: usize) -> bool {
    let before = place.checked_sub(1).and_then(|before| tokens.get(before));
    let label = tokens.get(place);
    before.zip(label).is_none_or(|(before, label)| !std::ptr::eq(before.cell, label.cell))
}

/// The word behind a number, which may be its unit; another label is none, and neither are two at once (`QT/QTc`).
fn word_after(tokens: &[Token<'_>], place: usize, table: &Table) -> Option<String> {
    let word = tokens.get(place + 1)?.text();
    let is_label = |part: &str| table.quantities.iter().any(|one| one.labels.contains(&part));
    let is_one = label_at(tokens, place + 1, table).is_some() || word.to_lowercase().split('/').any(is_label);
    (!is_one).then_some(word)
}

fn finding(quantity: &Quantity, token: &Token<'_>, next: Option<String>) -> Option<Finding> {
    let text = token.text();
    if !token.characters.iter().all(|(_, probability)| *probability >= LEAST_PROBABLE) {
        return None;
    }
    let trust = token.characters.iter().map(|(_, probability)| *probability).fold(1.0, f32::min);
    let trust = if token.cell.clear { trust } else { trust.min(PERHAPS_CUT) };
    if quantity.is_clock {
        let fits = is_duration(&text) && is_confirmed(&text, token.cell);
        let value = Value::Text(text);
        return fits.then(|| Finding {
            name: quantity.field,
            value,
            confidence: LABELLED.min(trust),
            quad: token.quad,
        });
    }
    let (digits, unit) = number_and_unit(&text)?;
    let value: f64 = digits.parse().ok()?;
    let decimals = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let fits = value >= quantity.least && value <= quantity.most && decimals <= quantity.decimals;
    if !fits || !is_confirmed(&digits, token.cell) {
        return None;
    }
    let attached = unit.map(tables::plain).filter(|unit| !unit.is_empty());
    let shown = match &attached {
        // A unit that is not known is not none: the number is another quantity's.
        Some(attached) => Some(tables::unit(attached)?),
        None => match next.as_deref() {
            Some(word) if tables::unit(word).is_none() && tables::is_unit_like(word) => return None,
            word => word.and_then(tables::unit),
        },
    };
    let (unit, ceiling) = match shown {
        Some(unit) if quantity.units.contains(&unit) => (Some(unit), LABELLED),
        // Another quantity's unit: the label is not this number's.
        Some(_) => return None,
        // Where the quantity may come in several units, none is not the first of them.
        None if quantity.is_exacting || quantity.units.len() > 1 => return None,
        None => (quantity.units.first().copied(), WITHOUT_UNIT),
    };
    let value = Value::Number { digits, unit };
    Some(Finding { name: quantity.field, value, confidence: ceiling.min(trust), quad: token.quad })
}

/// The digits with a point, and the unit that is written onto them.
fn number_and_unit(text: &str) -> Option<(String, Option<&str>)> {
    let (sign, rest) = match text.strip_prefix(['-', '−', '–']) {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(rest.len());
    let (number, unit) = rest.split_at_checked(end)?;
    let plain = number.replace(',', ".");
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let zero_led = whole.starts_with('0') && whole != "0";
    let clean = is_digits(whole) && is_digits(fraction) && whole.len() <= 4 && !zero_led;
    clean.then(|| (format!("{sign}{plain}"), Some(unit).filter(|unit| !unit.is_empty())))
}

/// 4:00.
fn is_duration(text: &str) -> bool {
    let part = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once(':').is_some_and(|(hours, minutes)| part(hours) && minutes.len() == 2 && part(minutes))
}

/// Whether the second look shows the same number, with the same sign.
fn is_confirmed(text: &str, cell: &Cell) -> bool {
    let Some(second) = cell.second.as_deref() else { return false };
    let second = second.replace(',', ".").replace(['−', '–'], "-");
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | ':');
    second.split(|c: char| !is_part(c)).any(|run| run.trim_end_matches(['.', ':', '-']) == text)
}
