//! The titles and labels of documents, without case, blanks and marks, as forms and letters print them.

mod common;
mod discharge;
mod grammar;
mod index;
mod notes;
mod prescription;
mod rules;
mod titles;
mod vaccine;

use super::value::{Shape, unmarked};
use crate::inference::device::{DeviceKind, FieldName};
use discharge::DISCHARGE_SUMMARY;
use notes::CLINICAL_NOTES;
use prescription::PRESCRIPTION;
pub use titles::title;
use vaccine::VACCINE_CERTIFICATE;

/// What follows a label.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// What it is; none for what is not kept, which only ends what stood before it.
    pub field: Option<FieldName>,
    /// The form that it must have.
    pub shape: Shape,
    /// Of whom it tells.
    pub whose: Whose,
    /// Which part of the field it asks for.
    pub share: Share,
    /// Parted by blanks.
    spellings: &'static str,
}

/// No label is longer, in characters.
const LONGEST_TEXT: usize = 80;

/// Of whom a label tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Of the patient.
    Patients,
    /// Of somebody or something else that has a name and an address.
    Anothers,
    /// Of whomever the last label before it tells.
    LastNamed,
    /// Of nobody by itself.
    Nobodys,
}

/// Which part of a field a label asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// All of it.
    Whole,
    /// Somebody's given names.
    Given,
    /// Somebody's family name.
    Family,
    /// The town of an address.
    Town,
    /// The state or province of an address.
    State,
    /// The postal code of an address.
    Zip,
    /// Whether what the field allows is forbidden: `Dispense as written`.
    Inverse,
}

const fn label(field: FieldName, shape: Shape, spellings: &'static str) -> Label {
    Label { field: Some(field), shape, whose: Whose::Nobodys, share: Share::Whole, spellings }
}

const fn other(spellings: &'static str) -> Label {
    Label { field: None, shape: Shape::Prose, whose: Whose::Nobodys, share: Share::Whole, spellings }
}

/// What is not kept and is no longer than its line.
const fn short(spellings: &'static str) -> Label {
    Label { field: None, shape: Shape::Name, whose: Whose::Nobodys, share: Share::Whole, spellings }
}

impl Label {
    const fn of(self, whose: Whose) -> Self {
        Self { whose, ..self }
    }

    const fn only(self, share: Share) -> Self {
        Self { share, ..self }
    }
}

/// The labels of a kind of document, its own first; none for a device.
fn labels(kind: DeviceKind) -> &'static [Label] {
    match kind {
        DeviceKind::Prescription => PRESCRIPTION,
        DeviceKind::DischargeSummary => DISCHARGE_SUMMARY,
        DeviceKind::ClinicalNotes => CLINICAL_NOTES,
        DeviceKind::VaccineCertificate => VACCINE_CERTIFICATE,
        DeviceKind::BloodPressure
        | DeviceKind::GlucoseMeter
        | DeviceKind::PulseOximeter
        | DeviceKind::Thermometer
        | DeviceKind::Scale
        | DeviceKind::PeakFlowMeter
        | DeviceKind::EcgMonitor
        | DeviceKind::FiveParameterMonitor
        | DeviceKind::DialysisMachine
        | DeviceKind::PregnancyTest
        | DeviceKind::TestStrip => &[],
    }
}

/// The field without which a document of the kind is not one that was read.
pub fn key(kind: DeviceKind) -> &'static [FieldName] {
    match kind {
        DeviceKind::Prescription => &[FieldName::Medication],
        DeviceKind::VaccineCertificate => &[FieldName::VaccineName],
        DeviceKind::DischargeSummary => &[FieldName::PrimaryDiagnosis, FieldName::DischargeDate],
        DeviceKind::ClinicalNotes => {
            &[FieldName::ChiefComplaint, FieldName::History, FieldName::Assessment, FieldName::Plan]
        }
        DeviceKind::BloodPressure
        | DeviceKind::GlucoseMeter
        | DeviceKind::PulseOximeter
        | DeviceKind::Thermometer
        | DeviceKind::Scale
        | DeviceKind::PeakFlowMeter
        | DeviceKind::EcgMonitor
        | DeviceKind::FiveParameterMonitor
        | DeviceKind::DialysisMachine
        | DeviceKind::PregnancyTest
        | DeviceKind::TestStrip => &[],
    }
}

/// The label that a text is: perhaps behind a number (`1. Full name`), or several names for one thing (`UHID / MRN`).
pub fn find(kind: DeviceKind, text: &str) -> Option<&'static Label> {
    if text.len() > 2 * LONGEST_TEXT || text.chars().count() > LONGEST_TEXT {
        return None;
    }
    let text = unmarked(text);
    let text = without_hint(kind, text);
    let plain = squeezed(&text);
    spelled(kind, &plain)
        .or_else(|| either(kind, &text))
        .or_else(|| misread(kind, &plain))
        .or_else(|| index::nearly(kind, &plain))
}

