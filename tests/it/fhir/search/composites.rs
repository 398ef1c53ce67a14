//! Composite parameters. <https://hl7.org/fhir/R4/search.html#composite>

use serde_json::{Value, json};

use super::Named;
use crate::harness::Server;

fn quantity(value: u32) -> Value {
    json!({ "value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" })
}

fn concept(code: &str) -> Value {
    json!({ "coding": [{ "system": "http://loinc.org", "code": code }, { "code": format!("x{code}") }] })
}

fn blood_pressure(systolic: u32, diastolic: u32) -> Value {
    json!({ "resourceType": "Observation", "status": "final", "code": concept("85354-9"), "component": [
        { "code": concept("8480-6"), "valueQuantity": quantity(systolic) },
        { "code": concept("8462-4"), "valueQuantity": quantity(diastolic) }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_composites_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (query, refusal) in [
        ("code-value-quantity=a", "value: code-value-quantity must be [value]$[value]"),
        ("code-value-quantity=a$1$2", "value: code-value-quantity must be [value]$[value]"),
        ("code-value-quantity=a$", "value: code-value-quantity must be [value]$[value]"),
        ("code-value-quantity=a$b", "value: code-value-quantity must be a number, with or without a prefix"),
        (
            "component-code-value-quantity=a%7C$1",
            "value: component-code-value-quantity must be [code] or [system]|[code] before the first $",
        ),
        (
            "component-code-value-concept=a$b%7C",
            "value: component-code-value-concept must be [code] or [system]|[code] after the $",
        ),
        (
            "code-value-quantity:not=a$1",
            "not-supported: the modifier \"not\" is not supported for code-value-quantity",
        ),
        (
            "code-value-quantity:missing=true",
            "not-supported: the modifier \"missing\" is not supported for code-value-quantity",
        ),
    ] {
        assert_eq!(fhir.get(&format!("/Observation?{query}")).await.refused(400), [refusal], "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_must_stand_in_one_occurrence() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    named.store("high", &blood_pressure(107, 60)).await;
    named.store("odd", &blood_pressure(60, 107)).await;
    let pulse = json!({ "resourceType": "Observation", "status": "final", "code": concept("8480-6"), "valueQuantity": quantity(107) });
    named.store("plain", &pulse).await;
    for (query, found) in [
        ("component-code-value-quantity=http://loinc.org%7C8480-6$gt100", "high"),
        ("component-code-value-quantity=8480-6$107", "high"),
        ("component-code-value-quantity=8480-6$107%7Chttp://unitsofmeasure.org%7Cmm[Hg]", "high"),
        ("component-code-value-quantity=x8480-6$107", "high"),
        ("component-code-value-quantity=%7Cx8480-6$107", "high"),
        ("component-code-value-quantity=%7C8480-6$107", ""),
        ("component-code-value-quantity=http://other%7C8480-6$107", ""),
        ("component-code-value-quantity=8480-6$107,8462-4$107", "high odd"),
        ("component-code-value-quantity=8480-6$gt50&component-code-value-quantity=8462-4$lt100", "high"),
        ("combo-code-value-quantity=8480-6$107", "high plain"),
        ("code-value-quantity=http://loinc.org%7C8480-6$107", "plain"),
        ("code-value-quantity=8480-6$107%7C%7CmmHg", "plain"),
        ("code-value-quantity=8480-6$lt107", ""),
    ] {
        assert_eq!(named.found(&format!("/Observation?{query}")).await, found, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_part_is_compared() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    let observation = |key: &str, value: Value| {
        let mut observation =
            json!({ "resourceType": "Observation", "status": "final", "code": concept("a") });
        observation[key] = value;
        observation
    };
    named.store("concept", &observation("valueCodeableConcept", concept("yes"))).await;
    named.store("date", &observation("valueDateTime", "2020-05-17".into())).await;
    named.store("text", &observation("valueString", "Größe".into())).await;
    for (query, found) in [
        ("code-value-concept=a$http://loinc.org%7Cyes", "concept"),
        ("code-value-concept=a$no", ""),
        ("code-value-date=a$2020-05", "date"),
        ("code-value-date=a$gt2020-06", ""),
        ("code-value-string=a$gro", "text"),
        (r"code-value-string=a$\$", ""),
    ] {
        assert_eq!(named.found(&format!("/Observation?{query}")).await, found, "{query}");
    }
    let reference = |code: &str, target: &str| {
        json!({ "resourceType": "DocumentReference", "status": "current", "content": [{ "attachment": { "title": "x" } }],
            "relatesTo": [{ "code": code, "target": { "reference": target } }] })
    };
    named.store("replaces", &reference("replaces", "DocumentReference/1")).await;
    named.store("appends", &reference("appends", "DocumentReference/1")).await;
    for value in [
        "DocumentReference/1$replaces",
        "1$replaces",
        "1$http://hl7.org/fhir/document-relationship-type%7Creplaces",
    ] {
        assert_eq!(
            named.found(&format!("/DocumentReference?relationship={value}")).await,
            "replaces",
            "{value}"
        );
    }
    let sequence = json!({ "resourceType": "MolecularSequence", "coordinateSystem": 0,
        "referenceSeq": { "chromosome": concept("1"), "windowStart": 100, "windowEnd": 200 },
        "variant": [{ "start": 10, "end": 20 }, { "start": 30, "end": 40 }] });
    named.store("sequence", &sequence).await;
    for (query, found) in [
        ("chromosome-window-coordinate=1$lt150$gt150", "sequence"),
        ("chromosome-window-coordinate=1$gt150$gt150", ""),
        ("chromosome-variant-coordinate=1$ge10$le20", "sequence"),
        ("chromosome-variant-coordinate=1$ge30$le20", ""),
        ("chromosome-variant-coordinate=2$ge10$le20", ""),
    ] {
        assert_eq!(named.found(&format!("/MolecularSequence?{query}")).await, found, "{query}");
    }
}
