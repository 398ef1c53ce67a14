//! An export of more than the server's memory should ever hold, from a server that is killed on the way.

use std::time::Duration;

use nix::sys::signal::Signal;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use super::recovery::token;
use super::{DataFolder, Running};

/// So many resources a transaction, so many transactions.
const COUNT: usize = 600;
const ROUNDS: usize = 5;
/// So long is each of them.
const LENGTH: usize = 30_000;
/// So much more memory a server may take for the files than before, of which the export has twice as much.
const MOST_KIB: i64 = 48 * 1024;

fn request(running: &Running, method: Method, path: &str, token: &str) -> RequestBuilder {
    Client::new().request(method, format!("{}/fhir{path}", running.url)).bearer_auth(token)
}

/// Below the base.
fn below(url: &str) -> String {
    url.split_once("/fhir").unwrap().1.to_owned()
}

async fn kick_off(running: &Running, token: &str) -> String {
    let asked =
        request(running, Method::GET, "/$export?_type=Basic", token).header("Prefer", "respond-async");
    let taken = asked.send().await.unwrap();
    assert_eq!(taken.status().as_u16(), 202);
    below(taken.headers()["content-location"].to_str().unwrap())
}

/// The manifest, once there is one.
async fn manifest(running: &Running, token: &str, status: &str) -> Value {
    for _ in 0..600 {
        let answer = request(running, Method::GET, status, token).send().await.unwrap();
        match answer.status().as_u16() {
            200 => return answer.json().await.unwrap(),
            other => assert_eq!(other, 202),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the export is not made");
}

/// The ids of what is exported, and how many bytes that is.
async fn fetched(running: &Running, token: &str, manifest: &Value) -> (Vec<String>, usize) {
    let (mut ids, mut length) = (Vec::new(), 0);
    for file in manifest["output"].as_array().unwrap() {
        let path = below(file["url"].as_str().unwrap());
        let text = request(running, Method::GET, &path, token).send().await.unwrap().text().await.unwrap();
        length += text.len();
        ids.extend(text.lines().map(|line| line.get(..90).unwrap().to_owned()));
    }
    (ids, length)
}

/// The most memory that the process ever had.
pub(super) fn most_kib(running: &Running) -> i64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.process.id().unwrap())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_made_although_the_server_is_killed_and_its_files_take_little_memory() {
    let folder = DataFolder::new();
    let mut running = folder.serve().await;
    let token = token(&folder).await;
    let long = "x".repeat(LENGTH);
    let basic = json!({ "resourceType": "Basic", "code": { "text": "x" },
        "extension": [{ "url": "http://a.example/long", "valueString": long }] });
    let entry = json!({ "resource": basic, "request": { "method": "POST", "url": "Basic" } });
    let bundle =
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": vec![entry; COUNT] }).to_string();
    for _ in 0..ROUNDS {
        let sent =
            request(&running, Method::POST, "", &token).header("Content-Type", "application/fhir+json");
        assert_eq!(sent.body(bundle.clone()).send().await.unwrap().status().as_u16(), 200);
    }
    let status = kick_off(&running, &token).await;
    running.signal(Signal::SIGKILL).await;

    let running = folder.serve().await;
    let first = manifest(&running, &token, &status).await;
    let before = most_kib(&running);
    let (ids, length) = fetched(&running, &token, &first).await;
    assert_eq!(ids.len(), COUNT * ROUNDS);
    let taken = most_kib(&running) - before;
    assert!(length > COUNT * ROUNDS * LENGTH && taken < MOST_KIB, "{length} bytes took {taken} KiB");
    let again = manifest(&running, &token, &kick_off(&running, &token).await).await;
    assert_eq!(fetched(&running, &token, &again).await, (ids, length));
}
