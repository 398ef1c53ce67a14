//! Plans and their limits (contract SS-11 to SS-16): who is kept out, for how long, and what every answer tells of it.

use futures_util::future::join_all;
use hygeia::core::config::mounts::Mounting;
use hygeia::core::config::{Limits, Settings};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, form, refused, send};
use crate::harness::{Answer, Server, each_way};

each_way! { start_via:
    every_answer_tells_the_limits
    what_an_address_is_shown_without_asking_costs_nothing
}

/// 2026-11-21T13:00:00Z: when the hour ends in which each test begins.
const RESET: &str = "1795266000";

/// A call with a key that gives no reading.
async fn call(server: &Server, key: &str) -> Answer {
    let request = server.request(Method::POST, super::EXTRACT).header("X-API-Key", key);
    Answer::of(request.multipart(form(b"text".to_vec(), &[]))).await
}

/// Limit, what is left, when the hour ends, and how long it is.
fn told(answer: &Answer) -> [&str; 4] {
    ["limit", "remaining", "reset", "window"].map(|name| answer.header(&format!("x-ratelimit-{name}")))
}

/// What the tenants' keys have taken: hour, day, month.
async fn taken(server: &Server, taken: [i64; 3]) {
    let [hour, day, month] = taken;
    let set = format!(
        "UPDATE request_count SET taken = ARRAY[{hour}, {day}, {month}] WHERE cardinality(taken) = 3"
    );
    server.execute(&set).await;
}

async fn every_answer_tells_the_limits(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let nothing = Value::Null;
    let login = json!({ "email": "nobody@example.org", "password": "x" });
    let answers = [
        send(&server, Method::GET, "/api/health", None, &nothing).await,
        send(&server, Method::GET, "/api/device-types", None, &nothing).await,
        send(&server, Method::GET, "/api/nothing", None, &nothing).await,
        send(&server, Method::DELETE, "/api/projects", None, &nothing).await,
        send(&server, Method::GET, "/api/auth/me", None, &nothing).await,
        send(&server, Method::POST, "/api/auth/login", None, &login).await,
        send(&server, Method::POST, "/api/auth/login", None, &json!([])).await,
        send(&server, Method::POST, "/api/auth/register", None, &json!({})).await,
        alice.get("/api/auth/me").await,
        alice.send(Method::POST, "/api/projects", &json!({ "name": "x".repeat(20_000) })).await,
        alice.get("/api/projects/nothing").await,
        call(&server, "dk_wrong").await,
        call(&server, &alice.key).await,
    ];
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 404, 405, 401, 401, 400, 400, 200, 400, 404, 401, 415]);
    for answer in &answers {
        let [limit, left, reset, window] = told(answer);
        assert_eq!((limit, reset, window), ("100", RESET, "3600"), "{}", answer.text);
        assert!((80..=100).contains(&left.parse::<i64>().unwrap()), "{left}: {}", answer.text);
    }
}

