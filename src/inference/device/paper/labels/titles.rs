//! The titles of documents.

use super::squeezed;
use crate::inference::device::DeviceKind;
use crate::inference::device::paper::value::Shape;

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
