//! What was told, how long that is listed, and telling it again.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::{NOBODY, User, refused};
use super::{both, post, statuses};
use crate::oauth::order::while_held;

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_listed_by_pages_the_newest_first() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    let path = format!("/webhooks/{}/deliveries", webhook["_id"].as_str().unwrap());
    let empty = json!({ "deliveries": [], "currentPage": 1, "totalPages": 0, "totalDeliveries": 0 });
    assert_eq!(admin.read(&path).await, empty);
    for query in ["page=0", "limit=x", "page=1&page=2"] {
        assert_eq!(admin.get(&format!("{path}?{query}")).await.status, 400, "{query}");
    }
    let mut scans = Vec::new();
    for _ in 0..3 {
        scans.push(admin.sent("PT-1").await);
        server.app.clock.advance_s(1);
    }
    post(&server).await;
    let page = admin.read(&format!("{path}?limit=2")).await;
    assert_eq!((&page["totalPages"], &page["totalDeliveries"]), (&json!(2), &json!(3)));
    let of: Vec<_> = page["deliveries"].as_array().unwrap().iter().map(|one| one["scanId"].clone()).collect();
    assert_eq!(of, [scans[2].as_str(), scans[1].as_str()]);
    let mut first = admin.read(&format!("{path}?limit=2&page=2")).await["deliveries"][0].clone();
    let took = first["attempts"][0].as_object_mut().unwrap().remove("durationMs").unwrap();
    assert!(took.as_i64().unwrap() >= 0);
    assert_eq!(
        first,
        json!({ "_id": receiver.taken()[0].header("x-imagemedix-delivery"), "event": "scan.uploaded", "scanId": scans[0],
            "status": "delivered", "createdAt": "2026-11-21T12:00:00.000Z", "endedAt": "2026-11-21T12:00:03.000Z",
            "attempts": [{ "at": "2026-11-21T12:00:03.000Z", "status": 200 }] })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_told_again_when_an_administrator_says_so() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    receiver.answer([500; 9]);
    admin.sent("PT-1").await;
    for _ in 0..9 {
        post(&server).await;
        server.app.clock.advance_s(60_000);
    }
    let admin = User::admin(&server).await;
    let failed = admin.deliveries(&webhook).await.remove(0);
    assert_eq!(failed["status"], "failed");
    let path = format!("/webhooks/{}/deliveries", webhook["_id"].as_str().unwrap());
    let replay = format!("{path}/{}/replay", failed["_id"].as_str().unwrap());
    let again = admin.send(Method::POST, &replay, &Value::Null).await;
    assert_eq!((again.status, &again.json()["status"]), (200, &json!("pending")));
    // It has as many tries as a new one.
    receiver.answer([500]);
    post(&server).await;
    server.app.clock.advance_s(60);
    post(&server).await;
    assert_eq!(receiver.taken().len(), 11);
    let done = admin.deliveries(&webhook).await.remove(0);
    assert_eq!((&done["status"], done["attempts"].as_array().unwrap().len()), (&json!("delivered"), 11));
    let ids = receiver.taken();
    assert!(ids.iter().all(|one| one.header("x-imagemedix-delivery") == failed["_id"]));
    // What came through can be told again too, but not to one that is closed.
    assert_eq!(admin.send(Method::POST, &replay, &Value::Null).await.status, 200);
    post(&server).await;
    assert_eq!(receiver.taken().len(), 12);
    admin.change(&webhook, json!({ "isActive": false })).await;
    let closed = admin.send(Method::POST, &replay, &Value::Null).await;
    assert_eq!(refused(&closed, 400), "The webhook is not active");
    let audited =
        "SELECT count(*) FROM audit_event WHERE interaction = 'replay-delivery' AND outcome = 'success'";
    assert_eq!(server.number(audited).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tells_again_takes_the_job_and_the_delivery_in_the_order_of_who_posts() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    admin.sent("PT-1").await;
    let pending = admin.deliveries(&webhook).await.remove(0);
    let [of, id] = [&webhook["_id"], &pending["_id"]].map(|id| id.as_str().unwrap());
    let path = format!("/webhooks/{of}/deliveries/{id}/replay");
    let held = "SELECT FROM job WHERE kind = 'delivery' FOR UPDATE";
    let then = "SET lock_timeout = '200ms'; UPDATE delivery SET tries = tries + 1";
    let again = while_held(&server, held, admin.send(Method::POST, &path, &Value::Null), then).await;
    assert_eq!((again.status, &again.json()["status"]), (200, &json!("pending")));
    // Where there is none, no job is left of asking.
    let none = admin.send(Method::POST, &path.replace(id, NOBODY), &Value::Null).await;
    assert_eq!(none.status, 404);
    post(&server).await;
    assert_eq!(server.number("SELECT count(*) FROM job WHERE kind = 'delivery'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_tries_the_last_fifty_are_kept() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    admin.sent("PT-1").await;
    // As if it had been asked for so often.
    server
        .execute(
            "INSERT INTO delivery_attempt (tenant, kind, receiver, delivery, number, begun, duration_ms, status)
             SELECT tenant, kind, receiver, id, n, made_at, 1, 500 FROM delivery, generate_series(1, 60) AS n",
        )
        .await;
    post(&server).await;
    let delivered = admin.deliveries(&webhook).await.remove(0);
    let attempts = delivered["attempts"].as_array().unwrap();
    assert_eq!(
        (attempts.len(), &attempts[48]["status"], &attempts[49]["status"]),
        (50, &json!(500), &json!(200))
    );
    let kept = server.texts("SELECT min(number) || '-' || max(number) FROM delivery_attempt").await;
    assert_eq!(kept, ["12-61"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_long_ago_is_forgotten_and_what_waits_is_not() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    admin.sent("PT-1").await;
    post(&server).await;
    server.app.clock.advance_s(29 * 86_400);
    assert_eq!(server.app.deliveries.forget_old().await.unwrap(), 0);
    let admin = User::admin(&server).await;
    admin.sent("PT-1").await;
    server.app.clock.advance_s(86_401);
    assert_eq!(server.app.deliveries.forget_old().await.unwrap(), 1);
    let admin = User::admin(&server).await;
    assert_eq!(statuses(&admin.deliveries(&webhook).await), ["pending"]);
    assert_eq!(server.number("SELECT count(*) FROM delivery_attempt").await, 0);
    // The webhook stays.
    server.app.clock.advance_s(86_400 * 100);
    server.app.deliveries.forget_old().await.unwrap();
    assert_eq!(server.number("SELECT count(*) FROM receiver").await, 1);
}
