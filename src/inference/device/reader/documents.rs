//! Documents on hand-made lines: what is refused or left out first, then what is read.

use super::tests::{Placed, page};
use super::*;
use crate::inference::device::{FieldName, Value};

mod bare;
mod columns;
mod forms;
mod items;

const PRESCRIPTION: Option<DeviceKind> = Some(DeviceKind::Prescription);
const NOTES: Option<DeviceKind> = Some(DeviceKind::ClinicalNotes);
const SUMMARY: Option<DeviceKind> = Some(DeviceKind::DischargeSummary);

/// Lines of one size below each other.
fn lines<'a>(texts: &[&'a str]) -> Vec<Placed<'a>> {
    let mut top = 0.0;
    let mut placed = Vec::new();
    for text in texts {
        placed.push((*text, 50.0, top, 20.0));
        top += 36.0;
    }
    placed
}

fn read(texts: &[&str], hint: Option<DeviceKind>) -> Result<DeviceReading, ReadError> {
    reading(&page(&lines(texts)), 1.0, hint, &[])
}

/// The fields as texts, for short assertions.
fn fields(texts: &[&str], hint: Option<DeviceKind>) -> Vec<(FieldName, String)> {
    fields_of(&read(texts, hint).unwrap())
}

fn fields_of(reading: &DeviceReading) -> Vec<(FieldName, String)> {
    let shown = |value: &Value| match value {
        Value::Number { digits, unit: None } => digits.clone(),
        Value::Text(text) => text.clone(),
        Value::List(items) => items.join(" | "),
        Value::Number { .. } | Value::Flag(_) => format!("{value:?}"),
    };
    reading.fields.iter().map(|field| (field.name, shown(&field.value))).collect()
}

const ORDER: &[&str] = &[
    "PRESCRIPTION",
    "Patient Name: Jane Smith",
    "DOB: 05/20/1980  Sex: F",
    "Medication: Lisinopril",
    "Strength: 10mg",
    "Qty: 30 tablets",
    "Sig: Take 1 tablet daily",
    "by mouth",
    "Refills: 5",
    "NPI: 1234567890",
];

#[test]
fn a_text_without_labels_is_no_document() {
    let letter = ["Dear Jane,", "I was glad to hear from you.", "Take care,", "Mary"];
    for hint in [None, PRESCRIPTION, NOTES, SUMMARY] {
        assert_eq!(read(&letter, hint).unwrap_err(), ReadError::NoDevice, "{hint:?}");
    }
    assert_eq!(read(&["PRESCRIPTION", "Take care: 2"], None).unwrap_err(), ReadError::Unreadable);
}

#[test]
fn another_kinds_title_contradicts_the_hint() {
    assert_eq!(read(ORDER, NOTES).unwrap_err(), ReadError::Another(DeviceKind::Prescription));
    assert_eq!(
        read(ORDER, Some(DeviceKind::Scale)).unwrap_err(),
        ReadError::Another(DeviceKind::Prescription)
    );
    let both = [ORDER, &["DISCHARGE SUMMARY"]].concat();
    assert_eq!(read(&both, None).unwrap_err(), ReadError::NoDevice);
}

#[test]
fn a_document_without_what_makes_it_one_is_not_read() {
    let changed = |line: &'static str, by: &'static str| {
        let texts: Vec<_> = ORDER.iter().map(|text| if *text == line { by } else { *text }).collect();
        read(&texts, PRESCRIPTION)
    };
    let few = ["PRESCRIPTION", "Medicament: Lisinopril", "Strength: 10mg", "Qty: 30 tablets"];
    assert_eq!(read(&few, PRESCRIPTION).unwrap_err(), ReadError::Unreadable);
    // Which of two medicines is meant nobody can tell.
    for (line, by) in
        [("Medication: Lisinopril", "Medicament: Lisinopril"), ("Strength: 10mg", "Medication: Aspirin")]
    {
        let reading = changed(line, by).unwrap();
        assert_eq!(reading.text(FieldName::Medication), None);
        assert_eq!(reading.text(FieldName::PatientName), Some("Jane Smith"));
        assert_eq!(reading.confidence, 0.5, "what makes it a prescription is missing");
    }
}

