//! What an extraction leaves in FHIR: valid R4 by another implementation's types, and readable through `/fhir`.

use fhir_sdk::r4b::resources::{Device, Media, Observation, Provenance, Task};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, invalid, pictures};
use crate::harness::{Answer, Server};
use crate::vendors::r4b::parsed;

/// An access token for the tenant that was founded last.
async fn token(server: &Server) -> String {
    let name = server.text("SELECT name FROM tenant ORDER BY tenant DESC LIMIT 1").await;
    server.app.identity.issue_access_token(&name, "system/*.cruds").await.unwrap().expose().clone()
}

async fn fhir(server: &Server, token: &str, path: &str) -> Value {
    let answer = Answer::of(server.request(Method::GET, &format!("/fhir{path}")).bearer_auth(token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_is_there_in_fhir_as_r4_wants_it() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let answer =
        alice.extract(pictures::display("blood-pressure"), &[("device_type", "blood-pressure")]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let task = answer.json()["data"]["task_id"].as_str().unwrap().to_owned();
    let token = token(&server).await;
    let get = async |path: String| fhir(&server, &token, &path).await;

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
    assert_eq!(panel["effectiveDateTime"], "2026-11-21T12:00:00.000000Z");
    assert_eq!(panel["performer"], json!([{ "reference": format!("Organization/{}", alice.project) }]));
    assert_eq!(
        panel["component"][1]["valueQuantity"],
        json!({ "value": 76, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" })
    );
    assert_eq!(pulse["valueQuantity"]["value"], 64);
    assert_eq!(device["manufacturer"].as_str().map(str::to_uppercase).as_deref(), Some("OMRON"));
    assert_eq!(media["content"]["data"], Value::Null);
    let found = get("/Observation?code=http://loinc.org|85354-9".to_owned()).await;
    assert_eq!(found["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_can_have_a_patient_of_the_same_tenant_alone() {
    let server = Server::start_with_models().await;
    let bob = Customer::register(&server, "bob@example.org").await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let token = token(&server).await;
    let patient =
        json!({ "resourceType": "Patient", "identifier": [{ "system": "urn:mrn", "value": "a,b" }] });
    let made = server.request(Method::POST, "/fhir/Patient").bearer_auth(&token);
    let made = made.header("Content-Type", "application/fhir+json").body(patient.to_string());
    let id = Answer::of(made).await.json()["id"].as_str().unwrap().to_owned();
    let named = [format!("Patient/{id}"), "urn:mrn|a,b".to_owned()];
    for named in &named {
        let answer = bob.extract(pictures::display("scale"), &[("patient", named)]).await;
        assert_eq!(invalid(&answer), "patient names no patient");
        let answer = alice.extract(pictures::display("scale"), &[("patient", named)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    for resource_type in ["Observation", "Media", "Task"] {
        let found = fhir(&server, &token, &format!("/{resource_type}?patient=Patient/{id}")).await;
        assert_eq!(found["total"], 2, "{resource_type}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extraction_is_in_the_audit_trail_by_its_name() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let answer = alice.extract(pictures::display("thermometer"), &[]).await;
    let task = answer.json()["data"]["task_id"].as_str().unwrap().to_owned();
    let rows = format!(
        "SELECT count(*) FROM audit_event WHERE interaction = 'extract-medical-data' AND outcome = 'success'
         AND agent_kind = 'api-key' AND resource = '{task}'"
    );
    assert_eq!(server.number(&rows).await, 1);
}
