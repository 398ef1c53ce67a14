//! What a person says of a reading on the console, as SmartScanPro tells it then.

use serde_json::{Value, json};

use super::{Customer, pictures};
use crate::console::{clinician, links, page, warned};
use crate::harness::Server;

/// The Observations of an extraction, by their kind: status, and the first component's value or their own.
async fn told(customer: &Customer<'_>, task: &str) -> Vec<(String, String, Value)> {
    let bundle = customer.get(&format!("/api/extractions/{task}/fhir")).await.json()["bundle"].clone();
    let resources = bundle["entry"].as_array().unwrap().iter().map(|entry| entry["resource"].clone());
    let observations = resources.filter(|one| one["resourceType"] == "Observation");
    let mut told: Vec<_> = observations
        .map(|one| {
            let value =
                one.pointer("/component/1/valueQuantity/value").or(one.pointer("/valueQuantity/value"));
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&one["code"]["coding"][0]["code"]), text(&one["status"]), value.cloned().unwrap())
        })
        .collect();
    told.sort_by(|a, b| a.0.cmp(&b.0));
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_is_put_right_on_the_console_is_told_so() {
    let server = Server::start_with_models().await;
    let customer = Customer::register(&server, "alice@example.org").await;
    let read =
        customer.extract(pictures::display("blood-pressure"), &[("device_type", "blood-pressure")]).await;
    assert_eq!(read.status, 200, "{}", read.text);
    let task = read.json()["data"]["task_id"].as_str().unwrap().to_owned();
    let tenant = server.text("SELECT name FROM tenant ORDER BY tenant DESC LIMIT 1").await;
    let ada = clinician(&server, &tenant, "ada@example.org").await;
    let list = ada.get("/console/review?source=readings").await;
    let found = links(&list, "/console/review/readings/Observation/");
    let [path] = found.as_slice() else { panic!("one picture is one result: {found:?}") };
    assert!(page(&list).contains("and 1 more of the same picture"), "{}", list.text);
    let shown = ada.get(path).await;
    assert!(page(&shown).contains("ppocrv6"), "{}", shown.text);
    assert_eq!(
        told(&customer, &task).await,
        [
            ("85354-9".to_owned(), "preliminary".to_owned(), json!(76)),
            ("8867-4".to_owned(), "preliminary".to_owned(), json!(64))
        ]
    );
    let field =
        shown.text.split("/component.1\"").next().unwrap().rsplit("name=\"").next().unwrap().to_owned();
    let field = format!("{field}/component.1");
    let sent = [("verdict", "correct"), ("reason", "Misread."), (&*field, "67")];
    let corrected = ada.submit(&shown, path, &sent).await;
    assert_eq!(corrected.status, 303, "{}", corrected.text);
    assert_eq!(
        told(&customer, &task).await,
        [
            ("85354-9".to_owned(), "amended".to_owned(), json!(67)),
            ("8867-4".to_owned(), "final".to_owned(), json!(64))
        ],
        "what was not put right is confirmed"
    );
    assert!(page(&ada.get("/console/review").await).contains("Nothing waits for you here."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_is_judged_with_all_that_a_report_on_it_tells_of() {
    let server = Server::start_with_models().await;
    let customer = Customer::register(&server, "alice@example.org").await;
    let read =
        customer.extract(pictures::display("blood-pressure"), &[("device_type", "blood-pressure")]).await;
    assert_eq!(read.status, 200, "{}", read.text);
    let tenant = server.text("SELECT name FROM tenant ORDER BY tenant DESC LIMIT 1").await;
    let ada = clinician(&server, &tenant, "ada@example.org").await;
    let list = ada.get("/console/review?source=readings").await;
    let path = links(&list, "/console/review/readings/Observation/").remove(0);
    let reading = path.rsplit('/').next().unwrap();
    let token = server.app.identity.issue_access_token(&tenant, "system/*.cruds").await.unwrap();
    let fhir = server.fhir_by(token.expose().clone());
    let label = json!({ "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "AIAST" }] });
    let weight = json!({ "resourceType": "Observation", "status": "preliminary", "meta": label,
        "code": { "text": "Body weight" }, "valueQuantity": { "value": 71, "unit": "kg" } });
    let weight = fhir.post("/Observation", &weight).await.json()["id"].as_str().unwrap().to_owned();
    let report = json!({ "resourceType": "DiagnosticReport", "status": "preliminary", "meta": label,
        "code": { "text": "Check-up" }, "conclusion": "All is well.",
        "result": [{ "reference": format!("Observation/{reading}") }, { "reference": format!("Observation/{weight}") }] });
    assert_eq!(fhir.post("/DiagnosticReport", &report).await.status, 201);
    let shown = ada.get(&path).await;
    assert!(page(&shown).contains("Body weight") && shown.text.contains("All is well."), "{}", shown.text);
    assert_eq!(fhir.delete(&format!("/Observation/{weight}")).await.status, 204);
    let shown = ada.get(&path).await;
    assert!(page(&shown).contains("A part of this result is kept from you"), "{}", shown.text);
    let told = ada.submit(&shown, &path, &[("verdict", "confirm")]).await;
    assert_eq!(warned(&told, 403), "You cannot see all of it, so that you cannot answer for it.");
}
