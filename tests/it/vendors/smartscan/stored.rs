//! What an extraction leaves in FHIR: valid R4 by another implementation's types, and readable through `/fhir`.

use fhir_sdk::r4b::resources::{Device, Media, Observation, Provenance, Task};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, pictures};
use crate::harness::Server;
use crate::vendors::r4b::parsed;

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_is_there_in_fhir_as_r4_wants_it() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let answer =
        alice.extract(pictures::display("blood-pressure"), &[("device_type", "blood-pressure")]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let task = answer.json()["data"]["task_id"].as_str().unwrap().to_owned();
    let fhir = Fhir::of_last_tenant(&server).await;
    let get = async |path: String| fhir.get(&path).await;

    let task = get(format!("/Task/{task}")).await;
    parsed::<Task>(&task);
    let outputs = task["output"].as_array().unwrap();
    let references: Vec<_> =
        outputs.iter().filter_map(|output| output["valueReference"]["reference"].as_str()).collect();
    assert_eq!(references.len(), 2);
    let panel = get(format!("/{}", references[0])).await;
    let pulse = get(format!("/{}", references[1])).await;
    parsed::<Observation>(&panel);
    parsed::<Observation>(&pulse);
    let media = get(format!("/{}", panel["derivedFrom"][0]["reference"].as_str().unwrap())).await;
    let device = get(format!("/{}", panel["device"]["reference"].as_str().unwrap())).await;
    parsed::<Media>(&media);
    parsed::<Device>(&device);
    let found = get("/Provenance".to_owned()).await;
    let provenance = &found["entry"][0]["resource"];
    parsed::<Provenance>(provenance);
    let targets: Vec<_> =
        provenance["target"].as_array().unwrap().iter().map(|t| t["reference"].as_str().unwrap()).collect();
    assert_eq!(targets, references);
    for agent in provenance["agent"].as_array().unwrap() {
        get(format!("/{}", agent["who"]["reference"].as_str().unwrap())).await;
    }

    assert_eq!(panel["code"]["coding"][0]["code"], "85354-9");
    assert_eq!(panel["status"], "preliminary");
    assert_eq!(panel["meta"]["security"][0]["code"], "AIAST");
    assert_eq!(panel["effectivePeriod"], json!({ "end": "2026-11-21T12:00:00.000000Z" }));
    assert_eq!(panel["performer"], json!([{ "reference": format!("Organization/{}", alice.project) }]));
    assert_eq!(
        panel["component"][1]["valueQuantity"],
        json!({ "value": 76, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" })
    );
    assert_eq!(pulse["valueQuantity"]["value"], 64);
    assert_eq!(device["manufacturer"].as_str().map(str::to_uppercase).as_deref(), Some("OMRON"));
    assert_eq!(media["content"]["data"], Value::Null);
    for (query, total) in
        [("", 1), ("&date=le2026-11-21", 1), ("&date=gt2026-11-22", 0), ("&date=2026-11-21", 0)]
    {
        let found = get(format!("/Observation?code=http://loinc.org|85354-9{query}")).await;
        assert_eq!(found["total"], total, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_models_device_says_is_set_right_before_a_reading_is_attributed_to_it() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let extracted = async || {
        let answer = alice.extract(pictures::display("scale"), &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    };
    extracted().await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let id = server.text("SELECT id FROM resource WHERE type = 'Device' AND id LIKE 'model-%'").await;
    let path = format!("/Device/{id}");
    let mut right = fhir.get(&path).await;
    let without_meta = |mut device: Value| {
        device.as_object_mut().unwrap().remove("meta");
        device
    };
    let (mut renamed, mut unnamed) = (right.clone(), right.clone());
    renamed["deviceName"][0]["name"] = json!("gpt-doctor");
    renamed["version"][0]["value"] = json!("99");
    unnamed.as_object_mut().unwrap().remove("identifier");
    for forged in [renamed, unnamed] {
        assert_eq!(fhir.send(Method::PUT, &path, &forged).await.status, 200);
        extracted().await;
        let now = fhir.get(&path).await;
        assert_eq!(without_meta(now.clone()), without_meta(right.clone()));
        right = now;
    }
    assert_eq!(right["meta"]["versionId"], "5");
    extracted().await;
    assert_eq!(fhir.get(&path).await["meta"]["versionId"], "5", "what is right is left alone");
    assert_eq!(fhir.send(Method::DELETE, &path, &Value::Null).await.status, 204);
    extracted().await;
    assert_eq!(without_meta(fhir.get(&path).await), without_meta(right));
}
