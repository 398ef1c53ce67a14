//! Results: previewed, saved, read.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, Server, refused, succeeded, vitals};

fn value(name: &str, value: Value, unit: &str, display: &str, status: &str, method: &str) -> Value {
    json!({
        "vital_name": name, "value": value, "unit": unit, "display_name": display, "status": status, "method": method,
    })
}

fn shown() -> Value {
    json!([
        value("heart_rate", json!(74), "bpm", "Heart rate", "normal", "camera"),
        value("hrv_sdnn", json!(48.3), "ms", "Heart rate variability (SDNN)", "unrated", "camera"),
        value("hrv_rmssd", json!(40.1), "ms", "Heart rate variability (RMSSD)", "unrated", "camera"),
        value("breathing_rate", json!(15), "breaths/min", "Breathing rate", "normal", "camera"),
        value("spo2", json!(98), "%", "Oxygen saturation", "unrated", "camera_estimate"),
        value("systolic_bp", json!(120), "mmHg", "Systolic blood pressure", "unrated", "camera_estimate"),
        value("diastolic_bp", json!(78), "mmHg", "Diastolic blood pressure", "unrated", "camera_estimate"),
        value("stress_index", json!(35.7), "index", "Stress index", "unrated", "camera"),
        value("wellness_score", json!(82), "score", "Wellness score", "unrated", "client"),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_answered_and_not_kept() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.session().await;
    let rows = "SELECT (SELECT count(*) FROM resource) + (SELECT count(*) FROM resource_history)";
    let before = server.number(rows).await;
    let preview = alice.submit(&session, &vitals(), false).await;
    assert_eq!(preview.status, 200);
    let wanted = json!({ "success": true, "saved": false, "result_id": null, "results": shown() });
    assert_eq!(preview.json(), wanted);
    // Who does not say that it is to be kept does not want it kept.
    let unsaid = json!({ "session_id": session, "vitals": { "heart_rate": 70 }, "quality": 1 });
    let unsaid = succeeded(&alice.send(Method::POST, "/api/face-scan/results", &unsaid).await);
    assert_eq!(unsaid["saved"], false);
    assert_eq!(server.number(rows).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_kept_as_it_was_sent() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    alice.tell(&json!({ "age": 42, "biological_sex": "female" })).await;
    let session = alice.session().await;
    let saved = alice.submit(&session, &vitals(), true).await;
    assert_eq!(saved.status, 201);
    let id = saved.json()["result_id"].as_str().unwrap().to_owned();
    let wanted = json!({ "success": true, "saved": true, "result_id": id, "results": shown() });
    assert_eq!(saved.json(), wanted);
    let result = alice.ok(&format!("/api/face-scan/results/{id}")).await;
    let wellness = json!({
        "score": 100.0, "coverage": 0.6, "label": "not a clinical score",
        "parts": [
            { "name": "hr", "score": 100.0, "weight": 25.0 },
            { "name": "hrv", "score": 100.0, "weight": 20.0 },
            { "name": "rr", "score": 100.0, "weight": 15.0 },
        ],
    });
    let wanted = json!({
        "id": id, "session_id": session, "quality": 0.88, "results": shown(), "wellness": wellness,
        "created_at": "2026-11-21T12:00:00.000000Z",
    });
    assert_eq!(result, json!({ "success": true, "result": wanted }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_fhir_that_claims_no_more_than_it_is() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, id) = alice.scan(&vitals()).await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let report = fhir.get(&format!("/DiagnosticReport/{id}")).await;
    crate::vendors::r4b::parsed::<fhir_sdk::r4b::resources::DiagnosticReport>(&report);
    assert_eq!((&report["status"], report["result"].as_array().unwrap().len()), (&json!("preliminary"), 8));
    let found = fhir
        .get(&format!("/Observation?encounter=Encounter/{session}&_security=AIAST&status=preliminary"))
        .await;
    assert_eq!(found["total"], 8);
    for entry in found["entry"].as_array().unwrap() {
        crate::vendors::r4b::parsed::<fhir_sdk::r4b::resources::Observation>(&entry["resource"]);
        assert_eq!(entry["resource"]["device"]["reference"], "Device/smartscan-face-scan-sdk");
    }
    let estimated = fhir.get("/Observation?method=camera-estimate&combo-code=8480-6,2708-6").await;
    assert_eq!(estimated["total"], 2);
    let provenance = fhir.get(&format!("/Provenance?target=DiagnosticReport/{id}")).await;
    assert_eq!(provenance["entry"][0]["resource"]["target"].as_array().unwrap().len(), 9);
    assert_eq!(fhir.get("/Device?_id=smartscan-face-scan-sdk").await["total"], 1);

    // What a client of the FHIR API changes, the result shows.
    let heart_rate = fhir.get("/Observation?code=8867-4").await["entry"][0]["resource"].clone();
    let mut changed = heart_rate.clone();
    changed["valueQuantity"]["value"] = json!(140);
    changed["status"] = json!("corrected");
    let path = format!("/Observation/{}", heart_rate["id"].as_str().unwrap());
    assert_eq!(fhir.send(Method::PUT, &path, &changed).await.status, 200);
    let result = alice.ok(&format!("/api/face-scan/results/{id}")).await;
    let wanted = value("heart_rate", json!(140), "bpm", "Heart rate", "critical_high", "camera");
    assert_eq!(result["result"]["results"][0], wanted);
    assert_eq!(fhir.send(Method::DELETE, &path, &Value::Null).await.status, 204);
    let result = alice.ok(&format!("/api/face-scan/results/{id}")).await;
    assert_eq!(result["result"]["results"].as_array().unwrap().len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_is_not_held_against_adults() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    alice.tell(&json!({ "age": 15, "biological_sex": "female" })).await;
    let session = alice.session().await;
    let values = json!({ "heart_rate": 140, "hrv_rmssd": 40.1, "breathing_rate": 26 });
    for save in [false, true] {
        let submitted = succeeded(&alice.submit(&session, &values, save).await);
        for value in submitted["results"].as_array().unwrap() {
            assert_eq!(value["status"], "unrated", "{value}");
        }
        let Some(id) = submitted["result_id"].as_str() else { continue };
        let result = alice.ok(&format!("/api/face-scan/results/{id}")).await["result"].clone();
        assert_eq!(result["results"][0]["status"], "unrated");
        let none = json!({ "score": null, "coverage": 0.0, "parts": [], "label": "not a clinical score" });
        assert_eq!(result["wellness"], none);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cuff_measured_is_no_estimate() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.session().await;
    let sent = json!({
        "session_id": session, "vitals": { "systolic_bp": 142, "diastolic_bp": 88 }, "quality": 0.5, "save": true,
        "blood_pressure_source": "cuff",
    });
    let saved = succeeded(&alice.send(Method::POST, "/api/face-scan/results", &sent).await);
    let wanted = value("systolic_bp", json!(142), "mmHg", "Systolic blood pressure", "unrated", "other");
    assert_eq!(saved["results"][0], wanted);
    let fhir = Fhir::of_last_tenant(&server).await;
    let found = fhir.get("/Observation?code=85354-9&status=final").await["entry"][0]["resource"].clone();
    assert_eq!((&found["device"], found["meta"].get("security")), (&Value::Null, None));
    assert_eq!(alice.ok("/api/face-scan/profile").await["profile"]["cuff_systolic_bp"], 142);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_saves_at_once_are_two_results() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.session().await;
    let values = vitals();
    let saves = (0..4).map(|_| alice.submit(&session, &values, true));
    for saved in futures_util::future::join_all(saves).await {
        assert_eq!(saved.status, 201, "{}", saved.text);
    }
    let shown = alice.ok(&format!("/api/face-scan/session/{session}")).await;
    assert_eq!(shown["session"]["result_ids"].as_array().unwrap().len(), 4);
    let unknown = alice.get("/api/face-scan/results/invalid-id").await;
    assert_eq!(refused(&unknown, 404).0, "NOT_FOUND");
}
