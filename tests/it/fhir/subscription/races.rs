//! What comes together: writes of a Subscription with changes that are held against it, and with posts that are under way.

use std::time::Duration;

use hygeia::fhir::ResourceType;
use hygeia::identity::{Caller, Surface, TenantId};
use hygeia::records::erase::Erasure;
use serde_json::json;
use tokio::time::sleep;

use super::super::patient;
use super::topics::{OWN, by_topic, finished, told};
use super::{active, both, change, paths, read, status, stored, subscription, work};
use crate::harness::Server;
use crate::harness::receiver::Taken;

/// Longer than the longest pause with its chance.
const LONG_S: i64 = 60_000;

async fn matched(server: &Server) {
    while server.app.subscriptions().step().await.unwrap() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_for_before_is_not_told_by_what_is_asked_for_now() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    active(&fhir, &subscription(&receiver.url("/"), "Patient?gender=female")).await;
    let mut hers = patient();
    hers["gender"] = "female".into();
    stored(&fhir, &hers).await;
    let mut his = patient();
    his["gender"] = "male".into();
    let his = stored(&fhir, &his).await;
    // It is read as it was, and changed before what came of that can be written down.
    let mut session = server.session().await;
    let writing = session.transaction().await.unwrap();
    let changed = "UPDATE subscription SET version = version + 1, wanted = replace(wanted, 'gender=female', 'gender=male')";
    assert_eq!(writing.execute(changed, &[]).await.unwrap(), 1);
    let let_go = async {
        sleep(Duration::from_secs(1)).await;
        writing.commit().await.unwrap();
    };
    tokio::join!(matched(&server), let_go);
    work(&server).await;
    assert_eq!(paths(&receiver), [format!("PUT /Patient/{his}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_server_has_told_is_not_told_again() {
    let (_receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = active(&fhir, &subscription("https://a.example/", "Patient")).await;
    let move_to_waiting = format!(
        "WITH taken AS (DELETE FROM resource_change RETURNING *)
         INSERT INTO subscription_change (tenant, subscription, number, type, id, version, change, made_at)
         SELECT tenant, '{id}', number, type, id, version, change, made_at FROM taken;
         UPDATE subscription SET retry = '2020-01-01', waits = 1"
    );
    for (table, before) in [("resource_change", None), ("subscription_change", Some(move_to_waiting))] {
        stored(&fhir, &patient()).await;
        if let Some(before) = before {
            server.execute(&before).await;
        }
        // It knows no lock of ours, and has taken away what we hold against the criteria as well.
        let mut session = server.session().await;
        let taking = session.transaction().await.unwrap();
        assert_eq!(taking.execute(&format!("DELETE FROM {table}"), &[]).await.unwrap(), 1);
        let let_go = async {
            sleep(Duration::from_secs(1)).await;
            taking.commit().await.unwrap();
        };
        tokio::join!(matched(&server), let_go);
        assert_eq!(server.number("SELECT count(*) FROM subscription_event").await, 0, "{table}");
    }
    assert_eq!(server.number("SELECT waits FROM subscription WHERE retry IS NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_is_under_way_ends_nothing_that_was_mended_meanwhile() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = active(&fhir, &subscription(&receiver.url("/old"), "Patient")).await;
    let made = stored(&fhir, &patient()).await;
    matched(&server).await;
    // The last try takes its time, and fails.
    server.execute("UPDATE delivery SET tries = 19").await;
    receiver.answer([503]);
    receiver.wait(Duration::from_secs(2));
    let mended = async {
        sleep(Duration::from_millis(700)).await;
        receiver.wait(Duration::ZERO);
        change(&fhir, &id, |active| active["channel"]["endpoint"] = receiver.url("/new").into()).await;
    };
    let (stepped, ()) = tokio::join!(server.app.deliveries.step(), mended);
    assert!(stepped.unwrap());
    work(&server).await;
    let tried = [format!("PUT /old/Patient/{made}"), format!("PUT /new/Patient/{made}")];
    assert_eq!((paths(&receiver), status(&fhir, &id).await.as_str()), (tried.to_vec(), "active"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_before_anybody_saw_to_it_is_told_to_who_goes_on() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = active(&fhir, &subscription(&receiver.url("/old"), "Patient")).await;
    let made = [stored(&fhir, &patient()).await, stored(&fhir, &patient()).await];
    matched(&server).await;
    receiver.answer([503; 20]);
    for _ in 0..25 {
        while server.app.deliveries.step().await.unwrap() {}
        server.app.clock.advance_s(LONG_S);
    }
    receiver.clear();
    let fhir = server.fhir().await;
    assert_eq!(status(&fhir, &id).await, "active", "nobody has seen to it");
    change(&fhir, &id, |active| active["channel"]["endpoint"] = receiver.url("/new").into()).await;
    work(&server).await;
    let told: Vec<_> = made.iter().map(|id| format!("PUT /new/Patient/{id}")).collect();
    assert_eq!((paths(&receiver), status(&fhir, &id).await.as_str()), (told, "active"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_and_who_posts_take_turns() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = active(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    let mut made = Vec::new();
    for _ in 0..20 {
        made.push(format!("/Patient/{}", stored(&fhir, &patient()).await));
    }
    matched(&server).await;
    receiver.answer([503; 60]);
    let writing = async {
        for round in 0..12 {
            let word = if round % 3 == 0 { "requested" } else { "active" };
            let mut now = read(&fhir, &id).await;
            now["status"] = word.into();
            now["reason"] = format!("round {round}").into();
            let answer = fhir.put(&format!("/Subscription/{id}"), &now).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
    };
    let posting = async {
        for _ in 0..12 {
            server.app.deliveries.step().await.unwrap();
            server.app.clock.advance_s(2);
        }
    };
    let matching = async {
        for _ in 0..12 {
            server.app.subscriptions().step().await.unwrap();
            sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::join!(writing, posting, matching);
    receiver.answer([]);
    let during = receiver.taken();
    receiver.clear();
    for _ in 0..20 {
        work(&server).await;
        server.app.clock.advance_s(600);
    }
    let after = receiver.taken();
    let delivered = server.number("SELECT count(*) FROM delivery WHERE outcome = 'delivered'").await;
    assert_eq!((status(&server.fhir().await, &id).await.as_str(), delivered), ("active", 20));
    let took = |all: &[Taken]| {
        all.iter().filter(|one| one.status == 200).map(|one| one.path.clone()).collect::<Vec<_>>()
    };
    // Each in its turn; what was under way when somebody wrote may come again, and nothing when nobody does.
    let (mut told, after) = (took(&during), took(&after));
    told.extend(after.clone());
    told.dedup();
    assert_eq!(told, made);
    assert_eq!(after, made[made.len() - after.len()..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_in_error_can_be_written_when_its_topic_is_gone() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let topic = stored(&fhir, &finished()).await;
    let wanted = by_topic(&receiver.url("/"), "http://a.example/topic/finished", "id-only");
    let id = stored(&fhir, &wanted).await;
    work(&server).await;
    change(&fhir, &id, |active| active["status"] = "error".into()).await;
    assert_eq!(fhir.delete(&format!("/Basic/{topic}")).await.status, 204);
    let encounter = json!({ "resourceType": "Encounter", "status": "finished", "class": { "code": "AMB" } });
    stored(&fhir, &encounter).await;
    work(&server).await;
    change(&fhir, &id, |failed| failed["reason"] = "it is looked into".into()).await;
    let mut anew = read(&fhir, &id).await;
    anew["status"] = "requested".into();
    assert_eq!(fhir.put(&format!("/Subscription/{id}"), &anew).await.status, 422, "there is no topic");
    // Once it is there again, nothing was missed.
    stored(&fhir, &finished()).await;
    receiver.clear();
    change(&fhir, &id, |failed| failed["status"] = "requested".into()).await;
    work(&server).await;
    let told: Vec<_> = receiver.taken().iter().map(|taken| told(&taken.json()).0).collect();
    assert_eq!(told, ["handshake", "event-notification"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_by_one_that_is_erased() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = active(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    let topic = stored(&fhir, &finished()).await;
    stored(&fhir, &patient()).await;
    matched(&server).await;
    let named = |name: &str| ResourceType::parse(name).unwrap();
    let roots = vec![(named("Subscription"), id), (named("Basic"), topic)];
    let caller = Caller::system(TenantId::DEFAULT, Surface::Fhir);
    let erasure = Erasure { roots, is_whole: false, left: None };
    server.app.records.erase(&caller, erasure).await.unwrap();
    stored(&fhir, &patient()).await;
    work(&server).await;
    assert_eq!(receiver.taken().len(), 0);
    let kept = "SELECT (SELECT count(*) FROM subscription) + (SELECT count(*) FROM subscription_event)
        + (SELECT count(*) FROM receiver) + (SELECT count(*) FROM delivery) + (SELECT count(*) FROM resource_change)
        + (SELECT count(*) FROM subscription_topic)";
    assert_eq!(server.number(kept).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_read_at_once_than_there_is_room_for() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &by_topic(&receiver.url("/"), &format!("{OWN}Basic"), "empty")).await;
    work(&server).await;
    let large = json!({ "resourceType": "Basic", "code": { "text": "x".repeat(500_000) } });
    for _ in 0..25 {
        stored(&fhir, &large).await;
    }
    work(&server).await;
    let events = format!("/Subscription/{id}/$events?content=full-resource");
    let numbers = async |since: i64| {
        told(&fhir.get(&format!("{events}&eventsSinceNumber={since}")).await.json()).2.len()
    };
    assert_eq!((numbers(1).await, numbers(21).await), (20, 5), "who asks on gets the others");
}
