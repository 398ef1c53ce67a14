//! Whom a page names by title or degree, in its letterhead or its signature, where no label does.

use super::labels::squeezed;
use super::parts::Part;
use super::piece::Piece;
use super::told::told;
use super::unlabelled::{has_label, is_name};
use super::value::person;
use crate::inference::device::finding::Finding;
use crate::inference::device::rows::Cell;
use crate::inference::device::{DeviceKind, FieldName};

/// What stands behind a physician's name.
const DEGREES: &[&str] = &[
    "md", "mbbs", "do", "np", "pac", "fnp", "fnpc", "dnp", "mbchb", "frcp", "frcs", "mrcp", "aprn", "dds",
    "dpm", "mrcgp", "frcgp", "mmed", "dnb", "ms", "frcpc", "ccfp", "frcsc", "bmbs", "mbbch", "mbbchbao",
    "mbchir", "fracgp", "fracp", "bds", "fcp", "fcpsa", "fwacp", "dch", "drcog", "mph", "phd",
];
/// What stands behind the name of whom vaccines are given by.
const NURSES: &[&str] = &[
    "rn", "lpn", "rph", "pharmd", "bsn", "msn", "np", "ma", "cma", "bpharm", "rgn", "crnp", "arnp", "rm",
    "lvn", "en", "rpn",
];
/// Who that is, by kind of document.
const FIELDS: &[(DeviceKind, FieldName)] = &[
    (DeviceKind::Prescription, FieldName::Prescriber),
    (DeviceKind::ClinicalNotes, FieldName::Clinician),
    (DeviceKind::DischargeSummary, FieldName::AttendingPhysician),
    (DeviceKind::VaccineCertificate, FieldName::Administrator),
];

/// The only physician whom a page names by title or degree. What stands behind another's label, as of whom a patient was referred by,
/// is not looked at.
pub fn physician(rows: &[Vec<Cell>], parts: &[Part], kind: DeviceKind, ceiling: f32) -> Option<Finding> {
    let name = FIELDS.iter().find(|(of, _)| *of == kind).map(|(_, name)| *name)?;
    let is_anothers = |cell: &Cell| parts.iter().any(|part| part.is_anothers(name) && part.holds(cell.frame));
    let free = rows.iter().flatten().filter(|cell| !is_anothers(cell));
    let addressed: String = rows
        .iter()
        .flatten()
        .map(|cell| squeezed(&cell.text()))
        .filter(|text| text.starts_with("dear"))
        .collect();
    let is_addressed =
        |name: &str| name.split_whitespace().last().is_some_and(|last| addressed.contains(&squeezed(last)));
    let mut named: Vec<(&Cell, String)> =
        free.filter_map(|cell| Some((cell, named(&cell.text(), kind)?))).collect();
    named.retain(|(cell, name)| !is_addressed(name) && !is_in_address(rows, cell));
    let in_care = named.is_empty() || kind == DeviceKind::DischargeSummary;
    if let Some(found) = in_care_of(rows, kind, ceiling).filter(|_| in_care) {
        return Some(found);
    }
    // The one below whose name it stands who that is.
    let signs =
        |cell: &Cell| rows.iter().flatten().any(|below| stands_below(cell, below) && is_role(&below.text()));
    if named.iter().any(|(cell, _)| signs(cell)) {
        named.retain(|(cell, _)| signs(cell));
    }
    let ((cell, first), others) = named.split_first()?;
    let one = bare(first);
    let same = others.iter().all(|(_, other)| {
        let other = bare(other);
        other.starts_with(&one) || one.starts_with(&other)
    });
    let piece = Piece::of(cell, 0, first.chars().count());
    if same { told(name, first.clone(), &[piece], ceiling) } else { None }
}

/// How letters greet whom they do not name.
const GREETINGS: &[&str] = &[
    "deardoctor",
    "deardoctors",
    "deardr",
    "dearcolleague",
    "dearcolleagues",
    "dearsir",
    "dearsirmadam",
    "dearmadam",
];

/// Whether a cell is of the address of a letter that greets nobody by name: above the greeting, and beginning where that does.
fn is_in_address(rows: &[Vec<Cell>], cell: &Cell) -> bool {
    let is_greeting = |other: &&Cell| GREETINGS.contains(&squeezed(&other.text()).as_str());
    rows.iter().flatten().filter(is_greeting).any(|greeting| {
        let (from, left) = (greeting.frame[0], cell.frame[0]);
        cell.middle() < greeting.middle() && (left - from).abs() < cell.height()
    })
}

