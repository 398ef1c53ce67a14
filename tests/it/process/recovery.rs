//! What was answered 201 is there, however the server ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::{DataFolder, Running};

pub(super) async fn token(folder: &DataFolder) -> String {
    folder.run(&["admin", "token"]).await.1.trim_end().to_owned()
}

fn observation() -> String {
    json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": "8867-4" }] },
        "effectiveDateTime": "2026-11-21",
    })
    .to_string()
}

/// Sends creates from 200 clients until the server goes away; the ids that were answered 201.
async fn create_until_it_ends(running: &Running, token: &str, answered: Arc<AtomicUsize>) -> Vec<String> {
    let client = reqwest::Client::new();
    let clients = (0..200).map(|_| {
        let (client, answered) = (client.clone(), Arc::clone(&answered));
        let (url, token) = (format!("{}/fhir/Observation", running.url), token.to_owned());
        tokio::spawn(async move {
            let mut ids = Vec::new();
            loop {
                let request =
                    client.post(&url).bearer_auth(&token).header("Content-Type", "application/fhir+json");
                let Ok(response) = request.body(observation()).send().await else { return ids };
                let created = response.status() == 201;
                let Ok(body) = response.json::<Value>().await else { return ids };
                assert!(created, "{body}");
                ids.push(body["id"].as_str().unwrap().to_owned());
                answered.fetch_add(1, Ordering::SeqCst);
            }
        })
    });
    let mut ids = Vec::new();
    for client in clients.collect::<Vec<_>>() {
        ids.extend(client.await.unwrap());
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answered_create_survives_kill_9_and_nothing_is_half_written() {
    let folder = DataFolder::new();
    let mut running = folder.serve().await;
    let token = token(&folder).await;
    let answered = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&answered);
    let (ids, _) = {
        let url = Running {
            process: tokio::process::Command::new("true").spawn().unwrap(),
            url: running.url.clone(),
        };
        tokio::join!(create_until_it_ends(&url, &token, answered), async {
            for _ in 0..20_000 {
                if seen.load(Ordering::SeqCst) >= 300 {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            running.signal(Signal::SIGKILL).await
        })
    };
    assert!(ids.len() >= 300);

    let running = folder.serve().await;
    let client = reqwest::Client::new();
    for id in &ids {
        let read = client.get(format!("{}/fhir/Observation/{id}", running.url)).bearer_auth(&token);
        assert_eq!(read.send().await.unwrap().status(), 200, "{id} was answered 201");
    }
    // Each resource has its index and its audit row, or is not there at all.
    let total = |query: &'static str| {
        let read = client.get(format!("{}/fhir/{query}", running.url)).bearer_auth(&token);
        async move { read.send().await.unwrap().json::<Value>().await.unwrap() }
    };
    let by_code = total("Observation?code=8867-4&_count=0").await["total"].as_u64().unwrap();
    let by_date = total("Observation?date=2026-11-21&_count=0").await["total"].as_u64().unwrap();
    let all = total("Observation?_count=0").await["total"].as_u64().unwrap();
    assert_eq!((by_code, by_date), (all, all));
    assert!(all >= u64::try_from(ids.len()).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_told_to_stop_ends_well_and_leaves_no_postgres() {
    let folder = DataFolder::new();
    let mut running = folder.serve().await;
    let answer = reqwest::get(format!("{}/readyz", running.url)).await.unwrap();
    assert_eq!(answer.status(), 200);
    let readiness: Value = answer.json().await.unwrap();
    assert_eq!(
        (&readiness["status"], &readiness["components"]["database"]),
        (&json!("degraded"), &json!("ok"))
    );
    assert_eq!(running.signal(Signal::SIGTERM).await.code(), Some(0));
    assert!(!folder.0.join("postgres/postmaster.pid").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_comes_back_when_it_is_killed() {
    let folder = DataFolder::new();
    let running = folder.serve().await;
    let token = token(&folder).await;
    let create = || {
        let request =
            reqwest::Client::new().post(format!("{}/fhir/Observation", running.url)).bearer_auth(&token);
        request.header("Content-Type", "application/fhir+json").body(observation()).send()
    };
    assert_eq!(create().await.unwrap().status(), 201);
    let pid = std::fs::read_to_string(folder.0.join("postgres/postmaster.pid")).unwrap();
    let pid = pid.lines().next().unwrap().parse().unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), Signal::SIGKILL).unwrap();
    for _ in 0..1_200 {
        if create().await.unwrap().status() == 201 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the database did not come back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_the_same_data_is_refused() {
    let folder = DataFolder::new();
    let _running = folder.serve().await;
    let (good, _, told) = folder.run(&["serve"]).await;
    assert!(!good && told.contains("hygeia: "), "{told}");
}
