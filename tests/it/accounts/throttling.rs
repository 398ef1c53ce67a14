//! Guessing passwords is slowed down, without telling who has an account.

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream;
use hygeia::core::config::mounts::Mounting;
use hygeia::core::config::{Limits, Settings};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, Server};
use crate::oauth::person::{EMAIL, PASSWORD, Person, address, app, open_account, question};

const WRONG: &str = "wrong horse battery";

/// A server behind a proxy that it trusts, with the first administrator's accounts.
async fn behind_a_proxy(limits: Limits) -> Server {
    let mounting = Mounting { proxies: "127.0.0.0/8".parse().unwrap(), ..Mounting::default() };
    let server = Server::start_by(&Settings { mounting, limits, ..Settings::default() }, None).await;
    open_account(&server).await;
    server
}

/// A sign-in to an API from an address.
async fn sign_in(server: &Server, path: &str, from: &str, email: &str, password: &str) -> Answer {
    let request = server.request(Method::POST, path).header("X-Forwarded-For", from);
    Answer::of(request.json(&json!({ "email": email, "password": password }))).await
}

/// An operator's sign-in from an address; the status, and how long to wait.
async fn operator(server: &Server, from: &str, email: &str, password: &str) -> (u16, String) {
    let answer = sign_in(server, "/_admin/v1/login", from, email, password).await;
    (answer.status, answer.header("retry-after").to_owned())
}

fn no() -> (u16, String) {
    (401, String::new())
}

fn yes() -> (u16, String) {
    (200, String::new())
}

