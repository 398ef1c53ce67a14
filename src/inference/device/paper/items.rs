//! The items of a prescription: lines that name a medicine with its strength, each with what is said of it below. An answer has one
//! medicine, so that of several items the first is read, and nothing of the others.

use super::LEAST_PROBABLE;
use super::labels::squeezed;
use super::medicine::apart;
use super::piece::Piece;
use super::unlabelled::{has_label, of_cell};
use super::value::unmarked;
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName, Value};

/// How directions begin.
const VERBS: &[&str] = &[
    "take", "use", "apply", "inhale", "inject", "instill", "instil", "place", "chew", "swallow", "dissolve",
    "insert", "give", "spray", "put", "one", "two",
];
/// How rows begin that say more of an item.
const OF_ITEM: &[&str] = &[
    "qty",
    "quantity",
    "refill",
    "repeat",
    "rpt",
    "disp",
    "mitte",
    "days",
    "sig",
    "direction",
    "ndc",
    "strength",
];
/// The longest item, in rows; where the next begins later, what is between belongs to no item.
const LONGEST: usize = 9;

/// The rows of a certificate without those of earlier doses below their heading.
pub fn without_earlier(rows: Vec<Vec<Cell>>, kind: DeviceKind) -> Vec<Vec<Cell>> {
    const BEFORE: &[&str] = &["earlier", "previous", "prior", "past"];
    const OF: &[&str] = &["doses", "vaccinations", "immunizations", "immunisations", "vaccines", "dose"];
    let is_heading = |row: &Vec<Cell>| {
        let [cell] = row.as_slice() else { return false };
        let words: Vec<String> = cell.text().split_whitespace().map(squeezed).collect();
        matches!(words.as_slice(), [first, last] if BEFORE.contains(&first.as_str()) && OF.contains(&last.as_str()))
    };
    let end = rows.iter().position(is_heading).filter(|_| kind == DeviceKind::VaccineCertificate);
    let end = end.unwrap_or(rows.len());
    rows.into_iter().take(end).collect()
}

/// The rows of a prescription without those of its second item and all after it.
pub fn first_only(rows: Vec<Vec<Cell>>, kind: DeviceKind) -> Vec<Vec<Cell>> {
    if kind != DeviceKind::Prescription {
        return rows;
    }
    let begins = begins(&rows, kind);
    let ([(first, _), (second, _), ..], Some((last, _))) = (begins.as_slice(), begins.last()) else {
        return rows;
    };
    let length = second.saturating_sub(*first);
    // Of lines below each other nobody can tell to which of them belongs what follows.
    let is_list = length == 1 && rows.get(*first).is_some_and(|row| row.len() == 1);
    if length == 0 || length > LONGEST || is_list {
        return rows;
    }
    let (from, to) = (*second, last + length);
    rows.into_iter()
        .enumerate()
        .filter(|(place, row)| {
            // The last item may be longer than the first: what is said of it is not to be taken for the first's.
            let is_more = (to..to + LONGEST).contains(place) && row.iter().any(is_of_item);
            !(from..to).contains(place) && !is_more
        })
        .map(|(_, row)| row)
        .collect()
}

/// Whether a line begins with how much is taken in the morning, at noon and in the evening: `1-0-1 after food`.
pub fn is_times(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let parts: Vec<&str> = first.split('-').collect();
    (3..=4).contains(&parts.len()) && parts.iter().all(|part| ["0", "1", "2", "3", "½", "1/2"].contains(part))
}

/// The rows in which a medicine with its strength is named for the first time.
fn begins(rows: &[Vec<Cell>], kind: DeviceKind) -> Vec<(usize, String)> {
    let mut begins: Vec<(usize, String)> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let named = row.iter().map(|cell| plain(&cell.text())).find(|text| is_medicine(text, kind));
        if let Some(text) = named.filter(|text| !begins.iter().any(|(_, other)| other == text)) {
            begins.push((place, text));
        }
    }
    begins
}

fn is_of_item(cell: &Cell) -> bool {
    let text = squeezed(&cell.text());
    OF_ITEM.iter().any(|word| text.starts_with(word)) && !text.starts_with("sign")
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
        words.len() >= 3
            && words.first().is_some_and(|word| VERBS.contains(&word.as_str()) || is_times(text))
            && !text.contains(':')
    };
    let medicine = only(FieldName::Medication, &|text| is_medicine(text, kind));
    let directions = medicine.is_some().then(|| only(FieldName::Directions, &tells)).flatten();
    medicine.into_iter().chain(directions).collect()
}

