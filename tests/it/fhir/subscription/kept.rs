//! What was not told yet is kept as long as the same is asked for, whatever is written meanwhile.

use serde_json::json;

use super::super::patient;
use super::topics::{OWN, by_topic};
use super::{active, both, change, paths, read, status, stored, subscription, work};
use crate::harness::receiver::Receiver;
use crate::harness::{Fhir, Server};

/// Longer than the longest pause with its chance.
const LONG_S: i64 = 60_000;

/// Holds changes against subscriptions, and posts nothing.
async fn matched(server: &Server) {
    while server.app.subscriptions().step().await.unwrap() {}
}

/// Has the receiver fail until the Subscription is in error.
async fn fail(receiver: &Receiver, fhir: &Fhir<'_>, id: &str) {
    receiver.answer([503; 25]);
    for _ in 0..25 {
        work(fhir.server()).await;
        fhir.server().app.clock.advance_s(LONG_S);
    }
    let fhir = fhir.server().fhir().await;
    assert_eq!(status(&fhir, id).await, "error");
    receiver.answer([]);
    receiver.clear();
}

fn put(base: &str, patients: &[String]) -> Vec<String> {
    patients.iter().map(|id| format!("PUT {base}/Patient/{id}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_mends_the_address_has_missed_nothing() {
    for word in ["requested", "active"] {
        let (receiver, server) = both().await;
        let fhir = server.fhir().await;
        let id = active(&fhir, &subscription(&receiver.url("/old"), "Patient")).await;
        let mut patients = vec![stored(&fhir, &patient()).await, stored(&fhir, &patient()).await];
        fail(&receiver, &fhir, &id).await;
        let fhir = server.fhir().await;
        patients.push(stored(&fhir, &patient()).await);
        change(&fhir, &id, |failed| {
            failed["channel"]["endpoint"] = receiver.url("/new").into();
            failed["status"] = word.into();
        })
        .await;
        patients.push(stored(&fhir, &patient()).await);
        work(&server).await;
        assert_eq!((status(&fhir, &id).await.as_str(), paths(&receiver)), ("active", put("/new", &patients)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_anew_for_what_they_are_told_already_loses_nothing() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let criteria = active(&fhir, &subscription(&receiver.url("/criteria"), "Patient")).await;
    let topic = stored(&fhir, &by_topic(&receiver.url("/topic"), &format!("{OWN}Patient"), "id-only")).await;
    work(&server).await;
    receiver.clear();
    // One that is on its way, one that nobody has looked at, and one that comes before it is set up again.
    let mut patients = vec![stored(&fhir, &patient()).await];
    matched(&server).await;
    patients.push(stored(&fhir, &patient()).await);
    for id in [&criteria, &topic] {
        change(&fhir, id, |active| active["status"] = "requested".into()).await;
    }
    patients.push(stored(&fhir, &patient()).await);
    server.app.deliveries.step().await.unwrap();
    work(&server).await;
    patients.push(stored(&fhir, &patient()).await);
    work(&server).await;
    let all = paths(&receiver);
    let by_criteria: Vec<_> = all.iter().filter(|path| path.starts_with("PUT")).cloned().collect();
    assert_eq!(by_criteria, put("/criteria", &patients));
    let focus = |body: &serde_json::Value| body["entry"][1]["fullUrl"].as_str().map(str::to_owned);
    let by_topic = receiver.taken().into_iter().filter(|taken| taken.path == "/topic");
    let by_topic: Vec<_> = by_topic.filter_map(|taken| focus(&taken.json())).collect();
    let expected: Vec<_> =
        patients.iter().map(|id| format!("http://127.0.0.1:8080/fhir/Patient/{id}")).collect();
    assert_eq!(by_topic, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_says_error_itself_keeps_what_is_kept() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = active(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    let mut patients = vec![stored(&fhir, &patient()).await];
    fail(&receiver, &fhir, &id).await;
    let fhir = server.fhir().await;
    // It writes what it has read, with another reason.
    change(&fhir, &id, |failed| failed["reason"] = "it is looked into".into()).await;
    patients.push(stored(&fhir, &patient()).await);
    work(&server).await;
    assert_eq!((status(&fhir, &id).await.as_str(), receiver.taken().len()), ("error", 0));
    change(&fhir, &id, |failed| failed["status"] = "requested".into()).await;
    work(&server).await;
    assert_eq!(paths(&receiver), put("", &patients));
    // So it does where all was well.
    receiver.clear();
    change(&fhir, &id, |active| active["status"] = "error".into()).await;
    let next = stored(&fhir, &patient()).await;
    work(&server).await;
    assert_eq!(receiver.taken().len(), 0);
    change(&fhir, &id, |failed| failed["status"] = "active".into()).await;
    work(&server).await;
    assert_eq!(paths(&receiver), put("", &[next]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_criteria_asked_for_does_not_come_back() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = active(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    stored(&fhir, &patient()).await;
    fail(&receiver, &fhir, &id).await;
    let fhir = server.fhir().await;
    change(&fhir, &id, |failed| {
        failed["criteria"] = "Patient?family=Liddell".into();
        failed["status"] = "requested".into();
    })
    .await;
    work(&server).await;
    assert_eq!((status(&fhir, &id).await.as_str(), receiver.taken().len()), ("active", 0));
    // It fails again, and is taken up again.
    let next = stored(&fhir, &patient()).await;
    fail(&receiver, &fhir, &id).await;
    let fhir = server.fhir().await;
    change(&fhir, &id, |failed| failed["status"] = "requested".into()).await;
    work(&server).await;
    assert_eq!(paths(&receiver), put("", &[next]));
    assert_eq!(read(&fhir, &id).await.get("error"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_for_a_while_after_a_failure_it_is_well() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let mut wanted = subscription(&receiver.url("/"), "Patient");
    wanted["end"] = "2029-01-01T00:00:00Z".into();
    let id = active(&fhir, &wanted).await;
    stored(&fhir, &patient()).await;
    fail(&receiver, &fhir, &id).await;
    let fhir = server.fhir().await;
    for word in ["off", "requested"] {
        change(&fhir, &id, |failed| failed["status"] = word.into()).await;
    }
    work(&server).await;
    // It is seen to for another reason.
    server.execute(&format!("INSERT INTO job (tenant, kind, subject, asked, due) SELECT tenant, 'subscription', '{id}', now(), '2020-01-01' FROM subscription")).await;
    work(&server).await;
    assert_eq!(read(&fhir, &id).await["status"], json!("active"));
}