#[test]
fn what_has_another_form_than_its_label_asks_for_is_left_out() {
    let texts = [
        "PRESCRIPTION",
        "Medication: Lisinopril",
        "Quantity: some",
        "NPI: 12345",
        "Date: soon",
        "Refills: 2-3",
    ];
    assert_eq!(fields(&texts, None), [(FieldName::Medication, "Lisinopril".to_owned())]);
}

#[test]
fn a_number_that_was_not_read_alike_twice_is_left_out() {
    let mut page = page(&lines(ORDER));
    page.lines[8].second = Some("Refills: 6".to_owned());
    page.lines[6].second = Some("Sig: Take 7 tablet daily".to_owned());
    page.lines[9].characters[8].1 = 0.3;
    let reading = reading(&page, 1.0, None, &[]).unwrap();
    assert_eq!(reading.digits(FieldName::Refills), None);
    assert_eq!(reading.text(FieldName::PrescriberNpi), None);
    let directions = reading.field(FieldName::Directions).unwrap();
    assert_eq!(directions.confidence, 0.5);
    assert_eq!(reading.confidence, 0.5);
}

#[test]
fn a_prescription_is_read_by_its_labels() {
    let text = |text: &str| text.to_owned();
    let expected = [
        (FieldName::PatientName, text("Jane Smith")),
        (FieldName::BirthDate, text("1980-05-20")),
        (FieldName::Medication, text("Lisinopril")),
        (FieldName::Strength, text("10mg")),
        (FieldName::Quantity, text("30")),
        (FieldName::Directions, text("Take 1 tablet daily by mouth")),
        (FieldName::Refills, text("5")),
        (FieldName::PrescriberNpi, text("1234567890")),
    ];
    for hint in [None, PRESCRIPTION] {
        assert_eq!(fields(ORDER, hint), expected);
    }
    assert_eq!(read(ORDER, None).unwrap().confidence, 0.9);
    assert_eq!(read(&ORDER[1..], PRESCRIPTION).unwrap().confidence, 0.75, "without its title");
    assert_eq!(read(&ORDER[1..], None).unwrap_err(), ReadError::NoDevice);
}

#[test]
fn prose_goes_on_until_the_next_label() {
    let texts = [
        "DISCHARGE SUMMARY",
        "Primary Diagnosis: Acute Myocardial Infarction",
        "Procedures:",
        "Cardiac catheterization",
        "Stent placement",
        "Hospital course: uneventful",
        "no fever",
        "Diet: Low sodium",
    ];
    let text = |text: &str| text.to_owned();
    assert_eq!(
        fields(&texts, SUMMARY),
        [
            (FieldName::PrimaryDiagnosis, text("Acute Myocardial Infarction")),
            (FieldName::Procedures, text("Cardiac catheterization | Stent placement")),
            (FieldName::Diet, text("Low sodium")),
        ]
    );
}

#[test]
fn measurements_in_prose_are_no_display() {
    let texts = [
        "CLINICAL NOTE",
        "Vital signs: BP: 130/85 mmHg, HR: 72, SpO2 98%, Temp 36.8 °C",
        "Assessment: Stable angina",
        "Allergies: NKDA",
    ];
    let reading = read(&texts, None).unwrap();
    assert_eq!(reading.kind, DeviceKind::ClinicalNotes);
    assert_eq!(reading.text(FieldName::VitalSigns), Some("BP: 130/85 mmHg, HR: 72, SpO2 98%, Temp 36.8 °C"));
}

#[test]
fn labels_and_values_may_stand_in_columns() {
    let table = [
        ("VACCINATION CERTIFICATE", 50.0, 0.0, 20.0),
        ("Vaccine", 50.0, 40.0, 20.0),
        ("COVID-19 mRNA", 400.0, 40.0, 20.0),
        ("Dose", 50.0, 80.0, 20.0),
        ("2nd", 400.0, 80.0, 20.0),
        ("Lot", 50.0, 120.0, 20.0),
        ("ABC123", 400.0, 120.0, 20.0),
    ];
    let reading = reading(&page(&table), 1.0, None, &[]).unwrap();
    assert_eq!(reading.text(FieldName::VaccineName), Some("COVID-19 mRNA"));
    assert_eq!(reading.digits(FieldName::DoseNumber), Some("2"));
    assert_eq!(reading.text(FieldName::LotNumber), Some("ABC123"));
}
