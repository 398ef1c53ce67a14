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
async fn definitions_that_are_too_large_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let concept = |code: usize| json!({ "code": code.to_string(), "definition": "x".repeat(900_000) });
    let concepts: Vec<_> = (0..5).map(concept).collect();
    stored(&fhir, &json!({ "resourceType": "CodeSystem", "status": "active", "content": "complete", "url": SYSTEM, "concept": concepts })).await;
    assert_eq!(
        fhir.get("/Observation?code:below=http://a.example/cs%7C1").await.refused(400),
        ["too-costly: the value sets and code systems come to more than 4194304 bytes"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn value_sets_that_name_one_another_often_are_read_once() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let url = |at: usize| format!("http://a.example/vs{at}");
    for at in 0..7 {
        let include = vec![json!({ "valueSet": [url(at + 1)] }); 100];
        stored(&fhir, &json!({ "resourceType": "ValueSet", "status": "active", "url": url(at), "compose": { "include": include } })).await;
    }
    let last = json!({ "include": [{ "system": SYSTEM, "concept": [{ "code": "a" }] }] });
    stored(&fhir, &json!({ "resourceType": "ValueSet", "status": "active", "url": url(7), "compose": last }))
        .await;
    let mut named = Named::new(&fhir);
    named.store("a", &coded("a")).await;
    named.store("b", &coded("b")).await;
    assert_eq!(named.found("/Observation?code:in=http://a.example/vs0").await, "a");
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
async fn a_value_set_tells_nothing_of_a_code_system_that_may_not_be_searched() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir, &json!({ "resourceType": "CodeSystem", "status": "active", "content": "complete", "url": SYSTEM, "concept": [{ "code": "a" }] })).await;
    let is_a = json!({ "include": [{ "system": SYSTEM, "filter": [{ "property": "concept", "op": "is-a", "value": "a" }] }] });
    let listed = json!({ "include": [{ "system": SYSTEM, "concept": [{ "code": "a" }] }] });
    for (url, compose) in [("http://a.example/filtered", is_a), ("http://a.example/listed", listed)] {
        stored(
            &fhir,
            &json!({ "resourceType": "ValueSet", "status": "active", "url": url, "compose": compose }),
        )
        .await;
    }
    let both = server.fhir_with("system/Observation.s system/ValueSet.s").await;
    for query in ["code:in", "code:not-in"] {
        let refused = both.get(&format!("/Observation?{query}=http://a.example/filtered")).await;
        assert_eq!(refused.status, 403, "{query}");
        assert_eq!(both.get(&format!("/Observation?{query}=http://a.example/listed")).await.status, 200);
    }
    let all = server.fhir_with("system/Observation.s system/ValueSet.s system/CodeSystem.s").await;
    assert_eq!(all.get("/Observation?code:in=http://a.example/filtered").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminology_of_the_specification_is_known_without_being_stored() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical";
    let mut named = Named::new(&fhir);
    let condition = json!({ "resourceType": "Condition", "subject": { "display": "x" } });
    named.store("untold", &condition).await;
    for code in ["active", "relapse", "resolved"] {
        let mut condition = condition.clone();
        condition["clinicalStatus"] = json!({ "coding": [{ "system": clinical, "code": code }] });
        named.store(code, &condition).await;
    }
    let not_known =
        |what: &str, url: &str, rest: &str| format!("not-found: the {what} {url:?} is not known{rest}");
    let untold = ", so nothing can be told of its codes";
    for (query, refusal) in [
        (
            "code:in=http://hl7.org/fhir/ValueSet/body-site",
            not_known("code system", "http://snomed.info/sct", untold),
        ),
        ("code:below=http://loinc.org%7C1-8", not_known("code system", "http://loinc.org", untold)),
        (
            "code:in=http://hl7.org/fhir/ValueSet/example-filter",
            not_known("value set", "http://hl7.org/fhir/ValueSet/example-filter", ""),
        ),
        (
            "clinical-status:below=http://terminology.hl7.org/CodeSystem/condition-clinical%7Cwell",
            format!("code-invalid: clinical-status:below: {clinical:?} has no code \"well\""),
        ),
    ] {
        assert_eq!(fhir.get(&format!("/Condition?{query}")).await.refused(400), [refusal], "{query}");
    }
    let value_set = "http://hl7.org/fhir/ValueSet/condition-clinical";
    for (query, found) in [
        (format!("clinical-status:in={value_set}"), "active relapse resolved"),
        (format!("clinical-status:in={value_set}%7C4.0.1"), "active relapse resolved"),
        (format!("clinical-status:not-in={value_set}"), "untold"),
        (format!("clinical-status:below={clinical}%7Cactive"), "active relapse"),
        (format!("clinical-status:above={clinical}%7Crelapse"), "active relapse"),
        (format!("clinical-status:below={clinical}%7Cinactive"), "resolved"),
        ("clinical-status:in=http://terminology.hl7.org/ValueSet/v3-ActCode".to_owned(), ""),
        ("code:in=http://hl7.org/fhir/ValueSet/observation-codes".to_owned(), ""),
    ] {
        assert_eq!(named.found(&format!("/Condition?{query}")).await, found, "{query}");
    }
    // Who may not search code systems is told what the specification says of them all the same.
    let some = server.fhir_with("system/Condition.s system/ValueSet.s").await;
    assert_eq!(some.get(&format!("/Condition?clinical-status:in={value_set}")).await.json()["total"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tenant_stores_is_used_in_the_place_of_the_specification() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let system = "http://terminology.hl7.org/CodeSystem/observation-category";
    let category = |code: &str| {
        let mut one = coded("x");
        one["category"] = json!([{ "coding": [{ "system": system, "code": code }] }]);
        one
    };
    let mut named = Named::new(&fhir);
    for code in ["laboratory", "tea-leaves"] {
        named.store(code, &category(code)).await;
    }
    let query = "/Observation?category:in=http://hl7.org/fhir/ValueSet/observation-category";
    assert_eq!(named.found(query).await, "laboratory");
    let concept = json!([{ "code": "tea-leaves", "property": [{ "code": "kind", "valueCode": "herb" }] }]);
    stored(&fhir, &json!({ "resourceType": "CodeSystem", "status": "active", "content": "complete", "url": system, "concept": concept })).await;
    assert_eq!(named.found(query).await, "tea-leaves");
    let value_set = |url: &str, property: &str, value: &str, of: &str| {
        let filter = json!([{ "property": property, "op": "=", "value": value }]);
        json!({ "resourceType": "ValueSet", "status": "active", "url": url,
            "compose": { "include": [{ "system": of, "filter": filter }] } })
    };
    stored(&fhir, &value_set("http://a.example/herbs", "kind", "herb", system)).await;
    assert_eq!(named.found("/Observation?category:in=http://a.example/herbs").await, "tea-leaves");
    let acts = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    stored(&fhir, &value_set("http://a.example/old", "status", "retired", acts)).await;
    assert_eq!(
        fhir.get("/Observation?category:in=http://a.example/old").await.refused(400),
        [
            "not-supported: the property \"status\" of a code system of the specification is not known: store that CodeSystem"
        ]
    );
    let wins = json!({ "include": [{ "system": system, "concept": [{ "code": "laboratory" }] }] });
    stored(&fhir, &json!({ "resourceType": "ValueSet", "status": "active", "url": "http://hl7.org/fhir/ValueSet/observation-category", "compose": wins })).await;
    assert_eq!(named.found(query).await, "laboratory");
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
        ("celsius", "38.5", "Cel"),
        ("fahrenheit", "98.6", "[degF]"),
        ("kelvin", "311.65", "K"),
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
        (format!("gt38%7C{ucum}%7CCel"), "celsius kelvin"),
        (format!("38.50%7C{ucum}%7CCel"), "celsius kelvin"),
        (format!("37.0%7C{ucum}%7CCel"), "fahrenheit"),
        (format!("lt100.4%7C{ucum}%7C[degF]"), "fahrenheit"),
        (format!("101.3%7C{ucum}%7C[degF]"), "celsius kelvin"),
        (format!("ge310.15%7C{ucum}%7CK"), "celsius fahrenheit kelvin"),
        (format!("gt310.15%7C{ucum}%7CK"), "celsius kelvin"),
        (format!("gt-300%7C{ucum}%7CK"), "celsius fahrenheit kelvin"),
        (format!("1%7C{ucum}%7Cwidgets"), ""),
        ("5.4%7C%7Cmg".to_owned(), "mg"),
        ("5.4".to_owned(), "kg mg"),
    ] {
        assert_eq!(named.found(&format!("/Observation?value-quantity={value}")).await, found, "{value}");
    }
}
