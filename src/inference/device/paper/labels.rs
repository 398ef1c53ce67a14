//! The titles and labels of documents, without case, blanks and marks, as forms and letters print them.

mod common;
mod discharge;
mod notes;
mod prescription;
mod vaccine;

use super::value::{Shape, unmarked};
use crate::inference::device::{DeviceKind, FieldName};
use common::COMMON;
use discharge::DISCHARGE_SUMMARY;
use notes::CLINICAL_NOTES;
use prescription::PRESCRIPTION;
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
    /// Parted by blanks.
    spellings: &'static str,
}

/// A label with a letter misread has so many at least.
const LEAST_NEAR: usize = 9;
/// No label is longer, in characters.
const LONGEST_TEXT: usize = 60;

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

const fn label(field: FieldName, shape: Shape, spellings: &'static str) -> Label {
    Label { field: Some(field), shape, whose: Whose::Nobodys, spellings }
}

const fn other(spellings: &'static str) -> Label {
    Label { field: None, shape: Shape::Prose, whose: Whose::Nobodys, spellings }
}

/// What is not kept and is no longer than its line.
const fn short(spellings: &'static str) -> Label {
    Label { field: None, shape: Shape::Name, whose: Whose::Nobodys, spellings }
}

impl Label {
    const fn of(self, whose: Whose) -> Self {
        Self { whose, ..self }
    }
}

/// How a document begins that is of a kind.
const TITLES: &[(DeviceKind, &[&str])] = &[
    (
        DeviceKind::Prescription,
        &["prescription", "medicalprescription", "rxprescription", "prescriptionform", "prescriptionorder"],
    ),
    (
        DeviceKind::DischargeSummary,
        &[
            "dischargesummary",
            "hospitaldischargesummary",
            "dischargereport",
            "patientdischargeform",
            "patientdischargesummary",
            "dischargeletter",
        ],
    ),
    (
        DeviceKind::ClinicalNotes,
        &[
            "clinicalnote",
            "clinicalnotes",
            "clinicnote",
            "clinicnotes",
            "progressnote",
            "progressnotes",
            "soapnote",
            "visitnote",
            "consultationnote",
            "outpatientnote",
            "officevisitnote",
            "encounternote",
            "consultationrecord",
        ],
    ),
    (
        DeviceKind::VaccineCertificate,
        &[
            "vaccinationcertificate",
            "vaccinecertificate",
            "certificateofvaccination",
            "immunizationrecord",
            "vaccinationrecord",
            "vaccinationrecordcard",
            "vaccinationcard",
            "immunizationcertificate",
            "immunisationrecord",
            "proofofvaccination",
            "internationalcertificateofvaccination",
            "internationalcertificateofvaccinationorprophylaxis",
            "certificateofimmunization",
            "vaccineadministrationrecord",
            "proofofimmunization",
        ],
    ),
];

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
    if text.chars().count() > LONGEST_TEXT {
        return None;
    }
    let text = unmarked(text);
    let plain = squeezed(text);
    spelled(kind, &plain)
        .or_else(|| either(kind, text))
        .or_else(|| misread(kind, &plain))
        .or_else(|| nearly(kind, &plain))
}

fn spelled(kind: DeviceKind, squeezed: &str) -> Option<&'static Label> {
    let known = |label: &&Label| label.spellings.split(' ').any(|spelling| spelling == squeezed);
    if squeezed.is_empty() { None } else { labels(kind).iter().chain(COMMON).find(known) }
}

/// A label among whose letters digits were read: no label has any.
fn misread(kind: DeviceKind, squeezed: &str) -> Option<&'static Label> {
    if !squeezed.contains(['0', '1', '5']) || !squeezed.starts_with(char::is_alphabetic) {
        return None;
    }
    let letters = squeezed.replace('0', "o").replace('5', "s");
    spelled(kind, &letters.replace('1', "i")).or_else(|| spelled(kind, &letters.replace('1', "l")))
}

/// One label of which a text says several names, of which some may be unknown.
fn either(kind: DeviceKind, text: &str) -> Option<&'static Label> {
    let names: Vec<&str> = text.split('/').flat_map(|name| name.split(" or ")).collect();
    let is_whole = !text.trim_end().trim_end_matches(':').contains(':');
    if names.len() < 2 || !is_whole || names.iter().any(|name| squeezed(name).len() < 2) {
        return None;
    }
    let found: Vec<&Label> = names.iter().filter_map(|name| spelled(kind, &squeezed(name))).collect();
    let mut kept = found.iter().filter(|label| label.field.is_some());
    let first = kept.next().or_else(|| found.first())?;
    // `Patient / guardian's signature` is nobody's name.
    let is_sure = found.len() == names.len() || first.shape != Shape::Person;
    (is_sure && kept.all(|other| other.field == first.field)).then_some(*first)
}

/// A long label of which one letter was misread, lost or doubled, where that makes it one field's only.
fn nearly(kind: DeviceKind, squeezed: &str) -> Option<&'static Label> {
    if squeezed.len() < LEAST_NEAR {
        return None;
    }
    let is_near =
        |label: &&Label| label.spellings.split(' ').any(|spelling| differs_once(spelling, squeezed));
    let mut found = labels(kind).iter().chain(COMMON).filter(is_near);
    let first = found.next()?;
    found.all(|other| other.field == first.field).then_some(first)
}

/// Whether two long words differ in one letter, and not in the last, which often makes another word of them.
fn differs_once(one: &str, other: &str) -> bool {
    let (longer, shorter) = if one.len() >= other.len() { (one, other) } else { (other, one) };
    if longer.len() < LEAST_NEAR || longer.len() > shorter.len() + 1 {
        return false;
    }
    let alike = longer.bytes().zip(shorter.bytes()).take_while(|(a, b)| a == b).count();
    let rest = |text: &str, from: usize| text.get(from..).map(str::to_owned);
    let skipped = alike + usize::from(longer.len() == shorter.len());
    longer != shorter
        && longer.bytes().last() == shorter.bytes().last()
        && rest(longer, alike + 1).is_some_and(|one| rest(shorter, skipped).is_some_and(|other| one == other))
}

/// The kind of document that a line says it is, and where the date behind its title begins: at the line's end where there is none.
pub fn title(line: &str) -> Option<(DeviceKind, usize)> {
    let count = line.chars().count();
    if let Some(kind) = titled(line) {
        return Some((kind, count));
    }
    let blanks = line.chars().enumerate().filter(|(_, character)| character.is_whitespace());
    blanks.map(|(place, _)| place + 1).find_map(|rest| {
        let (title, date): (String, String) =
            (line.chars().take(rest).collect(), line.chars().skip(rest).collect());
        let kind = titled(&title)?;
        is_moment(&date).then_some((kind, rest))
    })
}

fn titled(line: &str) -> Option<DeviceKind> {
    let squeezed = squeezed(line);
    TITLES.iter().find(|(_, titles)| titles.contains(&squeezed.as_str())).map(|(kind, _)| *kind)
}

/// A date in one word, perhaps with a time.
fn is_moment(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let is_date = words.next().is_some_and(|word| Shape::Date.value(word).is_some());
    let is_time = words.next().is_none_or(|word| Shape::Time.value(word).is_some());
    is_date && is_time && words.next().is_none()
}

/// A text as the tables here have it.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
