//! What colours of a face tell: refusals first.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Server, invalid, refused, send, succeeded};

const PATH: &str = "/api/face-scan/analyze";

/// Half a minute of light on skin, whose blood beats at this rate.
fn traces(beats_a_minute: f64, strength: f64) -> Value {
    let channel = |mean: f64, share: f64, seed: u32| -> Vec<f64> {
        let mut noise = seed;
        (0..900)
            .map(|frame| {
                let phase = std::f64::consts::TAU * beats_a_minute / 60.0 * f64::from(frame) / 30.0;
                let pulse = phase.sin() + 0.3 * (2.0 * phase).sin();
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                mean * (1.0 + strength * share * pulse) + f64::from(noise >> 16) / 65_536.0 * 0.2
            })
            .collect()
    };
    let times: Vec<f64> = (0..900).map(|frame| f64::from(frame) * 1000.0 / 30.0).collect();
    let region = |name: &str, mean: f64, seed: u32| {
        json!({
            "name": name, "r": channel(1.5 * mean, 0.33, seed), "g": channel(mean, 0.77, seed + 1),
            "b": channel(0.8 * mean, 0.53, seed + 2),
        })
    };
    json!({ "timestamps_ms": times, "regions": [region("forehead", 100.0, 1), region("left_cheek", 90.0, 7)] })
}