fn wait(seconds: u16) -> (u16, String) {
    (429, seconds.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_api_says_in_its_own_way_that_one_must_wait() {
    let server = behind_a_proxy(Limits::Documented).await;
    for (path, body) in [
        (
            "/_admin/v1/login",
            json!({
                "type": "about:blank",
                "title": "Too Many Requests",
                "status": 429,
                "detail": "Too many attempts to sign in: wait, and try again.",
            }),
        ),
        (
            "/smartscan/api/auth/login",
            json!({
                "success": false,
                "error": "Too many attempts to sign in: wait, and try again",
                "error_code": "RATE_LIMIT_EXCEEDED",
                "details": { "limit": 5, "window_seconds": 900, "reset_time": "2026-11-21T12:00:15Z" },
                "retryAfter": 15,
            }),
        ),
    ] {
        for email in [EMAIL, "nobody@example.org"] {
            for _ in 0..5 {
                assert_eq!(sign_in(&server, path, "192.0.2.1", email, WRONG).await.status, 401, "{path}");
            }
            // Nobody looks whether this one is right.
            let answer = sign_in(&server, path, "192.0.2.1", email, PASSWORD).await;
            assert_eq!((answer.status, answer.header("retry-after")), (429, "15"), "{path} {email}");
            assert_eq!(answer.json(), body, "{path} {email}");
        }
    }
    assert_eq!(
        sign_in(&server, "/_admin/v1/login", "192.0.2.1", &EMAIL.to_uppercase(), WRONG).await.status,
        429
    );
    let refused = "SELECT count(*) FROM audit_event WHERE interaction = 'login' AND outcome = 'refused'";
    assert_eq!(server.number(refused).await, 25, "one row an attempt");
    assert_eq!(
        server.number("SELECT count(*) FROM sign_in_count WHERE sign_in_count::text ~ '@|192'").await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_how_long_to_wait() {
    let server = behind_a_proxy(Limits::Documented).await;
    let client = app(&server).await;
    let alice = Person::at(&server);
    let login = alice.get(&address(&question(&client, "user/*.rs"))).await.header("location").to_owned();
    let page = alice.get(&login).await;
    let (request, form) = (Person::hidden(&page, "request"), Person::hidden(&page, "form"));
    for (status, told) in
        [(401, "is wrong."); 5].into_iter().chain([(429, "Wait 15 seconds, then try again.")])
    {
        let sent = [("request", &*request), ("form", &*form), ("email", EMAIL), ("password", WRONG)];
        let answer = alice.post("/login", &sent).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("retry-after"), if status == 429 { "15" } else { "" });
        assert!(answer.text.contains(told), "{}", answer.text);
    }
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 0);
    server.app.clock.advance_s(15);
    assert!(alice.sign_in(&login).await.header("location").starts_with("/oauth/consent?"));
}

#[tokio::test(flavor = "multi_thread")]
async fn waits_grow_and_a_right_password_ends_them() {
    let server = behind_a_proxy(Limits::Documented).await;
    for _ in 0..5 {
        assert_eq!(operator(&server, "192.0.2.1", EMAIL, WRONG).await, no());
    }
    for seconds in [15, 30, 60] {
        assert_eq!(operator(&server, "192.0.2.1", EMAIL, PASSWORD).await, wait(seconds));
        server.app.clock.advance_s(seconds.into());
        assert_eq!(operator(&server, "192.0.2.1", EMAIL, WRONG).await, no());
    }
    server.app.clock.advance_s(119);
    assert_eq!(operator(&server, "192.0.2.1", EMAIL, PASSWORD).await, wait(1));
    // At another replica too, and at one that was started since.
    let replica = server.replica().await;
    assert_eq!(operator(&replica, "192.0.2.1", EMAIL, PASSWORD).await.0, 429);
    server.app.clock.advance_s(1);
    assert_eq!(operator(&server, "192.0.2.1", EMAIL, PASSWORD).await, yes());
    for _ in 0..5 {
        assert_eq!(operator(&server, "192.0.2.1", EMAIL, WRONG).await, no());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_from_elsewhere_does_not_lock_the_owner_out() {
    let server = behind_a_proxy(Limits::Documented).await;
    assert_eq!(operator(&server, "192.0.2.1", EMAIL, PASSWORD).await, yes());
    for _ in 0..5 {
        assert_eq!(operator(&server, "198.51.100.7", EMAIL, WRONG).await, no());
    }
    assert_eq!(operator(&server, "198.51.100.7", EMAIL, PASSWORD).await, wait(15));
    assert_eq!(operator(&server, "203.0.113.9", EMAIL, PASSWORD).await, wait(15));
    assert_eq!(operator(&server, "192.0.2.1", EMAIL, PASSWORD).await, yes());
    assert_eq!(
        operator(&server, "198.51.100.7", EMAIL, PASSWORD).await,
        wait(15),
        "the owner's sign-in is no help"
    );
    // At the owner's own address guesses are counted too.
    for _ in 0..5 {
        assert_eq!(operator(&server, "192.0.2.1", EMAIL, WRONG).await, no());
    }
    assert_eq!(operator(&server, "192.0.2.1", EMAIL, PASSWORD).await, wait(15));
    server.app.clock.advance_s(91 * 24 * 60 * 60);
    for _ in 0..5 {
        assert_eq!(operator(&server, "198.51.100.7", EMAIL, WRONG).await, no());
    }
    assert_eq!(
        operator(&server, "192.0.2.1", EMAIL, PASSWORD).await,
        wait(15),
        "the address is not known for ever"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_a_hundred_wrong_passwords_an_hour_for_all_accounts() {
    let server = behind_a_proxy(Limits::Documented).await;
    for n in 0..100 {
        assert_eq!(operator(&server, "2001:db8:1:2::1", &format!("{n}@example.org"), WRONG).await, no());
        // A right one of his own does not help.
        if n % 25 == 0 {
            assert_eq!(operator(&server, "2001:db8:1:2::1", EMAIL, PASSWORD).await, yes());
        }
    }
    assert_eq!(operator(&server, "2001:db8:1:2::ffff", EMAIL, PASSWORD).await, wait(3600));
    assert_eq!(operator(&server, "2001:db8:1:3::1", EMAIL, PASSWORD).await, yes());
    server.app.clock.advance_s(3600);
    assert_eq!(operator(&server, "2001:db8:1:2::1", EMAIL, PASSWORD).await, yes());
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_the_same_time_are_no_more_than_one_after_another() {
    let server = behind_a_proxy(Limits::Documented).await;
    let replica = server.replica().await;
    let guess = async |n: usize| {
        let server = if n.is_multiple_of(2) { &server } else { &replica };
        sign_in(server, "/smartscan/api/auth/login", &format!("192.0.2.{n}"), EMAIL, WRONG).await.status
    };
    let answers = join_all((0..40).map(guess)).await;
    assert_eq!(answers.iter().filter(|status| **status == 401).count(), 5, "{answers:?}");
    assert!(answers.iter().all(|status| [401, 429].contains(status)), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn right_passwords_at_the_same_time_are_all_right() {
    let server = behind_a_proxy(Limits::Documented).await;
    let answers = join_all((0..20).map(|_| operator(&server, "192.0.2.1", EMAIL, PASSWORD))).await;
    assert_eq!(answers, vec![yes(); 20]);
}

/// What costs time is looking at a password: of all that are guessed, five are looked at, from wherever they come, and each is told.
#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_wrong_passwords_from_everywhere_cost_five_looks() {
    let server = behind_a_proxy(Limits::Documented).await;
    let guess = async |n: usize| operator(&server, &format!("198.51.100.{n}"), EMAIL, WRONG).await;
    let answers: Vec<_> = stream::iter(0..250).map(guess).buffer_unordered(16).collect().await;
    let looked = answers.iter().filter(|answer| **answer == no()).count();
    let waits = answers.iter().filter(|answer| **answer == wait(15)).count();
    assert_eq!((looked, waits), (5, 245));
    assert_eq!(server.number("SELECT max(failures)::bigint FROM sign_in_count").await, 5);
    let refused = "SELECT count(*) FROM audit_event WHERE interaction = 'login' AND outcome = 'refused'";
    assert_eq!(server.number(refused).await, 250);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_limits_all_is_counted_and_nobody_waits() {
    let server = behind_a_proxy(Limits::Off).await;
    for _ in 0..12 {
        assert_eq!(operator(&server, "192.0.2.1", EMAIL, WRONG).await, no());
    }
    assert_eq!(server.number("SELECT max(failures)::bigint FROM sign_in_count").await, 12);
    assert_eq!(operator(&server, "192.0.2.1", EMAIL, PASSWORD).await, yes());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_before_the_answer_has_guessed() {
    let server = behind_a_proxy(Limits::Documented).await;
    let failures = "SELECT coalesce(max(failures), 0)::bigint FROM sign_in_count";
    while server.number(failures).await < 5 {
        let body = json!({ "email": EMAIL, "password": WRONG });
        let request = server.request(Method::POST, "/_admin/v1/login").json(&body);
        drop(request.timeout(std::time::Duration::from_millis(10)).send().await);
    }
    assert_eq!(operator(&server, "127.0.0.1", EMAIL, PASSWORD).await.0, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_are_cleared_away() {
    let server = behind_a_proxy(Limits::Documented).await;
    assert_eq!(operator(&server, "192.0.2.1", EMAIL, WRONG).await, no());
    assert_eq!(operator(&server, "192.0.2.2", EMAIL, PASSWORD).await, yes());
    assert_eq!(server.app.identity.forget_ended_tokens().await.unwrap(), 0);
    assert_eq!(server.number("SELECT count(*) FROM sign_in_count").await, 4);
    server.app.clock.advance_s(25 * 60 * 60);
    assert_eq!(server.app.identity.forget_ended_tokens().await.unwrap(), 3);
    server.app.clock.advance_s(90 * 24 * 60 * 60);
    assert_eq!(server.app.identity.forget_ended_tokens().await.unwrap(), 1);
    let by_others = "SELECT count(*) FROM sign_in_count";
    assert_eq!(server.as_application("SET hygeia.tenant = '1'", by_others).await, Ok(0));
}
