//! Studies: making, finding and listing them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Lab, done, refused, told};
use crate::harness::{Answer, Server};

async fn list(lab: &Lab<'_>, query: &str) -> Vec<String> {
    let page = lab.read(&format!("/pbs{query}")).await;
    let studies = page["studies"].as_array().unwrap();
    studies.iter().map(|study| study["pbs_study_id"].as_str().unwrap().to_owned()).collect()
}

async fn tagged(lab: &Lab<'_>, tags: Value) -> String {
    let made = done(&lab.post("/pbs", &json!({ "tags": tags })).await, 201);
    assert_eq!((&made["tags"], &made["pbs_id"]), (&tags, &made["pbs_study_id"]));
    made["pbs_study_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_that_name_somebody_are_refused_and_nothing_is_kept() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    for (tags, word) in [
        (json!({ "email": "x" }), "personal_information"),
        (json!({ "note": "ali@example.org" }), "personal_information"),
        (json!({ "mrn": "1" }), "personal_information"),
        (json!({ "a b": "x" }), "invalid_request"),
        (json!({ "k": 5 }), "invalid_request"),
        (json!({ "k": null }), "invalid_request"),
        (json!(["k"]), "invalid_request"),
    ] {
        assert_eq!(refused(&lab.post("/pbs", &json!({ "tags": tags })).await, 400), word, "{tags}");
    }
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'ServiceRequest'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organisations_study_does_not_exist() {
    let server = Server::start().await;
    let (lab, other) = (Lab::open(&server).await, Lab::other(&server).await);
    let study = lab.study().await;
    for path in ["", "/status", "/report"] {
        assert_eq!(refused(&other.get(&format!("/pbs/{study}{path}")).await, 404), "not_found");
    }
    assert_eq!(refused(&other.ask(&study).await, 404), "not_found");
    let picture = super::picture(1, image::ImageFormat::Png);
    assert_eq!(refused(&other.upload(&study, picture, Some("image/png"), "").await, 404), "not_found");
    assert_eq!(list(&other, "").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_works_on_its_own_studies_alone() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let device = lab.with_role("device").await;
    let (of_lab, of_device) = (lab.study().await, device.study().await);
    assert_eq!(refused(&device.get("/pbs").await, 403), "forbidden");
    let fetched = json!({ "list_url": "https://example.org/l.json", "tasks": ["pbs_v1"] });
    assert_eq!(refused(&device.post("/pbs", &fetched).await, 403), "forbidden");
    assert_eq!(refused(&device.get(&format!("/pbs/{of_lab}/status")).await, 404), "not_found");
    device.add(&of_device, 1).await;
    assert_eq!(done(&device.ask(&of_device).await, 202)["tasks"], json!(["pbs_v1"]));
    assert_eq!(device.read(&format!("/pbs/{of_device}/status")).await["report_status"], "processing");
    assert_eq!(list(&lab, "").await.len(), 2, "the others see both");
    // Who may more can call as a device, and is then one.
    let as_device = lab.token_with("role", json!("device"));
    let request = server.request(Method::GET, "/hemato/dev/pbs").header("Authorization", as_device);
    assert_eq!(refused(&Answer::of(request).await, 403), "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_study_is_found_by_its_tags_state_and_time() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let first = tagged(&lab, json!({ "patient_proxy_id": "", "run": "a b|c,d$e:f" })).await;
    server.app.clock.advance_s(60);
    let second = tagged(&lab, json!({ "patient_proxy_id": "PPID-1", "run": "x" })).await;
    lab.add(&second, 1).await;
    done(&lab.ask(&second).await, 202);
    server.app.clock.advance_s(60);
    let third = tagged(&lab, json!({ "run": "x" })).await;
    for (query, found) in [
        ("", vec![&third, &second, &first]),
        ("?limit=2", vec![&third, &second]),
        ("?tag=run:x", vec![&third, &second]),
        ("?tag=run:x&tag=patient_proxy_id:PPID-1", vec![&second]),
        ("?tag=run:a%20b%7Cc%2Cd%24e%3Af", vec![&first]),
        ("?tag=patient_proxy_id:", vec![&first]),
        ("?tag=run:X", vec![]),
        ("?report_status=processing", vec![&second]),
        ("?report_status=created", vec![&third, &first]),
        ("?report_status=ready", vec![]),
        ("?created_after=2026-11-21T12:00:30Z", vec![&third, &second]),
        ("?created_after=2026-11-21T12:00:30Z&created_before=2026-11-21T13:01:30%2B01:00", vec![&second]),
    ] {
        assert_eq!(list(&lab, query).await, found.into_iter().cloned().collect::<Vec<_>>(), "{query}");
    }
    let page = lab.read("/pbs?limit=2").await;
    let next = page["next_cursor"].as_str().unwrap();
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let last = lab.read(&format!("/pbs?limit=2&cursor={next}")).await;
    assert_eq!((&last["studies"][0]["pbs_study_id"], &last["next_cursor"]), (&json!(first), &Value::Null));
    let one = lab.read(&format!("/pbs/{second}")).await;
    assert_eq!(
        one,
        json!({ "pbs_study_id": second, "tags": { "patient_proxy_id": "PPID-1", "run": "x" }, "report_status": "processing",
            "progress": 0.0, "created_at": "2026-11-21T12:01:00.000Z" })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_cannot_be_read_is_refused() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    for query in [
        "tag=x",
        "tag=:x",
        "tag=a%20b:c",
        "limit=0",
        "limit=101",
        "limit=x",
        "report_status=done",
        "created_after=yesterday",
        "created_before=2026-11-21",
        "cursor=x",
        "tag=a:%00",
    ] {
        assert_eq!(refused(&lab.get(&format!("/pbs?{query}")).await, 400), "invalid_request", "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_for_a_patient_is_one_patient() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let tags = json!({ "patient_proxy_id": "PPID-1" });
    let (one, other) = (tagged(&lab, tags.clone()).await, tagged(&lab, tags).await);
    let nobody = lab.study().await;
    let subject = async |id: &str| {
        let sql = format!(
            "SELECT coalesce(body::jsonb #>> '{{subject,reference}}', '') FROM resource WHERE type = 'ServiceRequest' AND id = '{id}'"
        );
        server.text(&sql).await
    };
    let patient = subject(&one).await;
    assert!(patient.starts_with("Patient/"), "{patient}");
    assert_eq!((subject(&other).await, subject(&nobody).await), (patient, String::new()));
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Patient'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_requested_of_known_tasks_and_of_files() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    let path = format!("/pbs/{study}/tasks");
    let answer = lab.ask(&study).await;
    assert_eq!(
        (refused(&answer, 400).as_str(), told(&answer).as_str()),
        ("invalid_request", "The study has no file yet.")
    );
    lab.add(&study, 1).await;
    for body in [
        json!({}),
        json!({ "diagnostic_tasks": [] }),
        json!({ "tasks": ["pbs_v2"] }),
        json!({ "tasks": ["pbs_v1", "x"] }),
    ] {
        let answer = lab.post(&path, &body).await;
        assert_eq!(refused(&answer, 400), "unknown_task", "{body}");
        assert_eq!(answer.json()["debug_info"], json!({ "known_tasks": ["pbs_v1"] }));
    }
    for body in [
        json!({ "diagnostic_tasks": "pbs_v1" }),
        json!({ "tasks": [1] }),
        json!({ "tasks": ["pbs_v1"], "diagnostic_tasks": [] }),
    ] {
        assert_eq!(refused(&lab.post(&path, &body).await, 400), "invalid_request", "{body}");
    }
    for url in [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "https://2130706433/",
        "https://localhost/",
        "https://user@example.org/",
        "file:///etc/passwd",
        "x",
    ] {
        let answer = lab.post(&path, &json!({ "tasks": ["pbs_v1"], "callback_url": url })).await;
        assert_eq!(refused(&answer, 400), "invalid_request", "{url}");
        assert!(told(&answer).starts_with("callback_url must"), "{}", answer.text);
    }
    assert_eq!(server.number("SELECT count(*) FROM job").await, 0);
    for name in ["diagnostic_tasks", "tasks", "clinical_tasks_requested"] {
        let body = json!({ name: ["pbs_v1"], "callback_url": "https://203.0.114.7/done/<PBS_STUDY_ID>/" });
        let results = done(&lab.post(&path, &body).await, 202);
        assert_eq!(results, json!({ "pbs_study_id": study, "tasks": ["pbs_v1"] }));
    }
    assert_eq!(server.number("SELECT count(*) FROM job").await, 1, "the same is asked for once");
    let late = lab.upload(&study, super::picture(2, image::ImageFormat::Png), Some("image/png"), "").await;
    assert_eq!(refused(&late, 400), "study_closed");
}
