//! Drawn pregnancy and COVID tests: what is no test, or not the one asked for, is refused; the others come back by name.
//!
//! `fixtures/strips` has them, drawn by models/strips/train/drawn.py with a seed that nothing was learnt from, and what they say.

use super::{Customer, pictures, refused};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_such_test_or_no_cassette_is_refused() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    for (picture, hint, code) in [
        (pictures::wall(), "pregnancy-kit", "NO_DEVICE_DETECTED"),
        (pictures::landscape(), "covid-test-strip", "NO_DEVICE_DETECTED"),
        (pictures::display("thermometer"), "pregnancy-kit", "NO_DEVICE_DETECTED"),
        (pictures::drawn("clinical-notes"), "covid-test-strip", "NO_DEVICE_DETECTED"),
        (pictures::strip("covid-positive"), "pregnancy-kit", "NO_DEVICE_DETECTED"),
        (pictures::strip("pregnancy-stick"), "pregnancy-kit", "UNREADABLE_DISPLAY"),
    ] {
        let answer = alice.extract(picture, &[("device_type", hint)]).await;
        assert_eq!(refused(&answer, 400).0, code, "{hint}: {}", answer.text);
    }
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Task'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_are_read_with_their_documented_names() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let drawings = pictures::drawn_strips();
    let drawings = drawings.as_object().unwrap();
    for (name, drawing) in drawings {
        let hint = drawing["device_type"].as_str().unwrap();
        let answer = alice.extract(pictures::strip(name), &[("device_type", hint)]).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        let data = &answer.json()["data"];
        assert_eq!(data["extracted_data"], drawing["extracted_data"], "{name}");
        assert_eq!(data["device_type"], hint);
        let confidence = data["confidence"].as_f64().unwrap();
        assert!((0.5..=1.0).contains(&confidence), "{name}: {confidence}");
    }
    let reports = server.number("SELECT count(*) FROM resource WHERE type = 'DiagnosticReport'").await;
    assert_eq!(usize::try_from(reports).unwrap(), drawings.len());
}
