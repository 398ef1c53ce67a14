//! Medicines in a table: each row below its heads is one, from the name to the right.

use super::labels::{self, squeezed};
use super::piece::Piece;
use super::told::told;
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName};

const NAMES: &[&str] = &[
    "medicine",
    "medication",
    "drug",
    "drugname",
    "medicinename",
    "medicationname",
    "nameofdrug",
    "nameofmedicine",
    "nameofmedication",
    "medicines",
    "medications",
    "drugs",
    "name",
    "nameofdrugs",
    "drugmedicine",
    "medicinedrug",
    "item",
    "description",
    "particulars",
];
/// Heads over what tells how a medicine is taken.
const WAYS: &[&str] = &[
    "howoften",
    "frequency",
    "dose",
    "dosage",
    "strength",
    "directions",
    "instructions",
    "route",
    "duration",
    "sig",
    "timing",
    "schedule",
    "howtotake",
    "freq",
    "when",
    "dosefrequency",
    "doseandfrequency",
    "take",
    "days",
];
/// Words of such heads.
const WORDS_OF_WAYS: &[&str] = &[
    "dose",
    "frequency",
    "duration",
    "directions",
    "instructions",
    "strength",
    "how",
    "when",
    "schedule",
    "timing",
];
/// A table goes on in a row that is no farther than so many heights.
const NEXT: f32 = 2.6;

/// The medicines of the page's only table of them.
pub fn listed(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Option<Finding> {
    let mut tables = rows.iter().enumerate().filter_map(|(place, row)| {
        let heads = heads(row)?;
        Some((heads, place.checked_sub(1).and_then(|above| rows.get(above)), rows.get(place + 1..)?))
    });
    let (heads, above, below) = tables.next()?;
    if tables.next().is_some() || above.is_some_and(|row| is_of_before(row)) {
        return None;
    }
    let end = below
        .iter()
        .position(|row| {
            let is_label =
                |cell: &Cell| labels::find_alone(kind, &cell.text()).is_some() && !says_stopped(cell);
            row.iter().any(is_label)
        })
        .unwrap_or(below.len());
    let (items, pieces) = items(&heads, below.get(..end)?);
    let text = items.iter().map(|item| item.join(" ")).collect::<Vec<_>>().join(", ");
    if items.is_empty() { None } else { told(FieldName::Medications, text, &pieces, ceiling) }
}

/// Whether a heading says that what stands below was taken before.
fn is_of_before(heading: &[Cell]) -> bool {
    let text: String = heading.iter().map(|cell| squeezed(&cell.text())).collect();
    [
        "admission",
        "home",
        "prior",
        "previous",
        "stop",
        "discontinu",
        "ceased",
        "suspend",
        "given",
        "inpatient",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// A head of a column.
struct Head {
    left: f32,
    bottom: f32,
    is_name: bool,
    is_kept: bool,
}

fn heads(row: &[Cell]) -> Option<Vec<Head>> {
    let head = |cell: &Cell| {
        let ([left, _, _, bottom], text) = (cell.frame, squeezed(&cell.text()));
        let is_name = NAMES.contains(&text.as_str());
        let words = cell.text().to_lowercase();
        let mut words = words.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        let is_way = WAYS.contains(&text.as_str()) || words.any(|word| WORDS_OF_WAYS.contains(&word));
        Head { left, bottom, is_name, is_kept: is_name || is_way }
    };
    let heads: Vec<Head> = row.iter().map(head).collect();
    let names = heads.iter().filter(|head| head.is_name).count();
    let ways = heads.iter().filter(|head| head.is_kept && !head.is_name).count();
    (names == 1 && ways >= 1).then_some(heads)
}

/// The texts of each medicine, and where they stand.
fn items(heads: &[Head], rows: &[Vec<Cell>]) -> (Vec<Vec<String>>, Vec<Piece>) {
    let (mut items, mut pieces): (Vec<Vec<String>>, Vec<Piece>) = (Vec::new(), Vec::new());
    let mut last = heads.iter().map(|head| head.bottom).fold(0.0, f32::max);
    let mut is_stopped = false;
    for row in rows {
        let columns: Vec<(&Cell, Option<&Head>)> =
            row.iter().map(|cell| (cell, column(heads, cell))).collect();
        let top = row.iter().map(|cell| cell.frame).map(|[_, top, ..]| top).fold(f32::INFINITY, f32::min);
        let height = row.iter().map(Cell::height).fold(0.0, f32::max);
        let named = columns.iter().any(|(_, head)| head.is_some_and(|head| head.is_name));
        let is_item = named && row.len() >= 2;
        let goes_on = !named && (is_stopped || !items.is_empty());
        if top - last > (NEXT - 1.0) * height || !(is_item || goes_on) {
            break;
        }
        if is_item {
            is_stopped = row.iter().any(says_stopped);
            if !is_stopped {
                items.push(Vec::new());
            }
        }
        let kept = columns.iter().filter(|(_, head)| !is_stopped && head.is_some_and(|head| head.is_kept));
        for (cell, _) in kept {
            if let Some(item) = items.last_mut() {
                item.push(cell.text().trim().to_owned());
            }
            pieces.push(Piece::of(cell, 0, cell.characters.len()));
        }
        last = row.iter().map(|cell| cell.frame).map(|[_, _, _, bottom]| bottom).fold(last, f32::max);
    }
    (items, pieces)
}

/// Whether a cell says that a medicine is not taken any more.
fn says_stopped(cell: &Cell) -> bool {
    let text = cell.text();
    let words: Vec<String> = text.split_whitespace().map(squeezed).filter(|word| !word.is_empty()).collect();
    let first = words.first().map(String::as_str).unwrap_or_default();
    ["stop", "stopped", "discontinued", "discontinue", "ceased", "held", "hold", "suspended", "withheld"]
        .contains(&first)
        || (first == "on" && words.get(1).is_some_and(|word| word == "hold"))
}

/// The head that a cell stands below.
fn column<'a>(heads: &'a [Head], cell: &Cell) -> Option<&'a Head> {
    let [left, ..] = cell.frame;
    heads.iter().rev().find(|head| head.left <= left + cell.height())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::device::Value;
    use crate::inference::device::paper::fixtures::rows;

    #[test]
    fn a_stopped_medicine_is_none_wherever_its_row_stands() {
        let heads = [
            ("Medicine", 80.0, 100.0, 24.0),
            ("Dose", 400.0, 100.0, 24.0),
            ("Frequency", 600.0, 100.0, 24.0),
        ];
        let items = [
            [("Ramipril", 80.0), ("5 mg", 400.0), ("daily", 600.0)],
            [("Diltiazem", 80.0), ("180 mg", 400.0), ("STOPPED", 600.0)],
            [("Apixaban", 80.0), ("2.5 mg", 400.0), ("twice daily", 600.0)],
        ];
        for order in [[0, 1, 2], [1, 0, 2], [0, 2, 1]] {
            let mut lines = heads.to_vec();
            for (row, item) in order.iter().enumerate() {
                let top = 135.0 + 35.0 * crate::inference::number::real(row);
                lines.extend(items[*item].map(|(text, left)| (text, left, top, 24.0)));
            }
            let found = listed(&rows(&lines), DeviceKind::DischargeSummary, 0.9);
            let value = found.map(|found| found.value);
            let kept = Value::Text("Ramipril 5 mg daily, Apixaban 2.5 mg twice daily".to_owned());
            assert_eq!(value, Some(kept), "{order:?}");
        }
    }
}
