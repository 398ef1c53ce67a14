//! Nothing is lost, all comes in its order and once, whatever the receiver and the servers do.

use std::time::{Duration, Instant};

use super::super::patient;
use super::{active, both, paths, stored, subscription, work};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_none_is_lost_where_every_second_answer_is_a_failure() {
    const EVENTS: usize = 200;
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    active(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    // Two of three, and one of three.
    receiver.answer((0..2 * EVENTS).map(|at| if at % 3 == 0 || at % 2 == 0 { 500 } else { 200 }));
    let mut expected = Vec::new();
    for _ in 0..EVENTS {
        expected.push(format!("PUT /Patient/{}", stored(&fhir, &patient()).await));
    }
    let started = Instant::now();
    let mut came = Vec::new();
    while came.len() < EVENTS {
        assert!(started.elapsed() < Duration::from_secs(300), "{} came", came.len());
        work(&server).await;
        server.app.clock.advance_s(1);
        came = paths(&receiver);
        // What failed comes again before anything else does.
        came.dedup();
    }
    assert_eq!(came, expected);
    let delivered = server.number("SELECT count(*) FROM delivery WHERE outcome = 'delivered'").await;
    assert_eq!(usize::try_from(delivered), Ok(EVENTS));
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
