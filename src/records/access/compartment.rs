//! What belongs to a patient. <https://hl7.org/fhir/R4/compartmentdefinition-patient.html>

use std::collections::BTreeSet;

use crate::fhir::ResourceType;
use crate::fhir::chain::points_at;
use crate::fhir::definitions::{compartment, search_parameter};
use crate::fhir::search_parameter::SearchKind;
use crate::fhir::search_values;
use crate::records::Version;
use crate::records::index::{self, BINARY, BUNDLE, PATIENTS, SECURITY_CONTEXT};
use crate::storage::address::{address, qualifier};
use crate::storage::index_entries::{IndexEntries, TermEntry};
use crate::storage::search::{Condition, TermTest};

pub const PATIENT: &str = "Patient";

/// Parameters by which a type that R4 has in no patient's compartment may name one: `Device.patient`, `Task.for` ...
const NAMING: [&str; 2] = ["patient", "subject"];

/// Types of which no resource is about a patient: who works where, what things are, and what definitions say. Who may see one patient
/// may see them, as far as a scope names them. Left out is what may hold anything: `MessageHeader`, `Parameters`, `Linkage` ...
const OF_NOBODY: [&str; 62] = [
    "ActivityDefinition",
    "CapabilityStatement",
    "ChargeItemDefinition",
    "CodeSystem",
    "CompartmentDefinition",
    "ConceptMap",
    "DeviceDefinition",
    "EffectEvidenceSynthesis",
    "Endpoint",
    "EventDefinition",
    "Evidence",
    "EvidenceVariable",
    "ExampleScenario",
    "GraphDefinition",
    "HealthcareService",
    "ImplementationGuide",
    "InsurancePlan",
    "Library",
    "Location",
    "Measure",
    "Medication",
    "MedicationKnowledge",
    "MedicinalProduct",
    "MedicinalProductAuthorization",
    "MedicinalProductContraindication",
    "MedicinalProductIndication",
    "MedicinalProductIngredient",
    "MedicinalProductInteraction",
    "MedicinalProductManufactured",
    "MedicinalProductPackaged",
    "MedicinalProductPharmaceutical",
    "MedicinalProductUndesirableEffect",
    "MessageDefinition",
    "NamingSystem",
    "ObservationDefinition",
    "OperationDefinition",
    "Organization",
    "OrganizationAffiliation",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Questionnaire",
    "ResearchDefinition",
    "ResearchElementDefinition",
    "ResearchStudy",
    "RiskEvidenceSynthesis",
    "SearchParameter",
    "Slot",
    "SpecimenDefinition",
    "StructureDefinition",
    "StructureMap",
    "Substance",
    "SubstanceNucleicAcid",
    "SubstancePolymer",
    "SubstanceProtein",
    "SubstanceReferenceInformation",
    "SubstanceSourceMaterial",
    "SubstanceSpecification",
    "TerminologyCapabilities",
    "TestScript",
    "ValueSet",
    "ViewDefinition",
];

/// Whether no resource of the type is about a patient.
pub fn is_of_nobody(resource_type: ResourceType) -> bool {
    OF_NOBODY.contains(&resource_type.as_str())
}

/// The patients that a resource belongs to, by what it is found by.
pub fn patients_within(
    resource_type: ResourceType,
    id: Option<&str>,
    entries: &IndexEntries,
) -> BTreeSet<i64> {
    let (slots, of_patients) = (slots(resource_type), qualifier(PATIENT));
    let names = |term: &&TermEntry| slots.contains(&term.slot) && term.qualifier == of_patients;
    let own = id.filter(|_| resource_type.as_str() == PATIENT).map(patient);
    entries.terms.iter().filter(names).map(|term| term.value).chain(own).collect()
}

/// The parameters by which resources of a type name the patients that they belong to.
fn parameters(resource_type: ResourceType) -> Vec<&'static str> {
    let patient = ResourceType::parse(PATIENT);
    let members = patient.and_then(compartment).map(|found| found.members.as_slice()).unwrap_or_default();
    match members.iter().find(|(name, _)| *name == resource_type.as_str()) {
        Some((_, parameters)) => parameters.clone(),
        None => NAMING.to_vec(),
    }
}

