//! Forms that give no reading: each has the documented status and code, and nothing is stored.

use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::{Customer, EXTRACT, form, invalid, pictures, refused};
use crate::harness::{Answer, Server};

const READINGS: &str = "SELECT count(*) FROM resource WHERE type NOT IN ('Practitioner', 'PractitionerRole', 'Organization', 'Patient')";

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_an_image_is_refused() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let missing = alice.upload(Form::new().text("device_type", "scale")).await;
    assert_eq!(refused(&missing, 400).0, "MISSING_IMAGE");
    assert_eq!(missing.json()["details"], json!({ "image": "is required" }));
    assert_eq!(refused(&alice.extract(Vec::new(), &[]).await, 400).0, "MISSING_IMAGE");
    let other = Form::new().part("other", Part::bytes(pictures::jpeg()).file_name("a.jpg"));
    assert_eq!(refused(&alice.upload(other).await, 400).0, "MISSING_IMAGE");

    let post = || server.request(Method::POST, EXTRACT).header("X-API-Key", &alice.key);
    let not_a_form = "form must be multipart/form-data with the file in the field image";
    assert_eq!(invalid(&Answer::of(post().json(&json!({ "image": "…" }))).await), not_a_form);
    assert_eq!(invalid(&Answer::of(post().body(pictures::jpeg())).await), not_a_form);
    let cut = "--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n\u{1}\u{2}";
    let cut = post().header("Content-Type", "multipart/form-data; boundary=x").body(cut);
    assert_eq!(invalid(&Answer::of(cut).await), "form ended early");
    let twice = form(pictures::jpeg(), &[]).part("deviceImage", Part::bytes(pictures::jpeg()));
    assert_eq!(invalid(&alice.upload(twice).await), "form has more than one image");
    let many = (0..40).fold(form(pictures::jpeg(), &[]), |form, _| form.text("x", "y"));
    assert_eq!(invalid(&alice.upload(many).await), "form has too many fields");
    assert_eq!(server.number(READINGS).await, 0);
    let audited = "SELECT count(*) FROM audit_event WHERE interaction = 'extract-medical-data' AND outcome = 'refused' AND agent_kind = 'api-key'";
    assert_eq!(server.number(audited).await, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_told_by_its_content() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let zip = [b"PK\x03\x04".as_slice(), &[0; 50]].concat();
    for content in [b"blood pressure 120/80".to_vec(), svg, zip, vec![0; 100]] {
        let answer = alice.extract(content, &[]).await;
        assert_eq!(
            refused(&answer, 415),
            ("INVALID_IMAGE_FORMAT".to_owned(), "The image must be a JPEG, PNG, GIF or WebP".to_owned())
        );
    }
    assert_eq!(server.number(READINGS).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_image_or_a_bomb_is_refused_quickly() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let whole = pictures::jpeg();
    let half = whole[..whole.len() / 2].to_vec();
    let cut = alice.extract(half, &[]).await;
    let failed = |text: &str| ("IMAGE_PROCESSING_FAILED".to_owned(), text.to_owned());
    assert_eq!(refused(&cut, 400), failed("The image is damaged or incomplete"));
    assert_eq!(
        refused(&alice.extract(whole[..10].to_vec(), &[]).await, 400),
        failed("The image is damaged or incomplete")
    );
    let started = Instant::now();
    assert_eq!(
        refused(&alice.extract(pictures::bomb(), &[]).await, 400),
        failed("The image has too many pixels")
    );
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(server.number(READINGS).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_over_ten_mib_is_refused_before_its_end() {
    const MIB: usize = 1024 * 1024;
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let over = alice.extract(pictures::padded(10 * MIB + 1), &[]).await;
    assert_eq!(
        refused(&over, 413),
        ("IMAGE_TOO_LARGE".to_owned(), "The image is larger than 10 MB".to_owned())
    );
    assert_eq!(over.json()["details"], json!({ "max_size_bytes": 10 * MIB }));
    assert_eq!(refused(&alice.extract(pictures::padded(11 * MIB), &[]).await, 413).0, "IMAGE_TOO_LARGE");
    // Exactly 10 MiB is taken: what follows is another refusal.
    let most = alice.extract(pictures::padded(10 * MIB), &[("device_type", "toaster")]).await;
    assert_eq!(refused(&most, 400).0, "INVALID_DEVICE_TYPE");
    assert_eq!(server.number(READINGS).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_image_is_not_read() {
    let server = Server::start().await;
    let body = form(pictures::padded(11 * 1024 * 1024), &[]);
    let answer = Answer::of(server.request(Method::POST, EXTRACT).multipart(body)).await;
    assert_eq!(refused(&answer, 401).0, "MISSING_API_KEY");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_held_against_their_rules() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let sent = async |name: &str, value: &str| alice.extract(pictures::jpeg(), &[(name, value)]).await;
    for name in ["device_type", "deviceType"] {
        let answer = sent(name, "toaster").await;
        assert_eq!(refused(&answer, 400).0, "INVALID_DEVICE_TYPE");
        assert_eq!(answer.json()["details"]["device_types"].as_array().unwrap().len(), 15);
    }
    for name in ["confidence_threshold", "confidenceThreshold"] {
        for value in ["2", "-1", "high", "NaN"] {
            let text = invalid(&sent(name, value).await);
            assert_eq!(text, "confidence_threshold must be a number from 0.0 to 1.0");
        }
    }
    assert_eq!(invalid(&sent("device_type", &"x".repeat(2000)).await), "device_type is too long");
    for (named, problem) in [
        ("Patient/nothing", "patient names no patient"),
        ("Patient/a b", "patient must be <id>, Patient/<id> or <system>|<value>"),
        ("urn:mrn|1", "patient names no patient"),
        ("urn:mrn|1,urn:mrn|2\\", "patient names no patient"),
        ("nothing", "patient names no patient"),
    ] {
        assert_eq!(invalid(&sent("patient", named).await), problem, "{named}");
    }
    assert_eq!(server.number(READINGS).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_models_the_answer_is_a_documented_one() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let answer = alice.extract(pictures::jpeg(), &[]).await;
    assert_eq!(refused(&answer, 500).0, "SERVICE_UNAVAILABLE");
    assert_eq!(answer.header("retry-after"), "2");
    assert_eq!(server.number(READINGS).await, 0);
}
