//! The vendor's own example of each of the 15 types: every documented field survives, by its name, in its JSON type.

use super::*;
use crate::inference::device::Form;
use crate::vendors::smartscan::device_types;
use crate::vendors::smartscan::measures::{Entry, Group, shape};

const EXAMPLES: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/smartscan/documented.json"));

/// The fields of documents that are no section, by the vendor's names.
const PRINTED: [(&str, FieldName); 44] = [
    ("patientName", FieldName::PatientName),
    ("dateOfBirth", FieldName::BirthDate),
    ("patientDOB", FieldName::BirthDate),
    ("patientAddress", FieldName::PatientAddress),
    ("medicalRecordNumber", FieldName::RecordNumber),
    ("vaccineName", FieldName::VaccineName),
    ("manufacturer", FieldName::Manufacturer),
    ("vaccinationDate", FieldName::VaccinationDate),
    ("lotNumber", FieldName::LotNumber),
    ("administrator", FieldName::Administrator),
    ("healthcareProvider", FieldName::HealthcareProvider),
    ("doseNumber", FieldName::DoseNumber),
    ("routeOfAdministration", FieldName::Route),
    ("injectionSite", FieldName::InjectionSite),
    ("nextDueDate", FieldName::NextDueDate),
    ("visDate", FieldName::InformationStatementDate),
    ("vaccineExpiration", FieldName::VaccineExpiration),
    ("prescriber", FieldName::Prescriber),
    ("prescriberNPI", FieldName::PrescriberNpi),
    ("prescriberDEA", FieldName::PrescriberDea),
    ("pharmacy", FieldName::Pharmacy),
    ("datePrescribed", FieldName::DatePrescribed),
    ("medication", FieldName::Medication),
    ("genericName", FieldName::GenericName),
    ("brandName", FieldName::MedicineBrand),
    ("strength", FieldName::Strength),
    ("quantity", FieldName::Quantity),
    ("directions", FieldName::Directions),
    ("refills", FieldName::Refills),
    ("daysSupply", FieldName::DaysSupply),
    ("ndcNumber", FieldName::DrugCode),
    ("diagnosis", FieldName::Diagnosis),
    ("genericSubstitution", FieldName::Substitution),
    ("admissionDate", FieldName::AdmissionDate),
    ("dischargeDate", FieldName::DischargeDate),
    ("attendingPhysician", FieldName::AttendingPhysician),
    ("disposition", FieldName::Disposition),
    ("visitDate", FieldName::VisitDate),
    ("visitTime", FieldName::VisitTime),
    ("visitType", FieldName::VisitType),
    ("provider", FieldName::Clinician),
    ("condition", FieldName::ConditionAtDischarge),
    ("procedures", FieldName::Procedures),
    ("secondaryDiagnoses", FieldName::SecondaryDiagnoses),
];

/// The documented examples by type.
fn examples() -> Vec<(DeviceKind, Value)> {
    let all: Value = serde_json::from_str(EXAMPLES).unwrap();
    let all = all.as_object().unwrap();
    all.iter().map(|(id, example)| (device_types::parse(id).unwrap(), example.clone())).collect()
}

