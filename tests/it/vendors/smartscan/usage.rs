//! What was done with API keys (contract SS-48 to SS-50).

use std::num::NonZero;

use hygeia::core::config::Settings;
use hygeia::identity::TenantId;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, form, invalid, pictures, refused, send};
use crate::harness::{Answer, Server, each_way};

each_way! { start_via:
    usage_is_ones_own_and_wrong_questions_are_refused
    every_call_with_a_key_is_listed_however_it_ended
}

const PATHS: [&str; 3] = ["/api/dashboard/stats", "/api/usage/analytics", "/api/usage/logs"];

async fn usage_is_ones_own_and_wrong_questions_are_refused(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    for path in PATHS {
        let anonymous = send(&server, Method::GET, path, None, &Value::Null).await;
        assert_eq!(refused(&anonymous, 401).0, "MISSING_TOKEN");
        let by_key = send(&server, Method::GET, path, Some(&alice.key), &Value::Null).await;
        assert_eq!(refused(&by_key, 401).0, "INVALID_TOKEN");
        let posted = alice.send(Method::POST, path, &json!({})).await;
        assert_eq!((refused(&posted, 405).0.as_str(), posted.header("allow")), ("METHOD_NOT_ALLOWED", "GET"));
    }
    let period = "period must be a number and one of h, d, w, m and y, such as 7d, and five years at most";
    let number = |name: &str, most: &str| format!("{name} must be a whole number from 1 to {most}");
    for (query, problem) in [
        ("analytics?period=", period),
        ("analytics?period=7", period),
        ("analytics?period=0d", period),
        ("analytics?period=-7d", period),
        ("analytics?period=7d%00", period),
        ("analytics?period=99999999999999999999d", period),
        ("analytics?period=6y", period),
        ("analytics?period=7d%27--", period),
        ("analytics?period=7d&period=8d", "query has a parameter twice, or one that cannot be read"),
        ("logs?page=0", &number("page", "9223372036854775807")),
        ("logs?page=x", &number("page", "9223372036854775807")),
        ("logs?page=99999999999999999999", &number("page", "9223372036854775807")),
        ("logs?limit=0", &number("limit", "1000")),
        ("logs?limit=1001", &number("limit", "1000")),
        ("logs?limit=1.5", &number("limit", "1000")),
        ("logs?limit=%00", &number("limit", "1000")),
    ] {
        assert_eq!(invalid(&alice.get(&format!("/api/usage/{query}")).await), problem, "{query}");
    }
    let refused = "SELECT count(*) FROM audit_event WHERE outcome = 'refused' AND interaction IN ('read-analytics', 'list-calls')";
    assert_eq!(server.number(refused).await, 4 + 16);
}

/// A call with a key: its status.
async fn call(server: &Server, path: &str, key: &str, image: Vec<u8>) -> u16 {
    let request = server.request(Method::POST, &format!("/smartscan{path}")).header("X-API-Key", key);
    Answer::of(request.multipart(form(image, &[("device_type", "scale")]))).await.status
}

