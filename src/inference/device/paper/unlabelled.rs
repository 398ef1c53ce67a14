//! What letterheads, sentences and lines of their own say without a label.

use super::labels::{self, squeezed};
use super::piece::Piece;
use super::told::told;
use super::value::Shape;
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName, Value};

/// What places are called where people are treated.
const PLACES: &[&str] = &[
    "clinic",
    "polyclinic",
    "hospital",
    "pharmacy",
    "health",
    "healthcare",
    "surgery",
    "centre",
    "center",
    "practice",
    "infirmary",
    "dispensary",
    "medical",
    "clinics",
    "hospitals",
    "associates",
    "physicians",
    "department",
    "office",
    "institute",
    "centres",
    "centers",
    "care",
    "group",
    "mart",
    "drug",
    "drugs",
    "drugstore",
    "chemist",
    "chemists",
];
/// How the names of vaccines begin.
const VACCINES: &[&str] = &[
    "influenza",
    "mmr",
    "measles",
    "tdap",
    "dtap",
    "tetanus",
    "diphtheria",
    "hepatitis",
    "hepb",
    "hepa",
    "covid19",
    "hpv",
    "yellowfever",
    "typhoid",
    "varicella",
    "pneumococcal",
    "meningococcal",
    "rabies",
    "zoster",
    "shingrix",
    "poliovirus",
    "polio",
    "ipv",
    "rotavirus",
    "japaneseencephalitis",
    "cholera",
    "bcg",
    "hib",
    "rsv",
    "pcv",
    "gardasil",
    "comirnaty",
    "spikevax",
    "fluzone",
    "prevnar",
    "humanpapillomavirus",
    "tickborneencephalitis",
    "boostrix",
    "engerix",
    "havrix",
    "covishield",
    "covaxin",
    "flucelvax",
    "fluarix",
    "flublok",
    "afluria",
    "fluad",
    "heplisav",
    "vaqta",
    "adacel",
    "twinrix",
    "typhim",
    "stamaril",
    "ixiaro",
    "menactra",
    "menveo",
    "bexsero",
    "trumenba",
    "pneumovax",
    "vaxneuvance",
    "varivax",
    "proquad",
    "priorix",
    "pentacel",
    "pediarix",
    "infanrix",
    "nuvaxovid",
    "moderna",
    "pfizer",
    "rabipur",
    "verorab",
    "imovax",
    "vivotif",
    "dukoral",
    "cervarix",
    "recombivax",
    "daptacel",
    "kinrix",
    "boostrix",
    "tdvax",
    "td",
    "mpox",
    "jynneos",
    "arexvy",
    "abrysvo",
    "dtp",
    "pentavalent",
    "opv",
    "hexaxim",
    "zostavax",
    "meningitis",
    "acwy",
    "menacwy",
];
/// A letterhead is among so many rows.
const HEAD: usize = 3;
/// Type is larger where it is so many times as high.
const LARGER: f32 = 1.2;
/// A name has so many words at most.
const LONGEST: usize = 6;

