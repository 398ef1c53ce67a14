//! What no scan can be.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Server, invalid, refused};
use crate::harness::Answer;

#[tokio::test(flavor = "multi_thread")]
async fn a_result_holds_only_what_a_body_can_have() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.session().await;
    let names = "vitals may have only heart_rate, hrv_sdnn, hrv_rmssd, breathing_rate, spo2, systolic_bp, diastolic_bp, stress_index, wellness_score";
    let bounds = "heart_rate must be a number from 20 to 300";
    for (change, problem) in [
        (json!({ "vitals": {} }), "vitals must have at least one value"),
        (json!({ "vitals": { "mood": 3 } }), names),
        (json!({ "vitals": { "heart_rate": "74" } }), bounds),
        (json!({ "vitals": { "heart_rate": null } }), bounds),
        (json!({ "vitals": { "heart_rate": [74] } }), bounds),
        (json!({ "vitals": { "heart_rate": true } }), bounds),
        (json!({ "vitals": { "heart_rate": 301 } }), bounds),
        (json!({ "vitals": { "heart_rate": -74 } }), bounds),
        (json!({ "vitals": { "spo2": 101 } }), "spo2 must be a number from 50 to 100"),
        (
            json!({ "vitals": { "systolic_bp": 80, "diastolic_bp": 120 } }),
            "vitals must have a systolic_bp above its diastolic_bp",
        ),
        (json!({ "quality": 1.01 }), "quality must be a number from 0 to 1"),
        (json!({ "quality": -0.1 }), "quality must be a number from 0 to 1"),
        (json!({ "blood_pressure_source": "guess" }), "blood_pressure_source must be camera or cuff"),
    ] {
        let mut sent =
            json!({ "session_id": session, "vitals": { "heart_rate": 74 }, "quality": 0.88, "save": true });
        for (name, value) in change.as_object().unwrap() {
            sent[name] = value.clone();
        }
        assert_eq!(invalid(&alice.send(Method::POST, "/api/face-scan/results", &sent).await), problem);
    }
    for change in [
        json!({ "quality": "high" }),
        json!({ "quality": null }),
        json!({ "save": "yes" }),
        json!({ "save": null }),
        json!({ "save": 1 }),
        json!({ "vitals": [] }),
        json!({ "vitals": null }),
        json!({ "session_id": null }),
        json!({ "session_id": 7 }),
        json!({ "session_id": {} }),
    ] {
        let mut sent =
            json!({ "session_id": session, "vitals": { "heart_rate": 74 }, "quality": 0.88, "save": true });
        for (name, value) in change.as_object().unwrap() {
            sent[name] = value.clone();
        }
        let answer = alice.send(Method::POST, "/api/face-scan/results", &sent).await;
        assert!(
            invalid(&answer).starts_with("body has a value of the wrong type"),
            "{change}: {}",
            answer.text
        );
    }
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'DiagnosticReport'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_refused_without_a_trace() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.session().await;
    let send = async |path: &str, body: String| {
        let request = server.request(Method::POST, &format!("/smartscan{path}")).bearer_auth(&alice.token);
        Answer::of(request.header("Content-Type", "application/json").body(body)).await
    };
    let paths = ["/api/face-scan/results", "/api/face-scan/consent", "/api/face-scan/history/tag"];
    for path in paths {
        for body in ["", "null", "[]", "7", "\"x\"", "{", "{\"session_id\":}"] {
            assert_eq!(
                refused(&send(path, body.to_owned()).await, 400).0,
                "VALIDATION_ERROR",
                "{path} {body}"
            );
        }
        let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
        assert_eq!(refused(&send(path, deep).await, 400).0, "VALIDATION_ERROR");
        let large = json!({ "session_id": session, "vitals": {}, "consent_text": "x".repeat(1024 * 1024) });
        assert_eq!(refused(&send(path, large.to_string()).await, 400).0, "VALIDATION_ERROR");
    }
    for number in ["1e400", "-1e400", "1e-400", &"7".repeat(400), "74.00000000000000000000001"] {
        let body = format!(
            r#"{{"session_id":"{session}","vitals":{{"heart_rate":{number}}},"quality":0.5,"save":true}}"#
        );
        assert_eq!(refused(&send(paths[0], body).await, 400).0, "VALIDATION_ERROR", "{number}");
    }
    let long = "x".repeat(5_000);
    for path in [format!("/api/face-scan/session/{long}"), format!("/api/face-scan/results/{long}")] {
        assert_eq!(refused(&alice.get(&path).await, 404).0, "NOT_FOUND");
    }
    for (query, field) in
        [("?period=soon", "period"), ("?period=6y", "period"), ("?period=1d&period=2d", "period")]
    {
        let answer = alice.get(&format!("/api/face-scan/history/heart_rate{query}")).await;
        assert!(invalid(&answer).starts_with(field), "{}", answer.text);
    }
    let unknown = alice.get("/api/face-scan/history/mood").await;
    assert!(invalid(&unknown).starts_with("vital must be one of heart_rate, "));
    let wrong = alice.send(Method::DELETE, "/api/face-scan/profile", &Value::Null).await;
    assert_eq!(refused(&wrong, 405).0, "METHOD_NOT_ALLOWED");
}
