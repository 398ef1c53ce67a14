//! Rules of layout on pages made by hand: first what is left out, then what is read.

use super::fixtures::{Placed, said};
use crate::inference::device::DeviceKind::{
    ClinicalNotes, DischargeSummary, Prescription, VaccineCertificate,
};

const H: f32 = 24.0;

fn has(page: &str, field: &str) -> Option<String> {
    let field = format!("{field}: ");
    page.lines().find_map(|line| line.strip_prefix(field.as_str())).map(str::to_owned)
}

#[test]
fn of_several_options_nothing_is_read() {
    let page = said(
        VaccineCertificate,
        &[
            ("Vaccination record", 80.0, 40.0, 30.0),
            ("Patient: Ada Lindgren", 80.0, 120.0, H),
            ("Vaccine: Influenza", 80.0, 180.0, H),
            ("Lot no: AB1234", 80.0, 240.0, H),
            ("Route", 80.0, 300.0, H),
            ("IM", 240.0, 300.0, H),
            ("SC", 320.0, 300.0, H),
            ("Dose", 80.0, 360.0, H),
            ("1", 240.0, 360.0, H),
            ("2", 320.0, 360.0, H),
            ("3", 400.0, 360.0, H),
        ],
    );
    assert_eq!((has(&page, "Route"), has(&page, "DoseNumber")), (None, None), "{page}");
    assert_eq!(has(&page, "LotNumber").as_deref(), Some("AB1234"), "{page}");
}

#[test]
fn earlier_doses_are_not_this_one() {
    let page = said(
        VaccineCertificate,
        &[
            ("Vaccination certificate", 80.0, 40.0, 30.0),
            ("Name: Ada Lindgren", 80.0, 100.0, H),
            ("Vaccine: Nuvaxovid", 80.0, 160.0, H),
            ("Dose number: 2", 80.0, 220.0, H),
            ("Date of vaccination: 2024-03-04", 80.0, 280.0, H),
            ("Earlier doses", 80.0, 380.0, H),
            ("Dose number: 1", 80.0, 440.0, H),
            ("Date of vaccination: 2023-03-04", 80.0, 500.0, H),
        ],
    );
    assert_eq!(has(&page, "DoseNumber").as_deref(), Some("2"), "{page}");
    assert_eq!(has(&page, "VaccinationDate").as_deref(), Some("2024-03-04"), "{page}");
}

#[test]
fn a_colon_among_the_values_is_the_labels() {
    let page = said(
        DischargeSummary,
        &[
            ("Discharge summary", 80.0, 40.0, 30.0),
            ("Name", 80.0, 100.0, H),
            (": TAN MEI LING", 300.0, 100.0, H),
            ("MRN", 80.0, 130.0, H),
            (": HR2789315", 300.0, 130.0, H),
            ("Discharge Date", 80.0, 160.0, H),
            (": 04 Mar 2024", 300.0, 160.0, H),
            ("Procedures", 80.0, 200.0, H),
            (": Appendicectomy", 300.0, 200.0, H),
            ("Drug Allergy", 80.0, 240.0, H),
            (": Aspirin", 300.0, 240.0, H),
        ],
    );
    assert_eq!(has(&page, "PatientName").as_deref(), Some("TAN MEI LING"), "{page}");
    assert_eq!(has(&page, "DischargeDate").as_deref(), Some("2024-03-04"), "{page}");
    assert_eq!(has(&page, "Procedures").as_deref(), Some("Appendicectomy"), "{page}");
}

#[test]
fn a_label_on_two_lines_is_one_and_its_values_are_a_list() {
    let page = said(
        DischargeSummary,
        &[
            ("Discharge summary", 80.0, 40.0, 30.0),
            ("Primary diagnosis", 80.0, 120.0, H),
            ("Pneumonia", 400.0, 120.0, H),
            ("Comorbidities and", 80.0, 170.0, H),
            ("Asthma", 400.0, 170.0, H),
            ("complications", 80.0, 200.0, H),
            ("Hypertension", 400.0, 200.0, H),
            ("Diet", 80.0, 250.0, H),
            ("High protein diet with supplements and fluids each day", 400.0, 250.0, H),
        ],
    );
    assert_eq!(has(&page, "SecondaryDiagnoses").as_deref(), Some("Asthma | Hypertension"), "{page}");
    assert_eq!(has(&page, "PrimaryDiagnosis").as_deref(), Some("Pneumonia"), "{page}");
}

const TABLE: &[Placed<'_>] = &[
    ("Prescription", 80.0, 40.0, 30.0),
    ("Patient: Ada Lindgren", 80.0, 110.0, H),
    ("Medicine", 80.0, 200.0, H),
    ("Directions", 420.0, 200.0, H),
    ("Quantity", 820.0, 200.0, H),
    ("Repeats", 1000.0, 200.0, H),
    ("Enalapril (Renitec) 10 mg", 80.0, 250.0, H),
    ("Take one tablet at night", 420.0, 250.0, H),
    ("56", 820.0, 250.0, H),
    ("5", 1000.0, 250.0, H),
    ("tablet", 80.0, 276.0, H),
    ("Fluoxetine (Prozac) 20 mg", 80.0, 330.0, H),
    ("Take one capsule daily", 420.0, 330.0, H),
    ("30", 820.0, 330.0, H),
    ("2", 1000.0, 330.0, H),
    ("capsule", 80.0, 356.0, H),
];