/// Whether a text of several words is a label as a table has it, in whatever letters.
pub fn is_known(kind: DeviceKind, text: &str) -> bool {
    text.split_whitespace().count() >= 3
        && spelled(kind, &squeezed(text)).is_some_and(|label| label.field.is_some())
}

/// The same of a text that is nothing but a label, or stands before a colon: its words may be others than any table has.
pub fn find_alone(kind: DeviceKind, text: &str) -> Option<&'static Label> {
    find(kind, text).or_else(|| {
        let text = without_hint(kind, unmarked(text));
        if let Some(label) = translated(kind, &text) {
            return Some(label);
        }
        let is_short = text.chars().count() <= LONGEST_TEXT && !text.contains(|c: char| c.is_ascii_digit());
        let is_whole = !text.trim_end().trim_end_matches(':').contains([':', '.', ';']);
        let near = || index::nearly_alone(kind, &squeezed(&text));
        if is_short && is_whole {
            near().or_else(|| grammar::understood(rules::rules(kind), &text))
        } else {
            None
        }
    })
}

/// The label that a doubtful reading of a cell of its own may be, where several of its letters were misread.
pub fn blurred(kind: DeviceKind, text: &str) -> Option<&'static Label> {
    let name = text.split(['(', '[']).next().unwrap_or(text).trim().trim_end_matches(':');
    let is_of_words = name.split_whitespace().count() >= 2 && name.chars().count() <= LONGEST_TEXT;
    let is_plain = !name.contains(|c: char| c.is_ascii_digit() || matches!(c, ',' | ':'));
    if is_of_words && is_plain { index::blurred(kind, &squeezed(name)) } else { None }
}

/// Several labels in one: `Lot no. / Expiry`, `Date and time`. None where they are of one field, or any of them is unknown.
pub fn several(kind: DeviceKind, text: &str) -> Option<(&'static Label, Vec<&'static Label>)> {
    let text = text.trim().trim_end_matches(':');
    if text.chars().count() > LONGEST_TEXT || text.contains(':') {
        return None;
    }
    let parted =
        text.to_lowercase().replace(" and ", "/").replace(" & ", "/").replace(" – ", "/").replace(" - ", "/");
    let names: Vec<&str> = parted.split(['/', '|', ',', '&', '+', '·']).map(str::trim).collect();
    let found: Vec<&Label> = names.iter().map(|name| find_alone(kind, name)).collect::<Option<_>>()?;
    let (first, others) = found.split_first()?;
    let differ = others.iter().all(|other| other.field.is_none() || other.field != first.field);
    (differ && (1..=3).contains(&others.len())).then(|| (*first, others.to_vec()))
}

/// Labels of one word that say less than any other of their field.
const PLAIN: &[&str] = &[
    "date",
    "name",
    "doctor",
    "physician",
    "provider",
    "diagnosis",
    "reason",
    "review",
    "clinic",
    "location",
    "product",
    "time",
    "record",
    "nurse",
    "clinician",
    "condition",
    "practitioner",
    "hospital",
    "place",
    "centre",
    "center",
    "site",
    "patient",
    "consultant",
    "pharmacist",
    "practice",
    "facility",
    "history",
    "findings",
    "problem",
    "item",
    "address",
    "label",
    "amount",
    "return",
    "vaccineprophylaxis",
    "vaccineorprophylaxis",
    "vaccinetype",
    "typeofvaccine",
    "typeofvaccination",
    "antigen",
    "vaccination",
    "vaccine",
    "vaccineprophylaxistype",
    "immunization",
    "signedby",
    "electronicallysignedby",
    "re",
    "certificateissuer",
    "issuer",
    "acct",
    "acctno",
    "account",
    "accountno",
    "accountnumber",
    "visitno",
    "visitnumber",
    "episodeno",
    "encounterno",
    "to",
    "for",
    "officialstamp",
    "daw",
    "discharge",
    "admission",
];

/// Whether a label says so little.
pub fn is_plain(text: &str) -> bool {
    PLAIN.contains(&squeezed(text).as_str())
}

fn spelled(kind: DeviceKind, squeezed: &str) -> Option<&'static Label> {
    index::spelled(kind, squeezed)
}

