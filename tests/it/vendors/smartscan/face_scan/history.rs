//! Values over time: what the API wrote and what came by FHIR alike.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, Server, vitals};

/// A heart rate as a FHIR client stores it.
fn heart_rate(patient: &str, value: u32, time: &str) -> Value {
    json!({
        "resourceType": "Observation", "status": "final", "subject": { "reference": format!("Patient/{patient}") },
        "code": { "coding": [{ "system": "http://loinc.org", "code": "8867-4" }] },
        "effectiveDateTime": time,
        "valueQuantity": { "value": value, "unit": "beats/min", "system": "http://unitsofmeasure.org", "code": "/min" },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_a_history_yet() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let wanted = json!({ "success": true, "vital": "heart_rate", "period": "30d", "data": [] });
    assert_eq!(alice.ok("/api/face-scan/history/heart_rate").await, wanted);
    let session = alice.begin().await;
    let delta = alice.ok(&format!("/api/face-scan/history/delta/{session}")).await;
    let wanted = json!({ "success": true, "session_id": session, "previous_session_id": null, "deltas": [] });
    assert_eq!(delta, wanted);
    let anomalies = alice.ok(&format!("/api/face-scan/history/anomalies/{session}")).await;
    assert_eq!(anomalies, json!({ "success": true, "anomalies": [] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_newest_first_and_ends_with_its_period() {
    let server = Server::start().await;
    let mut alice = Customer::register(&server, "alice@example.org").await;
    let mut sessions = Vec::new();
    for value in [70, 71, 72] {
        sessions.push(alice.scan(&json!({ "heart_rate": value, "systolic_bp": 120.5 })).await.0);
        server.app.clock.advance_s(20 * 24 * 3600);
        alice.again().await;
    }
    let point = |session: &str, value: Value, unit: &str, time: &str| json!({ "session_id": session, "value": value, "unit": unit, "recorded_at": time });
    let wanted = json!([point(&sessions[2], json!(72), "bpm", "2026-12-31T12:00:00Z")]);
    assert_eq!(alice.ok("/api/face-scan/history/heart_rate").await["data"], wanted);
    let quarter = alice.ok("/api/face-scan/history/systolic_bp?period=3m").await;
    let wanted = json!([
        point(&sessions[2], json!(120.5), "mmHg", "2026-12-31T12:00:00Z"),
        point(&sessions[1], json!(120.5), "mmHg", "2026-12-11T12:00:00Z"),
        point(&sessions[0], json!(120.5), "mmHg", "2026-11-21T12:00:00Z"),
    ]);
    assert_eq!((&quarter["data"], &quarter["period"]), (&wanted, &json!("3m")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_compared_with_the_one_before() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (first, _) = alice.scan(&json!({ "heart_rate": 74, "hrv_sdnn": 48.3 })).await;
    server.app.clock.advance_s(60);
    let (second, _) = alice.scan(&json!({ "heart_rate": 90, "hrv_sdnn": 40.1, "spo2": 97 })).await;
    let delta = alice.ok(&format!("/api/face-scan/history/delta/{second}")).await;
    let one = |name: &str, current: Value, previous: Value, change: Value, percent: Value, unit: &str| {
        json!({
            "vital_name": name, "current": current, "previous": previous, "change": change, "change_percent": percent,
            "unit": unit, "previous_recorded_at": "2026-11-21T12:00:00Z", "expected_change_percent": null,
            "within_expected_variation": null,
        })
    };
    let wanted = json!({
        "success": true, "session_id": second, "previous_session_id": first,
        "deltas": [
            one("heart_rate", json!(90), json!(74), json!(16.0), json!(21.62), "bpm"),
            one("hrv_sdnn", json!(40.1), json!(48.3), json!(-8.2), json!(-16.98), "ms"),
        ],
    });
    assert_eq!(delta, wanted);
    let earliest = alice.ok(&format!("/api/face-scan/history/delta/{first}")).await;
    assert_eq!((&earliest["previous_session_id"], &earliest["deltas"]), (&Value::Null, &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_compared_with_ones_own() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    for value in [62, 64, 63, 61, 65, 63, 62] {
        alice.scan(&json!({ "heart_rate": value })).await;
        server.app.clock.advance_s(60);
    }
    let (session, _) = alice.scan(&json!({ "heart_rate": 80, "breathing_rate": 15 })).await;
    let found = alice.ok(&format!("/api/face-scan/history/anomalies/{session}")).await;
    let wanted = json!([
        {
            "vitalName": "heart_rate", "value": 80, "zScore": 8.5, "isAnomaly": true, "mean": 62.8571, "sd": 1.3452, "n": 7,
            "isProvisional": false, "isNotable": false,
        },
        {
            "vitalName": "breathing_rate", "value": 15, "zScore": null, "isAnomaly": false, "mean": null, "sd": null, "n": 0,
            "isProvisional": false, "isNotable": false, "reason": "insufficient_history",
        },
    ]);
    assert_eq!(found["anomalies"], wanted);
    let delta = alice.ok(&format!("/api/face-scan/history/delta/{session}")).await;
    let delta = &delta["deltas"][0];
    assert_eq!(
        (&delta["expected_change_percent"], &delta["within_expected_variation"]),
        (&json!(5.93), &json!(false))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_by_fhir_is_history_too() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, _) = alice.scan(&vitals()).await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let patient = alice.patient(&fhir).await;
    for (day, value) in [(10, 62), (11, 64), (12, 63), (13, 61), (14, 65), (15, 63), (16, 62)] {
        let mut observation = heart_rate(&patient, value, &format!("2026-11-{day}"));
        observation["id"] = json!(format!("watch-{day}"));
        let put = fhir.send(Method::PUT, &format!("/Observation/watch-{day}"), &observation).await;
        assert_eq!(put.status, 201, "{}", put.text);
    }
    let history = alice.ok("/api/face-scan/history/heart_rate").await;
    assert_eq!(history["data"].as_array().unwrap().len(), 8);
    let wanted =
        json!({ "session_id": null, "value": 62, "unit": "bpm", "recorded_at": "2026-11-16T00:00:00Z" });
    assert_eq!(history["data"][1], wanted);
    let delta = alice.ok(&format!("/api/face-scan/history/delta/{session}")).await;
    assert_eq!((&delta["deltas"][0]["previous"], &delta["previous_session_id"]), (&json!(62), &Value::Null));
    let found = alice.ok(&format!("/api/face-scan/history/anomalies/{session}")).await;
    assert_eq!(
        (&found["anomalies"][0]["zScore"], &found["anomalies"][0]["isAnomaly"]),
        (&json!(5.5), &json!(true))
    );
    // What was entered in error is no history, and what is another's is not ours.
    let mut wrong = heart_rate(&patient, 190, "2026-11-17");
    wrong["status"] = json!("entered-in-error");
    fhir.create(&wrong).await;
    fhir.create(&json!({ "resourceType": "Patient", "id": "x" })).await;
    let history = alice.ok("/api/face-scan/history/heart_rate").await;
    assert_eq!(history["data"].as_array().unwrap().len(), 8);
    // One that is put into the session is the session's.
    let mut within = heart_rate(&patient, 99, "2026-11-21T12:00:01Z");
    within["encounter"] = json!({ "reference": format!("Encounter/{session}") });
    fhir.create(&within).await;
    let found = alice.ok(&format!("/api/face-scan/history/anomalies/{session}")).await;
    assert_eq!((&found["anomalies"][0]["value"], &found["anomalies"][0]["n"]), (&json!(99), &json!(7)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_is_measured_all_day_hides_no_other() {
    let server = Server::start().await;
    let mut alice = Customer::register(&server, "alice@example.org").await;
    let (first, _) = alice.scan(&json!({ "hrv_sdnn": 48.5, "heart_rate": 74 })).await;
    server.app.clock.advance_s(4 * 3600);
    alice.again().await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let patient = alice.patient(&fhir).await;
    let entry = |number: u32| {
        let time =
            format!("2026-11-21T{:02}:{:02}:{:02}Z", 13 + number / 1000, number % 1000 / 60, number % 60);
        let resource = heart_rate(&patient, 60, &time);
        json!({ "resource": resource, "request": { "method": "POST", "url": "Observation" } })
    };
    let entries: Vec<_> = (0..2_100).map(entry).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    assert_eq!(fhir.send(Method::POST, "", &bundle).await.status, 200);
    let (second, _) = alice.scan(&json!({ "hrv_sdnn": 50.5, "heart_rate": 75 })).await;
    let delta = alice.ok(&format!("/api/face-scan/history/delta/{second}")).await;
    let previous = |at: usize| (&delta["deltas"][at]["vital_name"], &delta["deltas"][at]["previous"]);
    assert_eq!(previous(0), (&json!("heart_rate"), &json!(60)));
    assert_eq!(previous(1), (&json!("hrv_sdnn"), &json!(48.5)));
    assert_eq!(delta["previous_session_id"], *first);
}
