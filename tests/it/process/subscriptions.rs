//! Who is told by a server that is killed again and again is told all, in its order.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::recovery::token;
use super::{DataFolder, Running};
use crate::harness::receiver::Receiver;

async fn post(running: &Running, token: &str, resource: &Value) -> Option<String> {
    let url = format!("{}/fhir/{}", running.url, resource["resourceType"].as_str().unwrap());
    let request = Client::new().request(Method::POST, url).bearer_auth(token);
    let request = request.header("Content-Type", "application/fhir+json").body(resource.to_string());
    let answer = request.send().await.ok()?;
    assert_eq!(answer.status().as_u16(), 201);
    let stored: Value = answer.json().await.ok()?;
    Some(stored["id"].as_str().unwrap().to_owned())
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < Duration::from_secs(120), "{what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn subscribers_miss_nothing_where_the_server_is_killed() {
    let (folder, receiver) = (DataFolder::new(), Receiver::start().await);
    let (place, authority) = (receiver.place(), receiver.authority().to_str().unwrap().to_owned());
    let settings = [("HYGEIA_EGRESS_ALLOW", place.as_str()), ("HYGEIA_EXTRA_CA", authority.as_str())];
    let mut running = folder.serve_with(&settings).await;
    let token = token(&folder).await;
    let subscription = json!({
        "resourceType": "Subscription", "status": "requested", "reason": "a test", "criteria": "Basic?",
        "channel": { "type": "rest-hook", "endpoint": receiver.url("/"), "payload": "application/fhir+json" },
    });
    let id = post(&running, &token, &subscription).await.unwrap();
    until("it does not become active", async || {
        let url = format!("{}/fhir/Subscription/{id}", running.url);
        let answer = Client::new().get(url).bearer_auth(&token).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["status"] == "active"
    })
    .await;
    let mut stored = Vec::new();
    for round in 0..3 {
        // In the first round nothing is posted before the end; later, something may be under way.
        receiver.wait(Duration::from_millis(if round == 0 { 5_000 } else { 30 }));
        for _ in 0..20 {
            let basic = json!({ "resourceType": "Basic", "code": { "text": "x" } });
            stored.push(post(&running, &token, &basic).await.unwrap());
        }
        running.signal(Signal::SIGKILL).await;
        running = folder.serve_with(&settings).await;
    }
    receiver.wait(Duration::ZERO);
    let came = || {
        let mut came: Vec<_> =
            receiver.taken().iter().map(|one| one.path.trim_start_matches("/Basic/").to_owned()).collect();
        // What was in hand when the server ended comes twice.
        came.dedup();
        came
    };
    until("not all are told", async || came().len() >= stored.len()).await;
    assert_eq!(came(), stored);
}
