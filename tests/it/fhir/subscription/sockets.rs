//! Subscriptions by websocket. <https://hl7.org/fhir/R4/subscription.html#websocket>

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::super::patient;
use super::rights::program;
use super::topics::{OWN, by_topic, of, told};
use super::{change, observation, status, stored, subscription, work};
use crate::harness::socket::{Said, Socket};
use crate::harness::{Fhir, Server};

const GUIDE: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";
const POLICY: u16 = 1008;

/// A Subscription by websocket.
fn wanted(criteria: &str) -> Value {
    let mut wanted = subscription("", criteria);
    wanted["channel"] = json!({ "type": "websocket" });
    wanted
}

fn of_topic(content: &str) -> Value {
    let mut wanted = by_topic("", &format!("{OWN}Patient"), content);
    let members = wanted["channel"].as_object_mut().unwrap();
    members.remove("endpoint");
    members.insert("type".to_owned(), "websocket".into());
    wanted
}

/// One that is active.
async fn active(fhir: &Fhir<'_>, wanted: &Value) -> String {
    let id = stored(fhir, wanted).await;
    work(fhir.server()).await;
    assert_eq!(status(fhir, &id).await, "active");
    id
}

/// A socket of who shows a token.
async fn open(fhir: &Fhir<'_>) -> Socket {
    Socket::open(fhir.request(Method::GET, "/websocket")).await
}

/// A socket of nobody in particular.
async fn open_to(server: &Server) -> Socket {
    Socket::open(server.request(Method::GET, "/fhir/websocket")).await
}

