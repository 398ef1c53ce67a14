//! `:in`, `:not-in`, `:above` and `:below` on tokens, and units. <https://hl7.org/fhir/R4/search.html#modifiers>

use serde_json::{Value, json};

use super::{Named, stored};
use crate::harness::Server;

const SYSTEM: &str = "http://a.example/cs";

fn coded(code: &str) -> Value {
    json!({ "resourceType": "Observation", "status": "final", "code": { "coding": [{ "system": SYSTEM, "code": code }] } })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir, &json!({ "resourceType": "CodeSystem", "status": "active", "content": "complete", "url": SYSTEM, "concept": [{ "code": "a" }] })).await;
    for (query, refusal) in [
        ("code:in=http://b.example/vs", "not-found: the value set \"http://b.example/vs\" is not known"),
        ("code:in=ValueSet/none", "not-found: the value set \"ValueSet/none\" is not known"),
        ("code:below=a", "value: code:below must be [system]|[code]"),
        (
            "code:below=http://b.example%7Ca",
            "not-found: the code system \"http://b.example\" is not known, so nothing can be told of its codes",
        ),
        (
            "code:above=http://a.example/cs%7Cz",
            "code-invalid: code:above: \"http://a.example/cs\" has no code \"z\"",
        ),
    ] {
        assert_eq!(fhir.get(&format!("/Observation?{query}")).await.refused(400), [refusal], "{query}");
    }
    let some = server.fhir_with("system/Observation.s").await;
    assert_eq!(some.get("/Observation?code:in=http://b.example/vs").await.status, 403);
    assert_eq!(some.get("/Observation?code:below=http://a.example/cs%7Ca").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn value_sets_and_hierarchies_that_are_stored_are_used() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let code_system = json!({ "resourceType": "CodeSystem", "status": "active", "content": "complete", "url": SYSTEM,
        "concept": [{ "code": "a", "concept": [{ "code": "b", "concept": [{ "code": "c" }] }] }, { "code": "d" }] });
    stored(&fhir, &code_system).await;
    let value_set = |url: &str, compose: Value| json!({ "resourceType": "ValueSet", "status": "active", "url": url, "compose": compose });
    let below_b = json!({ "include": [{ "system": SYSTEM, "filter": [{ "property": "concept", "op": "is-a", "value": "b" }] }] });
    let id = stored(&fhir, &value_set("http://a.example/vs", below_b)).await;
    let nested = json!({ "include": [{ "valueSet": ["http://a.example/vs"] }, { "system": SYSTEM, "concept": [{ "code": "d" }] }] });
    stored(&fhir, &value_set("http://a.example/nested", nested)).await;
    stored(&fhir, &value_set("http://a.example/all", json!({ "include": [{ "system": SYSTEM }] }))).await;
    let mut named = Named::new(&fhir);
    for code in ["a", "b", "c", "d"] {
        named.store(code, &coded(code)).await;
    }
    named.store("other", &json!({ "resourceType": "Observation", "status": "final", "code": { "coding": [{ "code": "b" }] } })).await;
    for (query, found) in [
        ("code:in=http://a.example/vs".to_owned(), "b c"),
        (format!("code:in=ValueSet/{id}"), "b c"),
        (format!("code:in=http://127.0.0.1:8080/fhir/ValueSet/{id}"), "b c"),
        ("code:in=http://a.example/nested".to_owned(), "b c d"),
        ("code:in=http://a.example/all".to_owned(), "a b c d"),
        ("code:not-in=http://a.example/vs".to_owned(), "a d other"),
        ("code:below=http://a.example/cs%7Cb".to_owned(), "b c"),
        ("code:above=http://a.example/cs%7Cb".to_owned(), "a b"),
        ("status:in=http://hl7.org/fhir/ValueSet/observation-status".to_owned(), "a b c d other"),
        ("_filter=code+ss+http://a.example/cs%7Cb".to_owned(), "b c"),
    ] {
        assert_eq!(named.found(&format!("/Observation?{query}")).await, found, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_are_found_in_units_that_measure_the_same() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    for (name, value, code) in [
        ("mg", "5.4", "mg"),
        ("g", "0.0054", "g"),
        ("kg", "5.4", "kg"),
        ("rate", "1", "mg/min"),
        ("hourly", "60", "mg/h"),
    ] {
        let text = format!(
            r#"{{"resourceType":"Observation","status":"final","code":{{"text":"x"}},"valueQuantity":{{"value":{value},"unit":"{code}","system":"http://unitsofmeasure.org","code":"{code}"}}}}"#
        );
        named.store(name, &serde_json::from_str(&text).unwrap()).await;
    }
    let ucum = "http://unitsofmeasure.org";
    for (value, found) in [
        (format!("5.4%7C{ucum}%7Cmg"), "g mg"),
        (format!("0.0054%7C{ucum}%7Cg"), "g mg"),
        (format!("gt1%7C{ucum}%7Cg"), "kg"),
        (format!("le5400%7C{ucum}%7Cug"), "g mg"),
        (format!("1%7C{ucum}%7Cmg/min"), "hourly rate"),
        (format!("5.4%7C{ucum}%7Cmol"), ""),
        (format!("1%7C{ucum}%7Cwidgets"), ""),
        ("5.4%7C%7Cmg".to_owned(), "mg"),
        ("5.4".to_owned(), "kg mg"),
    ] {
        assert_eq!(named.found(&format!("/Observation?value-quantity={value}")).await, found, "{value}");
    }
}
