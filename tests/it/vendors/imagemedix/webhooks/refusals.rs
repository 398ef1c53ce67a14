//! What is no webhook, and whose it is not.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::{NOBODY, User, refused, send, server, stranger};
use super::both;

const URL: &str = "https://example.com/hooks/imagemedix";
const WRONG_URL: &str = "url must be an https address that anybody can reach, without user and fragment";

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_administrator_of_the_tenant_has_none() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let (doctor, stranger) = (admin.doctor("d@example.org").await, stranger(&server).await);
    let webhook = admin.webhook(URL, &["scan.uploaded"]).await;
    let path = format!("/webhooks/{}", webhook["_id"].as_str().unwrap());
    let (list, replay) = (format!("{path}/deliveries"), format!("{path}/deliveries/{NOBODY}/replay"));
    let (close, none) = (json!({ "isActive": false }), Value::Null);
    let new = json!({ "url": URL, "events": ["scan.uploaded"] });
    for (method, path, body) in [
        (Method::GET, "/webhooks", &none),
        (Method::POST, "/webhooks", &new),
        (Method::PATCH, path.as_str(), &close),
        (Method::DELETE, path.as_str(), &none),
        (Method::GET, list.as_str(), &none),
        (Method::POST, replay.as_str(), &none),
    ] {
        let answer = send(&server, method.clone(), path, None, body).await;
        assert_eq!(refused(&answer, 401), "Sign in first: a bearer token is required", "{method} {path}");
        let answer = doctor.send(method.clone(), path, body).await;
        assert_eq!(refused(&answer, 403), "You may not do this", "{method} {path}");
        if path != "/webhooks" {
            let answer = stranger.send(method.clone(), path, body).await;
            assert_eq!(refused(&answer, 404), "There is no such webhook", "{method} {path}");
        }
    }
    assert_eq!(stranger.read("/webhooks").await, json!([]));
    assert_eq!(admin.read("/webhooks").await.as_array().unwrap().len(), 1);
    assert_eq!(
        refused(&admin.send(Method::POST, &replay, &Value::Null).await, 404),
        "There is no such delivery"
    );
    for id in [NOBODY, "x", "%00", "..%2Fusers"] {
        let answer = admin.send(Method::PATCH, &format!("/webhooks/{id}"), &json!({})).await;
        assert_eq!(refused(&answer, 404), "There is no such webhook", "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_https_and_everybodys() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let plain = receiver.url("/").replace("https", "http");
    for url in [
        "",
        "hooks",
        "http://example.com/h",
        "ftp://example.com/x",
        "javascript:alert(1)",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/h",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.1.2.3/",
        // A name that leads there.
        "https://localhost/",
        "https://user@example.com/",
        "https://example.com:443@10.0.0.1/",
        "https://example.com/#x",
        "https://example.com/\r\nX: y",
        "https:///x",
        "https:\\\\example.com/x",
        "https:example.com/x",
        "https://example.com:0/",
        "https://LOCALHOST./h",
        "https://foo.localhost/",
        &plain,
    ] {
        let new = json!({ "url": url, "events": ["scan.analyzed"] });
        let told = match url {
            "" => "url is required",
            broken if broken.contains('\n') => "url must not have control characters",
            _ => WRONG_URL,
        };
        assert_eq!(refused(&admin.send(Method::POST, "/webhooks", &new).await, 400), told, "{url}");
    }
    let long = json!({ "url": format!("{URL}/{}", "x".repeat(2_000)), "events": ["scan.analyzed"] });
    let answer = admin.send(Method::POST, "/webhooks", &long).await;
    assert_eq!(refused(&answer, 400), "url may have at most 2000 characters");
    let made = admin.webhook(&receiver.url("/"), &["scan.analyzed"]).await;
    let path = format!("/webhooks/{}", made["_id"].as_str().unwrap());
    for url in ["https://localhost/", "https://LOCALHOST./h"] {
        let answer = admin.send(Method::PATCH, &path, &json!({ "url": url })).await;
        assert_eq!(refused(&answer, 400), WRONG_URL, "{url}");
    }
    assert_eq!(admin.read("/webhooks").await[0]["url"], made["url"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_listens_to_what_there_is() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let unknown = "events must be of scan.uploaded, scan.analyzed, scan.failed";
    let wrong = "body has a value of the wrong type at line 1, column ";
    for (body, text) in [
        (json!({ "events": ["scan.failed"] }), "url is required"),
        (json!({ "url": URL }), "events is required"),
        (json!({ "url": URL, "events": [] }), "events must not be empty"),
        (json!({ "url": URL, "events": ["scan.exploded"] }), unknown),
        (json!({ "url": URL, "events": ["scan.failed", ""] }), unknown),
        (
            json!({ "url": URL, "events": ["scan.failed", "scan.failed"] }),
            "events has scan.failed more than once",
        ),
        (json!({ "url": URL, "events": "scan.failed" }), wrong),
        (json!({ "url": URL, "events": { "$ne": null } }), wrong),
        (json!({ "url": ["x"], "events": ["scan.failed"] }), wrong),
        (
            json!({ "url": URL, "events": vec!["scan.failed"; 1_000] }),
            "events has scan.failed more than once",
        ),
    ] {
        let answer = admin.send(Method::POST, "/webhooks", &body).await;
        assert!(refused(&answer, 400).starts_with(text), "{}", answer.text);
    }
    assert_eq!(admin.read("/webhooks").await, json!([]));
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Subscription'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_has_so_many_and_no_more() {
    let server = server().await;
    let admin = User::admin(&server).await;
    admin.webhook(URL, &["scan.failed"]).await;
    server
        .execute(
            "INSERT INTO receiver SELECT tenant, kind, left(md5(n::text), 24), url, secret, events, active, until, follows, made_at
             FROM receiver, generate_series(1, 48) n",
        )
        .await;
    let new = json!({ "url": URL, "events": ["scan.failed"] });
    let (one, other) = futures_util::future::join(
        admin.send(Method::POST, "/webhooks", &new),
        admin.send(Method::POST, "/webhooks", &new),
    )
    .await;
    let mut answers = [one, other];
    answers.sort_by_key(|answer| answer.status);
    assert_eq!(answers[0].status, 201, "{}", answers[0].text);
    assert_eq!(refused(&answers[1], 400), "there may be at most 50: remove one first");
    assert_eq!(server.number("SELECT count(*) FROM receiver").await, 50);
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Subscription'").await, 2);
    // Another tenant has its own.
    stranger(&server).await.webhook(URL, &["scan.failed"]).await;
}
