use serde_json::{Value, json};

use super::read::Reader;
use super::{Indexed, Quantity, Reference, Source, Token, is_moment, moment, search_values, sources};
use crate::fhir::ResourceType;
use crate::fhir::date::interval;
use crate::fhir::definitions::{definition, resource_types, search_parameters};
use crate::fhir::path::Expression;
use crate::fhir::search_parameter::SearchKind;

fn of<'a>(resource: &'a Value, code: &str) -> Vec<Indexed<'a>> {
    let resource_type = ResourceType::of(resource).unwrap();
    let values = search_values(resource_type, resource).into_iter();
    values.filter(|value| value.parameter.code == code).map(|value| value.value).collect()
}

fn token<'a>(system: Option<&'a str>, code: &'a str) -> Indexed<'a> {
    Indexed::Token(Token { system, code: Some(code), text: None })
}

fn target(type_name: &str, id: &'static str) -> Option<(ResourceType, &'static str)> {
    Some((ResourceType::parse(type_name).unwrap(), id))
}

#[test]
fn every_parameter_reads_some_type_of_value() {
    let mut without = Vec::new();
    for resource_type in resource_types() {
        for parameter in search_parameters(resource_type) {
            let expression =
                Expression::compile(&parameter.expression, definition(resource_type).unwrap()).unwrap();
            let mut lanes = expression.lanes().iter();
            if !lanes.any(|lane| Reader::of(parameter.kind, &lane.leaf).is_some()) {
                without.push((parameter.kind, &*parameter.code));
            }
        }
    }
    without.retain(|(kind, _)| *kind != SearchKind::Composite);
    assert_eq!(without, []);
}

#[test]
fn a_value_with_nothing_to_compare_gives_nothing() {
    let patient = json!({"resourceType": "Patient", "id": "1", "birthDate": "soon",
        "identifier": [{"use": "old"}], "generalPractitioner": [{"display": "x"}, {"reference": "#contained"}],
        "name": [{"use": "old"}], "telecom": [{"system": "phone"}]});
    let codes: Vec<_> = search_values(ResourceType::of(&patient).unwrap(), &patient)
        .iter()
        .map(|value| &*value.parameter.code)
        .collect();
    assert_eq!(codes, ["_id", "deceased"]);
}

