//! Rows of a document: which begin an item, which go on with one, and which were not read.

use super::*;
use crate::inference::ocr::Quad;

fn text(text: &str) -> String {
    text.to_owned()
}

/// A summary that is as wide as its first line.
fn summary(lines: &[&str]) -> Vec<(FieldName, String)> {
    let head = ["DISCHARGE SUMMARY", "Primary Diagnosis: Acute Myocardial Infarction of the front"];
    let texts: Vec<&str> = head.into_iter().chain(lines.iter().copied()).collect();
    fields(&texts, SUMMARY).split_off(1)
}

#[test]
fn a_row_that_goes_on_with_an_item_is_none() {
    let wrapped =
        summary(&["Secondary Diagnoses: Diabetes Type 2, Chronic Kidney", "Disease", "Hypertension", "Gout"]);
    let diagnoses = text("Diabetes Type 2 | Chronic Kidney Disease | Hypertension | Gout");
    assert_eq!(wrapped, [(FieldName::SecondaryDiagnoses, diagnoses)]);
    let small = summary(&["Procedures:", "Stent placement of", "the left artery", "Angiography"]);
    assert_eq!(small, [(FieldName::Procedures, text("Stent placement of the left artery | Angiography"))]);
    // Where no line of the page is longer, the next word had no room.
    let texts =
        ["DISCHARGE SUMMARY", "Other diagnoses: Acute Myocardial", "Infarction", "Discharged: 2024-01-15"];
    assert_eq!(
        fields(&texts, SUMMARY)[0],
        (FieldName::SecondaryDiagnoses, text("Acute Myocardial Infarction"))
    );
}

#[test]
fn numbers_and_bullets_begin_items_and_are_no_part_of_them() {
    let numbered =
        summary(&["Secondary Diagnoses:", "1. Diabetes", "2. Chronic kidney", "disease", "3) Gout"]);
    assert_eq!(numbered, [(FieldName::SecondaryDiagnoses, text("Diabetes | Chronic kidney disease | Gout"))]);
    let bullets = summary(&["Procedures:", "• stent placement", "- angiography"]);
    assert_eq!(bullets, [(FieldName::Procedures, text("stent placement | angiography"))]);
}

#[test]
fn medicines_one_a_line_are_parted_by_commas() {
    let medicines =
        summary(&["Discharge Medications:", "Aspirin 81mg daily", "Metoprolol 50mg BID with", "food"]);
    let expected = text("Aspirin 81mg daily, Metoprolol 50mg BID with food");
    assert_eq!(medicines, [(FieldName::Medications, expected)]);
    let texts = [
        "CLINICAL NOTE",
        "Assessment: Stable angina, and nothing else to be told",
        "Allergies:",
        "1. Penicillin",
        "2. Latex",
    ];
    assert_eq!(fields(&texts, NOTES)[1], (FieldName::Allergies, text("Penicillin, Latex")));
}

#[test]
fn other_prose_keeps_its_numbers() {
    let texts = ["CLINICAL NOTE", "Plan:", "1. Rest", "2. Return in 2 weeks"];
    assert_eq!(fields(&texts, NOTES), [(FieldName::Plan, text("1. Rest 2. Return in 2 weeks"))]);
}

#[test]
fn a_number_of_something_else_is_no_dose_and_no_count() {
    for dose in ["30 mcg", "0.5 mL", "30"] {
        let line = format!("Dose: {dose}");
        let texts = ["VACCINATION CERTIFICATE", "Vaccine: COVID-19 mRNA", &line];
        assert_eq!(fields(&texts, None), [(FieldName::VaccineName, text("COVID-19 mRNA"))], "{dose}");
    }
    let texts = ["PRESCRIPTION", "Medication: Lisinopril", "Qty: 2x30 tablets", "Refills: 5 mg"];
    assert_eq!(fields(&texts, None), [(FieldName::Medication, text("Lisinopril"))]);
}

const NOTE: &[&str] =
    &["CLINICAL NOTE", "Plan: Continue metoprolol", "and aspirin", "and rest", "Allergies: NKDA"];

