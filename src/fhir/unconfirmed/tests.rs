//! What becomes of what a model said.

use serde_json::{Value, json};

use super::*;
use crate::fhir::codes::sid::{AI_CONFIDENCE, MODEL_ID};
use crate::fhir::validate::validate;

fn by() -> By {
    By {
        author: json!({ "reference": "Practitioner/5", "display": "Alice" }),
        now: "2026-11-22T11:00:00Z".parse().unwrap(),
    }
}

fn label() -> Value {
    ARTIFICIAL_INTELLIGENCE_ASSERTED.coding()
}

/// A tumor that a model saw.
fn finding() -> Value {
    json!({
        "resourceType": "Observation", "status": "preliminary",
        "meta": { "security": [label(), { "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R" }],
            "tag": [{ "system": "https://hygeia.health/fhir/CodeSystem/record-state", "code": "ai-generated" }] },
        "code": { "text": "Neoplasm of brain" }, "valueBoolean": true,
        "interpretation": [{ "coding": [{ "code": "POS" }] }],
        "method": { "coding": [{ "system": MODEL_ID, "code": "brain-mri@1#ab" }] },
        "device": { "reference": "Device/model-1" },
        "component": [{ "code": { "coding": [{ "code": "confidence" }] }, "valueQuantity": { "value": 0.97 } }],
    })
}

/// A pressure that a model read.
fn pressure() -> Value {
    let part = |name: &str, value: i32, sure: f64| {
        json!({ "extension": [{ "url": AI_CONFIDENCE, "valueDecimal": sure }], "code": { "text": name },
            "valueQuantity": { "value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" } })
    };
    json!({
        "resourceType": "Observation", "status": "preliminary", "meta": { "security": [label()] },
        "code": { "text": "Blood pressure" }, "performer": [{ "reference": "Organization/7" }],
        "method": { "text": "Display" }, "device": { "reference": "Device/8" },
        "component": [part("Systolic", 128, 0.91), part("Diastolic", 76, 0.5)],
    })
}

fn edit(place: &str, value: &str) -> Edit {
    Edit { place: place.to_owned(), value: value.to_owned() }
}

fn valid(resource: &Value) {
    assert_eq!(validate(resource).map_err(|issues| format!("{issues:?}")).err(), None, "{resource}");
}

#[test]
fn what_is_labelled_and_stands_is_unconfirmed() {
    let mut one = finding();
    assert!(is_unconfirmed(&one));
    for (status, is_open) in [("amended", true), ("entered-in-error", false), ("cancelled", false)] {
        one["status"] = status.into();
        assert_eq!(is_unconfirmed(&one), is_open, "{status}");
    }
    one["meta"] = json!({});
    one["status"] = "preliminary".into();
    assert!(!is_unconfirmed(&one), "nobody says that a model made it");
}

#[test]
fn what_is_confirmed_is_the_persons_and_keeps_other_labels() {
    let after = confirmed(finding(), &by());
    assert_eq!((&after["status"], &after["performer"][0]["display"]), (&json!("final"), &json!("Alice")));
    assert_eq!(after["meta"]["security"].as_array().unwrap().len(), 1, "it stays restricted");
    assert_eq!(after["device"]["reference"], "Device/model-1", "that a model made it stays true");
    let after = confirmed(pressure(), &by());
    assert_eq!(after["performer"][1]["reference"], "Organization/7", "for whom it was made");
    assert_eq!(after.get("meta"), None);
    let report = json!({ "resourceType": "DiagnosticReport", "status": "amended", "meta": { "security": [label()] },
        "code": { "text": "x" }, "presentedForm": [{ "contentType": "application/pdf" }],
        "conclusion": "Glioma. Proposed by the model x 1; no person has confirmed it." });
    let after = confirmed(report, &by());
    assert_eq!(
        (&after["status"], &after["conclusion"], after.get("presentedForm")),
        (&json!("amended"), &json!("Glioma. Proposed by the model x 1; a person has confirmed it."), None)
    );
    valid(&after);
}

#[test]
fn what_is_withdrawn_says_why_and_is_nobodys() {
    let after = withdrawn(finding(), "An artefact.", &by());
    assert_eq!(
        (&after["status"], &after["note"][0]["text"]),
        (&json!("entered-in-error"), &json!("An artefact."))
    );
    assert!(is_labelled(&after) && !is_unconfirmed(&after));
    assert_eq!(after.get("performer"), None);
    valid(&after);
}

