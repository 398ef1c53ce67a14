//! What the vendor calls the fields of a reading, kind by kind: by the tables of displays and prose, and of the two documents that are
//! one resource.

use super::measures::{self, Display, Shape};
use super::sections::Layout;
use crate::inference::device::{DeviceKind, FieldName};

/// A field and its name; a point parts an object's name from its member's.
type Named = (FieldName, &'static str);

const CERTIFICATE: [Named; 14] = [
    (FieldName::PatientName, "patientName"),
    (FieldName::BirthDate, "dateOfBirth"),
    (FieldName::VaccineName, "vaccineName"),
    (FieldName::Manufacturer, "manufacturer"),
    (FieldName::VaccinationDate, "vaccinationDate"),
    (FieldName::LotNumber, "lotNumber"),
    (FieldName::Administrator, "administrator"),
    (FieldName::HealthcareProvider, "healthcareProvider"),
    (FieldName::DoseNumber, "doseNumber"),
    (FieldName::Route, "routeOfAdministration"),
    (FieldName::InjectionSite, "injectionSite"),
    (FieldName::NextDueDate, "nextDueDate"),
    (FieldName::InformationStatementDate, "visDate"),
    (FieldName::VaccineExpiration, "vaccineExpiration"),
];

const PRESCRIPTION: [Named; 19] = [
    (FieldName::PatientName, "patientName"),
    (FieldName::BirthDate, "patientDOB"),
    (FieldName::PatientAddress, "patientAddress"),
    (FieldName::Prescriber, "prescriber"),
    (FieldName::PrescriberNpi, "prescriberNPI"),
    (FieldName::PrescriberDea, "prescriberDEA"),
    (FieldName::Pharmacy, "pharmacy"),
    (FieldName::DatePrescribed, "datePrescribed"),
    (FieldName::Medication, "medication"),
    (FieldName::GenericName, "genericName"),
    (FieldName::MedicineBrand, "brandName"),
    (FieldName::Strength, "strength"),
    (FieldName::Quantity, "quantity"),
    (FieldName::Directions, "directions"),
    (FieldName::Refills, "refills"),
    (FieldName::DaysSupply, "daysSupply"),
    (FieldName::DrugCode, "ndcNumber"),
    (FieldName::Diagnosis, "diagnosis"),
    (FieldName::Substitution, "genericSubstitution"),
];

/// What documents in prose say beside their sections; each kind documents some of it.
const VISIT: [Named; 11] = [
    (FieldName::PatientName, "patientName"),
    (FieldName::BirthDate, "patientDOB"),
    (FieldName::RecordNumber, "medicalRecordNumber"),
    (FieldName::AdmissionDate, "admissionDate"),
    (FieldName::DischargeDate, "dischargeDate"),
    (FieldName::AttendingPhysician, "attendingPhysician"),
    (FieldName::Disposition, "disposition"),
    (FieldName::VisitDate, "visitDate"),
    (FieldName::VisitTime, "visitTime"),
    (FieldName::Clinician, "provider"),
    (FieldName::VisitType, "visitType"),
];

/// What the vendor calls a field of that kind; none where it documents nothing of the sort.
#[must_use]
pub fn name(kind: DeviceKind, field: FieldName) -> Option<&'static str> {
    match measures::shape(kind) {
        Shape::Display(display) => of_display(display, field),
        Shape::VaccineCertificate => listed(&CERTIFICATE, field),
        Shape::Prescription => listed(&PRESCRIPTION, field),
        Shape::Prose(layout) => of_prose(layout, field),
    }
}

fn listed(names: &[Named], field: FieldName) -> Option<&'static str> {
    names.iter().find(|(of, _)| *of == field).map(|(_, name)| *name)
}

fn of_display(display: &Display, field: FieldName) -> Option<&'static str> {
    let components = display.groups.iter().flat_map(|group| group.components.iter().map(|(_, entry)| entry));
    let values = display.groups.iter().filter_map(|group| group.value.as_ref());
    let properties = display.properties.iter().map(|(_, entry)| entry);
    let entries = values.chain(components).chain(properties).map(|entry| (entry.field, entry.name));
    let elements = display.elements.iter().map(|(name, of, _)| (*of, *name));
    entries.chain(elements).find(|(of, _)| *of == field).map(|(_, name)| name)
}

fn of_prose(layout: &Layout, field: FieldName) -> Option<&'static str> {
    let section = layout.sections.iter().find(|section| section.field == field);
    section.map(|section| section.name).or_else(|| listed(&VISIT, field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendors::smartscan::device_types;

    #[test]
    fn every_name_is_one_that_the_vendor_documents() {
        let documented = |id: &str| {
            let found = device_types::ALL.iter().find(|device_type| device_type.id == id);
            found.map(|device_type| device_type.fields).unwrap()
        };
        for (names, id) in [(&CERTIFICATE[..], "vaccine-certificate"), (&PRESCRIPTION[..], "prescription")] {
            let names: Vec<_> = names.iter().map(|(_, name)| *name).collect();
            assert_eq!(names, documented(id));
        }
        let prose = [documented("discharge-summary"), documented("clinical-notes")].concat();
        assert!(VISIT.iter().all(|(_, name)| prose.contains(name)));
    }

    #[test]
    fn fields_are_named_by_the_kind_that_shows_them() {
        for (kind, field, expected) in [
            (DeviceKind::BloodPressure, FieldName::Systolic, Some("systolic")),
            (DeviceKind::GlucoseMeter, FieldName::AverageOf7Days, Some("averages.7day")),
            (DeviceKind::PregnancyTest, FieldName::LotNumber, Some("lotNumber")),
            (DeviceKind::Prescription, FieldName::BirthDate, Some("patientDOB")),
            (DeviceKind::VaccineCertificate, FieldName::BirthDate, Some("dateOfBirth")),
            (DeviceKind::ClinicalNotes, FieldName::Plan, Some("plan")),
            (DeviceKind::ClinicalNotes, FieldName::Clinician, Some("provider")),
            (DeviceKind::Scale, FieldName::Systolic, None),
        ] {
            assert_eq!(name(kind, field), expected, "{kind:?}");
        }
    }
}
