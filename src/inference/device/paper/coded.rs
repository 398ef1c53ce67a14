//! Diagnoses in a table: rows of a kind, a code and a description below their heads, `Principal  J01.90  Acute sinusitis`.

use super::labels::squeezed;
use super::piece::Piece;
use super::told::told;
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName, Value};

/// Heads over what is diagnosed, ...
const NAMES: &[&str] = &[
    "description",
    "diagnosis",
    "diagnosisdescription",
    "diagnosisname",
    "condition",
    "diagnoses",
    "problem",
];
/// ... over its code, ...
const CODES: &[&str] =
    &["icd10", "icd10code", "icd", "icdcode", "code", "icd10cm", "diagnosiscode", "dxcode"];
/// ... and over which of several it is.
const KINDS: &[&str] = &["type", "rank", "kind", "category", "diagnosistype", "no", "sno", "priority"];
/// What the first of them is, and the others, by kind of document.
const FIELDS: &[(DeviceKind, FieldName, Option<FieldName>)] = &[
    (DeviceKind::Prescription, FieldName::Diagnosis, None),
    (DeviceKind::DischargeSummary, FieldName::PrimaryDiagnosis, Some(FieldName::SecondaryDiagnoses)),
];
/// How the first of several is called.
const FIRST: &[&str] = &["principal", "primary", "main", "1"];
/// A table goes on in a row that is no farther than so many heights.
const NEXT: f32 = 2.2;

/// The diagnoses of the page's only table of them: the first for a prescription, the first and the others for a summary.
pub fn listed(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Vec<Finding> {
    let Some((_, first, others)) = FIELDS.iter().find(|(of, ..)| *of == kind) else { return Vec::new() };
    let tables: Vec<usize> =
        (0..rows.len()).filter(|place| rows.get(*place).and_then(|row| name_column(row)).is_some()).collect();
    let [head] = tables.as_slice() else { return Vec::new() };
    let below = rows.get(head + 1..).unwrap_or_default();
    let items = rows.get(*head).map(|row| items(row, below)).unwrap_or_default();
    let is_first = |item: &Item| item.is_first;
    let place = items.iter().position(is_first).unwrap_or(0);
    let Some(main) = items.get(place) else { return Vec::new() };
    let piece = |item: &Item| Piece::of(item.cell, 0, item.cell.characters.len());
    let mut found: Vec<Finding> =
        told(*first, main.cell.text().trim().to_owned(), &[piece(main)], ceiling).into_iter().collect();
    let rest: Vec<&Item> =
        items.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, item)| item).collect();
    if let (Some(name), false) = (*others, rest.is_empty()) {
        let pieces: Vec<Piece> = rest.iter().map(|item| piece(item)).collect();
        let names: Vec<String> = rest.iter().map(|item| item.cell.text().trim().to_owned()).collect();
        let listed = told(name, names.join(", "), &pieces, ceiling);
        found.extend(listed.map(|one| Finding { value: Value::List(names), ..one }));
    }
    found
}

/// A diagnosis and whether its row says that it is the first.
struct Item<'a> {
    cell: &'a Cell,
    is_first: bool,
}

/// The head over the names, where the row has heads of such a table only.
fn name_column(row: &[Cell]) -> Option<&Cell> {
    let texts: Vec<String> = row.iter().map(|cell| squeezed(&cell.text())).collect();
    let is = |known: &[&str], text: &String| known.contains(&text.as_str());
    let has_code = texts.iter().any(|text| is(CODES, text));
    let all = texts.iter().all(|text| is(NAMES, text) || is(CODES, text) || is(KINDS, text));
    let name = texts.iter().position(|text| is(NAMES, text))?;
    (has_code && all && row.len() >= 2).then(|| row.get(name))?
}

/// The rows of the table with its names.
fn items<'a>(head: &[Cell], rows: &'a [Vec<Cell>]) -> Vec<Item<'a>> {
    let Some(name) = name_column(head) else { return Vec::new() };
    let (mut items, mut last) = (Vec::new(), name.middle());
    for row in rows {
        let own = row.iter().find(|cell| (cell.frame[0] - name.frame[0]).abs() < cell.height());
        let Some(cell) = own.filter(|cell| row.len() >= 2 && cell.middle() - last < NEXT * cell.height())
        else {
            break;
        };
        let is_first = row.iter().any(|cell| FIRST.contains(&squeezed(&cell.text()).as_str()));
        items.push(Item { cell, is_first });
        last = cell.middle();
    }
    items
}
