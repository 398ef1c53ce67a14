//! Labels without a colon: what they must not be taken for first, then what they end and what is read behind them.

use super::*;

const CERTIFICATE: Option<DeviceKind> = Some(DeviceKind::VaccineCertificate);

/// The fields of a page as `Field=text`.
fn shown(texts: &[&str], hint: Option<DeviceKind>) -> Vec<String> {
    fields(texts, hint).into_iter().map(|(name, text)| format!("{name:?}={text}")).collect()
}

/// What is read of a line in a prescription.
fn of_order(line: &str) -> Vec<String> {
    shown(&["PRESCRIPTION", "Medication: Lisinopril", line], PRESCRIPTION).split_off(1)
}

/// What is read of a line in a note.
fn of_note(line: &str) -> Vec<String> {
    shown(&["CLINICAL NOTE", "Assessment: Stable", line], NOTES).split_off(1)
}

/// What is read of a line in a certificate.
fn of_certificate(line: &str) -> Vec<String> {
    shown(&["VACCINATION CERTIFICATE", "Vaccine: COVID-19 mRNA", line], CERTIFICATE).split_off(1)
}

#[test]
fn words_of_prose_and_of_names_are_no_labels() {
    for line in [
        "Patient was seen by the doctor today",
        "The next visit date is 2024-02-01 or later",
        "Physician signature required",
        "Date unknown, time of day unknown",
    ] {
        assert_eq!(of_note(line), Vec::<String>::new(), "{line}");
    }
    for line in
        ["Rx only", "Rx Number 12345", "Rx No. 77", "Take the medicine daily", "Qty 2 x 30", "Refills none"]
    {
        assert_eq!(of_order(line), Vec::<String>::new(), "{line}");
    }
    for line in ["Dose 2 mL", "Dose 30 mcg given", "Lot of people", "Vaccine Information Statement"] {
        assert_eq!(of_certificate(line), Vec::<String>::new(), "{line}");
    }
    assert_eq!(of_order("Pharmacy: Main Street Pharmacy Store"), ["Pharmacy=Main Street Pharmacy Store"]);
    assert_eq!(
        of_certificate("Clinic: City Hospital Vaccine Center"),
        ["HealthcareProvider=City Hospital Vaccine Center"]
    );
    assert_eq!(of_note("Visit type: Office follow-up visit"), ["VisitType=Office follow-up visit"]);
    assert_eq!(of_note("Provider: Dr. Ward"), ["Clinician=Dr. Ward"]);
    assert_eq!(of_note("Provider: Mercy Hospital"), ["Clinician=Mercy Hospital"]);
    assert_eq!(
        of_note("Plan: rest, repeat visit date 2024-02-01 by phone"),
        ["Plan=rest, repeat visit date 2024-02-01 by phone"]
    );
}

#[test]
fn a_name_of_a_person_ends_before_a_number() {
    assert_eq!(of_order("Patient: X12345"), Vec::<String>::new());
    for line in [
        "Patient: Jane Smith 1980-05-20",
        "Patient: Jane Smith Ref 123456789",
        "Patient: Jane Smith (F, 43 y)",
    ] {
        assert_eq!(of_order(line), ["PatientName=Jane Smith"], "{line}");
    }
}

#[test]
fn a_label_without_a_colon_ends_a_name() {
    assert_eq!(
        of_order("Patient: Jane Smith  DOB 1980-05-20"),
        ["PatientName=Jane Smith", "BirthDate=1980-05-20"]
    );
    assert_eq!(
        of_order("Prescriber: Dr. Johnson   NPI 1234567890"),
        ["Prescriber=Dr. Johnson", "PrescriberNpi=1234567890"]
    );
    assert_eq!(
        of_note("Patient: Mary Johnson MRN789012"),
        ["PatientName=Mary Johnson", "RecordNumber=MRN789012"]
    );
    assert_eq!(
        of_note("Patient: Robert Brown, MRN 123456"),
        ["PatientName=Robert Brown", "RecordNumber=123456"]
    );
    assert_eq!(
        shown(&["VACCINATION CERTIFICATE", "Vaccine: COVID-19 mRNA Vaccine  Lot ABC123"], None),
        ["VaccineName=COVID-19 mRNA Vaccine", "LotNumber=ABC123"]
    );
    // What the label asks for is not there, and still is no name.
    for line in [
        "Patient: Jane Smith DOB unknown",
        "Patient: Jane Smith DOB",
        "Patient: Jane Smith Sex F",
        "Patient: Jane Smith Age 43 Phone 555",
    ] {
        assert_eq!(of_order(line), ["PatientName=Jane Smith"], "{line}");
    }
    assert_eq!(
        of_certificate("Manufacturer: Pfizer Route IM Site Left arm"),
        ["Manufacturer=Pfizer", "Route=IM", "InjectionSite=Left arm"]
    );
    assert_eq!(
        of_certificate("Administered by: Nurse Lamb Clinic City Health"),
        ["Administrator=Nurse Lamb", "HealthcareProvider=City Health"]
    );
}

