//! What nobody has taken in yet: who is told of it by a socket, and who by another channel.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::patient;
use super::rights::program;
use super::sockets::{active, closed, of_topic, open, open_to, token, wanted};
use super::topics::{OWN, of, told};
use super::{both, change, observation, paths, status, stored, work};
use crate::harness::Server;
use crate::harness::socket::{Said, Socket};

fn laboratory() -> Value {
    let mut laboratory = observation("718-7");
    laboratory["category"] = json!([{ "coding": [{ "code": "laboratory" }] }]);
    laboratory
}

fn of_observations() -> Value {
    let mut wanted = of_topic("id-only");
    wanted["criteria"] = format!("{OWN}Observation").into();
    wanted
}

/// A socket that is bound by a token; what it was told of each Subscription by that.
async fn bound(server: &Server, token: &str) -> Socket {
    let mut socket = open_to(server).await;
    socket.say(&format!("bind-with-token {token}")).await;
    let handshake = next(&mut socket).await;
    assert_eq!(told(&handshake).0, "handshake");
    socket
}

async fn next(socket: &mut Socket) -> Value {
    serde_json::from_str(&socket.text().await).unwrap()
}

async fn is_told(socket: &mut Socket, numbers: &[&str]) {
    for number in numbers {
        assert_eq!(told(&next(socket).await), of("event-notification", number, &[number]));
    }
    assert!(socket.is_silent().await, "nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn others_take_nothing_from_who_asked_for_it() {
    let server = Server::start().await;
    let all = server.fhir().await;
    let id = active(&all, &of_observations()).await;
    stored(&all, &observation("8867-4")).await;
    stored(&all, &laboratory()).await;
    work(&server).await;
    let (narrow, _) =
        program(&server, "system/Subscription.rs system/Observation.rs?category=laboratory").await;
    let mut other = bound(&server, &token(&narrow, &[&id]).await).await;
    assert!(other.is_silent().await, "what was missed is not theirs");
    stored(&all, &laboratory()).await;
    work(&server).await;
    is_told(&mut other, &["3"]).await;
    assert_eq!(server.number("SELECT shown FROM subscription").await, 0);
    // Nor do fewer rights of the same client.
    let own = token(&all, &[&id]).await;
    let fewer = "UPDATE subscription_binding SET owner = jsonb_set(owner::jsonb, '{scope}', $1)::text
        WHERE owner LIKE '%system/*.cruds%'"
        .replace("$1", "'\"system/Subscription.rs system/Observation.rs?category=laboratory\"'");
    server.execute(&fewer).await;
    let mut less = bound(&server, &own).await;
    is_told(&mut less, &["2", "3"]).await;
    assert_eq!(server.number("SELECT shown FROM subscription").await, 0);
    let mut whole = bound(&server, &token(&all, &[&id]).await).await;
    is_told(&mut whole, &["1", "2", "3"]).await;
    assert_eq!(server.number("SELECT shown FROM subscription").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_taken_in_is_posted_by_another_channel() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    for word in ["active", "requested"] {
        receiver.clear();
        let id = active(&fhir, &wanted("Patient")).await;
        let mut socket = open(&fhir).await;
        socket.say(&format!("bind {id}")).await;
        assert_eq!(socket.text().await, format!("bound {id}"));
        stored(&fhir, &patient()).await;
        work(&server).await;
        assert_eq!(socket.text().await, format!("ping {id}"));
        assert!(socket.is_silent().await);
        drop(socket);
        let mut missed = vec![stored(&fhir, &patient()).await, stored(&fhir, &patient()).await];
        work(&server).await;
        change(&fhir, &id, |now| {
            now["status"] = word.into();
            now["channel"] =
                json!({ "type": "rest-hook", "endpoint": receiver.url("/"), "payload": "application/fhir+json" });
        })
        .await;
        work(&server).await;
        missed.push(stored(&fhir, &patient()).await);
        work(&server).await;
        assert_eq!(status(&fhir, &id).await, "active");
        let expected: Vec<_> = missed.iter().map(|id| format!("PUT /Patient/{id}")).collect();
        assert_eq!(paths(&receiver), expected, "{word}");
        change(&fhir, &id, |now| now["status"] = "off".into()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_binds_to_what_is_left() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let [gone, left] = [active(&fhir, &wanted("Patient")).await, active(&fhir, &wanted("Patient")).await];
    let token = token(&fhir, &[&gone, &left]).await;
    assert_eq!(fhir.delete(&format!("/Subscription/{gone}")).await.status, 204);
    let mut socket = open_to(&server).await;
    socket.say(&format!("bind-with-token {token}")).await;
    assert_eq!(socket.text().await, format!("bound {left}"));
    let rows = "SELECT count(*) FROM audit_event WHERE outcome = 'refused'";
    assert_eq!(server.number(rows).await, 1);
    stored(&fhir, &patient()).await;
    work(&server).await;
    assert_eq!(socket.text().await, format!("ping {left}"));
    assert_eq!(fhir.delete(&format!("/Subscription/{left}")).await.status, 204);
    assert_eq!(closed(&mut socket).await.1, "who listens is not let in any more");
    let mut none = open_to(&server).await;
    none.say(&format!("bind-with-token {token}")).await;
    assert_eq!(closed(&mut none).await.1, "this cannot be bound");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_whose_owner_is_gone_is_seen_to_and_tells_nothing() {
    let server = Server::start().await;
    let (owner, client) = program(&server, "system/Subscription.cruds system/Patient.rs").await;
    let id = active(&owner, &wanted("Patient")).await;
    let others = server.fhir().await;
    let mut socket = open(&others).await;
    socket.say(&format!("bind {id}")).await;
    assert_eq!(socket.text().await, format!("bound {id}"));
    assert!(server.remove_client(client.parse().unwrap()).await.unwrap());
    let happens =
        "INSERT INTO subscription_event (tenant, subscription, number, type, id, version, change, made_at)
         SELECT tenant, id, 1, 'Patient', 'p', 1, 'create', now() FROM subscription;
         UPDATE subscription SET last = 1";
    server.execute(happens).await;
    let jobs = "SELECT count(*) FROM job WHERE kind = 'subscription'";
    assert_eq!(server.number(jobs).await, 0);
    assert!(socket.is_silent().await);
    assert_eq!(server.number(jobs).await, 1);
    work(&server).await;
    assert_eq!((status(&others, &id).await.as_str(), server.number(jobs).await), ("error", 0));
    assert!(socket.is_silent().await);
    assert_eq!(server.number(jobs).await, 0, "it is asked for once");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_to_listen_and_says_nothing_keeps_nobody_away_for_long() {
    let server = Server::start().await;
    let mut silent = Vec::new();
    for _ in 0..10 {
        silent.push(open_to(&server).await);
    }
    let eleventh = server.request(reqwest::Method::GET, "/fhir/websocket");
    let eleventh = eleventh.header("Connection", "Upgrade").header("Upgrade", "websocket");
    let eleventh = eleventh.header("Sec-WebSocket-Version", "13");
    let refused = eleventh.header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==").send().await.unwrap();
    assert_eq!(refused.status(), 503, "as many from one address are open");
    for mut socket in silent {
        let said = socket.next(Duration::from_secs(20)).await;
        assert!(matches!(said, Some(Said::Closed(1008, _))), "{said:?}");
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    open_to(&server).await;
}