#[test]
fn a_value_is_put_right_and_how_sure_the_model_was_of_it_goes() {
    let after =
        corrected(&pressure(), &[edit("component.1", "67"), edit("component.0", "128")], "Misread.", &by());
    let after = after.unwrap().unwrap();
    assert_eq!(after["status"], "amended");
    assert_eq!(after["component"][1]["valueQuantity"]["value"], 67);
    assert_eq!(after["component"][1].get("extension"), None);
    assert_eq!(after["component"][0], pressure()["component"][0], "as it was");
    assert_eq!(
        (&after["device"]["reference"], &after["note"][0]["text"]),
        (&json!("Device/8"), &json!("Misread."))
    );
    valid(&after);
    assert_eq!(
        corrected(&pressure(), &[edit("component.1", " 76 ")], "", &by()),
        Ok(None),
        "nothing is other"
    );
}

#[test]
fn what_was_said_of_the_old_number_goes_with_it() {
    let mut sugar = json!({
        "resourceType": "Observation", "status": "preliminary", "meta": { "security": [label()] },
        "code": { "text": "Glucose" }, "interpretation": [{ "text": "low" }],
        "valueQuantity": { "value": 40, "comparator": "<", "unit": "mg/dL",
            "extension": [{ "url": "https://hygeia.health/fhir/StructureDefinition/shown-as", "valueString": "LO" }] },
    });
    assert_eq!(stated(&sugar)[0].value, "< 40");
    assert_eq!(corrected(&sugar, &[edit("value", "< 40")], "", &by()), Ok(None), "nobody touched it");
    let after = corrected(&sugar, &[edit("value", "40")], "", &by()).unwrap().unwrap();
    assert_eq!(after["valueQuantity"], json!({ "value": 40, "unit": "mg/dL" }), "it is no longer below that");
    assert_eq!(after.get("interpretation"), None);
    valid(&after);
    sugar["component"] = pressure()["component"].clone();
    sugar["component"][0]["interpretation"] = json!([{ "text": "high" }]);
    let after = corrected(&sugar, &[edit("component.0", "120")], "", &by()).unwrap().unwrap();
    assert_eq!((after.get("interpretation"), after["component"][0].get("interpretation")), (None, None));
    assert_eq!(after["valueQuantity"], sugar["valueQuantity"], "as it was");
}

#[test]
fn words_that_no_form_sends_back_are_not_changed() {
    let long = "x".repeat(201);
    for (words, kind) in [
        ("left lung", Kind::Words),
        ("left\nlung", Kind::Fixed),
        (" left", Kind::Fixed),
        ("left ", Kind::Fixed),
        (&*long, Kind::Fixed),
    ] {
        let told = json!({ "code": { "text": "Place" }, "valueString": words });
        assert_eq!(stated(&told)[0].kind, kind, "{words:?}");
    }
}

#[test]
fn what_is_not_there_after_all_tells_nothing_of_a_model() {
    let after = corrected(&finding(), &[edit("value", "no")], "", &by()).unwrap().unwrap();
    assert_eq!(
        (&after["valueBoolean"], &after["interpretation"][0]["coding"][0]["code"]),
        (&json!(false), &json!("NEG"))
    );
    for name in ["method", "device", "component", "note"] {
        assert_eq!(after.get(name), None, "{name}");
    }
    assert_eq!(after["meta"].get("tag"), None);
    valid(&after);
}

#[test]
fn what_is_no_value_is_refused() {
    for (place, value, told) in [
        ("component.0", "high", "Systolic must be a number of at most 20 characters"),
        ("component.0", "", "Systolic must be a number of at most 20 characters"),
        ("component.0", "123456789012345678901", "Systolic must be a number of at most 20 characters"),
        ("component.7", "1", "there is no such value to change"),
        ("value", "1", "there is no such value to change"),
        ("component.x", "1", "there is no such value to change"),
    ] {
        let refused = corrected(&pressure(), &[edit(place, value)], "", &by()).unwrap_err();
        assert_eq!(refused.to_string(), told, "{place}={value}");
    }
    let refused = corrected(&finding(), &[edit("value", "perhaps")], "", &by()).unwrap_err();
    assert_eq!(refused.to_string(), "Neoplasm of brain must be yes or no");
}