async fn every_call_with_a_key_is_listed_however_it_ended(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let bob = Customer::register(&server, "bob@example.org").await;
    let empty = json!({ "success": true, "logs": [], "page": 1, "limit": 50, "total": 0 });
    assert_eq!(alice.get("/api/usage/logs").await.json(), empty);

    let text = || b"text".to_vec();
    assert_eq!(call(&server, "/api/v1/extract-medical-data", &alice.key, text()).await, 415);
    server.app.clock.advance_s(1);
    assert_eq!(call(&server, "/v1/extract-medical-data", &alice.key, Vec::new()).await, 400);
    server.app.clock.advance_s(1);
    let query = format!("/v1/extract-medical-data?api_key={}", alice.key);
    let asked = server.request(Method::POST, &format!("/smartscan{query}")).json(&json!({}));
    assert_eq!(Answer::of(asked).await.status, 400);
    // A key that is nobody's is in nobody's overview.
    assert_eq!(call(&server, "/v1/extract-medical-data", "dk_wrong", text()).await, 401);

    let listed = alice.get("/api/usage/logs").await;
    assert!(!listed.text.contains(&alice.key) && !listed.text.contains("api_key="), "{}", listed.text);
    let mut listed = listed.json();
    for call in listed["logs"].as_array_mut().unwrap() {
        assert_eq!(call["id"].as_str().unwrap().len(), 36);
        call["id"] = json!("[id]");
    }
    let prefix: String = alice.key.chars().take(10).collect();
    let call = |timestamp: &str, path: &str, status: u16, code: &str| {
        json!({
            "id": "[id]", "timestamp": timestamp, "method": "POST", "path": path, "status": status, "device_type": null,
            "confidence": null, "processing_time_ms": 0, "error_code": code, "project_id": alice.project, "key_prefix": prefix,
        })
    };
    let wanted = [
        call("2026-11-21T12:00:02Z", "/v1/extract-medical-data", 400, "VALIDATION_ERROR"),
        call("2026-11-21T12:00:01Z", "/v1/extract-medical-data", 400, "MISSING_IMAGE"),
        call("2026-11-21T12:00:00Z", "/api/v1/extract-medical-data", 415, "INVALID_IMAGE_FORMAT"),
    ];
    assert_eq!(listed, json!({ "success": true, "logs": wanted, "page": 1, "limit": 50, "total": 3 }));
    assert_eq!(bob.get("/api/usage/logs").await.json(), empty, "another tenant's");

    let page = alice.get("/api/usage/logs?page=2&limit=2").await.json();
    assert_eq!(page["logs"].as_array().unwrap().len(), 1);
    assert_eq!(page["logs"][0]["error_code"], "INVALID_IMAGE_FORMAT");
    for page in ["3", "9223372036854775807"] {
        let behind = alice.get(&format!("/api/usage/logs?page={page}&limit=1000")).await;
        assert_eq!(behind.status, 200, "{}", behind.text);
        let behind = behind.json();
        assert_eq!((&behind["logs"], &behind["total"]), (&json!([]), &json!(3)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_kept_out_is_listed_too() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    call(&server, "/v1/extract-medical-data", &alice.key, b"text".to_vec()).await;
    server
        .execute("UPDATE request_count SET taken = ARRAY[100, 100, 10000] WHERE cardinality(taken) = 3")
        .await;
    assert_eq!(call(&server, "/v1/extract-medical-data", &alice.key, b"text".to_vec()).await, 403);
    let listed = alice.get("/api/usage/logs?limit=1").await.json();
    assert_eq!((&listed["logs"][0]["status"], &listed["total"]), (&json!(403), &json!(2)));
    assert_eq!(listed["logs"][0]["error_code"], "RATE_LIMIT_EXCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_has_done_nothing() {
    let server = Server::start_by(&Settings::default(), None).await;
    let alice = Customer::register(&server, "alice@example.org").await;
    assert_eq!(
        alice.get("/api/dashboard/stats").await.json(),
        json!({
            "success": true,
            "stats": {
                "requests_today": 0, "requests_this_month": 0, "success_rate": 0.0, "average_confidence": 0.0,
                "active_keys": 1, "plan": "free", "limits": { "hour": 100, "day": 1000, "month": 10000 },
            },
        })
    );
    let shown = alice.get("/api/usage/analytics?period=24h").await.json();
    assert_eq!(
        shown,
        json!({
            "success": true,
            "analytics": {
                "period": "24h",
                "total": 0,
                "by_day": [
                    { "date": "2026-11-20", "requests": 0, "errors": 0 },
                    { "date": "2026-11-21", "requests": 0, "errors": 0 },
                ],
                "by_device_type": {},
                "by_status": {},
            },
        })
    );
    let usual = alice.get("/api/usage/analytics").await.json();
    assert_eq!(
        (&usual["analytics"]["period"], usual["analytics"]["by_day"].as_array().unwrap().len()),
        (&json!("30d"), 30)
    );
    let longest = alice.get("/api/usage/analytics?period=5y").await.json();
    assert_eq!(longest["analytics"]["by_day"].as_array().unwrap().len(), 1826);
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_are_summed_up_without_what_was_read() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let read = alice.extract(pictures::display("blood-pressure"), &[]).await;
    assert_eq!(read.status, 200, "{}", read.text);
    let confidence = read.json()["data"]["confidence"].clone();
    let unsure = alice.extract(pictures::display("blood-pressure"), &[("confidence_threshold", "1")]).await;
    assert_eq!(refused(&unsure, 400).0, "LOW_CONFIDENCE");
    server.app.clock.advance_s(86_400);
    let token = json!({ "email": "alice@example.org", "password": super::PASSWORD });
    let token = send(&server, Method::POST, "/api/auth/login", None, &token).await.json()["token"].clone();
    let get = async |path: &str| send(&server, Method::GET, path, token.as_str(), &Value::Null).await;

    let listed = get("/api/usage/logs").await;
    for value in ["118", "\"76\"", "systolic", "mmHg"] {
        assert!(!listed.text.contains(value), "{}", listed.text);
    }
    let calls = &listed.json()["logs"];
    assert_eq!(
        [&calls[0]["device_type"], &calls[0]["confidence"], &calls[0]["error_code"]],
        [&Value::Null, &confidence, &json!("LOW_CONFIDENCE")]
    );
    assert_eq!(
        [&calls[1]["device_type"], &calls[1]["confidence"], &calls[1]["error_code"], &calls[1]["status"]],
        [&json!("blood-pressure"), &confidence, &Value::Null, &json!(200)]
    );
    let stats = &get("/api/dashboard/stats").await.json()["stats"];
    assert_eq!(
        [
            &stats["requests_today"],
            &stats["requests_this_month"],
            &stats["success_rate"],
            &stats["average_confidence"]
        ],
        [&json!(0), &json!(2), &json!(0.5), &confidence]
    );
    let analytics = &get("/api/usage/analytics?period=2d").await.json()["analytics"];
    assert_eq!(
        analytics,
        &json!({
            "period": "2d",
            "total": 2,
            "by_day": [
                { "date": "2026-11-21", "requests": 2, "errors": 1 },
                { "date": "2026-11-22", "requests": 0, "errors": 0 },
            ],
            "by_device_type": { "blood-pressure": 1 },
            "by_status": { "200": 1, "400": 1 },
        })
    );
    assert_eq!(get("/api/usage/analytics?period=1d").await.json()["analytics"]["total"], 0);
}

/// Calls are kept so many days, by whole hours; the sums stay.
#[tokio::test(flavor = "multi_thread")]
async fn old_calls_are_removed_and_stay_in_the_sums() {
    let settings = Settings { usage_days: NonZero::new(2).unwrap(), ..Settings::default() };
    let server = Server::start_by(&settings, None).await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let bob = Customer::register(&server, "bob@example.org").await;
    let calls = async |customer: &Customer<'_>, count| {
        for _ in 0..count {
            call(&server, "/v1/extract-medical-data", &customer.key, b"text".to_vec()).await;
        }
    };
    let surfaces = ["smartscan", "imagemedix"];
    let forget = async || server.app.usage.forget_old(&surfaces).await.unwrap();
    let listed = async |email: &str| {
        let body = json!({ "email": email, "password": super::PASSWORD });
        let token = send(&server, Method::POST, "/api/auth/login", None, &body).await.json()["token"].clone();
        let get =
            async |path: &str| send(&server, Method::GET, path, token.as_str(), &Value::Null).await.json();
        let logs = get("/api/usage/logs").await;
        let sums = get("/api/usage/analytics").await["analytics"]["total"].clone();
        (logs["logs"].as_array().unwrap().len(), logs["total"].clone(), sums)
    };
    calls(&alice, 2).await;
    calls(&bob, 1).await;
    server.app.clock.advance_s(3_599);
    calls(&alice, 1).await;
    server.app.clock.advance_s(1);
    calls(&alice, 3).await;

    // Two days later the first hour is still kept, an hour after that it is not: neither listed nor, once it is removed, there.
    server.app.clock.advance_s(2 * 86_400 - 1);
    assert_eq!((forget().await, listed("alice@example.org").await), (0, (6, json!(6), json!(6))));
    server.app.clock.advance_s(1);
    assert_eq!(listed("alice@example.org").await, (3, json!(3), json!(6)));
    assert_eq!((forget().await, forget().await), (4, 0));
    assert_eq!(server.number("SELECT count(*) FROM usage_call").await, 3);
    assert_eq!(listed("alice@example.org").await, (3, json!(3), json!(6)));
    assert_eq!(listed("bob@example.org").await, (0, json!(0), json!(1)));

    // Who keeps them longer from now on does not get back what is gone.
    let longer = server.replica_by(&Settings::default()).await;
    let behind = longer.app.usage.page(alice_tenant(&server).await, "smartscan", 0, 50).await.unwrap();
    assert_eq!((behind.calls.len(), behind.total), (3, 3));
}

async fn alice_tenant(server: &Server) -> TenantId {
    TenantId::from_row(server.number("SELECT tenant FROM account WHERE email = 'alice@example.org'").await)
}
