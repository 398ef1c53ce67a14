//! Scans that a server was killed in the midst of analysing are analysed by the next one, each once.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::recovery::token;
use super::{DataFolder, Running};
use crate::harness::drawn::brain;

/// So many scans; with signing in and a few looks they are fewer requests than an address may make in a quarter of an hour.
const COUNT: u64 = 50;

pub(super) async fn imagemedix(
    running: &Running,
    method: Method,
    path: &str,
    token: &str,
    body: &Value,
) -> Value {
    let request = Client::new().request(method, format!("{}/imagemedix/api{path}", running.url));
    request.bearer_auth(token).json(body).send().await.unwrap().json().await.unwrap()
}

pub(super) async fn upload(running: &Running, token: &str, picture: &[u8]) {
    let image = Part::bytes(picture.to_vec()).file_name("a.png");
    let form = Form::new().part("image", image).text("patientId", "1").text("patientName", "Priya Mehta");
    let request = Client::new().post(format!("{}/imagemedix/api/scans", running.url));
    let answer = request.bearer_auth(token).multipart(form).send().await.unwrap();
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
}

/// How many resources a search finds.
async fn total(running: &Running, token: &str, search: &str) -> u64 {
    let url = format!("{}/fhir/{search}", running.url);
    let answer = Client::new().get(url).bearer_auth(token).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["total"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn analyses_survive_kill_9_and_come_out_once() {
    let folder = DataFolder::new();
    let library = concat!(env!("CARGO_MANIFEST_DIR"), "/runtime/libonnxruntime.so");
    let with_nets = [("ORT_DYLIB_PATH", library), ("HYGEIA_LIMITS", "off")];
    let mut running = folder.serve_with(&with_nets).await;
    let login = json!({ "email": "admin@example.org", "password": "an administrator's pass phrase" });
    let signed_in = imagemedix(&running, Method::POST, "/auth/login", "", &login).await;
    let session = signed_in["token"].as_str().unwrap().to_owned();
    let picture = brain();
    for _ in 0..COUNT {
        upload(&running, &session, &picture).await;
    }
    let fhir = token(&folder).await;
    for _ in 0..3 {
        running.signal(Signal::SIGKILL).await;
        running = folder.serve_with(&with_nets).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let started = Instant::now();
    // What the killed ones had in hand is taken again when their time is over.
    while total(&running, &fhir, "Task?status=completed&_summary=count").await < COUNT {
        assert!(started.elapsed() < Duration::from_secs(300), "the scans are not analysed");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    for search in ["Observation?status=preliminary", "DiagnosticReport?status=preliminary"] {
        assert_eq!(total(&running, &fhir, &format!("{search}&_summary=count")).await, COUNT);
    }
    let url = format!("{}/fhir/Observation?_count=100", running.url);
    let found =
        Client::new().get(url).bearer_auth(&fhir).send().await.unwrap().json::<Value>().await.unwrap();
    let found = found["entry"].as_array().unwrap();
    let is_first = |one: &&Value| one["resource"]["meta"]["versionId"] == "1";
    let counts = [found.len(), found.iter().filter(is_first).count()];
    assert_eq!(counts.map(|count| u64::try_from(count).unwrap()), [COUNT; 2], "none was written twice");
}
