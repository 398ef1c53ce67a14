//! Documents in columns: what stands under another label, or under two, is no label's value.

use super::*;

const CERTIFICATE: Option<DeviceKind> = Some(DeviceKind::VaccineCertificate);

/// Rows below each other, each with its texts and where these begin.
fn table<'a>(rows: &[&[(&'a str, f32)]]) -> Vec<Placed<'a>> {
    let mut top = 0.0;
    let mut placed = Vec::new();
    for row in rows {
        placed.extend(row.iter().map(|(text, left)| (*text, *left, top, 20.0)));
        top += 36.0;
    }
    placed
}

fn shown(rows: &[&[(&str, f32)]], hint: Option<DeviceKind>) -> Vec<(FieldName, String)> {
    fields_of(&reading(&page(&table(rows)), 1.0, hint, &[]).unwrap())
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[test]
fn each_head_of_a_table_has_what_stands_below_it() {
    let rows: &[&[(&str, f32)]] = &[
        &[("VACCINATION CERTIFICATE", 50.0)],
        &[("Vaccine: COVID-19 mRNA", 50.0)],
        &[("Dose", 50.0), ("Date given", 200.0), ("Lot", 400.0), ("Clinic", 550.0)],
        &[("2nd", 50.0), ("2024-01-10", 200.0), ("ABC123", 400.0), ("City Clinic", 550.0)],
    ];
    let expected = [
        (FieldName::VaccineName, text("COVID-19 mRNA")),
        (FieldName::DoseNumber, text("2")),
        (FieldName::VaccinationDate, text("2024-01-10")),
        (FieldName::LotNumber, text("ABC123")),
        (FieldName::HealthcareProvider, text("City Clinic")),
    ];
    assert_eq!(shown(rows, None), expected);
    // Columns that are centred, under wider and narrower heads.
    let centred: &[&[(&str, f32)]] = &[
        rows[0],
        rows[1],
        &[("Dose", 50.0), ("Date given", 200.0), ("Lot", 435.0), ("Clinic", 600.0)],
        &[("2nd", 55.0), ("2024-01-10", 200.0), ("ABC123", 420.0), ("City Clinic", 575.0)],
    ];
    assert_eq!(shown(centred, None), expected);
}

#[test]
fn a_head_over_nothing_takes_nothing_from_beside_it() {
    let rows: &[&[(&str, f32)]] = &[
        &[("DISCHARGE SUMMARY", 50.0)],
        &[("Primary Diagnosis: Angina", 50.0)],
        &[("Attending", 50.0), ("Disposition", 300.0), ("Condition", 550.0)],
        &[("Dr. Mary Lamb", 50.0), ("Stable", 550.0)],
    ];
    let expected = [
        (FieldName::PrimaryDiagnosis, text("Angina")),
        (FieldName::AttendingPhysician, text("Dr. Mary Lamb")),
        (FieldName::ConditionAtDischarge, text("Stable")),
    ];
    assert_eq!(shown(rows, None), expected);
}

#[test]
fn the_order_of_the_heads_is_that_of_the_values() {
    let rows: &[&[(&str, f32)]] = &[
        &[("PRESCRIPTION", 50.0)],
        &[("Strength", 50.0), ("Medication", 300.0)],
        &[("10mg", 50.0), ("Lisinopril", 300.0)],
    ];
    let expected = [(FieldName::Strength, text("10mg")), (FieldName::Medication, text("Lisinopril"))];
    assert_eq!(shown(rows, None), expected);
}

#[test]
fn an_unknown_head_is_no_value_of_the_one_before_it() {
    let rows: &[&[(&str, f32)]] = &[
        &[("PRESCRIPTION", 50.0)],
        &[("Drug", 50.0), ("Form", 300.0), ("Strength", 500.0), ("Qty", 700.0)],
        &[("Lisinopril", 50.0), ("tablet", 300.0), ("10mg", 500.0), ("30", 700.0)],
    ];
    let expected = [
        (FieldName::Medication, text("Lisinopril")),
        (FieldName::Strength, text("10mg")),
        (FieldName::Quantity, text("30")),
    ];
    assert_eq!(shown(rows, None), expected);
    // With one label only, nobody can tell the head of a column from a value.
    let two: &[&[(&str, f32)]] = &[
        &[("PRESCRIPTION", 50.0)],
        &[("Drug", 50.0), ("Packing", 300.0)],
        &[("Lisinopril", 50.0), ("tablet", 300.0)],
    ];
    assert_eq!(reading(&page(&table(two)), 1.0, None, &[]).unwrap_err(), ReadError::Unreadable);
}

#[test]
fn of_several_rows_of_a_table_the_first_is_read() {
    let rows: &[&[(&str, f32)]] = &[
        &[("VACCINATION CERTIFICATE", 50.0)],
        &[("Product name: COVID-19 mRNA", 50.0)],
        &[("Dose", 50.0), ("Date given", 200.0), ("Lot", 400.0)],
        &[("1st", 50.0), ("2024-01-10", 200.0), ("ABC123", 400.0)],
        &[("2nd", 50.0), ("2024-02-10", 200.0), ("ABC124", 400.0)],
    ];
    let expected = [
        (FieldName::VaccineName, text("COVID-19 mRNA")),
        (FieldName::DoseNumber, text("1")),
        (FieldName::VaccinationDate, text("2024-01-10")),
        (FieldName::LotNumber, text("ABC123")),
    ];
    assert_eq!(shown(rows, CERTIFICATE), expected);
    // What the first row lacks is not taken from the second.
    let gap: &[&[(&str, f32)]] =
        &[rows[0], rows[1], rows[2], &[("1st", 50.0), ("2024-01-10", 200.0)], rows[4]];
    assert_eq!(shown(gap, CERTIFICATE), expected[..3]);
}

#[test]
fn prose_goes_on_in_its_own_column() {
    let rows: &[&[(&str, f32)]] = &[
        &[("CLINICAL NOTE", 50.0)],
        &[("Assessment: Stable", 50.0), ("Plan: Continue", 500.0)],
        &[("angina", 50.0)],
        &[("Follow-up: Monday", 50.0), ("metoprolol", 500.0)],
    ];
    let mut expected = vec![
        (FieldName::Assessment, text("Stable angina")),
        (FieldName::Plan, text("Continue")),
        (FieldName::FollowUp, text("Monday")),
    ];
    // Two rows below, the plan goes on: a row's height more would end it.
    expected[1].1 = text("Continue metoprolol");
    let near: &[&[(&str, f32)]] = &[rows[0], rows[1], rows[3]];
    let without_angina = [(FieldName::Assessment, text("Stable")), expected[1].clone(), expected[2].clone()];
    assert_eq!(shown(near, None), without_angina);
    expected[1].1 = text("Continue");
    assert_eq!(shown(rows, None), expected);
}

#[test]
fn columns_need_not_stand_in_the_same_rows() {
    let lower = [
        ("CLINICAL NOTE", 50.0, 0.0, 20.0),
        ("Assessment: Stable", 50.0, 36.0, 20.0),
        ("Plan: Continue", 500.0, 50.0, 20.0),
        ("angina", 50.0, 72.0, 20.0),
        ("metoprolol", 500.0, 86.0, 20.0),
    ];
    let reading = reading(&page(&lower), 1.0, None, &[]).unwrap();
    let expected =
        [(FieldName::Assessment, text("Stable angina")), (FieldName::Plan, text("Continue metoprolol"))];
    assert_eq!(fields_of(&reading), expected);
    let indented: &[&[(&str, f32)]] = &[
        &[("CLINICAL NOTE", 50.0)],
        &[("HPI: pain", 50.0)],
        &[("Plan: Continue", 200.0)],
        &[("metoprolol", 50.0)],
    ];
    assert_eq!(
        shown(indented, None),
        [(FieldName::History, text("pain")), (FieldName::Plan, text("Continue"))]
    );
}

#[test]
fn text_under_two_labels_ends_both() {
    let rows: &[&[(&str, f32)]] = &[
        &[("CLINICAL NOTE", 50.0)],
        &[("Assessment: Stable", 50.0), ("Plan: Continue", 300.0)],
        &[("angina and so on for a long while", 150.0)],
        &[("never mind", 50.0), ("metoprolol", 300.0)],
    ];
    let reading = reading(&page(&table(rows)), 1.0, None, &[]).unwrap();
    let expected = [(FieldName::Assessment, text("Stable")), (FieldName::Plan, text("Continue"))];
    assert_eq!(fields_of(&reading), expected);
    // What may go on elsewhere is not sure.
    assert_eq!(reading.confidence, 0.5);
    let heads: &[&[(&str, f32)]] = &[
        &[("VACCINATION CERTIFICATE", 50.0)],
        &[("Vaccine: COVID-19 mRNA", 50.0)],
        &[("Dose", 50.0), ("Lot", 150.0)],
        &[("2nd ABC123 today", 80.0)],
    ];
    assert_eq!(shown(heads, None), [(FieldName::VaccineName, text("COVID-19 mRNA"))]);
}

#[test]
fn a_value_ends_where_another_column_begins() {
    let rows: &[&[(&str, f32)]] = &[
        &[("PRESCRIPTION", 50.0), ("Greenfield Clinic", 600.0)],
        &[("Patient: Jane Smith", 50.0), ("12 Long Street", 600.0)],
        &[("Medication: Lisinopril", 50.0), ("Springfield", 600.0)],
        &[("Sig:", 50.0), ("Take 1 tablet", 110.0), ("daily", 250.0), ("Tel 555", 600.0)],
        &[("by mouth", 50.0), ("Fax 556", 600.0)],
    ];
    let expected = [
        (FieldName::PatientName, text("Jane Smith")),
        (FieldName::Medication, text("Lisinopril")),
        (FieldName::Directions, text("Take 1 tablet daily by mouth")),
    ];
    assert_eq!(shown(rows, None), expected);
}

#[test]
fn a_label_behind_prose_does_not_end_it() {
    let rows: &[&[(&str, f32)]] = &[
        &[("PRESCRIPTION", 50.0)],
        &[("Medication: Lisinopril", 50.0)],
        &[("Sig: Take 1 tablet daily", 50.0)],
        &[("by mouth", 50.0), ("Refills: 5", 500.0)],
        &[("with food", 50.0)],
    ];
    let expected = [
        (FieldName::Medication, text("Lisinopril")),
        (FieldName::Directions, text("Take 1 tablet daily by mouth with food")),
        (FieldName::Refills, text("5")),
    ];
    assert_eq!(shown(rows, None), expected);
}
