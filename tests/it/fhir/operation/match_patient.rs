//! Who a person may be. <https://hl7.org/fhir/R4/patient-operation-match.html>

use serde_json::{Value, json};

use super::super::{patient, stored};
use crate::harness::{Fhir, Server};

const GRADE: &str = "http://hl7.org/fhir/StructureDefinition/match-grade";

fn asked(person: &Value, certain: bool) -> Value {
    json!({ "resourceType": "Parameters", "parameter": [
        { "name": "resource", "resource": person }, { "name": "onlyCertainMatches", "valueBoolean": certain }] })
}

/// Id and grade of each match.
async fn matches(fhir: &Fhir<'_>, body: &Value) -> Vec<(String, String)> {
    let answer = fhir.post("/Patient/$match", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let bundle = answer.json();
    hygeia::fhir::validate::validate(&bundle).expect("a valid Bundle");
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    let one = |entry: &Value| {
        let grade = &entry["search"]["extension"][0];
        assert_eq!(grade["url"], GRADE);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&entry["resource"]["id"]), text(&grade["valueCode"]))
    };
    entries.iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_too_little_or_may_not_look_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for wrong in [
        json!({ "resourceType": "Parameters" }),
        json!({ "resourceType": "Observation" }),
        asked(&json!({ "resourceType": "Patient", "gender": "female" }), false),
    ] {
        assert_eq!(fhir.post("/Patient/$match", &wrong).await.status, 400, "{wrong}");
    }
    for scope in ["system/Observation.rs", "system/Patient.s", "system/Patient.r"] {
        let other = server.fhir_with(scope).await;
        assert_eq!(other.post("/Patient/$match", &asked(&patient(), false)).await.status, 403, "{scope}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_likeliest_comes_first_and_strangers_do_not() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let person = json!({ "resourceType": "Patient", "identifier": [{ "system": "urn:mr", "value": "7" }],
        "name": [{ "family": "Liddell", "given": ["Alice"] }], "birthDate": "1852-05-04", "gender": "female" });
    let herself = stored(&fhir, &person).await;
    let mut likely = person.clone();
    likely["identifier"][0]["value"] = "8".into();
    let likely = stored(&fhir, &likely).await;
    let sister = json!({ "resourceType": "Patient", "name": [{ "family": "Liddell", "given": ["Edith"] }], "birthDate": "1854-01-01", "gender": "female" });
    stored(&fhir, &sister).await;
    let found = matches(&fhir, &asked(&person, false)).await;
    assert_eq!(found, [(herself.clone(), "certain".to_owned()), (likely, "possible".to_owned())]);
    assert_eq!(matches(&fhir, &asked(&person, true)).await, [(herself.clone(), "certain".to_owned())]);
    // Of two who surely are, nobody can say which.
    stored(&fhir, &person).await;
    assert_eq!(matches(&fhir, &asked(&person, true)).await, []);
    assert_eq!(matches(&fhir, &person).await.len(), 3, "the body may be the Patient itself");
    let other = server.fhir_by(super::super::isolation::token_of_another_tenant(&server).await);
    assert_eq!(matches(&other, &asked(&person, false)).await, []);
    let narrow = server.fhir_with("system/Patient.rs?gender=male").await;
    assert_eq!(matches(&narrow, &asked(&person, false)).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_tells_who_was_shown() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let rows = "SELECT coalesce(patient, '-') || ' ' || coalesce(array_to_string(entities, ', '), '-') FROM audit_event WHERE interaction = 'match' ORDER BY id";
    let nobody = json!({ "resourceType": "Patient", "identifier": [{ "value": "nobody" }] });
    assert!(matches(&fhir, &nobody).await.is_empty());
    let one = stored(&fhir, &patient()).await;
    matches(&fhir, &patient()).await;
    let other = stored(&fhir, &patient()).await;
    matches(&fhir, &patient()).await;
    let mut both = [format!("match Patient/{one}/1"), format!("match Patient/{other}/1")];
    both.sort();
    let expected =
        ["- -".to_owned(), format!("{one} match Patient/{one}/1"), format!("- {}", both.join(", "))];
    assert_eq!(server.texts(rows).await, expected);
}