#[test]
fn a_table_is_read_by_its_first_item_whose_cells_may_go_on_below() {
    let page = said(Prescription, TABLE);
    let read =
        ["Medication", "GenericName", "MedicineBrand", "Strength", "Directions", "Quantity", "Refills"]
            .map(|field| has(&page, field).unwrap_or_default());
    assert_eq!(
        read,
        ["Enalapril", "Enalapril", "Renitec", "10 mg", "Take one tablet at night", "56", "5"],
        "{page}"
    );
}

#[test]
fn diagnoses_in_a_table_are_told_by_their_rank() {
    let page = said(
        DischargeSummary,
        &[
            ("Discharge summary", 80.0, 40.0, 30.0),
            ("Patient: Ada Lindgren", 80.0, 100.0, H),
            ("Type", 80.0, 200.0, H),
            ("ICD-10", 300.0, 200.0, H),
            ("Description", 500.0, 200.0, H),
            ("Secondary", 80.0, 235.0, H),
            ("I10", 300.0, 235.0, H),
            ("Essential hypertension", 500.0, 235.0, H),
            ("Principal", 80.0, 270.0, H),
            ("J18.9", 300.0, 270.0, H),
            ("Pneumonia", 500.0, 270.0, H),
        ],
    );
    assert_eq!(has(&page, "PrimaryDiagnosis").as_deref(), Some("Pneumonia"), "{page}");
    assert_eq!(has(&page, "SecondaryDiagnoses").as_deref(), Some("Essential hypertension"), "{page}");
}

fn letter(greeting: &'static str) -> String {
    said(
        DischargeSummary,
        &[
            ("Dr Padraig Mulvaney", 80.0, 40.0, H),
            ("The Medical Centre, Main Street", 80.0, 75.0, H),
            ("Re: Ms Sinead Costigan, DOB 24/07/1965", 80.0, 150.0, H),
            (greeting, 80.0, 220.0, H),
            ("Diagnosis: Unstable angina", 80.0, 290.0, H),
            ("Diet: Low in salt", 80.0, 340.0, H),
            ("Activity: No driving for four weeks", 80.0, 390.0, H),
        ],
    )
}

#[test]
fn to_whom_a_letter_is_addressed_treated_nobody() {
    for greeting in ["Dear Doctor,", "Dear Dr Mulvaney,", "Dear Colleague"] {
        assert_eq!(has(&letter(greeting), "AttendingPhysician"), None, "{greeting}");
    }
}

#[test]
fn in_whose_care_a_patient_was_is_told() {
    let page = said(
        DischargeSummary,
        &[
            ("Discharge summary", 80.0, 40.0, 30.0),
            ("Diagnosis: Unstable angina", 80.0, 120.0, H),
            ("She was admitted to the ward under the care of", 80.0, 220.0, H),
            ("Prof Orla Heffernan on 23 October 2024 and discharged on", 80.0, 250.0, H),
            ("29 October 2024.", 80.0, 280.0, H),
        ],
    );
    assert_eq!(has(&page, "AttendingPhysician").as_deref(), Some("Prof Orla Heffernan"), "{page}");
    assert_eq!(has(&page, "AdmissionDate").as_deref(), Some("2024-10-23"), "{page}");
    assert_eq!(has(&page, "DischargeDate").as_deref(), Some("2024-10-29"), "{page}");
}

#[test]
fn of_two_medicines_the_seconds_number_is_not_the_firsts() {
    let page = said(
        Prescription,
        &[
            ("Prescription", 80.0, 40.0, 30.0),
            ("Patient: Ada Lindgren", 80.0, 110.0, H),
            ("DOB: 1980-01-20", 80.0, 150.0, H),
            ("Date: 2024-02-20", 80.0, 190.0, H),
            ("Amoxicillin 500 mg capsule", 80.0, 260.0, H),
            ("Ibuprofen 400 mg tablet", 80.0, 300.0, H),
            ("20 tablets", 80.0, 340.0, H),
        ],
    );
    assert_eq!(has(&page, "Quantity"), None, "{page}");
}

#[test]
fn letters_beside_sections_are_their_labels() {
    let page = said(
        ClinicalNotes,
        &[
            ("Progress note", 80.0, 40.0, 30.0),
            ("S", 80.0, 130.0, 44.0),
            ("Two days of ear pain with fever.", 180.0, 120.0, H),
            ("O", 80.0, 250.0, 44.0),
            ("Temp 38.1 C, pulse 96", 180.0, 240.0, H),
            ("A", 80.0, 370.0, 44.0),
            ("Acute otitis media, left", 180.0, 355.0, H),
            ("P", 80.0, 490.0, 44.0),
            ("Amoxicillin for ten days.", 180.0, 475.0, H),
        ],
    );
    assert_eq!(has(&page, "Assessment").as_deref(), Some("Acute otitis media, left"), "{page}");
    assert_eq!(has(&page, "Plan").as_deref(), Some("Amoxicillin for ten days"), "{page}");
}

#[test]
fn captions_in_small_type_are_no_values() {
    let page = said(
        Prescription,
        &[
            ("Prescription", 80.0, 20.0, 30.0),
            ("Medication: Ramipril 5 mg tablet", 80.0, 80.0, H),
            ("Patient: Ada Lindgren", 80.0, 120.0, H),
            ("Address", 80.0, 200.0, 18.0),
            ("Membership number", 620.0, 200.0, 18.0),
            ("9 Elm Road, Orange NSW 2800", 80.0, 220.0, H),
            ("2967 47287 9", 620.0, 220.0, H),
            ("PBS", 80.0, 262.0, H),
        ],
    );
    assert_eq!(has(&page, "PatientAddress").as_deref(), Some("9 Elm Road, Orange NSW 2800"), "{page}");
}