#[test]
fn tokens_of_every_datatype() {
    let patient = json!({"resourceType": "Patient", "id": "1", "active": true, "gender": "male",
        "meta": {"tag": [{"system": "http://a.example", "code": "t", "display": "T"}, {"code": "u"}, {"system": "s"}]},
        "identifier": [{"system": "urn:a", "value": "1"}, {"value": "2"}],
        "telecom": [{"system": "phone", "value": "555"}, {"system": "email", "value": "a@b"}]});
    let special = Some("http://terminology.hl7.org/CodeSystem/special-values");
    assert_eq!(of(&patient, "_id"), [token(None, "1")]);
    assert_eq!(of(&patient, "active"), [token(special, "true")]);
    assert_eq!(of(&patient, "gender"), [token(Some("http://hl7.org/fhir/administrative-gender"), "male")]);
    assert_eq!(
        of(&patient, "_tag"),
        [
            Indexed::Token(Token { system: Some("http://a.example"), code: Some("t"), text: Some("T") }),
            token(None, "u"),
            Indexed::Token(Token { system: Some("s"), code: None, text: None }),
        ]
    );
    assert_eq!(of(&patient, "identifier"), [token(Some("urn:a"), "1"), token(None, "2")]);
    assert_eq!(of(&patient, "phone"), [token(None, "555")]);
    assert_eq!(of(&patient, "telecom"), [token(None, "555"), token(None, "a@b")]);

    let observation = json!({"resourceType": "Observation", "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}, {"code": "hr"}], "text": "Pulse"}});
    assert_eq!(
        of(&observation, "code"),
        [
            token(Some("http://loinc.org"), "8867-4"),
            token(None, "hr"),
            Indexed::Token(Token { system: None, code: None, text: Some("Pulse") }),
        ]
    );
    // A canonical URL and a plain string are tokens in some resources.
    let message = json!({"resourceType": "MessageHeader", "eventUri": "http://a.example/e"});
    assert_eq!(of(&message, "event"), [token(None, "http://a.example/e")]);
}

#[test]
fn whether_a_patient_has_died_is_always_known() {
    let died = |members: Value| {
        let mut patient = json!({"resourceType": "Patient"});
        patient.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        match of(&patient, "deceased").as_slice() {
            [Indexed::Token(Token { code: Some(code), .. })] => *code == "true",
            other => panic!("one token was expected: {other:?}"),
        }
    };
    assert!(!died(json!({})) && !died(json!({"deceasedBoolean": false})));
    assert!(died(json!({"deceasedBoolean": true})) && died(json!({"deceasedDateTime": "2020"})));
}

#[test]
fn references_keep_what_they_say() {
    let observation = json!({"resourceType": "Observation",
        "subject": {"reference": "Patient/1/_history/2", "identifier": {"system": "urn:a", "value": "9"}},
        "performer": [{"reference": "https://a.example/fhir/Organization/3"}, {"reference": "urn:uuid:4"},
            {"identifier": {"value": "5"}}]});
    let subject = Indexed::Reference(Reference {
        target: target("Patient", "1"),
        version: Some("2"),
        url: None,
        kind: None,
        identifier: Some(Token { system: Some("urn:a"), code: Some("9"), text: None }),
    });
    assert_eq!(of(&observation, "subject"), std::slice::from_ref(&subject));
    let found = of(&observation, "performer");
    let none = Reference::default();
    let url = "https://a.example/fhir/Organization/3";
    assert_eq!(
        found,
        [
            Indexed::Reference(Reference { target: target("Organization", "3"), url: Some(url), ..none }),
            Indexed::Reference(Reference { url: Some("urn:uuid:4"), ..none }),
            Indexed::Reference(Reference {
                identifier: Some(Token { system: None, code: Some("5"), text: None }),
                ..none
            }),
        ]
    );
    let device = json!({"resourceType": "Observation", "subject": {"reference": "Device/1"}});
    assert_eq!(of(&device, "subject").len(), 1);
    let measure = json!({"resourceType": "MeasureReport", "measure": "http://a.example/m|1"});
    assert_eq!(
        of(&measure, "measure"),
        [Indexed::Reference(Reference { url: Some("http://a.example/m|1"), ..none })]
    );
    let message = json!({"resourceType": "Bundle", "type": "message", "entry": [
        {"resource": {"resourceType": "MessageHeader", "id": "m"}}]});
    assert_eq!(
        of(&message, "composition"),
        [Indexed::Reference(Reference { target: target("MessageHeader", "m"), ..none })]
    );
}

#[test]
fn values_that_parameters_share_are_with_one_of_them() {
    let of = |resource_type: &str, code: &str| {
        let sources = sources(ResourceType::parse(resource_type).unwrap(), code);
        let one = |s: &Source| s.target.map_or(s.code.to_owned(), |target| format!("{}:{target}", s.code));
        sources.iter().map(one).collect::<Vec<_>>().join(" ")
    };
    for (resource_type, code, wanted) in [
        ("Observation", "patient", "subject:Patient"),
        ("Observation", "combo-code", "code component-code"),
        ("Observation", "combo-value-quantity", "component-value-quantity value-quantity"),
        ("Observation", "code", "code"),
        ("Observation", "date", "date"),
        ("AllergyIntolerance", "patient", "patient"),
        ("Patient", "phone", "phone"),
        ("Patient", "telecom", "telecom"),
        ("Bundle", "message", "composition"),
        ("Patient", "colour", "colour"),
    ] {
        assert_eq!(of(resource_type, code), wanted, "{resource_type}.{code}");
    }
    for resource_type in resource_types() {
        for parameter in search_parameters(resource_type) {
            for source in sources(resource_type, &parameter.code) {
                let end = sources(resource_type, source.code);
                assert_eq!(
                    end,
                    [Source { code: source.code, target: None }],
                    "{resource_type}.{}",
                    parameter.code
                );
            }
        }
    }
}

#[test]
fn types_tell_their_time_by_a_parameter_with_one_value() {
    let of = |name: &str| moment(ResourceType::parse(name).unwrap());
    assert_eq!(of("Observation"), Some("date"));
    assert_eq!(of("MedicationRequest"), Some("authoredon"));
    assert_eq!(of("Condition"), Some("recorded-date"));
    assert_eq!(of("Patient"), None);
    assert_eq!(of("MedicationStatement"), Some("effective"));
}

#[test]
fn what_is_asked_of_the_time_is_asked_of_nothing_else() {
    for resource_type in resource_types() {
        let of_time = search_parameters(resource_type).iter().filter(|p| is_moment(resource_type, &p.code));
        for parameter in of_time {
            let sources = sources(resource_type, &parameter.code);
            assert_eq!(sources.len(), 1, "{resource_type} {}", parameter.code);
        }
    }
}

#[test]
fn dates_become_intervals() {
    let date = |text| Indexed::Date(interval(text).unwrap());
    let observation = |members: Value| {
        let mut resource = json!({"resourceType": "Observation"});
        resource.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        resource
    };
    assert_eq!(of(&observation(json!({"effectiveDateTime": "2013-01"})), "date"), [date("2013-01")]);
    assert_eq!(
        of(&observation(json!({"effectiveInstant": "2013-01-01T00:00:00Z"})), "date"),
        [date("2013-01-01T00:00:00Z")]
    );
    let period = observation(json!({"effectivePeriod": {"start": "2013-01-01", "end": "2013-12-31"}}));
    assert_eq!(of(&period, "date"), [date("2013")]);
    let timing = observation(json!({"effectiveTiming": {"event": ["2013-06", "2013-01"],
        "repeat": {"boundsPeriod": {"start": "2013-03", "end": "2013-12"}}}}));
    assert_eq!(of(&timing, "date"), [date("2013")]);
    let stamped = observation(json!({"meta": {"lastUpdated": "2013-01-01T00:00:00.5Z"}}));
    assert_eq!(of(&stamped, "_lastUpdated"), [date("2013-01-01T00:00:00.5Z")]);
}

#[test]
fn texts_numbers_quantities_and_uris_keep_their_writing() {
    let patient = json!({"resourceType": "Patient", "name": [{"family": "A", "given": ["B", "C"], "text": "D"}],
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-extensions-Patient-mothersMaidenName",
            "valueString": "E"}]});
    let texts = ["A", "B", "C", "D"].map(Indexed::Text);
    assert_eq!(of(&patient, "name"), texts);
    assert_eq!(of(&patient, "mothersMaidenName"), [Indexed::Text("E")]);
    let quantity = |value: &str| -> Value {
        serde_json::from_str(&format!(r#"{{"resourceType":"Observation","valueQuantity":{value}}}"#)).unwrap()
    };
    let plain = quantity(r#"{"value":5.40,"code":"mg","system":"http://unitsofmeasure.org"}"#);
    let amount = Quantity {
        low: Some("5.40"),
        high: Some("5.40"),
        system: Some("http://unitsofmeasure.org"),
        code: Some("mg"),
        unit: None,
    };
    assert_eq!(of(&plain, "value-quantity"), [Indexed::Quantity(amount)]);
    let open = quantity(r#"{"value":5,"comparator":">"}"#);
    let above = Quantity { low: Some("5"), ..Quantity::default() };
    assert_eq!(of(&open, "value-quantity"), [Indexed::Quantity(above)]);
    let risk = json!({"resourceType": "RiskAssessment", "prediction": [{"probabilityDecimal": 0.5}]});
    assert_eq!(of(&risk, "probability"), [Indexed::Number("0.5")]);
    let set = json!({"resourceType": "ValueSet", "url": "http://a.example/v"});
    assert_eq!(of(&set, "url"), [Indexed::Uri("http://a.example/v")]);
}