/// Words in brackets behind a label that say how it is to be filled in.
const HINTS: &[&str] = &[
    "last", "first", "mi", "middle", "initial", "name", "surname", "given", "print", "please", "block",
    "capitals", "letters", "if", "known", "any", "family", "forename", "number", "generic", "brand", "icd",
    "in", "words", "figures", "day", "month", "year", "optional", "required", "full", "legal", "age",
];

/// A label without what it says in brackets of how it is to be filled in: `Date of birth (dd/mm/yyyy)`, `Name (last, first)`, or
/// without its other name, `Medical record number (MRN)`.
fn without_hint(kind: DeviceKind, text: &str) -> String {
    let hint = || {
        let open = text.find(['(', '['])?;
        let (before, rest) = text.split_at_checked(open)?;
        let close = rest.find([')', ']'])?;
        let (inner, after) = (rest.get(1..close)?, rest.get(close + 1..)?);
        let is_plain = !inner.contains(|c: char| c.is_ascii_digit() || c.is_uppercase())
            || inner
                .split(|c: char| !c.is_alphabetic())
                .filter(|word| !word.is_empty())
                .all(|word| HINTS.contains(&word.to_lowercase().as_str()));
        let is_pattern = !inner.is_empty() && inner.chars().all(|c| "dmyDMYjJaAtT/-. ".contains(c));
        let other = || {
            let (name, inner) = (spelled(kind, &squeezed(before))?, spelled(kind, &squeezed(inner))?);
            (name.field == inner.field).then_some(())
        };
        let is_hint = is_plain || is_pattern || other().is_some();
        (is_hint && before.contains(char::is_alphabetic)).then(|| format!("{before}{after}"))
    };
    let kept = hint().unwrap_or_else(|| text.to_owned());
    // `Rx #` asks for a number, not for what `Rx` does.
    let trimmed = kept.trim().trim_end_matches(':').trim_end();
    match trimmed.strip_suffix('#') {
        Some(name) => format!("{name} no"),
        None => kept,
    }
}

/// A label among whose letters digits were read: no label has any.
fn misread(kind: DeviceKind, squeezed: &str) -> Option<&'static Label> {
    if !squeezed.contains(['0', '1', '5']) || !squeezed.contains(char::is_alphabetic) {
        return None;
    }
    let letters = squeezed.replace('0', "o").replace('5', "s");
    spelled(kind, &letters.replace('1', "i")).or_else(|| spelled(kind, &letters.replace('1', "l")))
}

/// Words that make another's name of a name: `Patient / guardian`.
const ANOTHERS: &[&str] = &[
    "guardian",
    "signature",
    "sign",
    "parent",
    "relative",
    "relationship",
    "witness",
    "spouse",
    "stamp",
    "representative",
    "initials",
    "carer",
];

/// A label of which a text has the name in two languages: `Authorized Organization / Organisme agréé`.
fn translated(kind: DeviceKind, text: &str) -> Option<&'static Label> {
    let text = text.trim().trim_end_matches(':');
    let (one, other) = text.split_once('/')?;
    let is_foreign = |text: &str| {
        text.split_whitespace().count() <= 6
            && !text.contains(|c: char| c.is_ascii_digit() || c == ':' || c == '/')
            && squeezed(text).len() >= 3
    };
    let understood =
        |text: &str| spelled(kind, &squeezed(text)).or_else(|| grammar::understood(rules::rules(kind), text));
    let first = understood(one)?;
    (understood(other).is_none() && is_foreign(other) && text.chars().count() <= LONGEST_TEXT)
        .then_some(first)
}

/// One label of which a text says several names, of which some may be unknown, as those of another language are. Names of
/// different fields ask for nothing that one field could have.
fn either(kind: DeviceKind, text: &str) -> Option<&'static Label> {
    let names: Vec<&str> = text.split(['/', '|', '·']).flat_map(|name| name.split(" or ")).collect();
    let is_whole = !text.trim_end().trim_end_matches(':').contains(':');
    if names.len() < 2 || !is_whole || names.iter().any(|name| squeezed(name).len() < 2) {
        return None;
    }
    let is_anothers =
        |name: &&str| name.split_whitespace().any(|word| ANOTHERS.contains(&squeezed(word).as_str()));
    let found: Vec<&Label> = names.iter().filter_map(|name| spelled(kind, &squeezed(name))).collect();
    let first = *found.first()?;
    let is_one = found.iter().all(|other| other.field == first.field);
    // A text with digits or many words beside a label is its value: `Lot / EW0182`.
    let is_value =
        |name: &&str| name.contains(|c: char| c.is_ascii_digit()) || name.split_whitespace().count() > 4;
    (is_one && !names.iter().any(|name| is_anothers(name) || is_value(name))).then_some(first)
}

/// A text as the tables here have it.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests;