/// The only place among the first rows of a certificate.
pub fn place(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Option<Finding> {
    if kind != DeviceKind::VaccineCertificate {
        return None;
    }
    let head = rows.iter().take(HEAD).flatten();
    let mut found: Vec<&Cell> = head.filter(|cell| is_place(&cell.text(), kind)).collect();
    found.sort_by(|one, other| other.height().total_cmp(&one.height()));
    let first = *found.first()?;
    // A letterhead's name is larger than the department's below it.
    let is_clear = found.get(1).is_none_or(|next| first.height() > LARGER * next.height());
    if is_clear { of_cell(FieldName::HealthcareProvider, first, ceiling) } else { None }
}

/// The only vaccine that a certificate names on a line of its own.
pub fn vaccine(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Option<Finding> {
    if kind != DeviceKind::VaccineCertificate {
        return None;
    }
    let is_vaccine = |cell: &&Cell| {
        let text = cell.text();
        let plain = squeezed(&text);
        let words = text.split_whitespace().count();
        words <= LONGEST && !has_label(&text, kind) && VACCINES.iter().any(|name| plain.starts_with(name))
    };
    let mut found = rows.iter().flatten().filter(is_vaccine);
    let first = found.next()?;
    let same = found.all(|other| squeezed(&other.text()) == squeezed(&first.text()));
    if same { of_cell(FieldName::VaccineName, first, ceiling) } else { None }
}

/// Whether a text begins as the names of vaccines do.
pub fn is_vaccine(text: &str) -> bool {
    let plain = squeezed(text);
    VACCINES.iter().any(|name| plain.starts_with(name))
}

/// The name and the date of birth of whom a sentence certifies something: `This is to certify that NAME, born on DAY, ...`.
pub fn certified(rows: &[Vec<Cell>], ceiling: f32) -> Vec<Finding> {
    let cells: Vec<&Cell> = rows.iter().flatten().collect();
    let begins = |cell: &&&Cell| cell.text().to_lowercase().contains("certify that");
    let Some(cell) = cells.iter().find(begins) else { return Vec::new() };
    let text = cell.text();
    let Some((_, rest)) = split_after(&text, "certify that") else { return Vec::new() };
    let rest = rest.strip_prefix("[name]").map_or(rest, str::trim_start);
    let rest = ["mr. ", "mrs. ", "ms. ", "mr ", "mrs ", "ms "]
        .iter()
        .find_map(|title| strip(rest, title))
        .unwrap_or(rest);
    let end = rest.find([',', '(']).or_else(|| rest.to_lowercase().find(" born")).unwrap_or(rest.len());
    let name = rest.get(..end).map(str::trim).filter(|name| is_name(name));
    let day = ["date of birth", "born on the", "born on", "born", "dob"]
        .iter()
        .find_map(|word| split_after(&text, word));
    let day = day.and_then(|(_, after)| {
        let after = after.trim_start_matches([':', ' ', ',']);
        let end = after.find([',', ')', ';']).unwrap_or(after.len());
        Shape::Date.value(after.get(..end)?)
    });
    let pieces = [Piece::of(cell, 0, cell.characters.len())];
    let name = name.and_then(|name| told(FieldName::PatientName, name.to_owned(), &pieces, ceiling));
    let day = day.and_then(|day| match day {
        Value::Text(day) => told(FieldName::BirthDate, day, &pieces, ceiling),
        Value::Number { .. } | Value::List(_) | Value::Flag(_) => None,
    });
    name.into_iter().chain(day).collect()
}

fn split_after<'a>(text: &'a str, words: &str) -> Option<(&'a str, &'a str)> {
    let place = text.to_ascii_lowercase().find(words)?;
    text.split_at_checked(place + words.len()).map(|(before, after)| (before, after.trim_start()))
}

fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (first, rest) = text.split_at_checked(prefix.len())?;
    first.eq_ignore_ascii_case(prefix).then_some(rest)
}

pub(super) fn is_name(text: &str) -> bool {
    let words = text.split_whitespace().count();
    (2..=LONGEST).contains(&words)
        && text.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
        && !text.contains(|c: char| c.is_numeric() || c == ':')
}

pub(super) fn is_place(text: &str, kind: DeviceKind) -> bool {
    let has_place = text.split_whitespace().any(|word| PLACES.contains(&squeezed(word).as_str()));
    let words = text.split_whitespace().count();
    has_place
        && (2..=LONGEST).contains(&words)
        && !text.contains(':')
        && !text.split_whitespace().any(|word| !word.starts_with('#') && word.contains(char::is_numeric))
        && labels::title(text).is_none()
        && !has_label(text, kind)
        && !["ministry", "department of", "certificate", "record", "administration", "government"]
            .iter()
            .any(|word| text.to_lowercase().contains(word))
}

pub(super) fn has_label(text: &str, kind: DeviceKind) -> bool {
    text.contains(':') || labels::find(kind, text).is_some()
}

pub(super) fn of_cell(name: FieldName, cell: &Cell, ceiling: f32) -> Option<Finding> {
    let piece = Piece::of(cell, 0, cell.characters.len());
    told(name, piece.text(), &[piece], ceiling)
}