async fn what_an_address_is_shown_without_asking_costs_nothing(server: Server) {
    let left = async |path: &str| {
        let answer = send(&server, Method::GET, path, None, &Value::Null).await;
        told(&answer)[1].to_owned()
    };
    assert_eq!(left("/api/health").await, "100");
    assert_eq!(left("/api/device-types").await, "100");
    assert_eq!(left("/api/nothing").await, "99");
    assert_eq!(left("/api/auth/me").await, "98");
    assert_eq!(left("/api/health").await, "98");
    let preflight = server
        .request(Method::OPTIONS, "/smartscan/api/projects")
        .header("Origin", "https://clinic.example")
        .header("Access-Control-Request-Method", "PUT");
    assert_eq!(Answer::of(preflight).await.status, 200);
    assert_eq!(left("/api/health").await, "98");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_calls_at_once_at_two_replicas_exactly_as_many_pass_as_the_plan_allows() {
    let server = Server::start().await;
    let replica = server.replica().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let calls = (0..150).map(|count| call(if count % 2 == 0 { &server } else { &replica }, &alice.key));
    let answers = join_all(calls).await;
    let passed = answers.iter().filter(|answer| answer.status == 415).count();
    let kept_out: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert_eq!((passed, kept_out.len()), (100, 50));
    let mut left: Vec<i64> = answers
        .iter()
        .filter(|answer| answer.status == 415)
        .map(|answer| told(answer)[1].parse().unwrap())
        .collect();
    left.sort_unstable();
    assert_eq!(left, (0..100).collect::<Vec<_>>(), "each was told another number");
    for answer in kept_out {
        assert_eq!((told(answer), answer.header("retry-after")), (["100", "0", RESET, "3600"], "3600"));
        assert_eq!(refused(answer, 429).0, "RATE_LIMIT_EXCEEDED");
        assert_eq!(
            answer.text,
            r#"{"success":false,"error":"Rate limit exceeded","error_code":"RATE_LIMIT_EXCEEDED","details":{"limit":100,"window_seconds":3600,"reset_time":"2026-11-21T13:00:00Z"},"retryAfter":3600}"#
        );
    }
    // Who is kept out has taken nothing.
    let taken = "SELECT taken::text FROM request_count WHERE cardinality(taken) = 3";
    assert_eq!(server.text(taken).await, "{100,100,100}");
    let audited = "SELECT count(*) FROM audit_event WHERE interaction = 'extract-medical-data' AND agent_kind = 'api-key'
                   AND outcome = 'refused' AND tenant > 1";
    assert_eq!(server.number(audited).await, 150);
    // Another start changes nothing; the next hour does.
    let restarted = server.replica().await;
    assert_eq!(call(&restarted, &alice.key).await.status, 429);
    restarted.app.clock.advance_s(3599);
    assert_eq!(call(&restarted, &alice.key).await.header("retry-after"), "1");
    restarted.app.clock.advance_s(1);
    let next = call(&restarted, &alice.key).await;
    assert_eq!((next.status, told(&next)[1]), (415, "99"));
    // A replica whose clock is behind does not begin the hour again.
    let behind = call(&server, &alice.key).await;
    assert_eq!((behind.status, told(&behind)), (415, ["100", "98", "1795269600", "3600"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_day_is_waited_for_and_a_full_month_is_refused_for_good() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    assert_eq!(call(&server, &alice.key).await.status, 415);
    taken(&server, [1, 999, 999]).await;
    let last = call(&server, &alice.key).await;
    // What is used up is told of, whichever window it is: nobody who waits for the reset comes too early.
    let midnight = ["1000", "0", "1795305600", "86400"];
    assert_eq!((last.status, told(&last)), (415, midnight));
    let day = call(&server, &alice.key).await;
    assert_eq!(refused(&day, 429), ("RATE_LIMIT_EXCEEDED".to_owned(), "Rate limit exceeded".to_owned()));
    assert_eq!((day.header("retry-after"), told(&day)), ("43200", midnight));
    assert_eq!(
        (&day.json()["details"], &day.json()["retryAfter"]),
        (
            &json!({ "limit": 1000, "window_seconds": 86400, "reset_time": "2026-11-22T00:00:00Z" }),
            &json!(43200)
        )
    );
    taken(&server, [100, 1000, 10_000]).await;
    let month = call(&server, &alice.key).await;
    assert_eq!(refused(&month, 403).0, "RATE_LIMIT_EXCEEDED");
    assert_eq!(
        (month.header("retry-after"), told(&month)),
        ("820800", ["10000", "0", "1796083200", "2592000"])
    );
    assert_eq!(
        month.json(),
        json!({
            "success": false,
            "error": "Rate limit exceeded: the month's quota is used up",
            "error_code": "RATE_LIMIT_EXCEEDED",
            "details": { "limit": 10_000, "window_seconds": 2_592_000, "reset_time": "2026-12-01T00:00:00Z" },
            "retryAfter": 820_800,
        })
    );
    // What people do themselves is counted apart.
    assert_eq!(alice.get("/api/auth/me").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_counted_by_tenant_people_by_account_and_others_by_address() {
    let mounting = Mounting { proxies: "127.0.0.0/8".parse().unwrap(), ..Mounting::default() };
    let server = Server::start_by(&Settings { mounting, ..Settings::default() }, None).await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let bob = Customer::register(&server, "bob@example.org").await;
    let second = alice.send(Method::POST, "/api/projects", &json!({ "name": "Ward 8" })).await.json();
    let wanted = json!({ "project_id": second["project"]["id"] });
    let other = alice.send(Method::POST, "/api/api-keys/generate", &wanted).await.json();
    let other = other["api_key"]["key"].as_str().unwrap().to_owned();
    let left = |answer: &Answer| told(answer)[1].to_owned();
    assert_eq!(left(&call(&server, &alice.key).await), "99");
    assert_eq!(left(&call(&server, &other).await), "98", "more keys are no larger plan");
    assert_eq!(left(&call(&server, &bob.key).await), "99");
    // Both made a project and a key; alice another project and key.
    assert_eq!(left(&alice.get("/api/auth/me").await), "95");
    assert_eq!(left(&bob.get("/api/auth/me").await), "97");
    let from = async |address: &str| {
        let request =
            server.request(Method::GET, "/smartscan/api/auth/me").header("X-Forwarded-For", address);
        left(&Answer::of(request).await)
    };
    assert_eq!(from("192.0.2.1").await, "99");
    assert_eq!(from("192.0.2.2").await, "99");
    assert_eq!(from("192.0.2.1").await, "98");
    assert_eq!(from("2001:db8::1").await, "99");
    assert_eq!(from("2001:db8::2").await, "98", "of one network");
    let kept = "SELECT count(*) FROM request_count WHERE request_count::text ~ '192[.]|2001:|dk_|@'";
    assert_eq!(server.number(kept).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_one_key_after_another_is_kept_out_and_who_has_one_is_not() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    for _ in 0..9 {
        let tries = (0..11).map(|_| call(&server, "dk_wrong"));
        assert!(join_all(tries).await.iter().all(|answer| answer.status == 401));
    }
    // An address that lies about itself is the same one.
    let lie = server.request(Method::GET, "/smartscan/api/auth/me").header("X-Forwarded-For", "192.0.2.9");
    let refusal = Answer::of(lie).await;
    assert_eq!(refused(&refusal, 429).0, "RATE_LIMIT_EXCEEDED");
    assert_eq!(refused(&call(&server, "dk_wrong").await, 429).0, "RATE_LIMIT_EXCEEDED");
    let login = json!({ "email": "alice@example.org", "password": super::PASSWORD });
    let login = send(&server, Method::POST, "/api/auth/login", None, &login).await;
    assert_eq!(refused(&login, 429).0, "RATE_LIMIT_EXCEEDED");
    assert_eq!(call(&server, &alice.key).await.status, 415);
    assert_eq!(alice.get("/api/auth/me").await.status, 200);
    let health = send(&server, Method::GET, "/api/health", None, &Value::Null).await;
    assert_eq!((health.status, told(&health)[1]), (200, "0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_at_passwords_is_answered_like_any_limit() {
    let server = Server::start().await;
    let login = async || {
        let body = json!({ "email": "nobody@example.org", "password": "x" });
        send(&server, Method::POST, "/api/auth/login", None, &body).await
    };
    for _ in 0..5 {
        assert_eq!(login().await.status, 401);
    }
    let answer = login().await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "15"));
    assert_eq!(
        answer.json(),
        json!({
            "success": false,
            "error": "Too many attempts to sign in: wait, and try again",
            "error_code": "RATE_LIMIT_EXCEEDED",
            "details": { "limit": 5, "window_seconds": 900, "reset_time": "2026-11-21T12:00:15Z" },
            "retryAfter": 15,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_limits_all_is_counted_still() {
    let settings = Settings { limits: Limits::Off, ..Settings::default() };
    let server = Server::start_by(&settings, None).await;
    let alice = Customer::register(&server, "alice@example.org").await;
    call(&server, &alice.key).await;
    taken(&server, [20_000, 20_000, 20_000]).await;
    let answer = call(&server, &alice.key).await;
    assert_eq!((answer.status, told(&answer)), (415, ["1000000", "979999", RESET, "3600"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_of_windows_that_ended_are_cleared_away() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    call(&server, &alice.key).await;
    let rows = "SELECT count(*) FROM request_count";
    assert_eq!(server.number(rows).await, 3, "of the address, of the person, of the keys");
    assert_eq!(server.app.limiter.forget_ended().await.unwrap(), 0);
    server.app.clock.advance_s(3601);
    assert_eq!(server.app.limiter.forget_ended().await.unwrap(), 2);
    server.app.clock.advance_s(10 * 86_400);
    assert_eq!(server.app.limiter.forget_ended().await.unwrap(), 1);
    assert_eq!(server.number(rows).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_sees_no_others_counts_and_calls() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    call(&server, &alice.key).await;
    let tenant = server.number("SELECT max(tenant) FROM tenant").await;
    for (table, rows) in [("request_count", 2), ("usage_call", 1), ("usage_hour", 1)] {
        let count = format!("SELECT count(*) FROM {table}");
        let seen = async |tenant: i64| {
            server.as_application(&format!("SET hygeia.tenant = '{tenant}'"), &count).await.unwrap()
        };
        assert_eq!((seen(tenant).await, seen(tenant + 1).await), (rows, 0), "{table}");
    }
}
