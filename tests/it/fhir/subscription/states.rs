//! The states of a Subscription, each a version of its own.

use serde_json::json;

use super::super::patient;
use super::{active, both, change, paths, read, status, stored, subscription, work};

/// Longer than the longest pause with its chance.
const LONG_S: i64 = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_becomes_active_by_the_server() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    assert_eq!(status(&fhir, &id).await, "requested");
    work(&server).await;
    let now = read(&fhir, &id).await;
    assert_eq!((&now["status"], &now["meta"]["versionId"]), (&json!("active"), &json!("2")));
    assert_eq!((now.get("error"), receiver.taken().len()), (None, 0));
    let sql = "SELECT count(*) FROM audit_event WHERE interaction = 'subscription-status' AND agent_kind = 'system'";
    assert_eq!(server.number(sql).await, 1);
    work(&server).await;
    assert_eq!(read(&fhir, &id).await["meta"]["versionId"], "2", "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_its_end_it_is_off() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let mut wanted = subscription(&receiver.url("/"), "Patient");
    wanted["end"] = "2026-11-21T12:01:00Z".into();
    let id = active(&fhir, &wanted).await;
    stored(&fhir, &patient()).await;
    work(&server).await;
    assert_eq!(receiver.taken().len(), 1);
    server.app.clock.advance_s(60);
    stored(&fhir, &patient()).await;
    work(&server).await;
    assert_eq!((status(&fhir, &id).await.as_str(), receiver.taken().len()), ("off", 1));
    // One that has ended before it began is never told anything.
    let late = stored(&fhir, &wanted).await;
    work(&server).await;
    assert_eq!(status(&fhir, &late).await, "off");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_reached_is_in_error_and_taken_up_again_has_missed_nothing() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = active(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    receiver.answer([503; 25]);
    let mut patients = vec![stored(&fhir, &patient()).await, stored(&fhir, &patient()).await];
    for _ in 0..25 {
        work(&server).await;
        server.app.clock.advance_s(LONG_S);
    }
    let fhir = server.fhir().await;
    let failed = read(&fhir, &id).await;
    assert_eq!(
        (&failed["status"], &failed["error"]),
        (&json!("error"), &json!("event 1 was not delivered: the answer had status 503"))
    );
    assert_eq!(receiver.taken().len(), 20, "the second waits for the first");
    receiver.answer([]);
    receiver.clear();
    patients.push(stored(&fhir, &patient()).await);
    work(&server).await;
    assert_eq!(receiver.taken().len(), 0);
    change(&fhir, &id, |failed| failed["status"] = "requested".into()).await;
    patients.push(stored(&fhir, &patient()).await);
    work(&server).await;
    patients.push(stored(&fhir, &patient()).await);
    work(&server).await;
    let now = read(&fhir, &id).await;
    assert_eq!((&now["status"], now.get("error")), (&json!("active"), None));
    let expected: Vec<_> = patients.iter().map(|id| format!("PUT /Patient/{id}")).collect();
    assert_eq!(paths(&receiver), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_closed_while_in_error_is_told_of_what_comes_then_alone() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = active(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    receiver.answer([503; 25]);
    stored(&fhir, &patient()).await;
    for _ in 0..25 {
        work(&server).await;
        server.app.clock.advance_s(LONG_S);
    }
    let fhir = server.fhir().await;
    receiver.answer([]);
    receiver.clear();
    change(&fhir, &id, |failed| failed["status"] = "off".into()).await;
    change(&fhir, &id, |closed| closed["status"] = "requested".into()).await;
    work(&server).await;
    assert_eq!(receiver.taken().len(), 0);
    let next = stored(&fhir, &patient()).await;
    work(&server).await;
    assert_eq!(paths(&receiver), [format!("PUT /Patient/{next}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_a_failure_is_not_told_before_it() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    active(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    receiver.answer([503; 20]);
    for _ in 0..2 {
        stored(&fhir, &patient()).await;
    }
    while server.app.subscriptions().step().await.unwrap() {}
    // Nobody has seen to the state yet.
    for _ in 0..25 {
        while server.app.deliveries.step().await.unwrap() {}
        server.app.clock.advance_s(LONG_S);
    }
    assert_eq!(receiver.taken().len(), 20);
    let outcomes = server.texts("SELECT outcome FROM delivery ORDER BY number").await;
    assert_eq!(outcomes, ["failed", "stopped"]);
}
