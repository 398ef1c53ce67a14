//! What callers see who may not see everything.

mod binaries;
mod consents;
mod consents_unclear;
mod matrix;
mod scopes;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Fhir, Server};

/// The category of what a laboratory finds.
const LABORATORY: &str = "laboratory";
/// The category of what is measured at the bedside.
const VITAL: &str = "vital-signs";

/// Two patients, `a` and `b`, with the same of everything: an Encounter, an Observation of each category that names it and its
/// performer, and a List of both.
pub async fn two_patients(server: &Server) -> Fhir<'_> {
    let fhir = server.fhir().await;
    put(&fhir, "Practitioner", "doctor", json!({ "name": [{ "family": "Carroll" }] })).await;
    for (id, name) in [("a", "Alice"), ("b", "Bob")] {
        put(&fhir, "Patient", id, json!({ "name": [{ "given": [name] }] })).await;
        let subject = json!({ "reference": format!("Patient/{id}") });
        let class = json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" });
        let encounter = json!({ "status": "finished", "class": class, "subject": subject });
        put(&fhir, "Encounter", &format!("{id}-encounter"), encounter).await;
        for category in [LABORATORY, VITAL] {
            put(&fhir, "Observation", &format!("{id}-{category}"), observation(id, category)).await;
        }
        let item =
            |category: &str| json!({ "item": { "reference": format!("Observation/{id}-{category}") } });
        let entry = [item(LABORATORY), item(VITAL)];
        put(
            &fhir,
            "List",
            &format!("{id}-list"),
            json!({ "status": "current", "mode": "working", "subject": subject, "entry": entry }),
        )
        .await;
    }
    fhir
}

fn observation(patient: &str, category: &str) -> Value {
    json!({
        "status": "final",
        "category": [{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": category,
        }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": "15074-8" }] },
        "subject": { "reference": format!("Patient/{patient}") },
        "encounter": { "reference": format!("Encounter/{patient}-encounter") },
        "performer": [{ "reference": "Practitioner/doctor" }],
    })
}

pub async fn put(fhir: &Fhir<'_>, resource_type: &str, id: &str, rest: Value) {
    let answer = fhir.put(&format!("/{resource_type}/{id}"), &named(resource_type, id, rest)).await;
    assert!(answer.status < 300, "{}", answer.text);
}

fn named(resource_type: &str, id: &str, mut rest: Value) -> Value {
    rest["resourceType"] = resource_type.into();
    rest["id"] = id.into();
    rest
}

/// What a search finds, matches and what is included, as `type/id`; its total must be that of its matches, and each of them must be
/// readable too.
async fn found(fhir: &Fhir<'_>, path: &str) -> BTreeSet<String> {
    let answer = fhir.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    let bundle = answer.json();
    let (mut all, mut matches) = (BTreeSet::new(), 0);
    for entry in bundle["entry"].as_array().into_iter().flatten() {
        matches += i64::from(entry["search"]["mode"] == "match");
        let resource = &entry["resource"];
        let text = |name: &str| resource[name].as_str().unwrap().to_owned();
        all.insert(format!("{}/{}", text("resourceType"), text("id")));
    }
    assert_eq!(bundle["total"].as_i64(), Some(matches), "{path}");
    for address in &all {
        assert_eq!(fhir.get(&format!("/{address}")).await.status, 200, "{path} shows {address}");
    }
    all
}

/// The same as one text.
async fn shown(fhir: &Fhir<'_>, path: &str) -> String {
    found(fhir, path).await.into_iter().collect::<Vec<_>>().join(" ")
}
