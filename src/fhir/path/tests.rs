use serde_json::{Value, json};

use super::{Expression, PathFault};
use crate::fhir::definitions::{
    all_search_parameters, definition, resource_types, search_parameters, type_named,
};

fn found(text: &str, resource: &Value) -> Vec<Value> {
    let root = type_named(resource["resourceType"].as_str().unwrap()).unwrap();
    let mut values = Vec::new();
    for lane in Expression::compile(text, root).unwrap().lanes() {
        lane.visit(resource, &mut |value| values.push(value.clone()));
    }
    values
}

#[test]
fn what_is_not_understood_is_refused() {
    let compile = |text: &str| Expression::compile(text, type_named("Patient").unwrap()).unwrap_err();
    let element = |name: &str| PathFault::Element(name.to_owned());
    for (text, name) in [
        ("Patient.nickname", "nickname"),
        ("Patient.name.first", "first"),
        ("Patient.birthDate.year", "year"),
        ("Patient..name", ""),
        ("Patient.name.", ""),
        ("Patient.telecom.where(kind='phone').value", "kind"),
        ("Patient.birthDate.where(value='x')", "value"),
    ] {
        assert_eq!(compile(text), element(name), "{text}");
    }
    for (text, piece) in [
        ("", ""),
        ("Patient.name |", ""),
        ("Patient.name.first()", "first()"),
        ("Patient.name.where(use)", "where(use)"),
        ("Patient.name.where(use!='old')", "where(use!='old')"),
        ("Patient.name.where(use='a' and text='b')", "where(use='a' and text='b')"),
        ("Patient.name.where(period.start='2020')", "where(period.start='2020')"),
        ("Patient.link.other.where(resolve() is Dog)", "where(resolve() is Dog)"),
        ("Patient.name[x]", "name[x]"),
        ("Patient.name[0]]", "name[0]]"),
        ("(Patient.deceased", "(Patient.deceased"),
        ("(Patient.deceased as boolean)x", "x"),
        ("Patient.deceased.exists() and Patient.active", "Patient.active"),
    ] {
        assert_eq!(compile(text), PathFault::Piece(piece.to_owned()), "{text}");
    }
}

#[test]
fn an_expression_that_stands_for_too_many_paths_is_refused() {
    let text = "Patient.extension.value.extension.value.extension.value.extension.value";
    assert_eq!(Expression::compile(text, type_named("Patient").unwrap()).unwrap_err(), PathFault::Wide);
}

#[test]
fn every_expression_of_the_specification_compiles_for_every_type_that_has_it() {
    let mut compiled = 0;
    for resource_type in resource_types() {
        for parameter in search_parameters(resource_type) {
            let expression = Expression::compile(&parameter.expression, definition(resource_type).unwrap());
            let lanes = expression.map(|expression| expression.lanes().len());
            assert!(matches!(lanes, Ok(1..)), "{resource_type} {}: {lanes:?}", parameter.code);
            compiled += 1;
        }
    }
    assert_eq!((all_search_parameters().len(), compiled), (1391, 2598));
}

#[test]
fn a_branch_for_another_type_gives_nothing() {
    let patient = json!({"resourceType": "Patient", "birthDate": "1980"});
    assert_eq!(found("Person.birthDate | Patient.birthDate", &patient), [json!("1980")]);
    assert!(found("Person.birthDate", &patient).is_empty());
    let id = json!({"resourceType": "Patient", "id": "1"});
    assert_eq!(found("Resource.id", &id), [json!("1")]);
}

#[test]
fn arrays_are_spread_and_an_index_picks_one() {
    let bundle = json!({"resourceType": "Bundle", "entry": [
        {"resource": {"resourceType": "Basic"}}, {"resource": {"resourceType": "Patient"}}]});
    assert_eq!(found("Bundle.entry[0].resource", &bundle), [json!({"resourceType": "Basic"})]);
    assert_eq!(found("Bundle.entry.resource", &bundle).len(), 2);
    let patient = json!({"resourceType": "Patient", "name": [{"given": ["a", "b"]}, {"family": "c"}, {"given": ["d"]}]});
    assert_eq!(found("Patient.name.given", &patient), ["a", "b", "d"]);
}

#[test]
fn a_choice_is_followed_in_all_its_types_or_one() {
    let observation = json!({"resourceType": "Observation", "valueCodeableConcept": {"text": "x"}});
    assert_eq!(found("(Observation.value as CodeableConcept).text", &observation), ["x"]);
    assert_eq!(found("Observation.value", &observation).len(), 1);
    assert_eq!(found("Observation.value.as(CodeableConcept)", &observation).len(), 1);
    assert!(found("Observation.value.ofType(Quantity)", &observation).is_empty());
    let patient = json!({"resourceType": "Patient", "extension": [
        {"url": "http://a.example/x", "valueCoding": {"code": "y"}}, {"url": "http://a.example/z", "valueCoding": {"code": "n"}}]});
    for text in [
        "Patient.extension.where(url='http://a.example/x').value.code",
        "(Patient.extension.where(url='http://a.example/x').value as Coding).code",
    ] {
        assert_eq!(found(text, &patient), ["y"], "{text}");
    }
}

#[test]
fn filters_keep_what_fits() {
    let patient = json!({"resourceType": "Patient",
        "telecom": [{"system": "email", "value": "a"}, {"system": "phone", "value": "b"}, {"value": "c"}],
        "generalPractitioner": [
            {"reference": "Practitioner/1"}, {"reference": "https://a.example/Practitioner/2/_history/1"},
            {"reference": "Organization/3"}, {"type": "Practitioner", "identifier": {"value": "4"}},
            {"reference": "urn:uuid:5", "type": "Practitioner"}, {"display": "6"}],
        "extension": [{"url": "http://a.example/x", "valueString": "x"}, {"url": "http://a.example/y"}]});
    assert_eq!(found("Patient.telecom.where(system='phone').value", &patient), ["b"]);
    assert_eq!(found("Patient.generalPractitioner.where(resolve() is Practitioner)", &patient).len(), 4);
    assert_eq!(found("Patient.extension('http://a.example/x').value", &patient), ["x"]);
    let answers = json!({"resourceType": "QuestionnaireResponse", "item": [
        {"linkId": "1", "extension": [{"url": "http://a.example/s"}], "answer": [{"valueReference": {"reference": "Patient/1"}}]},
        {"linkId": "2", "answer": [{"valueReference": {"reference": "Patient/2"}}]}]});
    assert_eq!(
        found(
            "QuestionnaireResponse.item.where(hasExtension('http://a.example/s')).answer.value.ofType(Reference)",
            &answers
        ),
        [json!({"reference": "Patient/1"})]
    );
}

#[test]
fn a_relative_path_starts_at_the_type_itself() {
    let component = type_named("Observation.component").unwrap();
    let value = json!({"valueQuantity": {"value": 1}});
    let mut count = 0;
    for lane in Expression::compile("value.as(Quantity)", component).unwrap().lanes() {
        lane.visit(&value, &mut |_| count += 1);
    }
    assert_eq!(count, 1);
}
