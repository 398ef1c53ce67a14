//! What belongs to a patient. <https://hl7.org/fhir/R4/compartmentdefinition-patient.html>

use crate::fhir::ResourceType;
use crate::fhir::chain::points_at;
use crate::fhir::definitions::{compartment, search_parameter};
use crate::fhir::search_parameter::SearchKind;
use crate::fhir::search_values;
use crate::records::index::{self, BINARY, SECURITY_CONTEXT};
use crate::storage::address::{address, qualifier};
use crate::storage::search::{Condition, TermTest};

const PATIENT: &str = "Patient";

/// Parameters by which a type that R4 has in no patient's compartment may name one: `Device.patient`, `Task.for` ...
const NAMING: [&str; 2] = ["patient", "subject"];

/// Types of which no resource is about a patient: who works where, what things are, and what definitions say. Who may see one patient
/// may see them, as far as a scope names them. Left out is what may hold anything: `Binary`, `Bundle`, `MessageHeader` ...
const OF_NOBODY: [&str; 61] = [
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
];

/// Whether no resource of the type is about a patient.
pub fn is_of_nobody(resource_type: ResourceType) -> bool {
    OF_NOBODY.contains(&resource_type.as_str())
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
    if resource_type.as_str() == BINARY {
        return vec![index::slot(resource_type, SECURITY_CONTEXT)];
    }
    let mut slots = Vec::new();
    for code in parameters(resource_type) {
        let parameter = search_parameter(resource_type, code);
        let parameter = parameter.filter(|parameter| parameter.kind == SearchKind::Reference);
        let to_patients = parameter.zip(ResourceType::parse(PATIENT));
        if !to_patients.is_some_and(|(parameter, patient)| points_at(resource_type, parameter, patient)) {
            continue;
        }
        let sources = search_values::sources(resource_type, code).into_iter();
        let sources = sources.filter(|source| source.target.is_none_or(|only| only == PATIENT));
        slots.extend(sources.map(|source| index::slot(resource_type, source.code)));
    }
    slots.sort_unstable();
    slots.dedup();
    slots
}

/// That a resource of the type belongs to one of the patients; none where no resource of the type belongs to any.
pub fn belongs(resource_type: ResourceType, patients: &[i64]) -> Option<Condition> {
    let slots = slots(resource_type);
    let tests = slots.iter().flat_map(|slot| {
        patients.iter().map(|patient| TermTest { slot: *slot, value: Some(*patient), qualifier: None })
    });
    let points = Condition::Term(tests.collect());
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

/// That a Binary belongs to what may belong to a patient, which it does not tell itself; none of other types.
pub fn may_belong(resource_type: ResourceType) -> Option<Condition> {
    let slot = slots(resource_type).into_iter().find(|_| resource_type.as_str() == BINARY)?;
    let any = Condition::Term(vec![TermTest { slot, value: None, qualifier: None }]);
    Some(Condition::All(vec![any, Condition::Not(Box::new(belongs_to_any(resource_type)?))]))
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
            "Bundle",
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
