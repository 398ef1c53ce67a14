//! What does not come through at once: tried again, in its order, once, whoever ends in between.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use hygeia::core::config::Settings;
use serde_json::json;

use super::super::User;
use super::super::scans::form;
use super::{both, post, statuses};
use crate::harness::drawn::stripes;
use crate::harness::receiver::{Receiver, Taken};

/// Longer than the longest pause with its chance.
const LONG_S: i64 = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_answered_well_is_posted_again_under_the_same_id() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    receiver.answer([500, 302]);
    admin.sent("PT-1").await;
    post(&server).await;
    assert_eq!(receiver.taken().len(), 1);
    let pending = admin.deliveries(&webhook).await.remove(0);
    assert_eq!((&pending["status"], &pending["attempts"][0]["status"]), (&json!("pending"), &json!(500)));
    assert!(pending["nextAttemptAt"].as_str().unwrap() >= "2026-11-21T12:00:10.000Z", "{pending}");
    assert!(pending["nextAttemptAt"].as_str().unwrap() <= "2026-11-21T12:00:12.500Z", "{pending}");
    server.app.clock.advance_s(9);
    post(&server).await;
    assert_eq!(receiver.taken().len(), 1, "not before its time");
    for tries in [2, 3] {
        server.app.clock.advance_s(40);
        post(&server).await;
        assert_eq!(receiver.taken().len(), tries);
    }
    let taken = receiver.taken();
    let secret = webhook["secret"].as_str().unwrap();
    let ids: BTreeSet<_> = taken.iter().map(|one| one.header("x-imagemedix-delivery").to_owned()).collect();
    let bodies: BTreeSet<_> = taken.iter().map(|one| one.body.clone()).collect();
    let times: BTreeSet<_> = taken.iter().map(|one| one.signed_at(secret)).collect();
    assert_eq!((ids.len(), bodies.len(), times.len()), (1, 1, 3), "each try is signed anew");
    let done = admin.deliveries(&webhook).await.remove(0);
    assert_eq!(
        (&done["status"], done.get("nextAttemptAt"), &done["endedAt"]),
        (&json!("delivered"), None, &json!("2026-11-21T12:01:29.000Z"))
    );
    let answered: Vec<_> =
        done["attempts"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(answered, [500, 302, 200]);
    assert!(!done.to_string().contains("thank you"), "{done}");
    assert_eq!(server.number("SELECT count(*) FROM job WHERE kind = 'delivery'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_nine_tries_it_has_failed() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    receiver.answer([503; 12]);
    admin.sent("PT-1").await;
    for _ in 0..12 {
        post(&server).await;
        server.app.clock.advance_s(LONG_S);
    }
    assert_eq!(receiver.taken().len(), 9);
    let admin = User::admin(&server).await;
    let failed = admin.deliveries(&webhook).await.remove(0);
    assert_eq!((&failed["status"], failed["attempts"].as_array().unwrap().len()), (&json!("failed"), 9));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_scan_the_later_waits_for_the_earlier_and_other_scans_do_not() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    admin.webhook(&receiver.url("/"), &["scan.uploaded", "scan.failed"]).await;
    let mut scans = Vec::new();
    for patient_id in ["PT-1", "PT-2"] {
        // It is neither a brain nor a chest.
        let texts = [("patientId", patient_id), ("patientName", "Priya Mehta")];
        let scan = admin.upload(form(stripes(), "a.png", &texts)).await.json();
        scans.push(scan["_id"].as_str().unwrap().to_owned());
    }
    let [one, other] = scans.try_into().unwrap();
    receiver.refuse(Some(&one));
    let analyst = server.analyst().await;
    while analyst.step().await.unwrap() {}
    for _ in 0..3 {
        post(&server).await;
        server.app.clock.advance_s(1);
    }
    let told = || receiver.taken().iter().map(Taken::told).collect::<Vec<_>>();
    let of = |event: &str, scan: &str| (event.to_owned(), scan.to_owned());
    let first = [of("scan.uploaded", &one), of("scan.uploaded", &other), of("scan.failed", &other)];
    assert_eq!(told(), first);
    receiver.refuse(None);
    receiver.clear();
    server.app.clock.advance_s(60);
    post(&server).await;
    assert_eq!(told(), [of("scan.uploaded", &one), of("scan.failed", &one)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_ends_in_the_midst_of_it_leaves_it_to_be_posted_under_the_same_id() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    admin.sent("PT-1").await;
    receiver.wait(Duration::from_secs(8));
    let courier = server.app.deliveries.clone();
    let posting = tokio::spawn(async move { courier.step().await });
    while receiver.taken().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    posting.abort();
    drop(posting.await);
    receiver.wait(Duration::ZERO);
    post(&server).await;
    assert_eq!(receiver.taken().len(), 1, "whoever had it may still have it");
    server.app.clock.advance_s(61);
    post(&server).await;
    let taken = receiver.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].body, taken[1].body);
    let done = admin.deliveries(&webhook).await.remove(0);
    let attempts = done["attempts"].as_array().unwrap();
    assert_eq!((&done["status"], attempts.len()), (&json!("delivered"), 2));
    assert_eq!((attempts[0].get("status"), &attempts[1]["status"]), (None, &json!(200)));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_post_each_once() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    for path in ["/a", "/b"] {
        admin.webhook(&receiver.url(path), &["scan.uploaded"]).await;
    }
    for _ in 0..8 {
        admin.sent("PT-1").await;
    }
    let replica = server.replica_by(&receiver.settings()).await;
    tokio::join!(post(&server), post(&replica), post(&server), post(&replica));
    post(&server).await;
    let taken = receiver.taken();
    assert_eq!(taken.len(), 16);
    let each: BTreeSet<_> = taken.iter().map(|one| (one.path.clone(), one.told().1)).collect();
    assert_eq!(each.len(), 16);
    assert_eq!(server.number("SELECT count(*) FROM job WHERE kind = 'delivery'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_slow_keeps_nobody_else_waiting() {
    let (receiver, quick) = (Receiver::start().await, Receiver::start().await);
    let mut settings = receiver.settings();
    settings.egress.allow.extend(quick.settings().egress.allow);
    // Both authorities are believed.
    let both = settings.extra_ca.clone().unwrap().with_extension("both.pem");
    let read = |settings: &Settings| std::fs::read_to_string(settings.extra_ca.as_ref().unwrap()).unwrap();
    std::fs::write(&both, format!("{}\n{}", read(&settings), read(&quick.settings()))).unwrap();
    settings.extra_ca = Some(both.clone());
    let server = super::server_by(&settings).await;
    std::fs::remove_file(&both).unwrap();
    let admin = User::admin(&server).await;
    admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    admin.webhook(&quick.url("/"), &["scan.uploaded"]).await;
    receiver.wait(Duration::from_secs(5));
    for _ in 0..4 {
        admin.sent("PT-1").await;
    }
    let courier = server.app.deliveries.clone();
    let working = tokio::spawn(async move { courier.work().await });
    let started = Instant::now();
    while quick.taken().len() < 4 {
        assert!(started.elapsed() < Duration::from_secs(5), "they wait for who is slow");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(receiver.taken().len(), 1, "one at a time");
    working.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_slow_gives_its_place_to_others_after_ten_seconds() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    for _ in 0..3 {
        admin.sent("PT-1").await;
    }
    receiver.wait(Duration::from_secs(1));
    let slow = async {
        while receiver.taken().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        server.app.clock.advance_s(10);
    };
    let (stepped, ()) = tokio::join!(server.app.deliveries.step(), slow);
    assert!(stepped.unwrap());
    assert_eq!(receiver.taken().len(), 1, "the others come with its next turn");
    receiver.wait(Duration::ZERO);
    post(&server).await;
    assert_eq!(receiver.taken().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_may_not_be_posted_to_any_more_it_is_not() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    admin.sent("PT-1").await;
    // As if the name led elsewhere by now.
    let strict = server.replica_by(&Settings::default()).await;
    post(&strict).await;
    assert_eq!(receiver.taken().len(), 0);
    let pending = admin.deliveries(&webhook).await.remove(0);
    let told = &pending["attempts"][0]["error"];
    assert_eq!(told, "the address is not public and not excepted by the settings");
    // Nor by who does not show a certificate that holds.
    let believing_nobody = Settings { extra_ca: None, ..receiver.settings() };
    let strict = server.replica_by(&believing_nobody).await;
    strict.app.clock.advance_s(60);
    post(&strict).await;
    assert_eq!(receiver.taken().len(), 0);
    let pending = admin.deliveries(&webhook).await.remove(0);
    let told = pending["attempts"][1]["error"].as_str().unwrap();
    assert!(told.starts_with("no answer: invalid peer certificate"), "{told}");
    assert_eq!(statuses(&[pending]), ["pending"]);
}
