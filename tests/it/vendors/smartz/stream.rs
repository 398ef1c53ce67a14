//! What happens, told as it happens.

use std::time::Duration;

use hygeia::identity::TenantId;
use reqwest::{Method, Response};
use serde_json::Value;
use tokio::time::timeout;

use super::{NOBODY, Ward, World, refused, replica, server, stranger};

/// A stream that is read.
struct Stream {
    response: Response,
    text: String,
}

impl Stream {
    async fn open(world: &World<'_>, path: &str, last: Option<&str>) -> Self {
        let path = format!("/smartz/v1/organisations/{}{path}", world.organisation);
        let mut request = world.server.request(Method::GET, &path).header("x-sub-key", &world.key);
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let request = request.header("Accept-Encoding", "gzip, br").bearer_auth(&world.token);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!((header("content-type"), header("cache-control")), ("text/event-stream", "no-store"));
        Self { response, text: String::new() }
    }

    /// Reads until so many events are there; as id, kind and data.
    async fn events(&mut self, count: usize) -> Vec<(i64, String, Value)> {
        while self.parsed().len() < count {
            let chunk = timeout(Duration::from_secs(10), self.response.chunk()).await.expect("in time");
            let chunk = chunk.unwrap().expect("the stream goes on");
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        self.parsed()
    }

    fn parsed(&self) -> Vec<(i64, String, Value)> {
        let whole = self.text.split("\n\n").filter(|block| block.starts_with("id: "));
        let parse = |block: &str| {
            let line = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            let data = serde_json::from_str(&line("data: ")?).ok()?;
            Some((line("id: ")?.parse().ok()?, line("event: ")?, data))
        };
        whole.filter_map(parse).collect()
    }

    async fn ends(&mut self) -> bool {
        let rest = timeout(Duration::from_secs(10), async {
            while let Ok(Some(_)) = self.response.chunk().await {}
        });
        rest.await.is_ok()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_what_is_not_theirs() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let theirs = World::of(&server, stranger(&server, "s@example.org", "admin").await, "Oak").await;
    for path in [
        format!("/v1/organisations/{}/stream", ward.world.organisation),
        format!("/v1/organisations/{NOBODY}/stream"),
    ] {
        refused(&theirs.ask_at(Method::GET, &path, &Value::Null).await, 404);
    }
    let patient = format!("/patients/{}/stream", ward.patient);
    refused(&theirs.ask(Method::GET, &patient, &Value::Null).await, 404);
    let mut stream = Stream::open(&theirs, "/stream", Some("0")).await;
    ward.wet(30, &[5.0, 95.0, 95.0]).await;
    let told = timeout(Duration::from_secs(2), stream.events(1)).await;
    assert!(told.is_err(), "{told:?}");
    for last in ["x", "-1", "1.5", "99999999999999999999"] {
        let path = format!("/smartz/v1/organisations/{}/stream", ward.world.organisation);
        let request = server.request(Method::GET, &path).header("x-sub-key", &ward.world.key);
        let request = request.header("Last-Event-ID", last).bearer_auth(&ward.world.token);
        refused(&crate::harness::Answer::of(request).await, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_loses_nothing_at_whichever_replica() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let mut stream = Stream::open(&ward.world, "/stream", None).await;
    ward.wet(30, &[5.0, 95.0, 95.0]).await;
    let all = stream.events(3).await;
    let numbers: Vec<_> = all.iter().map(|(number, ..)| *number).collect();
    assert!(numbers.is_sorted() && numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{numbers:?}");
    assert!(all.iter().any(|(_, kind, data)| kind == "alert" && data["kind"] == "urgent"), "{all:?}");
    assert!(all.iter().any(|(_, kind, data)| kind == "status" && data["patientId"] == ward.patient.as_str()));
    drop(stream);
    ward.wet(120, &[50.0, 95.0, 20.0]).await;
    let count = server.number("SELECT last FROM feed").await;
    let replica = replica(&server).await;
    let there = World { server: &replica, ..copy(&ward.world) };
    for world in [&ward.world, &there] {
        let mut again = Stream::open(world, "/stream", Some(&numbers[0].to_string())).await;
        let missed = again.events(usize::try_from(count - numbers[0]).unwrap()).await;
        let again: Vec<_> = missed.iter().map(|(number, ..)| *number).collect();
        assert_eq!(again, (numbers[0] + 1..=count).collect::<Vec<_>>());
    }
    let other = ward.world.patient("E-2").await;
    let mut quiet = Stream::open(&ward.world, &format!("/patients/{other}/stream"), Some("0")).await;
    assert!(timeout(Duration::from_secs(2), quiet.events(1)).await.is_err(), "nothing of another patient");
    let mut own = Stream::open(&ward.world, &format!("/patients/{}/stream", ward.patient), Some("0")).await;
    assert_eq!(own.events(1).await[0].0, 1);
}

fn copy<'a>(world: &World<'a>) -> World<'a> {
    World {
        server: world.server,
        admin: world.admin.clone(),
        organisation: world.organisation.clone(),
        key: world.key.clone(),
        app: world.app.clone(),
        token: world.token.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_token() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let mut stream = Stream::open(&ward.world, "/stream", None).await;
    ward.wet(30, &[5.0, 5.0]).await;
    stream.events(1).await;
    server.app.clock.advance_s(3600);
    assert!(stream.ends().await);
}

/// What is no place yet is none to begin from: what happens until then would be passed over.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_none_yet_is_now() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let mut stream = Stream::open(&ward.world, "/stream", Some("9000000000000000000")).await;
    ward.wet(30, &[5.0]).await;
    assert!(stream.events(1).await[0].0 < 10);
    for place in ["-1", "x", "1.5", "99999999999999999999"] {
        let path = format!("/smartz/v1/organisations/{}/stream", ward.world.organisation);
        let request = server.request(Method::GET, &path).header("x-sub-key", &ward.world.key);
        let request = request.bearer_auth(&ward.world.token).header("Last-Event-ID", place);
        let answer = crate::harness::Answer::of(request).await;
        assert_eq!(refused(&answer, 400), "Last-Event-ID must be the id of an event.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_all_that_lets_it_in() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let other =
        World { app: ward.world.application(Some(&ward.world.link_code().await)).await, ..copy(&ward.world) };
    let other = World { token: other.fetch_token().await, ..other };
    let new = serde_json::json!({ "productId": "smartz-api-product", "name": "other" });
    let subscription = ward.world.make("/portal/api/subscriptions", &new).await;
    let third = World { key: subscription["primaryKey"].as_str().unwrap().to_owned(), ..copy(&other) };
    let mut unlinked = Stream::open(&other, "/stream", None).await;
    let mut cancelled = Stream::open(&third, "/stream", None).await;
    let mut stays = Stream::open(&ward.world, "/stream", None).await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let path = format!("/portal/api/applications/{}/link/{}", other.app.0, other.organisation);
    let cancel = format!("/portal/api/subscriptions/{}/cancel", subscription["id"].as_str().unwrap());
    // The other application goes on being linked for the other stream.
    assert_eq!(ward.world.manage(Method::POST, &cancel, &Value::Null).await.status, 200);
    ward.wet(30, &[5.0]).await;
    assert!(cancelled.ends().await && cancelled.parsed().is_empty(), "nothing is told any more");
    unlinked.events(1).await;
    assert_eq!(ward.world.manage(Method::DELETE, &path, &Value::Null).await.status, 204);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    ward.wet(60, &[5.0, 50.0]).await;
    assert!(unlinked.ends().await);
    assert_eq!(unlinked.parsed().len(), 1, "{:?}", unlinked.parsed());
    stays.events(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_consent_keeps_from_a_reader_is_not_told() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let mut stream = Stream::open(&ward.world, "/stream", None).await;
    ward.wet(30, &[5.0]).await;
    let told = stream.events(1).await.len();
    let consent = serde_json::json!({
        "resourceType": "Consent", "id": "c", "status": "active",
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "policyRule": { "text": "by word of mouth" },
        "patient": { "reference": format!("Patient/{}", ward.patient) },
        "provision": { "type": "deny", "action": [
            { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentaction", "code": "access" }] },
        ] },
    });
    let fhir = server.fhir().await;
    assert_eq!(fhir.put("/Consent/c", &consent).await.status, 201);
    ward.wet(60, &[95.0, 95.0]).await;
    let path = format!("/patients/{}/status", ward.patient);
    refused(&ward.world.ask(Method::GET, &path, &Value::Null).await, 403);
    assert!(timeout(Duration::from_secs(2), stream.events(told + 1)).await.is_err(), "{:?}", stream.parsed());
    assert_eq!(fhir.delete("/Consent/c").await.status, 204);
    ward.wet(120, &[20.0]).await;
    stream.events(told + 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_holds_so_many_streams_at_most_however_many_applications_it_has() {
    let server = server().await;
    let world = World::new(&server).await;
    let mut streams = Vec::new();
    let other = World { app: world.application(Some(&world.link_code().await)).await, ..copy(&world) };
    let other = World { token: other.fetch_token().await, ..other };
    for _ in 0..50 {
        streams.push(Stream::open(&world, "/stream", None).await);
        streams.push(Stream::open(&other, "/stream", None).await);
    }
    let many = world.ask(Method::GET, "/stream", &Value::Null).await;
    assert_eq!(refused(&many, 429), "Too many attempts. Try again in 15 seconds.");
    let feed = &server.app.feed;
    let watch = || feed.watch("somebody", TenantId::DEFAULT, &world.organisation);
    let readers: Vec<_> = (0..100).map_while(|_| watch()).collect();
    assert!(readers.len() == 100 && watch().is_none());
    drop(readers);
    assert!(watch().is_some(), "they are given back");
}
