//! What a page says in words that mean one thing only, wherever they stand: by which route a vaccine was given, where, and who makes it.

use super::LEAST_PROBABLE;
use super::piece::Piece;
use super::told::told;
use super::unlabelled::is_vaccine;
use super::value::{self, Shape};
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName, Value};

const ROUTES: &[&str] = &[
    "intramuscular",
    "subcutaneous",
    "intradermal",
    "intranasal",
    "im",
    "i.m.",
    "sc",
    "s.c.",
    "subq",
    "sq",
    "id",
    "percutaneous",
    "oral",
    "intramuscularly",
    "subcutaneously",
    "intradermally",
    "orally",
];
const SIDES: &[&str] = &["left", "right", "l", "r", "lt", "rt"];
const LIMBS: &[&str] = &[
    "deltoid",
    "arm",
    "thigh",
    "upper",
    "anterolateral",
    "vastus",
    "lateralis",
    "buttock",
    "gluteal",
    "forearm",
    "muscle",
    "outer",
    "lateral",
];
/// Who makes vaccines, as certificates name them.
const MAKERS: &[&str] = &[
    "pfizer",
    "pfizer-biontech",
    "biontech",
    "moderna",
    "astrazeneca",
    "janssen",
    "novavax",
    "sanofi pasteur",
    "sanofi",
    "gsk",
    "glaxosmithkline",
    "merck",
    "merck sharp & dohme",
    "msd",
    "sinovac",
    "sinopharm",
    "bharat biotech",
    "serum institute of india",
    "seqirus",
    "csl seqirus",
    "valneva",
    "takeda",
    "bavarian nordic",
    "dynavax",
    "wyeth",
    "medimmune",
    "emergent",
    "bio farma",
    "biological e",
    "gsk biologicals",
    "sanofi pasteur inc.",
    "sanofi pasteur inc",
    "merck & co.",
    "emergent biosolutions",
    "pfizer inc.",
    "moderna, inc.",
    "statens serum institut",
    "sii",
    "bharat biotech international",
    "glaxosmithkline biologicals",
    "merck & co., inc.",
];

/// Who makes the vaccine, how and where it was given, where the page says one of each and no label asks for it.
pub fn of_vaccine(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Vec<Finding> {
    if kind != DeviceKind::VaccineCertificate {
        return Vec::new();
    }
    let only = |name: FieldName, is_it: &dyn Fn(&str) -> bool| {
        let found: Vec<Piece> = rows
            .iter()
            .flatten()
            .flat_map(pieces)
            .filter(|piece| is_it(&piece.text().to_lowercase()))
            .collect();
        let first = found.first()?;
        let same = found.iter().all(|other| other.text().to_lowercase() == first.text().to_lowercase());
        if same { told(name, first.text(), std::slice::from_ref(first), ceiling) } else { None }
    };
    [
        only(FieldName::Route, &|text| ROUTES.contains(&text) && text != "id"),
        only(FieldName::InjectionSite, &is_site),
        only(FieldName::Manufacturer, &|text| MAKERS.contains(&text)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A vaccine behind its date on one line, as lists of vaccinations have it: `Sep 3, 2024 Tdap (Adacel), dose #1, IM, right deltoid`.
pub fn given(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Vec<Finding> {
    if kind != DeviceKind::VaccineCertificate {
        return Vec::new();
    }
    let is_open = |place: usize| {
        let above = place.checked_sub(1).and_then(|above| rows.get(above));
        rows.get(place).into_iter().chain(above).flatten().any(is_not_given)
    };
    let found: Vec<(&Cell, String, usize, usize)> = rows
        .iter()
        .enumerate()
        .filter(|(place, _)| !is_open(*place))
        .flat_map(|(_, row)| row)
        .filter_map(|cell| dated(cell).map(|(date, from, to)| (cell, date, from, to)))
        .collect();
    let [(cell, date, from, to)] = found.as_slice() else { return Vec::new() };
    let piece = |from: usize, to: usize| Piece::of(cell, from, to);
    let name = piece(*from, *to);
    let dose = pieces(cell).into_iter().find_map(|piece| {
        let text = piece.text();
        let said = text
            .to_lowercase()
            .starts_with("dose")
            .then(|| value::read(FieldName::DoseNumber, Shape::Ordinal, &text))??;
        let is_sure = |one: &(char, f32)| !one.0.is_ascii_digit() || one.1 >= LEAST_PROBABLE;
        (piece.is_confirmed() && piece.characters.iter().all(is_sure)).then_some(())?;
        Some(Finding { name: FieldName::DoseNumber, value: said, confidence: ceiling, quad: piece.quad })
    });
    [
        told(FieldName::VaccinationDate, date.clone(), &[piece(0, *from)], ceiling),
        told(FieldName::VaccineName, name.text(), &[name], ceiling),
        dose,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether a text says of a vaccine that it was not given, or not yet.
fn is_not_given(cell: &Cell) -> bool {
    let text = cell.text().to_lowercase();
    ["declin", "refus", "defer", "due", "schedul", "contraind", "not given", "exempt", "forecast", "missed"]
        .iter()
        .any(|word| text.contains(word))
}

/// The date that a cell begins with, and where the vaccine's name behind it begins and ends.
fn dated(cell: &Cell) -> Option<(String, usize, usize)> {
    let text = cell.text();
    let words: Vec<&str> = text.split_whitespace().collect();
    let (count, date) = (1..=3.min(words.len())).find_map(|count| {
        match Shape::Date.value(&words.get(..count)?.join(" ")) {
            Some(Value::Text(date)) => Some((count, date)),
            _ => None,
        }
    })?;
    let from = words.get(..count)?.join(" ").chars().count() + 1;
    let rest: String = text.chars().skip(from).collect();
    let end = rest.find([',', ';', '|']).unwrap_or(rest.len());
    let name = rest.get(..end)?.trim_start_matches(['-', '–', ':', ' ']);
    let skipped = rest.chars().count() - rest.trim_start_matches(['-', '–', ':', ' ']).chars().count();
    let to = from + rest.get(..end)?.chars().count();
    is_vaccine(name).then_some((date, from + skipped, to))
}

/// Whether a text names a limb and its side, and nothing else.
pub fn is_site(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let side = words.iter().filter(|word| SIDES.contains(word)).count();
    let limb = words.iter().any(|word| LIMBS.contains(word));
    side == 1 && limb && words.iter().all(|word| SIDES.contains(word) || LIMBS.contains(word))
}

/// The pieces of a cell between the marks that part them.
fn pieces(cell: &Cell) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for (place, (character, _)) in cell.characters.iter().enumerate() {
        if matches!(character, ',' | ';' | '|' | '·' | '•' | '/' | '(' | ')' | '–' | '—') {
            pieces.push(Piece::of(cell, from, place));
            from = place + 1;
        }
    }
    pieces.push(Piece::of(cell, from, cell.characters.len()));
    let whole = Piece::of(cell, 0, cell.characters.len());
    if pieces.len() > 1 {
        pieces.push(whole);
    }
    pieces.into_iter().filter(|piece| !piece.is_blank()).collect()
}
