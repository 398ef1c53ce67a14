use super::{TypeKind, TypeRef, all_search_parameters, is_resource_type, resource_types, search_parameters};
use super::{definition, search_parameter, type_named};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::fhir::primitive::Primitive;

fn resource_type(name: &str) -> ResourceType {
    ResourceType::parse(name).unwrap()
}

#[test]
fn abstract_types_and_datatypes_are_no_resource_types() {
    assert!(!is_resource_type("DomainResource"));
    assert!(!is_resource_type("HumanName"));
    assert!(is_resource_type("Patient"));
}

#[test]
fn the_index_holds_all_of_r4_and_views() {
    assert_eq!(resource_types().filter(|one| one.is_of_r4()).count(), 146);
    assert_eq!(resource_types().len(), 147);
    assert_eq!(all_search_parameters().len(), 1391);
    let mut names: Vec<_> = resource_types().map(ResourceType::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, resource_types().map(ResourceType::as_str).collect::<Vec<_>>());
}

#[test]
fn every_type_fits_the_walk_that_validates_it() {
    for resource_type in resource_types() {
        let mut seen = vec![];
        let mut next = vec![definition(resource_type).unwrap()];
        while let Some(type_) = next.pop() {
            assert!(type_.elements.len() <= 128, "{} has more elements than bits", type_.name);
            let nested = type_.elements.iter().flat_map(|element| &element.types);
            for type_ref in nested.map(|element_type| element_type.type_ref) {
                if let TypeRef::Complex(id) = type_ref
                    && !seen.contains(&id)
                {
                    seen.push(id);
                    next.push(id.definition());
                }
            }
        }
    }
}

#[test]
fn elements_have_their_cardinality_types_and_codes() {
    let patient = definition(resource_type("Patient")).unwrap();
    let names: Vec<_> = patient.elements.iter().take(9).map(|element| element.name).collect();
    let inherited =
        ["id", "meta", "implicitRules", "language", "text", "contained", "extension", "modifierExtension"];
    assert_eq!(names, [&inherited[..], &["identifier"]].concat());

    let id = patient.property("id").unwrap();
    assert_eq!(id.element_type.type_ref, TypeRef::Primitive(Primitive::Id));
    let gender = patient.property("gender").unwrap().element;
    assert!(!gender.required && !gender.many && gender.summary && !gender.modifier);
    let set = gender.value_set.unwrap();
    assert_eq!(set.url(), "http://hl7.org/fhir/ValueSet/administrative-gender");
    assert_eq!(set.system_of("male"), Some("http://hl7.org/fhir/administrative-gender"));
    assert_eq!(set.system_of("Male"), None);

    let deceased = patient.property("deceasedDateTime").unwrap();
    assert!(deceased.element.choice && deceased.element.modifier);
    assert_eq!((deceased.element.name, deceased.element_type.name), ("deceased", "dateTime"));
    assert!(patient.property("deceased").is_none());
    assert!(patient.property("deceasedString").is_none());

    let subject = type_named("Observation").unwrap().property("subject").unwrap();
    assert_eq!(subject.element_type.targets, ["Device", "Group", "Location", "Patient"]);
}

#[test]
fn nested_groups_and_references_to_other_groups_are_types() {
    let item = type_named("Questionnaire.item").unwrap();
    assert_eq!(item.kind, TypeKind::Group);
    let TypeRef::Complex(again) = item.property("item").unwrap().element_type.type_ref else {
        panic!("an item has items")
    };
    assert_eq!(again.definition().name, "Questionnaire.item");
    assert!(type_named("Timing.repeat").unwrap().property("modifierExtension").is_none());
    assert!(type_named("Patient.contact").unwrap().property("modifierExtension").is_some());
    assert!(type_named("Age").unwrap().property("value").is_some());
}

#[test]
fn a_type_has_its_own_parameters_and_the_inherited_ones() {
    let codes: Vec<_> = search_parameters(resource_type("Binary")).iter().map(|p| &*p.code).collect();
    assert_eq!(codes, ["_id", "_lastUpdated", "_profile", "_security", "_source", "_tag"]);

    assert!(search_parameter(resource_type("Observation"), "birthdate").is_none());
    let patient = search_parameter(resource_type("Observation"), "patient").unwrap();
    assert_eq!(patient.url(), "http://hl7.org/fhir/SearchParameter/clinical-patient");
    assert_eq!(patient.targets, ["Patient", "Group"]);
    let pair = search_parameter(resource_type("Observation"), "code-value-quantity").unwrap();
    let components: Vec<_> =
        pair.components.iter().map(|part| (part.definition().into_owned(), &*part.expression)).collect();
    assert_eq!(
        components,
        [
            ("http://hl7.org/fhir/SearchParameter/clinical-code".to_owned(), "code"),
            (
                "http://hl7.org/fhir/SearchParameter/Observation-value-quantity".to_owned(),
                "value.as(Quantity)"
            ),
        ]
    );
}

#[test]
fn the_codes_of_issues_are_those_of_the_specification() {
    let code = type_named("OperationOutcome.issue").unwrap().property("code").unwrap();
    let all = &code.element.value_set.unwrap().systems[0].1;
    let ours = [
        IssueType::Invalid,
        IssueType::Structure,
        IssueType::Required,
        IssueType::Value,
        IssueType::Invariant,
        IssueType::Security,
        IssueType::Login,
        IssueType::Unknown,
        IssueType::Expired,
        IssueType::Forbidden,
        IssueType::Suppressed,
        IssueType::Processing,
        IssueType::NotSupported,
        IssueType::Duplicate,
        IssueType::MultipleMatches,
        IssueType::NotFound,
        IssueType::Deleted,
        IssueType::TooLong,
        IssueType::CodeInvalid,
        IssueType::Extension,
        IssueType::TooCostly,
        IssueType::BusinessRule,
        IssueType::Conflict,
        IssueType::Transient,
        IssueType::LockError,
        IssueType::NoStore,
        IssueType::Exception,
        IssueType::Timeout,
        IssueType::Incomplete,
        IssueType::Throttled,
        IssueType::Informational,
    ];
    let mut ours = ours.map(IssueType::as_str);
    let mut all = all.clone();
    ours.sort_unstable();
    all.sort_unstable();
    assert_eq!(ours.as_slice(), all);
}
