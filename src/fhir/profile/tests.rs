//! A profile of Observation with what profiles are made of.

use chrono::{TimeZone, Utc};
use serde_json::{Value, json};

use super::{Profile, Profiles, Verdict, broken};

/// Like the published profiles of blood pressure: one component a code, a pattern, a binding, a rule, a type.
fn definition() -> Value {
    let slice = |name: &str, code: &str| {
        json!([
            { "id": format!("Observation.component:{name}"), "path": "Observation.component", "min": 1, "max": "1", "type": [{ "code": "BackboneElement" }] },
            { "id": format!("Observation.component:{name}.code"), "path": "Observation.component.code", "min": 1, "max": "1",
              "type": [{ "code": "CodeableConcept" }], "patternCodeableConcept": { "coding": [{ "system": "http://loinc.org", "code": code }] } },
            { "id": format!("Observation.component:{name}.value[x]"), "path": "Observation.component.value[x]", "min": 1, "max": "1", "type": [{ "code": "Quantity" }] },
        ])
    };
    let mut elements = json!([
        { "id": "Observation", "path": "Observation", "min": 0, "max": "*",
          "constraint": [{ "key": "x-1", "severity": "error", "human": "A day is told", "expression": "effective.exists()" }] },
        { "id": "Observation.status", "path": "Observation.status", "min": 1, "max": "1", "type": [{ "code": "code" }], "fixedCode": "final" },
        { "id": "Observation.category", "path": "Observation.category", "min": 1, "max": "*", "type": [{ "code": "CodeableConcept" }],
          "binding": { "strength": "required", "valueSet": "urn:categories" } },
        { "id": "Observation.subject", "path": "Observation.subject", "min": 1, "max": "1",
          "type": [{ "code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Patient"] }] },
        { "id": "Observation.value[x]", "path": "Observation.value[x]", "min": 0, "max": "0" },
        { "id": "Observation.component", "path": "Observation.component", "min": 2, "max": "*", "type": [{ "code": "BackboneElement" }],
          "slicing": { "discriminator": [{ "type": "pattern", "path": "code" }], "rules": "closed" } },
    ]);
    for (name, code) in [("systolic", "8480-6"), ("diastolic", "8462-4")] {
        elements.as_array_mut().unwrap().extend(slice(name, code).as_array().unwrap().clone());
    }
    json!({ "resourceType": "StructureDefinition", "url": "http://x/bp", "version": "1", "type": "Observation", "snapshot": { "element": elements } })
}

fn component(code: &str) -> Value {
    json!({ "code": { "coding": [{ "system": "http://loinc.org", "code": code, "display": "x" }] }, "valueQuantity": { "value": 1 } })
}

fn observation() -> Value {
    json!({ "resourceType": "Observation", "status": "final", "code": { "text": "x" }, "category": [{ "coding": [{ "code": "vital-signs" }] }],
        "subject": { "reference": "Patient/a" }, "effectiveDateTime": "2020", "component": [component("8480-6"), component("8462-4")] })
}

fn codes(value_set: &str, _: Option<&str>, code: &str) -> Verdict {
    match (value_set, code) {
        ("urn:categories", "vital-signs") => Verdict::In,
        ("urn:categories", _) => Verdict::Out,
        _ => Verdict::Unknown,
    }
}

fn found(resource: &Value) -> Vec<String> {
    let profile = Profile::read(&definition()).unwrap();
    let now = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
    let issues = broken(resource, &profile, &Profiles::default(), &codes, now);
    let of = |issue: &crate::fhir::outcome::Issue| {
        format!("{} {}", issue.code.as_str(), issue.expression.as_deref().unwrap_or_default())
    };
    issues.iter().map(of).collect()
}

#[test]
fn each_thing_that_a_profile_demands_is_missed() {
    for (name, value, wanted) in [
        ("status", json!("amended"), vec!["value Observation.status"]),
        (
            "category",
            json!([{ "coding": [{ "code": "survey" }] }]),
            vec!["code-invalid Observation.category[0]"],
        ),
        ("category", json!([{ "text": "vital" }]), vec!["code-invalid Observation.category[0]"]),
        ("subject", json!({ "reference": "Group/a" }), vec!["value Observation.subject.reference"]),
        ("subject", Value::Null, vec!["required Observation.subject"]),
        ("effectiveDateTime", Value::Null, vec!["invariant Observation"]),
        ("valueString", json!("x"), vec!["structure Observation.value"]),
        (
            "component",
            json!([component("8480-6")]),
            vec!["required Observation.component", "required Observation.component"],
        ),
        (
            "component",
            json!([component("8480-6"), component("8462-4"), component("8867-4")]),
            vec!["structure Observation.component[2]"],
        ),
        (
            "component",
            json!([component("8480-6"), component("8480-6"), component("8462-4")]),
            vec!["structure Observation.component"],
        ),
        (
            "component",
            json!([component("8480-6"), { "code": component("8462-4")["code"], "valueString": "x" }]),
            vec!["structure Observation.component[1].value"],
        ),
    ] {
        let mut resource = observation();
        if value.is_null() {
            resource.as_object_mut().unwrap().remove(name);
        } else {
            resource[name] = value.clone();
        }
        assert_eq!(found(&resource), wanted, "{name}: {value}");
    }
    assert_eq!(found(&json!({ "resourceType": "Patient" })), ["invalid "]);
}

#[test]
fn what_keeps_a_profile_is_well() {
    assert_eq!(found(&observation()), [""; 0]);
}

#[test]
fn what_is_no_profile_is_refused() {
    let without = |name: &str| {
        let mut definition = definition();
        definition.as_object_mut().unwrap().remove(name);
        Profile::read(&definition).map(|profile| profile.url).map_err(|fault| fault.to_string())
    };
    assert_eq!(without("url"), Err("it has no url or no type of R4".to_owned()));
    assert_eq!(without("snapshot"), Err("it has no snapshot".to_owned()));
    let deep =
        json!({ "url": "u", "type": "Patient", "snapshot": { "element": [{ "id": "a.".repeat(100) }] } });
    assert!(Profile::read(&deep).is_err());
}

#[test]
fn a_profile_is_found_with_its_version_and_without() {
    let mut profiles = Profiles::default();
    assert!(profiles.is_empty());
    profiles.add(Profile::read(&definition()).unwrap());
    assert!(profiles.get("http://x/bp").is_some() && profiles.get("http://x/bp|1").is_some());
    assert!(profiles.get("http://x/bp|2").is_none());
}
