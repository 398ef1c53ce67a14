//! Documents. <https://hl7.org/fhir/R4/composition-operation-document.html>

use serde_json::{Value, json};

use super::super::{observation, patient, stored};
use crate::harness::{Fhir, Server};

/// A Composition about a patient, with one Observation; their ids.
async fn composed(fhir: &Fhir<'_>) -> [String; 3] {
    let (patient, observation) = (stored(fhir, &patient()).await, stored(fhir, &observation("8867-4")).await);
    let composition = json!({
        "resourceType": "Composition", "status": "final", "type": { "text": "Discharge" }, "date": "2026-11-21", "title": "Discharge",
        "author": [{ "display": "Nobody" }], "subject": { "reference": format!("Patient/{patient}") },
        "section": [{ "title": "Pulse", "entry": [{ "reference": format!("Observation/{observation}") }] }],
    });
    [stored(fhir, &composition).await, patient, observation]
}

fn addresses(bundle: &Value) -> Vec<String> {
    let name = |entry: &Value| entry["fullUrl"].as_str().unwrap().split_once("/fhir/").unwrap().1.to_owned();
    bundle["entry"].as_array().unwrap().iter().map(name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_may_not_be_read_makes_no_document() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let [id, ..] = composed(&fhir).await;
    let path = format!("/Composition/{id}/$document");
    assert_eq!(fhir.get("/Composition/none/$document").await.status, 404);
    assert_eq!(fhir.get(&format!("/Patient/{id}/$document")).await.status, 404);
    assert_eq!(fhir.get(&format!("{path}?persist=perhaps")).await.status, 400);
    assert_eq!(server.fhir_with("system/Patient.rs").await.get(&path).await.status, 403);
    let reader = server.fhir_with("system/*.rs").await;
    assert_eq!(reader.get(&format!("{path}?persist=true")).await.status, 403);
    assert_eq!(fhir.get("/Bundle").await.json()["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_begins_with_the_composition_and_has_what_it_refers_to() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let [id, patient, observation] = composed(&fhir).await;
    let path = format!("/Composition/{id}/$document");
    let bundle = fhir.get(&path).await.json();
    hygeia::fhir::validate::validate(&bundle).expect("a valid Bundle");
    assert_eq!(
        (&bundle["type"], &bundle["timestamp"]),
        (&json!("document"), &json!("2026-11-21T12:00:00.000000Z"))
    );
    assert!(bundle["identifier"]["value"].as_str().unwrap().starts_with("urn:uuid:"));
    let mut expected = [format!("Patient/{patient}"), format!("Observation/{observation}")];
    let mut others = addresses(&bundle).split_off(1);
    expected.sort();
    others.sort();
    assert_eq!(
        (addresses(&bundle)[0].clone(), others.as_slice()),
        (format!("Composition/{id}"), expected.as_slice())
    );
    // What may not be read is not in it.
    let narrow = server.fhir_with("system/Composition.rs system/Patient.rs").await;
    let less = narrow.get(&path).await.json();
    assert_eq!(addresses(&less), [format!("Composition/{id}"), format!("Patient/{patient}")]);
    assert_eq!(fhir.get("/Bundle").await.json()["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_kept_where_that_is_asked_for() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let [id, ..] = composed(&fhir).await;
    let persist =
        json!({ "resourceType": "Parameters", "parameter": [{ "name": "persist", "valueBoolean": true }] });
    let made = fhir.post(&format!("/Composition/{id}/$document"), &persist).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let kept = made.json()["id"].as_str().unwrap().to_owned();
    assert!(
        made.header("location").ends_with(&format!("/Bundle/{kept}/_history/1")),
        "{}",
        made.header("location")
    );
    assert_eq!(fhir.get(&format!("/Bundle/{kept}")).await.text, made.text);
    assert_eq!(fhir.get(&format!("/Bundle?composition=Composition/{id}")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_it_refers_to_is_in_it_but_other_documents() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let [id, patient, observation] = composed(&fhir).await;
    let mut named = Vec::new();
    for resource_type in ["Organization", "Encounter", "Practitioner", "Device", "List", "Basic"] {
        let mut one = json!({ "resourceType": resource_type });
        match resource_type {
            "Encounter" => {
                one["status"] = "finished".into();
                one["class"] = json!({ "code": "AMB" });
            }
            "List" => {
                one["status"] = "current".into();
                one["mode"] = "working".into();
            }
            "Basic" => one["code"] = json!({ "text": "x" }),
            _ => {}
        }
        named.push(format!("{resource_type}/{}", stored(&fhir, &one).await));
    }
    let [organization, encounter, practitioner, device, list, basic] = named.as_slice() else { panic!() };
    let other = stored(&fhir, &json!({ "resourceType": "Composition", "status": "final", "type": { "text": "x" }, "date": "2026", "title": "x", "author": [{ "display": "x" }] })).await;
    let mut composition = fhir.get(&format!("/Composition/{id}")).await.json();
    // None of these but the encounter is found by a search.
    composition["custodian"] = json!({ "reference": organization });
    composition["encounter"] = json!({ "reference": format!("http://127.0.0.1:8080/fhir/{encounter}") });
    composition["attester"] = json!([{ "mode": "legal", "party": { "reference": practitioner } }]);
    composition["section"][0]["author"] = json!([{ "reference": device }]);
    composition["section"][0]["section"] =
        json!([{ "title": "Within", "focus": { "reference": format!("{list}/_history/1") } }]);
    composition["extension"] = json!([{ "url": "urn:x", "valueReference": { "reference": basic } }]);
    composition["relatesTo"] =
        json!([{ "code": "appends", "targetReference": { "reference": format!("Composition/{other}") } }]);
    assert_eq!(fhir.put(&format!("/Composition/{id}"), &composition).await.status, 200);
    let bundle = fhir.get(&format!("/Composition/{id}/$document")).await.json();
    let mut all = addresses(&bundle).split_off(1);
    let mut expected = named.clone();
    expected.extend([format!("Patient/{patient}"), format!("Observation/{observation}")]);
    all.sort();
    expected.sort();
    assert_eq!(all, expected);
}
