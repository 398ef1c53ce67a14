//! Forms as clinics of several countries lay them out: what is not taken first, then what is read.

use super::*;

const CERTIFICATE: Option<DeviceKind> = Some(DeviceKind::VaccineCertificate);

/// The fields of placed lines as `Field=text`.
fn shown(lines: &[Placed<'_>], hint: Option<DeviceKind>) -> Vec<String> {
    let reading = reading(&page(lines), 1.0, hint, &[]).unwrap();
    fields_of(&reading).into_iter().map(|(name, text)| format!("{name:?}={text}")).collect()
}

/// The same of lines below each other.
fn of_lines(texts: &[&str], hint: Option<DeviceKind>) -> Vec<String> {
    shown(&lines(texts), hint)
}

#[test]
fn a_date_is_left_out_where_nothing_tells_its_order() {
    let order = |line| of_lines(&["CLINICAL NOTE", "Plan: rest", "Visit date: 03/04/2024", line], NOTES);
    assert_eq!(order("DOB: 1980-05-20"), ["Plan=rest", "BirthDate=1980-05-20"]);
    assert_eq!(order("DOB: 05/20/1980"), ["Plan=rest", "VisitDate=2024-03-04", "BirthDate=1980-05-20"]);
    assert_eq!(order("DOB: 20/05/1980")[1], "VisitDate=2024-04-03");
}

#[test]
fn several_doctors_are_no_prescriber() {
    let page = |second: &'static str| {
        of_lines(&["Dr. Mary Lamb", "MBBS", "PRESCRIPTION", "Medication: Lisinopril", second], PRESCRIPTION)
    };
    assert_eq!(page("Dr. John Wolf"), ["Medication=Lisinopril"]);
    assert_eq!(page("Dr. Mary Lamb"), ["Medication=Lisinopril", "Prescriber=Dr. Mary Lamb"]);
    assert_eq!(page("Physician: Jo Fox"), ["Medication=Lisinopril", "Prescriber=Jo Fox"]);
}

#[test]
fn the_medicine_stands_below_its_sign() {
    let pad = [
        ("PRESCRIPTION", 50.0, 0.0, 20.0),
        ("Phone: 555 0199", 300.0, 36.0, 20.0),
        ("Rx", 50.0, 80.0, 50.0),
        ("Zestril (Lisinopril) 10 mg tablets", 100.0, 150.0, 22.0),
        ("Disp: #30 (thirty)", 100.0, 186.0, 20.0),
    ];
    let expected = [
        "Medication=Zestril",
        "Quantity=30",
        "Strength=10 mg",
        "GenericName=Lisinopril",
        "MedicineBrand=Zestril",
    ];
    assert_eq!(shown(&pad, PRESCRIPTION), expected);
}

#[test]
fn a_label_above_its_value_in_a_box_is_read() {
    let chart = [
        ("CLINICAL NOTE", 50.0, 0.0, 24.0),
        ("Visit date", 50.0, 50.0, 14.0),
        ("Visit time", 300.0, 50.0, 14.0),
        ("Type of encounter", 500.0, 50.0, 14.0),
        ("2024-02-23", 50.0, 70.0, 22.0),
        ("9:05 AM", 300.0, 70.0, 22.0),
        ("Consultation", 500.0, 70.0, 22.0),
        ("BP", 50.0, 120.0, 20.0),
        ("HR", 300.0, 120.0, 20.0),
        ("120/80", 50.0, 150.0, 20.0),
        ("70", 300.0, 150.0, 20.0),
        ("Presenting complaint", 50.0, 190.0, 14.0),
        ("Sore knee", 50.0, 210.0, 22.0),
    ];
    let expected = [
        "VisitDate=2024-02-23",
        "VisitTime=09:05",
        "VisitType=Consultation",
        "ChiefComplaint=Sore knee",
        "VitalSigns=BP: 120/80, HR: 70",
    ];
    assert_eq!(shown(&chart, NOTES), expected);
}

#[test]
fn medicines_are_listed_from_a_table() {
    let summary = [
        ("DISCHARGE SUMMARY", 50.0, 0.0, 20.0),
        ("FINAL DIAGNOSIS", 50.0, 40.0, 20.0),
        ("Angina", 50.0, 76.0, 20.0),
        ("MEDICATIONS ON DISCHARGE", 50.0, 112.0, 20.0),
        ("Medicine", 50.0, 148.0, 20.0),
        ("How often", 400.0, 148.0, 20.0),
        ("Status", 700.0, 148.0, 20.0),
        ("Aspirin 81 mg", 50.0, 184.0, 20.0),
        ("once daily", 400.0, 184.0, 20.0),
        ("New", 700.0, 184.0, 20.0),
        ("Metoprolol 50 mg", 50.0, 220.0, 20.0),
        ("twice daily", 400.0, 220.0, 20.0),
        ("Continued", 700.0, 220.0, 20.0),
        ("Warfarin 5 mg", 50.0, 256.0, 20.0),
        ("once daily", 400.0, 256.0, 20.0),
        ("Stopped", 700.0, 256.0, 20.0),
        ("CONDITION ON DISCHARGE", 50.0, 292.0, 20.0),
        ("Good", 50.0, 328.0, 20.0),
    ];
    let expected = [
        "PrimaryDiagnosis=Angina",
        "ConditionAtDischarge=Good",
        "Medications=Aspirin 81 mg once daily, Metoprolol 50 mg twice daily",
    ];
    assert_eq!(shown(&summary, SUMMARY), expected);
    let mut before = summary;
    before[3].0 = "MEDICATIONS ON ADMISSION";
    assert_eq!(
        shown(&before, SUMMARY),
        expected[..2],
        "what was taken before is no medicine of the discharge"
    );
}