/// A number of tablets, or what stands for it, on a line of its own: `28 tablets`, `#14`, `(Tot: 14 Tab)`.
pub fn quantity(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Option<Finding> {
    if kind != DeviceKind::Prescription {
        return None;
    }
    let begins = begins(rows, kind);
    // Behind the line of a second medicine, a number is of that one.
    let end = begins.get(1).map_or(rows.len(), |(second, _)| *second);
    let own = rows.get(..end).unwrap_or_default();
    let mut found = own.iter().flatten().filter_map(|cell| Some((cell, number_of(&cell.text())?)));
    let (cell, first) = found.next()?;
    let same = found.all(|(_, other)| other == first);
    let piece = Piece::of(cell, 0, cell.characters.len());
    let sure = piece.is_confirmed()
        && piece.characters.iter().all(|one| !one.0.is_ascii_digit() || one.1 >= LEAST_PROBABLE);
    let value = Value::Number { digits: first, unit: None };
    (same && sure).then_some(Finding {
        name: FieldName::Quantity,
        value,
        confidence: ceiling,
        quad: cell.quad,
    })
}

/// The refills and the days that a line of its own says without a colon: `Repeat x 3`, `90 days supply`, `1-0-1 after food x 30 days`.
pub fn repeats_and_days(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Vec<Finding> {
    if kind != DeviceKind::Prescription {
        return Vec::new();
    }
    let only = |name: FieldName, of: &dyn Fn(&str) -> Option<String>| {
        let mut found = rows.iter().flatten().filter_map(|cell| Some((cell, of(&cell.text())?)));
        let (cell, first) = found.next()?;
        let same = found.all(|(_, other)| other == first);
        let piece = Piece::of(cell, 0, cell.characters.len());
        let is_sure = |one: &(char, f32)| !one.0.is_ascii_digit() || one.1 >= LEAST_PROBABLE;
        let sure = piece.is_confirmed() && piece.characters.iter().all(is_sure);
        let value = Value::Number { digits: first, unit: None };
        (same && sure).then_some(Finding { name, value, confidence: ceiling, quad: cell.quad })
    };
    [only(FieldName::Refills, &repeats_of), only(FieldName::DaysSupply, &days_of)]
        .into_iter()
        .flatten()
        .collect()
}

fn digits(text: &str) -> Option<String> {
    let is_number = (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        .then(|| text.trim_start_matches('0'))
        .map(|digits| if digits.is_empty() { "0" } else { digits }.to_owned())
}

fn repeats_of(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split([' ', ':', '×']).filter(|word| !word.is_empty() && *word != "x").collect();
    match words.as_slice() {
        ["repeat" | "repeats" | "refill" | "refills" | "rpt" | "rpts", number]
        | ["repeat" | "refill", number, "times" | "time"] => digits(number.trim_start_matches('x')),
        _ => None,
    }
}

fn days_of(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split([' ', '(', ')', '=', ',']).filter(|word| !word.is_empty()).collect();
    let supply = words.windows(3).find_map(|three| match three {
        [number, "days" | "day" | "days'", "supply"] => digits(number),
        _ => None,
    });
    supply.or_else(|| match words.as_slice() {
        [_, .., "x", number, "days" | "day"] => digits(number),
        [_, .., number, "days" | "day"] => number.strip_prefix('x').and_then(digits),
        _ => None,
    })
}

fn number_of(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let said = match lower.trim_start_matches('(').strip_prefix("tot") {
        Some(rest) => rest.trim_start_matches("al").trim_start().strip_prefix(':')?.trim_start(),
        None => lower.trim(),
    };
    let is_marked = said.starts_with('#') || said.len() < lower.trim().len();
    let said = said.trim_start_matches(['#', ' ']).split(')').next()?.trim();
    let (digits, rest) =
        said.split_at_checked(said.find(|c: char| !c.is_ascii_digit()).unwrap_or(said.len()))?;
    let rest = rest.trim().trim_end_matches(['.', 's']);
    let is_counted = ["tablet", "tab", "capsule", "cap", "pill", "caplet"].contains(&rest)
        || (is_marked && rest.is_empty());
    let digits = digits.trim_start_matches('0');
    // `1 tablet` is a dose.
    let is_many = is_marked || digits.len() > 1 || digits >= "5";
    (is_counted && is_many && (1..=3).contains(&digits.len())).then(|| digits.to_owned())
}

/// The brand and the strength that stand below a generic name: `Losartan`, and below it `(Cozaar) 50 mg tablet`.
pub fn below_name(rows: &[Vec<Cell>], found: &mut [Finding]) {
    let has_strength = found.iter().any(|one| one.name == FieldName::Strength);
    let Some(medication) =
        found.iter_mut().find(|one| one.name == FieldName::Medication).filter(|_| !has_strength)
    else {
        return;
    };
    let Value::Text(name) = &mut medication.value else { return };
    let begins = |cell: &&Cell| cell.text().trim_start().starts_with('(');
    let mut below = rows.iter().flatten().filter(begins).filter_map(|cell| {
        let line = format!("{name} {}", cell.text().trim());
        apart(&line).filter(|medicine| medicine.strength.is_some()).map(|_| line)
    });
    if let (Some(line), None) = (below.next(), below.next()) {
        *name = line;
    }
}

fn plain(text: &str) -> String {
    unmarked(text).trim().to_lowercase()
}

fn is_medicine(text: &str, kind: DeviceKind) -> bool {
    let text = unmarked(text);
    let is_named = text.starts_with(char::is_alphabetic) && !has_label(text, kind);
    is_named && apart(text).is_some_and(|medicine| medicine.strength.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_and_days_stand_on_lines_of_their_own() {
        for text in ["Repeat", "Repeat after meals", "Refill x", "Repeat prescription 3 of 6"] {
            assert_eq!(repeats_of(text), None, "{text}");
        }
        for (text, number) in [("Repeat x 3", "3"), ("Refills: 0", "0"), ("Repeat 2 times", "2")] {
            assert_eq!(repeats_of(text).as_deref(), Some(number), "{text}");
        }
        for text in ["for 5 days", "x days", "2 days supply left over of 3 days supply x"] {
            assert_ne!(days_of(text).as_deref(), Some("5"), "{text}");
        }
        for (text, number) in [("90 capsules = 90 days supply", "90"), ("1-0-1 after food x 30 days", "30")] {
            assert_eq!(days_of(text).as_deref(), Some(number), "{text}");
        }
    }

    #[test]
    fn a_dose_and_a_sum_are_no_quantity() {
        for text in
            ["1 tablet", "Total amount Rs 340", "Tottenham Court Road 12", "#0", "Total daily dose 40"]
        {
            assert_eq!(number_of(text), None, "{text}");
        }
        for (text, number) in
            [("28 tablets", "28"), ("#14", "14"), ("(Tot: 14 Tab)", "14"), ("Total: 30 caps", "30")]
        {
            assert_eq!(number_of(text).as_deref(), Some(number), "{text}");
        }
    }
}
