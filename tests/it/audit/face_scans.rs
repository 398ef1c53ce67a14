//! The routes of face scans, each done once.

use serde_json::{Value, json};

use super::routes::Walk;

/// What the routes are called in the document.
fn route(method: &str, path: &str) -> String {
    format!("{method} /smartscan/api/face-scan{path}")
}

/// Does all that there is to do in one session.
pub(super) async fn all(walk: &mut Walk, token: &str) {
    let api = |path: &str| format!("/smartscan/api/face-scan{path}");
    let none = Value::Null;
    let made = walk.json(token, &route("POST", "/session"), &api("/session"), &json!({})).await;
    let session = made["session"]["id"].as_str().unwrap().to_owned();
    let consent =
        json!({ "session_id": session, "jurisdiction": "us", "consent_text": "I, Alice Liddell, agree" });
    walk.json(token, &route("POST", "/consent"), &api("/consent"), &consent).await;
    let profile = json!({ "age": 42, "biological_sex": "female", "height_cm": 165, "weight_kg": 68 });
    walk.json(token, &route("PUT", "/profile"), &api("/profile"), &profile).await;
    let values =
        json!({ "session_id": session, "vitals": { "heart_rate": 74 }, "quality": 0.88, "save": true });
    let saved = walk.json(token, &route("POST", "/results"), &api("/results"), &values).await;
    let result = saved["result_id"].as_str().unwrap().to_owned();
    let tag = json!({ "session_id": session, "tag": "morning" });
    walk.json(token, &route("POST", "/history/tag"), &api("/history/tag"), &tag).await;
    let of = |path: &str| {
        let path = path.replace("{session}", &session).replace("{session_id}", &session);
        path.replace("{vital}", "heart_rate")
    };
    for (pattern, path) in [
        ("/profile", "/profile"),
        ("/session/{id}", "/session/{session}"),
        ("/consent/{session}", "/consent/{session}"),
        ("/history/{vital}", "/history/{vital}?period=30d"),
        ("/history/delta/{id}", "/history/delta/{session}"),
        ("/history/anomalies/{id}", "/history/anomalies/{session}"),
        ("/history/tags/{id}", "/history/tags/{session}"),
        // What says no risk yet is written; the bundle then only reads it.
        ("/risk/{session_id}", "/risk/{session_id}"),
        ("/fhir/{session_id}", "/fhir/{session_id}"),
        ("/risk/cohort/{vital}", "/risk/cohort/{vital}?value=72"),
    ] {
        walk.json(token, &route("GET", pattern), &api(&of(path)), &none).await;
    }
    let results = api(&format!("/results/{result}"));
    walk.json(token, &route("GET", "/results/{id}"), &results, &none).await;
    walk.json(token, &route("POST", "/results/{id}/pdf"), &format!("{results}/pdf"), &none).await;
    walk.json(token, &route("DELETE", "/results/{id}"), &results, &none).await;
    walk.json(token, &route("DELETE", "/consent/{session}"), &api(&of("/consent/{session}")), &none).await;
}