#[test]
fn a_sentence_certifies_whom_it_names() {
    let certificate = [
        "This is to certify that Jane Smith, born on 20 May 1980, was vaccinated",
        "Vaccine or prophylaxis: Typhoid",
        "Manufacturer and batch no.: Sanofi Pasteur, AB1234",
        "Certificate expires / next dose due: 20 May 2027",
    ];
    let expected = [
        "PatientName=Jane Smith",
        "BirthDate=1980-05-20",
        "VaccineName=Typhoid",
        "Manufacturer=Sanofi Pasteur",
        "NextDueDate=2027-05-20",
        "LotNumber=AB1234",
    ];
    assert_eq!(of_lines(&certificate, CERTIFICATE), expected);
}

#[test]
fn the_worse_of_two_readings_of_a_place_is_none() {
    let mut twice = page(&lines(&["DISCHARGE SUMMARY", "Primary diagnosis:", "Angina pectoris"]));
    let mut coarse = twice.lines[2].clone();
    coarse.quad = coarse.quad.grown(0.5);
    coarse.characters = "ngina pctoris".chars().map(|character| (character, 0.8)).collect();
    twice.lines.push(coarse);
    let reading = reading(&twice, 1.0, None, &[]).unwrap();
    assert_eq!(reading.text(FieldName::PrimaryDiagnosis), Some("Angina pectoris"));
}

#[test]
fn labels_may_be_numbered_or_misread_by_a_letter() {
    let form = [
        "PATIENT DISCHARGE FORM",
        "1. D.0.B.: 1980-05-20",
        "2. Date dischargd: 2024-01-15",
        "3. Diagnosis: Angina",
        "14, Diet: Low sodium",
    ];
    let expected =
        ["BirthDate=1980-05-20", "DischargeDate=2024-01-15", "PrimaryDiagnosis=Angina", "Diet=Low sodium"];
    assert_eq!(of_lines(&form, SUMMARY), expected);
}

#[test]
fn a_scrawl_below_prose_is_no_part_of_it() {
    let texts = [
        "CLINICAL NOTE",
        "Assessment: Stable angina, and nothing else to be told",
        "Plan: rest for a week",
        "um",
    ];
    assert_eq!(of_lines(&texts, NOTES)[1], "Plan=rest for a week");
}

#[test]
fn an_order_without_labels_is_read_where_there_is_one_only() {
    let page = |line: &'static str| {
        of_lines(
            &[
                "PRESCRIPTION",
                "Amlodipine 5 mg tablets",
                "Take one daily",
                line,
                "Supply: 28 tablets",
                "DOB: 1980-05-20",
            ],
            PRESCRIPTION,
        )
    };
    let expected = [
        "Quantity=28",
        "BirthDate=1980-05-20",
        "Directions=Take one daily",
        "Medication=Amlodipine",
        "Strength=5 mg",
    ];
    let mut one = page("Endorsements");
    one.sort_unstable();
    let mut sorted = expected;
    sorted.sort_unstable();
    assert_eq!(one, sorted);
    let two = ["PRESCRIPTION", "Amlodipine 5 mg tablets", "Ramipril 5 mg capsules", "Take one daily"];
    assert_eq!(read(&two, PRESCRIPTION).unwrap_err(), ReadError::Unreadable);
}

#[test]
fn a_dash_parts_a_label_from_its_value_only_where_it_begins_its_line() {
    let texts =
        ["CLINICAL NOTE", "Plan - rest - review date - soon", "Chief complaint Sore knee", "Allergies: NKDA"];
    assert_eq!(
        of_lines(&texts, NOTES),
        ["Plan=rest - review date - soon", "ChiefComplaint=Sore knee", "Allergies=NKDA"]
    );
}

#[test]
fn a_vaccine_is_known_by_its_name() {
    let card = ["IMMUNIZATION RECORD", "Hepatitis B", "Date given: 2024-01-10", "Lot: AB123"];
    let expected = ["VaccinationDate=2024-01-10", "LotNumber=AB123", "VaccineName=Hepatitis B"];
    assert_eq!(of_lines(&card, CERTIFICATE), expected);
    let two = [card[0], card[1], "Measles", card[2], card[3]];
    assert_eq!(read(&two, CERTIFICATE).unwrap_err(), ReadError::Unreadable);
}
