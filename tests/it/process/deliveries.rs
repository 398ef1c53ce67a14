//! What a server was killed in the midst of posting is posted by the next one, under the same id.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use reqwest::Method;
use serde_json::json;

use super::DataFolder;
use super::analyses::{imagemedix, upload};
use crate::harness::drawn::stripes;
use crate::harness::receiver::Receiver;

/// Waits until so many posts have come in.
async fn taken(receiver: &Receiver, count: usize) {
    let started = Instant::now();
    while receiver.taken().len() < count {
        assert!(started.elapsed() < Duration::from_secs(90), "it is not posted");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_survive_kill_9_and_keep_their_ids() {
    let (folder, receiver) = (DataFolder::new(), Receiver::start().await);
    let (place, authority) = (receiver.place(), receiver.authority().to_str().unwrap().to_owned());
    let settings = [("HYGEIA_EGRESS_ALLOW", place.as_str()), ("HYGEIA_EXTRA_CA", authority.as_str())];
    let mut running = folder.serve_with(&settings).await;
    let login = json!({ "email": "admin@example.org", "password": "an administrator's pass phrase" });
    let signed_in = imagemedix(&running, Method::POST, "/auth/login", "", &login).await;
    let session = signed_in["token"].as_str().unwrap().to_owned();
    let new = json!({ "url": receiver.url("/"), "events": ["scan.uploaded"] });
    let webhook = imagemedix(&running, Method::POST, "/webhooks", &session, &new).await;
    receiver.wait(Duration::from_secs(9));
    for _ in 0..3 {
        upload(&running, &session, &stripes()).await;
    }
    taken(&receiver, 1).await;
    running.signal(Signal::SIGKILL).await;
    receiver.wait(Duration::ZERO);
    let _running = folder.serve_with(&settings).await;
    taken(&receiver, 4).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let taken = receiver.taken();
    let secret = webhook["secret"].as_str().unwrap();
    let ids: BTreeSet<_> = taken.iter().map(|one| one.header("x-imagemedix-delivery").to_owned()).collect();
    assert!(taken.iter().all(|one| one.signed_at(secret) > 0));
    assert_eq!((taken.len(), ids.len()), (4, 3), "the one that was in hand comes twice, under one id");
}
