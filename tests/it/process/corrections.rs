//! `hygeia admin export-corrections`: who did not consent is not in it, and nothing that names anybody.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::recovery::token;
use super::{DataFolder, Running};

async fn fhir(running: &Running, method: Method, path: &str, token: &str, body: &Value) -> Value {
    let request = Client::new().request(method, format!("{}/fhir/{path}", running.url)).bearer_auth(token);
    let request = request.header("Content-Type", "application/fhir+json").body(body.to_string());
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    answer.json().await.unwrap()
}

/// A temperature that a model read and a person looked at: the patient's id, and the status and value that it has since then.
async fn looked_at(running: &Running, token: &str, patient: &str, status: &str, value: f64) {
    let mut observation = json!({
        "resourceType": "Observation",
        "meta": { "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "AIAST" }] },
        "status": "preliminary",
        "code": { "coding": [{ "system": "http://loinc.org", "code": "8310-5" }], "text": "Body temperature of Priya" },
        "subject": { "reference": format!("Patient/{patient}") },
        "effectiveDateTime": "2026-02-03T04:05:06Z",
        "valueQuantity": { "value": 36.1, "unit": "C", "system": "http://unitsofmeasure.org", "code": "Cel" },
    });
    let made = fhir(running, Method::POST, "Observation", token, &observation).await;
    observation["id"] = made["id"].clone();
    observation.as_object_mut().unwrap().remove("meta");
    observation["status"] = status.into();
    observation["valueQuantity"]["value"] = value.into();
    let path = format!("Observation/{}", made["id"].as_str().unwrap());
    fhir(running, Method::PUT, &path, token, &observation).await;
}

/// What a person says of a cell in a smear of a patient.
async fn corrected_cell(running: &Running, token: &str, patient: &str) {
    let code = |code: &str| json!({ "coding": [{ "system": "https://hygeia.health/fhir/CodeSystem/smear", "code": code }] });
    let kind = |kind: &str| json!({ "coding": [{ "system": "https://hygeia.health/fhir/CodeSystem/smear-cell", "code": kind }], "text": "Priya" });
    let observation = json!({
        "resourceType": "Observation", "status": "amended", "code": code("cell"), "issued": "2026-02-03T04:05:06Z",
        "subject": { "reference": format!("Patient/{patient}") }, "performer": [{ "display": "Priya" }],
        "valueCodeableConcept": kind("monocyte"),
        "component": [
            { "code": code("said-by-model"), "valueCodeableConcept": kind("lymphocyte") },
            { "code": code("in-file"), "valueCodeableConcept": { "coding": [{ "system": "urn:vendor:hemato:file", "code": "sha224-i-ab" }] } },
            { "code": code("cell-x"), "valueInteger": 43 },
            { "code": code("cell-y"), "valueInteger": 34 },
            { "code": code("cell-radius"), "valueInteger": 5 },
        ],
    });
    fhir(running, Method::POST, "Observation", token, &observation).await;
}

async fn patient(running: &Running, token: &str) -> String {
    let made = json!({ "resourceType": "Patient", "name": [{ "family": "Mehta" }] });
    let made = fhir(running, Method::POST, "Patient", token, &made).await;
    made["id"].as_str().unwrap().to_owned()
}

/// What a patient says of research.
async fn consent(running: &Running, token: &str, patient: &str, verdict: &str) {
    let code = |system: &str, code: &str| json!({ "coding": [{ "system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code }] });
    let consent = json!({
        "resourceType": "Consent", "status": "active", "scope": code("consentscope", "research"),
        "category": [code("consentcategorycodes", "research")],
        "patient": { "reference": format!("Patient/{patient}") }, "policyRule": code("v3-ActCode", "OPTIN"),
        "provision": { "type": verdict },
    });
    fhir(running, Method::POST, "Consent", token, &consent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn corrections_of_patients_who_consent_are_exported_and_name_nobody() {
    let folder = DataFolder::new();
    let running = folder.serve().await;
    let token = token(&folder).await;
    let (good, told, complaint) = folder.run(&["admin", "export-corrections", "--tenant", "nobody"]).await;
    assert!(!good && told.is_empty() && !complaint.is_empty(), "{told} {complaint}");
    let (silent, denies, consents) =
        (patient(&running, &token).await, patient(&running, &token).await, patient(&running, &token).await);
    for patient in [&silent, &denies] {
        looked_at(&running, &token, patient, "amended", 39.1).await;
    }
    looked_at(&running, &token, &consents, "final", 36.1).await;
    consent(&running, &token, &denies, "deny").await;
    consent(&running, &token, &consents, "permit").await;
    assert_eq!(
        folder.run(&["admin", "export-corrections"]).await.1,
        "",
        "nobody consents, or nothing was corrected"
    );

    looked_at(&running, &token, &consents, "amended", 38.1).await;
    let (good, told, complaint) = folder.run(&["admin", "export-corrections"]).await;
    assert!(good, "{complaint}");
    let pair: Value = serde_json::from_str(told.trim()).unwrap();
    let temperature = |value: f64| json!({ "http://loinc.org|8310-5": { "value": value, "unit": "Cel" } });
    assert_eq!(
        pair,
        json!({
            "code": ["http://loinc.org|8310-5"], "model": [],
            "read": temperature(36.1), "corrected": temperature(38.1),
        })
    );

    corrected_cell(&running, &token, &silent).await;
    corrected_cell(&running, &token, &consents).await;
    let (_, told, _) = folder.run(&["admin", "export-corrections"]).await;
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |code: &str| format!("https://hygeia.health/fhir/CodeSystem/smear|{code}");
    let said = |kind: &str| {
        json!({
            of("cell"): [format!("https://hygeia.health/fhir/CodeSystem/smear-cell|{kind}")],
            of("in-file"): ["urn:vendor:hemato:file|sha224-i-ab"],
            of("cell-x"): 43, of("cell-y"): 34, of("cell-radius"): 5,
        })
    };
    let cell = json!({ "code": [of("cell")], "model": [], "read": said("lymphocyte"), "corrected": said("monocyte") });
    assert_eq!((lines.len(), lines.contains(&cell)), (2, true), "{told}");
}