#[test]
fn a_line_may_have_labels_without_any_colon() {
    assert_eq!(of_order("Qty 30  Refills 5"), ["Quantity=30", "Refills=5"]);
    assert_eq!(
        of_order("Qty 30 tablets Refills 5 Date 2024-01-15"),
        ["Quantity=30", "Refills=5", "DatePrescribed=2024-01-15"]
    );
    assert_eq!(
        of_order("Sig: Take 1 tablet daily Refills 5"),
        ["Directions=Take 1 tablet daily", "Refills=5"]
    );
    assert_eq!(
        of_certificate("Dose 2  2024-01-10  Lot ABC123"),
        ["DoseNumber=2", "LotNumber=ABC123"],
        "a date without a label is none of anything"
    );
    assert_eq!(
        of_certificate("Date given 2024-01-10 14:30 Exp 2025-01-31"),
        ["VaccinationDate=2024-01-10", "VaccineExpiration=2025-01-31"]
    );
}

#[test]
fn a_short_summary_is_read() {
    let texts = [
        "DISCHARGE SUMMARY",
        "Patient: Robert Brown  MRN123456",
        "Admitted 2024-01-10  Discharged 2024-01-15",
        "Primary diagnosis: Acute Myocardial Infarction",
    ];
    let expected = [
        "PatientName=Robert Brown",
        "RecordNumber=MRN123456",
        "AdmissionDate=2024-01-10",
        "DischargeDate=2024-01-15",
        "PrimaryDiagnosis=Acute Myocardial Infarction",
    ];
    for hint in [None, SUMMARY] {
        assert_eq!(shown(&texts, hint), expected);
    }
}

#[test]
fn a_note_has_the_date_of_its_title() {
    let texts = [
        "CLINIC NOTE 2024-01-15 14:30",
        "Patient: Mary Johnson MRN789012",
        "Chief complaint: Chest pain",
        "Plan: stress test in 2 weeks",
    ];
    let expected = [
        "VisitDate=2024-01-15",
        "VisitTime=14:30",
        "PatientName=Mary Johnson",
        "RecordNumber=MRN789012",
        "ChiefComplaint=Chest pain",
        "Plan=stress test in 2 weeks",
    ];
    for hint in [None, NOTES] {
        assert_eq!(shown(&texts, hint), expected);
    }
    let without = ["CLINIC NOTE of yesterday", texts[2], texts[3]];
    assert_eq!(read(&without, None).unwrap_err(), ReadError::NoDevice);
    assert_eq!(
        shown(&["CLINIC NOTE 2024-01-15", texts[2]], None),
        ["VisitDate=2024-01-15", "ChiefComplaint=Chest pain"]
    );
}

#[test]
fn a_prescription_is_read_by_its_sign() {
    let texts = [
        "Dr. Johnson   NPI 1234567890",
        "Patient: Jane Smith  DOB 1980-05-20",
        "Date: 2024-01-15",
        "Rx Lisinopril 10mg",
        "Qty 30  Refills 5",
        "Take 1 tablet daily by mouth",
    ];
    let expected = [
        "PrescriberNpi=1234567890",
        "PatientName=Jane Smith",
        "BirthDate=1980-05-20",
        "DatePrescribed=2024-01-15",
        "Medication=Lisinopril",
        "Quantity=30",
        "Refills=5",
        "Directions=Take 1 tablet daily by mouth",
        "Strength=10mg",
    ];
    assert_eq!(shown(&texts, PRESCRIPTION), expected);
    assert_eq!(
        shown(&["PRESCRIPTION", "Rx Lisinopril 10mg Qty 30"], None),
        ["Medication=Lisinopril", "Quantity=30", "Strength=10mg"]
    );
}

#[test]
fn a_vaccine_may_stand_on_a_line_of_its_own() {
    let page = |line: &'static str| {
        let texts =
            ["VACCINATION CERTIFICATE", "John Doe  1985-03-15", line, "Dose 2  2024-01-10  Lot ABC123"];
        read(&texts, CERTIFICATE).map(|reading| fields_of(&reading))
    };
    for line in [
        "This vaccine was given",
        "Your Vaccine",
        "City Vaccine Center",
        "Date of Vaccine",
        "mRNA Vaccine",
        "Vaccine",
    ] {
        assert_eq!(page(line).unwrap_err(), ReadError::Unreadable, "{line}");
    }
    let texts = [
        "VACCINATION CERTIFICATE",
        "John Doe  1985-03-15",
        "COVID-19 mRNA Vaccine  Pfizer-BioNTech",
        "Dose 2  2024-01-10  Lot ABC123",
    ];
    let expected = [
        "DoseNumber=2",
        "LotNumber=ABC123",
        "VaccineName=COVID-19 mRNA Vaccine",
        "Manufacturer=Pfizer-BioNTech",
    ];
    assert_eq!(shown(&texts, None), expected);
    assert_eq!(read(&texts, None).unwrap().confidence, 0.75);
    // Which of two is meant nobody can tell.
    let two = [texts[0], texts[2], "Influenza Vaccine", texts[3]];
    assert_eq!(read(&two, None).unwrap_err(), ReadError::Unreadable);
}
