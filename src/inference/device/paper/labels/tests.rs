//! Labels of which letters were misread.

use super::*;

fn field(text: &str) -> Option<FieldName> {
    blurred(DeviceKind::VaccineCertificate, text)?.field
}

#[test]
fn a_doubtful_label_is_one_fields_or_none() {
    for text in [
        "Dose",
        "Vaccination",
        "Ada Lindgren",
        "Lee Valley Vaccination Hub",
        "Batch 1234 number",
        "Member State of",
    ] {
        assert_eq!(field(text), None, "{text}");
    }
    for (text, name) in [
        ("Var cinating neaith pifessional", FieldName::Administrator),
        ("Vacolnation centre", FieldName::HealthcareProvider),
        ("Dato of bith (DD.MM.YYYY)", FieldName::BirthDate),
    ] {
        assert_eq!(field(text), Some(name), "{text}");
    }
}
