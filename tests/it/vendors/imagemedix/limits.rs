//! What an address may ask for, and what every answer tells of it (contract IM-04, IM-05).

use futures_util::future::join_all;
use hygeia::core::config::{Limits, Settings};
use reqwest::Method;
use serde_json::Value;

use super::{refused, send};
use crate::harness::{Answer, Server};

async fn me(server: &Server) -> Answer {
    send(server, Method::GET, "/auth/me", None, &Value::Null).await
}

fn told(answer: &Answer) -> [&str; 3] {
    ["limit", "remaining", "reset"].map(|name| answer.header(&format!("x-ratelimit-{name}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_requests_at_two_replicas_a_hundred_pass() {
    let server = Server::start().await;
    let replica = server.replica().await;
    let answers = join_all((0..130).map(|count| me(if count % 2 == 0 { &server } else { &replica }))).await;
    let passed = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(passed, 100);
    for answer in answers.iter().filter(|answer| answer.status != 401) {
        assert_eq!(refused(answer, 429), "Too many requests, please try again later.");
        assert_eq!((told(answer), answer.header("retry-after")), (["100", "0", "900"], "900"));
    }
    // A page costs nothing, and is told nothing that would not be so. A probe is told; an unknown address costs as much as any.
    let page = Answer::of(server.request(Method::GET, "/imagemedix/login.html")).await;
    assert_eq!((page.status, told(&page)), (200, [""; 3]));
    let health = send(&server, Method::GET, "/health", None, &Value::Null).await;
    assert_eq!((health.status, told(&health)), (200, ["100", "0", "900"]));
    assert_eq!(send(&server, Method::GET, "/nothing", None, &Value::Null).await.status, 429);
    let named = server.request(Method::GET, "/imagemedix/api/auth/me").header("X-Forwarded-For", "1.2.3.4");
    assert_eq!(Answer::of(named).await.status, 429, "nobody trusts that header");
    let audited = "SELECT count(*) FROM audit_event WHERE outcome = 'refused'";
    assert_eq!(server.number(audited).await, 132);
    server.app.clock.advance_s(899);
    let late = me(&server).await;
    assert_eq!((late.status, told(&late)), (429, ["100", "0", "1"]));
    server.app.clock.advance_s(1);
    let next = me(&server).await;
    assert_eq!((next.status, told(&next)), (401, ["100", "99", "900"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_limits_all_is_counted_all_the_same() {
    let settings = Settings { limits: Limits::Off, ..Settings::default() };
    let server = Server::start_by(&settings, None).await;
    assert_eq!(told(&me(&server).await), ["1000000", "999999", "900"]);
    assert_eq!(told(&me(&server).await), ["1000000", "999998", "900"]);
}
