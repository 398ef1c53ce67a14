//! Nothing is lost, all comes in its order and once, whatever the receiver and the servers do.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::super::patient;
use super::{active, both, paths, stored, subscription, work};
use crate::harness::Fhir;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_none_is_lost_or_told_twice_where_half_of_the_answers_are_failures() {
    all_come(200).await;
}

/// Whether an answer is a failure: for half of them, in no pattern.
fn fails(at: usize) -> bool {
    let mixed = u64::try_from(at).unwrap().wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 63 == 1
}

/// Stores patients by one transaction; their ids.
async fn several(fhir: &Fhir<'_>, count: usize) -> Vec<String> {
    let entry = json!({ "resource": patient(), "request": { "method": "POST", "url": "Patient" } });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": vec![entry; count] });
    let answer = fhir.post("", &bundle).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = answer.json();
    let id = |entry: &Value| {
        entry["response"]["location"].as_str().unwrap().split('/').rev().nth(2).unwrap().to_owned()
    };
    answer["entry"].as_array().unwrap().iter().map(id).collect()
}

async fn all_come(events: usize) {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    active(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    receiver.answer((0..4 * events).map(|at| if fails(at) { 500 } else { 200 }));
    let mut made = Vec::new();
    while made.len() < events {
        made.extend(several(&fhir, (events - made.len()).min(100)).await);
    }
    let started = Instant::now();
    // What is answered with a success has come: in what order, and how often, whatever failed in between.
    let came = || -> Vec<String> {
        let all = paths(&receiver).into_iter().enumerate();
        all.filter(|(at, _)| !fails(*at)).map(|(_, path)| path).collect()
    };
    while came().len() < events {
        let limit = Duration::from_millis(300_000 + 300 * u64::try_from(events).unwrap());
        assert!(started.elapsed() < limit, "{} came", came().len());
        work(&server).await;
        server.app.clock.advance_s(1);
    }
    work(&server).await;
    let tries = receiver.taken().len();
    assert!(tries > events * 3 / 2, "half of the answers were failures");
    let told = server.texts("SELECT 'PUT /Patient/' || id FROM subscription_event ORDER BY number").await;
    assert_eq!(came(), told, "each once, and in their order");
    let all: BTreeSet<_> = told.iter().map(|path| path.trim_start_matches("PUT /Patient/")).collect();
    let made: BTreeSet<_> = made.iter().map(String::as_str).collect();
    assert_eq!(all, made, "all that was made");
    let delivered = server.number("SELECT count(*) FROM delivery WHERE outcome = 'delivered'").await;
    assert_eq!(usize::try_from(delivered), Ok(events));
    let noted = server.number("SELECT count(*) FROM audit_event WHERE interaction = 'notification'").await;
    assert_eq!(usize::try_from(noted), Ok(tries), "each body that went out is in the trail");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_tell_each_once_and_in_order() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    active(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    let replica = server.replica_by(&receiver.settings()).await;
    let mut expected = Vec::new();
    for _ in 0..30 {
        expected.push(format!("PUT /Patient/{}", stored(&fhir, &patient()).await));
    }
    tokio::join!(work(&server), work(&replica), work(&server), work(&replica));
    work(&server).await;
    assert_eq!(paths(&receiver), expected);
}