/// The physician under whose care a letter says that the patient was, with the title.
fn in_care_of(rows: &[Vec<Cell>], kind: DeviceKind, ceiling: f32) -> Option<Finding> {
    const TITLES: &[&str] = &["dr", "prof", "professor", "mr", "ms", "mrs", "miss"];
    if kind != DeviceKind::DischargeSummary {
        return None;
    }
    let cells: Vec<&Cell> = rows.iter().flatten().collect();
    let words: Vec<(String, &Cell)> = cells
        .iter()
        .flat_map(|cell| {
            cell.text()
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
                .into_iter()
                .map(|word| (word, *cell))
        })
        .collect();
    let place = words.windows(3).position(|three| {
        let said: Vec<String> = three.iter().map(|(word, _)| word.to_lowercase()).collect();
        said == ["the", "care", "of"]
    })?;
    let after = words.get(place + 3..)?;
    let is_title = |(word, _): &(String, &Cell)| TITLES.contains(&squeezed(word).as_str());
    let (title, rest) = after.split_first().filter(|(title, _)| is_title(title))?;
    let named: Vec<&(String, &Cell)> =
        rest.iter().take(3).take_while(|(word, _)| word.starts_with(char::is_uppercase)).collect();
    let ends = named
        .iter()
        .position(|(word, _)| word.ends_with(['.', ',', ';']))
        .map_or(named.len(), |place| place + 1);
    let names: Vec<&str> =
        named.iter().take(ends).map(|(word, _)| word.trim_end_matches(['.', ',', ';'])).collect();
    let name = format!("{} {}", title.0, names.join(" "));
    let piece = Piece::of(title.1, 0, title.1.characters.len());
    if names.is_empty() { None } else { told(FieldName::AttendingPhysician, name, &[piece], ceiling) }
}

fn stands_below(one: &Cell, other: &Cell) -> bool {
    let ([left, _, right, _], [from, _, to, _]) = (one.frame, other.frame);
    let distance = other.middle() - one.middle();
    distance > 0.5 * one.height() && distance < 2.0 * one.height() && from < right && left < to
}

/// Whether a text says what the person above it is.
fn is_role(text: &str) -> bool {
    let plain = squeezed(text);
    let is_short = text.split_whitespace().count() <= 6;
    is_short
        && [
            "attending",
            "consultant",
            "prescrib",
            "treating",
            "provider",
            "surgeon",
            "vaccinator",
            "dischargingphys",
        ]
        .iter()
        .any(|role| plain.contains(role))
}

/// The physician whom a text names, without what is said of the person behind the name.
fn named(text: &str, kind: DeviceKind) -> Option<String> {
    if has_label(text, kind) {
        return None;
    }
    let text = person(text)?;
    let written: Vec<&str> = text.split_whitespace().collect();
    let words: Vec<String> = written.iter().map(|word| squeezed(word)).collect();
    let has_title = words.first().is_some_and(|word| ["dr", "prof", "professor"].contains(&word.as_str()));
    // `Do` and `Ma` are names too.
    let is_degree = |word: &str| {
        let plain = squeezed(word);
        let is_known = DEGREES.contains(&plain.as_str())
            || (kind == DeviceKind::VaccineCertificate && NURSES.contains(&plain.as_str()));
        is_known && (plain.len() > 2 || !word.contains(|c: char| c.is_ascii_lowercase()))
    };
    let degrees = written.iter().filter(|word| is_degree(word)).count();
    let has_degree = written.last().is_some_and(|word| is_degree(word));
    let names = words.len().saturating_sub(degrees + usize::from(has_title));
    (is_name(&text) && (has_title || has_degree) && (2..=4).contains(&names)).then_some(text)
}

/// A name without title and degrees, to compare it.
fn bare(text: &str) -> String {
    let words = text.split([' ', ',']).map(squeezed);
    let kept = words.filter(|word| !DEGREES.contains(&word.as_str()) && word != "dr");
    kept.collect::<Vec<_>>().join(" ").trim().to_owned()
}