/// The slots in which resources of a type name the patients that they belong to.
fn slots(resource_type: ResourceType) -> Vec<i32> {
    match resource_type.as_str() {
        BINARY => return vec![index::slot(resource_type, SECURITY_CONTEXT)],
        BUNDLE => return vec![index::slot(resource_type, PATIENTS)],
        _ => {}
    }
    let mut slots = Vec::new();
    for code in parameters(resource_type) {
        slots.extend(slots_of(resource_type, code));
    }
    slots.sort_unstable();
    slots.dedup();
    slots
}

/// The slots of one of the parameters, as far as its values may be patients.
fn slots_of(resource_type: ResourceType, code: &str) -> Vec<i32> {
    let parameter = search_parameter(resource_type, code);
    let parameter = parameter.filter(|parameter| parameter.kind == SearchKind::Reference);
    let to_patients = parameter.zip(ResourceType::parse(PATIENT));
    if !to_patients.is_some_and(|(parameter, patient)| points_at(resource_type, parameter, patient)) {
        return Vec::new();
    }
    let sources = search_values::sources(resource_type, code).into_iter();
    let sources = sources.filter(|source| source.target.is_none_or(|only| only == PATIENT));
    sources.map(|source| index::slot(resource_type, source.code)).collect()
}

fn tests(slot: i32, patients: &[i64]) -> impl Iterator<Item = TermTest> {
    patients.iter().map(move |patient| TermTest { slot, value: Some(*patient), qualifier: None })
}

/// That a resource of the type belongs to one of the patients; none where no resource of the type belongs to any.
pub fn belongs(resource_type: ResourceType, patients: &[i64]) -> Option<Condition> {
    let slots = slots(resource_type);
    let points = Condition::Term(slots.iter().flat_map(|slot| tests(*slot, patients)).collect());
    if resource_type.as_str() == PATIENT {
        return Some(Condition::any(vec![points, Condition::Address(patients.to_vec())]));
    }
    (!slots.is_empty()).then_some(points)
}

/// That a resource of the type belongs to some patient; none where no resource of the type does.
pub fn belongs_to_any(resource_type: ResourceType) -> Option<Condition> {
    if resource_type.as_str() == PATIENT {
        return Some(Condition::Type(vec![PATIENT]));
    }
    let of_patients = Some(qualifier(PATIENT));
    let test = |slot| TermTest { slot, value: None, qualifier: of_patients };
    let tests: Vec<_> = slots(resource_type).into_iter().map(test).collect();
    (!tests.is_empty()).then_some(Condition::Term(tests))
}

/// That a resource of the type is about one of the patients, and not only by them or in their presence; none where R4 does not tell
/// one from the other, or no resource of the type belongs to any.
pub fn is_about(resource_type: ResourceType, patients: &[i64]) -> Option<Condition> {
    if resource_type.as_str() == PATIENT {
        return Some(Condition::Address(patients.to_vec()));
    }
    let slots = NAMING.iter().flat_map(|code| slots_of(resource_type, code));
    let tests: Vec<_> = slots.flat_map(|slot| tests(slot, patients)).collect();
    if tests.is_empty() { belongs(resource_type, patients) } else { Some(Condition::Term(tests)) }
}

/// The patients that a version belongs to.
pub fn patients(version: &Version, entries: &IndexEntries) -> BTreeSet<i64> {
    let resource_type = ResourceType::parse(&version.resource_type);
    resource_type.map(|one| patients_within(one, Some(&version.id), entries)).unwrap_or_default()
}

/// The address of the Patient with this id.
pub fn patient(id: &str) -> i64 {
    address(PATIENT, id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::definitions::resource_types;

    #[test]
    fn a_type_is_about_patients_or_about_nobody_and_few_are_neither() {
        let neither = |one: &ResourceType| slots(*one).is_empty() && !is_of_nobody(*one);
        let neither: Vec<_> = resource_types().filter(neither).map(ResourceType::as_str).collect();
        let expected = [
            "BiologicallyDerivedProduct",
            "CatalogEntry",
            "DeviceMetric",
            "EnrollmentResponse",
            "Linkage",
            "MessageHeader",
            "OperationOutcome",
            "Parameters",
            "PaymentNotice",
            "PaymentReconciliation",
            "Subscription",
            "TestReport",
            "VerificationResult",
        ];
        assert_eq!(neither, expected);
        let both = |one: &ResourceType| !slots(*one).is_empty() && is_of_nobody(*one);
        assert_eq!(resource_types().filter(both).count(), 0);
    }
}