/// The reading that the example is the answer to.
fn reading_of(kind: DeviceKind, example: &Value) -> DeviceReading {
    let mut fields = Vec::new();
    let mut add = |name: FieldName, units: &[Unit], value: &Value, unit: Option<&Value>| {
        let shown = |known: &&Unit| unit.is_none_or(|unit| unit == known.symbol());
        let unit = units.iter().find(shown).copied();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let value = match name.form() {
            Form::Number => Read::Number { digits: value.as_number().unwrap().to_string(), unit },
            Form::Text => Read::Text(text(value)),
            Form::Flag => Read::Flag(value.as_bool().unwrap()),
            Form::List => Read::List(value.as_array().unwrap().iter().map(text).collect()),
        };
        fields.push(read(name, value));
    };
    let at = |name: &str| example.pointer(&format!("/{}", name.replace('.', "/")));
    match shape(kind) {
        Shape::Display(display) => {
            let components = |group: &'static Group| {
                group.value.iter().chain(group.components.iter().map(|(_, entry)| entry))
            };
            let properties = display.properties.iter().map(|(_, entry)| entry);
            let mut entries: Vec<&Entry> =
                display.groups.iter().flat_map(components).chain(properties).collect();
            entries.sort_by_key(|entry| entry.name);
            entries.dedup_by_key(|entry| entry.name);
            for entry in entries {
                let unit = entry.unit_name.and_then(at);
                if let Some(value) = at(entry.name) {
                    add(entry.field, entry.units, value, unit);
                }
            }
            for (name, field, _) in display.elements {
                add(*field, &[], at(name).unwrap(), None);
            }
        }
        Shape::Prose(layout) => {
            for section in layout.sections {
                add(section.field, &[], at(section.name).unwrap(), None);
            }
            let sections: Vec<_> = layout.sections.iter().map(|section| section.name).collect();
            for (name, field) in PRINTED.iter().filter(|(name, _)| !sections.contains(name)) {
                at(name).into_iter().for_each(|value| add(*field, &[], value, None));
            }
        }
        Shape::VaccineCertificate | Shape::Prescription => {
            for (name, field) in PRINTED {
                at(name).into_iter().for_each(|value| add(field, &[], value, None));
            }
        }
    }
    reading(kind, fields)
}

#[test]
fn every_documented_example_comes_back_as_it_is() {
    let examples = examples();
    assert_eq!(examples.len(), 15);
    for (kind, example) in examples {
        let mut reading = reading_of(kind, &example);
        reading.brand = None;
        assert_eq!(extracted(&reading), example, "{kind:?}");
        let patient = Context { patient: Some("pat".to_owned()), ..context() };
        let answer = from_fhir::reading::extraction(&stored(&reading, &patient)).unwrap();
        assert_eq!(Value::from(answer.data.extracted_data), example, "{kind:?} of a patient");
    }
}

#[test]
fn each_field_alone_comes_back_alone_or_is_no_reading() {
    for (kind, example) in examples() {
        let whole = reading_of(kind, &example);
        for field in &whole.fields {
            let mut reading = reading(kind, vec![field.clone()]);
            reading.brand = None;
            let asked = Asked::default();
            if resources(&reading, image(), &asked, &context()).is_none() {
                continue;
            }
            let answer = extracted(&reading);
            let names = answer.as_object().unwrap();
            assert!((1..=2).contains(&names.len()), "{kind:?} {:?}: {answer}", field.name);
            for (name, value) in names {
                let documented = &example[name];
                let same = value == documented
                    || value.as_object().is_some_and(|value| {
                        value.iter().all(|(member, value)| documented[member] == *value)
                    });
                assert!(same, "{kind:?} {:?}: {answer}", field.name);
            }
        }
    }
}

#[test]
fn what_every_result_of_a_patient_says() {
    for (kind, example) in examples() {
        let context = Context { patient: Some("pat".to_owned()), ..context() };
        for resource in stored(&reading_of(kind, &example), &context) {
            let resource_type = resource["resourceType"].as_str().unwrap();
            if ["Task", "Media", "Device", "Provenance"].contains(&resource_type) {
                continue;
            }
            assert_eq!(resource["meta"]["security"][0]["code"], "AIAST", "{kind:?} {resource_type}");
            let subject =
                if resource["patient"].is_null() { &resource["subject"] } else { &resource["patient"] };
            assert_eq!(subject["reference"], "Patient/pat", "{kind:?} {resource_type}");
            if let Some(status) = resource["status"].as_str() {
                let open = ["preliminary", "unknown", "current", "completed"];
                assert!(open.contains(&status), "{kind:?} {resource_type} {status}");
                assert_eq!(status == "completed", resource_type == "Immunization");
            }
        }
    }
}