/// A token for these Subscriptions.
async fn token(fhir: &Fhir<'_>, ids: &[&str]) -> String {
    let answer = fhir.get(&format!("/Subscription/$get-ws-binding-token?id={}", ids.join(","))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["parameter"][0]["valueString"].as_str().unwrap().to_owned()
}

async fn closed(socket: &mut Socket) -> (u16, String) {
    loop {
        match socket.next(Duration::from_secs(30)).await {
            Some(Said::Closed(code, why)) => return (code, why),
            Some(Said::Gone) => return (0, String::new()),
            Some(Said::Text(_)) => {}
            None => panic!("it is not closed"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_may_listen_to_is_not_bound() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = active(&fhir, &wanted("Patient")).await;
    let hook = stored(&fhir, &subscription("https://a.example/", "Patient")).await;
    let plain = fhir.get("/websocket").await;
    assert_eq!(plain.refused(400), ["invalid: the request must open a WebSocket (RFC 6455)"]);
    let stranger = server.fhir_by("hyg_none".to_owned());
    assert_eq!(stranger.get("/websocket").await.status, 401);
    let others = server.fhir_by(super::super::isolation::token_of_another_tenant(&server).await);
    let blind = server.fhir_with("system/Patient.rs").await;
    let not_bound = (POLICY, "this cannot be bound".to_owned());
    for (fhir, said) in [
        (&fhir, "bind none".to_owned()),
        (&fhir, format!("bind {hook}")),
        (&fhir, "bind-with-token hygws_none".to_owned()),
        (&others, format!("bind {id}")),
        (&blind, format!("bind {id}")),
    ] {
        let mut socket = open(fhir).await;
        socket.say(&said).await;
        assert_eq!(closed(&mut socket).await, not_bound, "{said}");
    }
    let mut nobody = open_to(&server).await;
    nobody.say(&format!("bind {id}")).await;
    assert_eq!(closed(&mut nobody).await, not_bound);
    let rows = "SELECT count(*) FROM audit_event WHERE interaction = 'bind' AND outcome = 'refused'";
    assert_eq!(server.number(rows).await, 6);
    // Who says nothing is not waited for.
    let silent = (POLICY, "it was not said what is listened to".to_owned());
    assert_eq!(closed(&mut open_to(&server).await).await, silent);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_have_no_token_gets_none() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let all = "/Subscription/$get-ws-binding-token";
    assert_eq!(fhir.get(all).await.status, 400, "there is none");
    let id = active(&fhir, &wanted("Patient")).await;
    let hook = stored(&fhir, &subscription("https://a.example/", "Patient")).await;
    let of_one = |id: &str| format!("/Subscription/{id}/$get-ws-binding-token");
    assert_eq!(fhir.get(&of_one("none")).await.status, 404);
    assert_eq!(fhir.get(&of_one(&hook)).await.status, 422);
    let others = server.fhir_by(super::super::isolation::token_of_another_tenant(&server).await);
    assert_eq!(others.get(&of_one(&id)).await.status, 404);
    assert_eq!(server.fhir_with("system/Patient.rs").await.get(&of_one(&id)).await.status, 403);
    let given = fhir.get(all).await.json();
    let [token, expiration, one, url] = given["parameter"].as_array().unwrap().clone().try_into().unwrap();
    assert!(token["valueString"].as_str().unwrap().starts_with("hygws_"), "{token}");
    assert_eq!(expiration, json!({ "name": "expiration", "valueDateTime": "2026-11-21T13:00:00Z" }));
    assert_eq!(one, json!({ "name": "subscription", "valueString": id }));
    assert_eq!(url, json!({ "name": "websocket-url", "valueUrl": "ws://127.0.0.1:8080/fhir/websocket" }));
    let told = fhir.get("/metadata").await.json()["rest"][0]["extension"][0].clone();
    let extension = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-websocket";
    assert_eq!(told, json!({ "url": extension, "valueUri": "ws://127.0.0.1:8080/fhir/websocket" }));
    assert_eq!(server.number("SELECT count(*) FROM subscription_binding WHERE hash LIKE 'hygws%'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_bound_is_told_that_something_happened() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = active(&fhir, &wanted("Patient")).await;
    let mut socket = open(&fhir).await;
    socket.say(&format!("bind {id}")).await;
    assert_eq!(socket.text().await, format!("bound {id}"));
    stored(&fhir, &observation("8867-4")).await;
    work(&server).await;
    assert!(socket.is_silent().await, "it is not asked for");
    for _ in 0..2 {
        stored(&fhir, &patient()).await;
        work(&server).await;
        assert_eq!(socket.text().await, format!("ping {id}"));
    }
    assert!(socket.is_silent().await, "each once");
    assert_eq!(server.number("SELECT count(*) FROM delivery").await, 0, "nobody is posted to");
    // What happens while nobody listens is told to who comes back, wherever that is.
    drop(socket);
    stored(&fhir, &patient()).await;
    work(&server).await;
    let replica = server.replica().await;
    let mut again = open(&replica.fhir().await).await;
    again.say(&format!("bind {id}")).await;
    assert_eq!([again.text().await, again.text().await], [format!("bound {id}"), format!("ping {id}")]);
    // And so is what another process has noted.
    stored(&fhir, &patient()).await;
    work(&server).await;
    assert_eq!(again.text().await, format!("ping {id}"));
    assert!(again.is_silent().await);
    change(&fhir, &id, |closed| closed["status"] = "off".into()).await;
    let over = (POLICY, "who listens is not let in any more".to_owned());
    assert_eq!(closed(&mut again).await, over);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_bound_by_a_token_is_told_what_happened() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut full = of_topic("full-resource");
    full["channel"]["extension"] =
        json!([{ "url": format!("{GUIDE}backport-heartbeat-period"), "valueUnsignedInt": 60 }]);
    let id = active(&fhir, &full).await;
    let token = token(&fhir, &[&id]).await;
    let mut socket = open_to(&server).await;
    socket.say(&format!("bind-with-token {token}")).await;
    let next = async |socket: &mut Socket| -> Value { serde_json::from_str(&socket.text().await).unwrap() };
    assert_eq!(told(&next(&mut socket).await), of("handshake", "0", &[]));
    let made = stored(&fhir, &patient()).await;
    work(&server).await;
    let event = next(&mut socket).await;
    assert_eq!(
        (told(&event), &event["entry"][1]["resource"]["id"]),
        (of("event-notification", "1", &["1"]), &json!(made))
    );
    server.app.clock.advance_s(61);
    work(&server).await;
    assert_eq!(told(&next(&mut socket).await), of("heartbeat", "1", &[]));
    assert!(socket.is_silent().await, "once");
    // What was not taken in is told again to who is bound next, in its order.
    socket.answers = false;
    for _ in 0..2 {
        stored(&fhir, &patient()).await;
        work(&server).await;
    }
    assert_eq!(told(&next(&mut socket).await), of("event-notification", "2", &["2"]));
    drop(socket);
    let mut again = open_to(&server).await;
    again.say(&format!("bind-with-token {token}")).await;
    assert_eq!(told(&next(&mut again).await), of("handshake", "3", &[]));
    for number in ["2", "3"] {
        assert_eq!(told(&next(&mut again).await), of("event-notification", number, &[number]));
    }
    let read = "SELECT count(*) FROM audit_event WHERE interaction = 'notification'";
    assert!(server.number(read).await >= 4, "each body that goes out is in the trail");
    server.app.clock.advance_s(3_600);
    let over = (POLICY, "who listens is not let in any more".to_owned());
    assert_eq!(closed(&mut again).await, over, "the token has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_listens_is_told_what_they_may_read_themselves() {
    let server = Server::start().await;
    let all = server.fhir().await;
    let mut wanted = of_topic("id-only");
    wanted["criteria"] = format!("{OWN}Observation").into();
    let id = active(&all, &wanted).await;
    let (narrow, client) =
        program(&server, "system/Subscription.rs system/Observation.rs?category=laboratory").await;
    let token = token(&narrow, &[&id]).await;
    let mut socket = open_to(&server).await;
    socket.say(&format!("bind-with-token {token}")).await;
    socket.text().await;
    stored(&all, &observation("8867-4")).await;
    let mut laboratory = observation("718-7");
    laboratory["category"] = json!([{ "coding": [{ "code": "laboratory" }] }]);
    stored(&all, &laboratory).await;
    work(&server).await;
    let event: Value = serde_json::from_str(&socket.text().await).unwrap();
    assert_eq!(told(&event), of("event-notification", "2", &["2"]));
    // Nobody is let in whose client is removed.
    assert!(server.remove_client(client.parse().unwrap()).await.unwrap());
    let over = (POLICY, "who listens is not let in any more".to_owned());
    assert_eq!(closed(&mut socket).await, over);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_take_in_what_is_told_is_cut_off() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = active(&fhir, &wanted("Patient")).await;
    let mut socket = open(&fhir).await;
    socket.answers = false;
    socket.say(&format!("bind {id}")).await;
    assert_eq!(socket.text().await, format!("bound {id}"));
    stored(&fhir, &patient()).await;
    work(&server).await;
    assert_eq!(socket.text().await, format!("ping {id}"));
    stored(&fhir, &patient()).await;
    work(&server).await;
    assert_eq!(closed(&mut socket).await.0, 0, "nothing more is told before that is taken in");
}