/// The same for a session, with something else in it.
fn changed(session: &str, change: impl Fn(&mut Value)) -> Value {
    let mut body = json!({ "session_id": session, "traces": traces(72.0, 0.005) });
    change(&mut body);
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn who_calls_is_asked_before_what_is_sent() {
    let server = Server::start().await;
    let anonymous = send(&server, Method::POST, PATH, None, &json!([])).await;
    assert_eq!(refused(&anonymous, 401).0, "MISSING_TOKEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_traces_are_refused_by_name() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.session().await;
    let changed = |change: fn(&mut Value)| changed(&session, change);
    for (body, problem) in [
        (json!({}), "body needs the field session_id"),
        (json!({ "traces": traces(72.0, 0.005) }), "body needs the field session_id"),
        (json!({ "session_id": session }), "body needs the field traces"),
        (json!({ "session_id": session, "traces": {} }), "body needs the field timestamps_ms"),
        (
            json!({ "session_id": session, "traces": { "timestamps_ms": [], "regions": [] } }),
            "a recording lasts 10 seconds at least",
        ),
        (changed(|body| body["traces"]["regions"] = json!([])), "at least one region is needed"),
        (
            changed(|body| body["traces"]["regions"] = json!(vec![body["traces"]["regions"][0].clone(); 17])),
            "at most 16 regions are taken",
        ),
        (
            changed(|body| body["traces"]["regions"][1]["b"] = json!(vec![100.0; 899])),
            "every channel of every region needs as many values as there are timestamps",
        ),
        (
            changed(|body| body["traces"]["regions"][0]["g"][5] = json!(-1)),
            "colours are numbers from 0 to 65535",
        ),
        (
            changed(|body| body["traces"]["timestamps_ms"][7] = json!(0)),
            "timestamps are milliseconds that rise from frame to frame",
        ),
        (
            changed(|body| {
                for time in body["traces"]["timestamps_ms"].as_array_mut().unwrap() {
                    *time = json!(time.as_f64().unwrap() * 4.0);
                }
            }),
            "at least 15 frames a second are needed",
        ),
    ] {
        let said = invalid(&alice.send(Method::POST, PATH, &body).await);
        assert!(said.ends_with(problem), "{said}");
    }
    let typed = changed(|body| body["traces"]["regions"][0]["r"][3] = json!("s3cret"));
    let said = invalid(&alice.send(Method::POST, PATH, &typed).await);
    assert!(said.starts_with("body has a value of the wrong type"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_has_an_end() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let long = json!({ "session_id": "s", "traces": { "timestamps_ms": vec![0; 4_300_000], "regions": [] } });
    assert_eq!(invalid(&alice.send(Method::POST, PATH, &long).await), "body is larger than 8388608 bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_are_refused_with_the_reason() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.session().await;
    let wanted = "Frames are not taken, as this server has no detector of faces: send traces, the mean colours of regions of skin";
    for body in [
        json!({ "session_id": session, "frames": ["AAAA", "AAAB"] }),
        changed(&session, |body| body["frames"] = json!([{ "t": 0, "image": "AAAA" }])),
    ] {
        let refusal = refused(&alice.send(Method::POST, PATH, &body).await, 400);
        assert_eq!(refusal, ("FRAMES_NOT_SUPPORTED".to_owned(), wanted.to_owned()));
    }
    let neither = alice.send(Method::POST, PATH, &json!({ "session_id": session })).await;
    assert_eq!(invalid(&neither), "body needs the field traces");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_pulse_is_refused_with_the_reason() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.session().await;
    let still = json!({
        "timestamps_ms": traces(72.0, 0.0)["timestamps_ms"],
        "regions": [{ "name": "photo", "r": vec![150.0; 900], "g": vec![100.0; 900], "b": vec![80.0; 900] }],
    });
    for (traces, reason) in [(traces(72.0, 0.0), "no_pulse_found"), (still, "no_change")] {
        let answer =
            alice.send(Method::POST, PATH, &json!({ "session_id": session, "traces": traces })).await;
        assert_eq!(refused(&answer, 400).0, "LOW_SIGNAL_QUALITY");
        assert_eq!(answer.json()["details"], json!({ "reason": reason }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_needs_its_consent() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let bob = Customer::register(&server, "bob@example.org").await;
    let session = alice.begin().await;
    let body = json!({ "session_id": session, "traces": traces(72.0, 0.005) });
    assert_eq!(refused(&bob.send(Method::POST, PATH, &body).await, 404).0, "NOT_FOUND");
    assert_eq!(refused(&alice.send(Method::POST, PATH, &body).await, 403).0, "CONSENT_REQUIRED");
    succeeded(&alice.agree(&session).await);
    succeeded(&alice.send(Method::POST, PATH, &body).await);
    let withdrawn =
        alice.send(Method::DELETE, &format!("/api/face-scan/consent/{session}"), &json!({})).await;
    assert_eq!(withdrawn.status, 200);
    // The session went with it.
    assert_eq!(refused(&alice.send(Method::POST, PATH, &body).await, 404).0, "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pulse_is_told_and_nothing_is_kept() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.session().await;
    let rows = "SELECT (SELECT count(*) FROM resource) + (SELECT count(*) FROM resource_history)";
    let before = server.number(rows).await;
    let mut told = succeeded(&alice.send(Method::POST, PATH, &changed(&session, |_| {})).await);
    assert_eq!(server.number(rows).await, before);
    let analysis = told["analysis"].take();
    let refusal = |vital: &str, reason: &str, message: &str| json!({ "vital": vital, "reason": reason, "message": message });
    let never = |vital| refusal(vital, "not_measured_by_camera", "a camera does not measure this");
    let short = |vital| refusal(vital, "too_short", "the recording is shorter than this vital sign needs");
    let wanted = json!({
        "vitals": { "heart_rate": 72.0 }, "quality": analysis["quality"], "signal_db": analysis["signal_db"],
        "refused": [
            refusal("breathing_rate", "no_agreement", "fewer than two signs of the breath agree"), short("hrv_sdnn"),
            short("hrv_rmssd"), never("spo2"), never("systolic_bp"), never("diastolic_bp"),
        ],
        "duration_s": 29.97, "fps": 30.0, "method": { "name": "POS+CHROM+PBV", "version": "1.1.0" },
        "notice": "Pulse and breathing are estimated from small colour changes in the video. Blood pressure and oxygen are not \
            measured by the camera; enter values from a cuff or oximeter. Not for diagnosis; accuracy drops with movement, poor \
            light and darker skin.",
    });
    assert_eq!(analysis, wanted);
    assert!(analysis["signal_db"].as_f64().unwrap() > 8.0, "{analysis}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_can_be_sent_on() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let session = alice.session().await;
    let mut body = traces(95.0, 0.005);
    body["timestampsMs"] = body["timestamps_ms"].take();
    body.as_object_mut().unwrap().remove("timestamps_ms");
    let body = json!({ "sessionId": session, "traces": body });
    let analysis = succeeded(&alice.send(Method::POST, PATH, &body).await)["analysis"].clone();
    let told =
        "SELECT count(*) FROM audit_event WHERE interaction = 'analyze-face-scan' AND outcome = 'success'";
    assert_eq!(server.number(told).await, 1);
    let result = json!({
        "session_id": session, "vitals": analysis["vitals"], "quality": analysis["quality"], "save": true,
    });
    let saved = succeeded(&alice.send(Method::POST, "/api/face-scan/results", &result).await);
    assert_eq!(saved["results"][0]["value"], 95.0);
}
