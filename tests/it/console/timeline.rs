//! What happened to a patient, and what was measured.

use serde_json::json;

use super::{clinician, links, observed, page};
use crate::harness::Server;
use crate::oauth::person::patient;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_measured_is_drawn_and_what_happened_is_told_newest_first() {
    let server = Server::start().await;
    let id = patient(&server, "Alice", "Liddell").await;
    let fhir = server.fhir().await;
    observed(&fhir, &id, "2339-0", "2026-11-01T08:00:00Z", (100.0, "mg/dL")).await;
    observed(&fhir, &id, "15074-8", "2026-11-03T08:00:00Z", (5.0, "mmol/L")).await;
    observed(&fhir, &id, "8867-4", "2026-11-02T08:00:00Z", (72.0, "/min")).await;
    let visit = json!({ "resourceType": "Encounter", "status": "finished", "class": { "code": "AMB" },
        "subject": { "reference": format!("Patient/{id}") }, "period": { "start": "2026-11-02T09:00:00Z" } });
    assert_eq!(fhir.post("/Encounter", &visit).await.status, 201);
    let condition = json!({ "resourceType": "Condition", "code": { "text": "Asthma" }, "subject": { "reference": format!("Patient/{id}") } });
    assert_eq!(fhir.post("/Condition", &condition).await.status, 201);

    let ada = clinician(&server, "default", "ada@example.org").await;
    let found = ada.get("/console/patients").await;
    assert_eq!(links(&found, "/console/patients/"), [format!("/console/patients/{id}")]);
    let shown = ada.get(&format!("/console/patients/{id}")).await;
    let text = page(&shown);
    for drawn in
        ["2026-11-01: glucose 100 mg/dL", "2026-11-03: glucose 90.1 mg/dL", "2026-11-02: heart rate 72 /min"]
    {
        assert!(text.contains(&format!("<title>{drawn}</title>")), "no {drawn}: {text}");
    }
    let events: Vec<_> =
        links(&shown, "/console/records/").into_iter().filter(|to| !to.contains("/Patient/")).collect();
    let kinds: Vec<_> = events.iter().map(|to| to.split('/').nth(3).unwrap()).collect();
    assert_eq!(kinds, ["Observation", "Encounter", "Observation", "Observation"]);
    let written = ada.get(&format!("/console/patients/{id}?order=written")).await;
    assert!(page(&written).contains("Asthma"), "{}", written.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_history_comes_page_by_page() {
    let server = Server::start().await;
    let id = patient(&server, "Alice", "Liddell").await;
    let fhir = server.fhir().await;
    for day in 0..45 {
        let at = format!("2026-{:02}-{:02}T08:00:00Z", 1 + day / 28, 1 + day % 28);
        observed(&fhir, &id, "8867-4", &at, (60.0 + f64::from(day), "/min")).await;
    }
    let ada = clinician(&server, "default", "ada@example.org").await;
    let first = ada.get(&format!("/console/patients/{id}")).await;
    assert_eq!(links(&first, "/console/records/Observation/").len(), 40);
    let older = links(&first, &format!("/console/patients/{id}?after="));
    let second = ada.get(&older[0]).await;
    assert_eq!(links(&second, "/console/records/Observation/").len(), 5, "{}", second.text);
    assert!(!page(&second).contains("Older ones"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_consent_withholds_is_not_told() {
    let server = Server::start().await;
    let id = patient(&server, "Alice", "Liddell").await;
    let fhir = server.fhir().await;
    observed(&fhir, &id, "8867-4", "2026-11-02T08:00:00Z", (72.0, "/min")).await;
    let ada = clinician(&server, "default", "ada@example.org").await;
    let consent = json!({
        "resourceType": "Consent", "status": "active", "patient": { "reference": format!("Patient/{id}") },
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "policyRule": { "text": "by word of mouth" },
        "provision": { "type": "deny" },
    });
    let made = fhir.post("/Consent", &consent).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let shown = ada.get(&format!("/console/patients/{id}")).await;
    assert!(!shown.text.contains("72 /min") && !shown.text.contains("Liddell"), "{}", shown.text);
    assert!(!ada.get("/console/patients").await.text.contains("Liddell"));
}
