//! The items of a prescription: lines that name a medicine with its strength, each with what is said of it below. An answer has one
//! medicine, so that of several items the first is read, and nothing of the others.

use super::labels::squeezed;
use super::medicine::apart;
use super::unlabelled::{has_label, of_cell};
use super::value::unmarked;
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName};

/// How directions begin.
const VERBS: &[&str] = &[
    "take", "use", "apply", "inhale", "inject", "instill", "instil", "place", "chew", "swallow", "dissolve", "insert", "give", "spray",
    "put", "one", "two",
];
/// The longest item, in rows; where the next begins later, what is between belongs to no item.
const LONGEST: usize = 9;

/// The rows of a prescription without those of its second item and all after it.
pub fn first_only(rows: Vec<Vec<Cell>>, kind: DeviceKind) -> Vec<Vec<Cell>> {
    if kind != DeviceKind::Prescription {
        return rows;
    }
    let mut begins: Vec<(usize, String)> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let named = row.iter().map(|cell| plain(&cell.text())).find(|text| is_medicine(text, kind));
        if let Some(text) = named.filter(|text| !begins.iter().any(|(_, other)| other == text)) {
            begins.push((place, text));
        }
    }
    let ([(first, _), (second, _), ..], Some((last, _))) = (begins.as_slice(), begins.last()) else { return rows };
    let length = second.saturating_sub(*first);
    if length == 0 || length > LONGEST {
        return rows;
    }
    let (from, to) = (*second, last + length);
    rows.into_iter().enumerate().filter(|(place, _)| !(from..to).contains(place)).map(|(_, row)| row).collect()
}

/// The only medicine with a strength on a prescription, and the only line that begins by telling what to do with it.
pub fn order(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Vec<Finding> {
    if kind != DeviceKind::Prescription {
        return Vec::new();
    }
    let only = |name: FieldName, is_it: &dyn Fn(&str) -> bool| {
        let mut found = rows.iter().flatten().filter(|cell| is_it(unmarked(&cell.text())));
        let first = found.next()?;
        let text = squeezed(&first.text());
        // A page may have two copies.
        if found.all(|other| squeezed(&other.text()) == text) { of_cell(name, first, ceiling) } else { None }
    };
    let tells = |text: &str| {
        let words: Vec<String> = text.split_whitespace().map(squeezed).collect();
        words.len() >= 3 && words.first().is_some_and(|word| VERBS.contains(&word.as_str())) && !text.contains(':')
    };
    let medicine = only(FieldName::Medication, &|text| is_medicine(text, kind));
    let directions = medicine.is_some().then(|| only(FieldName::Directions, &tells)).flatten();
    medicine.into_iter().chain(directions).collect()
}

fn plain(text: &str) -> String {
    unmarked(text).trim().to_lowercase()
}

fn is_medicine(text: &str, kind: DeviceKind) -> bool {
    let text = unmarked(text);
    let is_named = text.starts_with(char::is_alphabetic) && !has_label(text, kind);
    is_named && apart(text).is_some_and(|medicine| medicine.strength.is_some())
}