#[test]
fn prose_ends_where_a_row_of_it_was_not_read() {
    let mut note = page(&lines(NOTE));
    note.unread.push(note.lines.remove(2).quad);
    let reading = reading(&note, 1.0, None, &[]).unwrap();
    assert_eq!(reading.text(FieldName::Plan), Some("Continue metoprolol"));
    assert_eq!(reading.field(FieldName::Plan).unwrap().confidence, 0.5);
    assert_eq!(reading.text(FieldName::Allergies), Some("NKDA"));
}

#[test]
fn a_value_that_was_not_read_is_not_the_next_text() {
    let mut order = page(&lines(&["PRESCRIPTION", "Medication:", "Lisinopril"]));
    order.unread.push(Quad::upright(200.0, 36.0, 320.0, 56.0));
    assert_eq!(reading(&order, 1.0, None, &[]).unwrap_err(), ReadError::Unreadable);
    order.unread.clear();
    assert_eq!(reading(&order, 1.0, None, &[]).unwrap().text(FieldName::Medication), Some("Lisinopril"));
}

#[test]
fn a_document_of_which_lines_were_left_out_is_not_read() {
    let mut order = page(&lines(ORDER));
    order.left_out.push(Quad::upright(50.0, 900.0, 60.0, 905.0));
    for hint in [None, PRESCRIPTION] {
        assert_eq!(reading(&order, 1.0, hint, &[]).unwrap_err(), ReadError::Unreadable);
    }
}

#[test]
fn a_name_or_address_is_the_patients_where_the_labels_before_it_are() {
    let of = |lines: &[&str]| {
        let texts: Vec<&str> = ["PRESCRIPTION", "Medication: Lisinopril"]
            .into_iter()
            .filter(|text| !lines.contains(text))
            .chain(lines.iter().copied())
            .collect();
        let kept = [FieldName::PatientName, FieldName::PatientAddress];
        let fields = fields(&texts, PRESCRIPTION).into_iter().filter(|(name, _)| kept.contains(name));
        fields.map(|(_, text)| text).collect::<Vec<_>>()
    };
    for another in ["Prescriber: Dr. Mary Lamb", "Pharmacy: City Pharmacy", "Hospital: St. Mary"] {
        assert!(of(&[another, "Address: 5 Elm Street"]).is_empty(), "{another}");
        assert!(of(&[another, "Name: Mary Lamb"]).is_empty(), "{another}");
    }
    assert!(of(&["Name: Mary Lamb", "Address: 5 Elm Street"]).is_empty(), "a medicine's");
    let patients = of(&["Patient: Jane Smith", "DOB: 05/20/1980", "Address: 12 Main Street"]);
    assert_eq!(patients, ["Jane Smith", "12 Main Street"]);
    assert_eq!(of(&["MRN: A12345", "Name: Jane Smith"]), ["Jane Smith"]);
}

#[test]
fn a_name_at_the_top_is_the_patients_where_a_birth_date_follows() {
    let texts = ["PRESCRIPTION", "Name: Jane Smith", "DOB: 05/20/1980", "Medication: Lisinopril"];
    assert_eq!(fields(&texts, None)[0], (FieldName::PatientName, text("Jane Smith")));
    let letterhead = ["PRESCRIPTION", "Name: Mary Lamb", "Patient: Jane Smith", "Medication: Lisinopril"];
    assert_eq!(fields(&letterhead, None)[0], (FieldName::PatientName, text("Jane Smith")));
}

#[test]
fn two_columns_have_two_addresses() {
    let rows = [
        ("PRESCRIPTION", 50.0, 0.0, 20.0),
        ("Patient: Jane Smith", 50.0, 36.0, 20.0),
        ("Prescriber: Dr. Lamb", 500.0, 36.0, 20.0),
        ("Address: 12 Main Street", 50.0, 72.0, 20.0),
        ("Address: 5 Elm Street", 500.0, 72.0, 20.0),
        ("Medication: Lisinopril", 50.0, 108.0, 20.0),
    ];
    let reading = reading(&page(&rows), 1.0, None, &[]).unwrap();
    assert_eq!(reading.text(FieldName::PatientAddress), Some("12 Main Street"));
}
