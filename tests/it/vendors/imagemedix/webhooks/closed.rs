//! Closing, changing and deleting webhooks, by either door.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::{User, refused};
use super::{both, post, statuses};
use crate::oauth::order::while_held;

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_webhook_that_is_closed_is_stopped() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    receiver.answer([500]);
    admin.sent("PT-1").await;
    post(&server).await;
    let closed = admin.change(&webhook, json!({ "isActive": false })).await;
    assert_eq!(closed["isActive"], false);
    admin.sent("PT-1").await;
    server.app.clock.advance_s(60);
    post(&server).await;
    assert_eq!(receiver.taken().len(), 1);
    assert_eq!(statuses(&admin.deliveries(&webhook).await), ["stopped"]);
    let open = admin.change(&webhook, json!({ "isActive": true })).await;
    assert_eq!(open["isActive"], true);
    server.app.clock.advance_s(60_000);
    post(&server).await;
    assert_eq!(receiver.taken().len(), 1, "what was stopped stays so");
    let admin = User::admin(&server).await;
    admin.sent("PT-1").await;
    post(&server).await;
    assert_eq!(receiver.taken().len(), 2);
    assert_eq!(statuses(&admin.deliveries(&webhook).await), ["delivered", "stopped"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_goes_to_the_new_address_with_the_same_secret() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/old"), &["scan.uploaded"]).await;
    receiver.answer([500]);
    admin.sent("PT-1").await;
    post(&server).await;
    let change =
        json!({ "url": receiver.url("/new"), "events": ["scan.failed"], "secret": "mine", "_id": "x" });
    let changed = admin.change(&webhook, change).await;
    let expected = json!({ "_id": webhook["_id"], "url": receiver.url("/new"), "events": ["scan.failed"], "isActive": true,
        "createdAt": webhook["createdAt"] });
    assert_eq!(changed, expected);
    assert_eq!(admin.change(&webhook, json!({})).await, expected);
    server.app.clock.advance_s(60);
    admin.sent("PT-2").await;
    post(&server).await;
    let taken = receiver.taken();
    assert_eq!(taken.iter().map(|one| one.path.as_str()).collect::<Vec<_>>(), ["/old", "/new"]);
    taken[1].signed_at(webhook["secret"].as_str().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_deleted_is_gone_with_all_that_waits() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    let id = webhook["_id"].as_str().unwrap();
    admin.sent("PT-1").await;
    let deleted = admin.send(Method::DELETE, &format!("/webhooks/{id}"), &Value::Null).await;
    assert_eq!((deleted.status, deleted.json()), (200, json!({ "message": "Webhook deleted successfully" })));
    let again = admin.send(Method::DELETE, &format!("/webhooks/{id}"), &Value::Null).await;
    assert_eq!(refused(&again, 404), "There is no such webhook");
    post(&server).await;
    assert_eq!((receiver.taken().len(), admin.read("/webhooks").await), (0, json!([])));
    assert_eq!(server.fhir().await.get(&format!("/Subscription/{id}")).await.status, 410);
    for table in ["receiver", "delivery", "delivery_attempt", "job WHERE kind = 'delivery'"] {
        assert_eq!(server.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_fhir_closes_and_opens_a_webhook_but_leads_it_nowhere_else() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
    let path = format!("/Subscription/{}", webhook["_id"].as_str().unwrap());
    let fhir = server.fhir().await;
    let original = fhir.get(&path).await.json();
    let is_active = async || admin.read("/webhooks").await[0]["isActive"].clone();
    let elsewhere = receiver.url("/elsewhere");
    for (pointer, value) in [
        ("/status", json!("off")),
        ("/channel/endpoint", json!(elsewhere)),
        ("/channel/type", json!("websocket")),
        ("/end", json!("2026-11-21T11:59:59Z")),
    ] {
        let mut changed = original.clone();
        match changed.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => changed["end"] = value,
        }
        assert_eq!(fhir.put(&path, &changed).await.status, 200, "{pointer}");
        assert_eq!(is_active().await, false, "{pointer}");
        admin.sent("PT-1").await;
        post(&server).await;
        assert_eq!(receiver.taken().len(), 0, "{pointer}");
        let shown = admin.read("/webhooks").await[0].clone();
        assert_eq!(shown["url"], webhook["url"], "{pointer}");
        assert_eq!(fhir.put(&path, &original).await.status, 200);
        assert_eq!(is_active().await, true, "{pointer}");
    }
    // What it listens to may be changed there too.
    let mut other = original.clone();
    other["meta"]["tag"][0]["code"] = "scan.failed".into();
    fhir.put(&path, &other).await;
    assert_eq!(admin.read("/webhooks").await[0]["events"], json!(["scan.failed"]));
    admin.sent("PT-1").await;
    // An administrator sets right what was led elsewhere.
    other["channel"]["endpoint"] = elsewhere.into();
    fhir.put(&path, &other).await;
    let right = admin.change(&webhook, json!({ "isActive": true, "events": ["scan.uploaded"] })).await;
    assert_eq!((&right["isActive"], &right["url"]), (&json!(true), &webhook["url"]));
    assert_eq!(fhir.get(&path).await.json()["channel"]["endpoint"], webhook["url"]);
    admin.sent("PT-1").await;
    post(&server).await;
    assert_eq!(receiver.taken().len(), 1);
    // Deleted there, it is deleted here, and does not come back with what is written anew.
    assert_eq!(fhir.delete(&path).await.status, 204);
    assert_eq!(admin.read("/webhooks").await, json!([]));
    assert_eq!(fhir.put(&path, &original).await.status, 201);
    assert_eq!(admin.read("/webhooks").await, json!([]));
    // One that was made there has no secret, and is no webhook.
    let mut own = original.clone();
    own["id"] = "own".into();
    assert_eq!(fhir.put("/Subscription/own", &own).await.status, 201);
    admin.sent("PT-1").await;
    post(&server).await;
    assert_eq!(receiver.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_closed_or_deleted_just_now_is_not_told_and_keeps_no_scan_out() {
    for just_now in ["UPDATE receiver SET active = false", "DELETE FROM receiver"] {
        let (receiver, server) = both().await;
        let admin = User::admin(&server).await;
        admin.webhook(&receiver.url("/"), &["scan.uploaded"]).await;
        // The scan is taken, or this fails.
        while_held(&server, just_now, admin.sent("PT-1"), "SELECT").await;
        assert_eq!(server.number("SELECT count(*) FROM delivery").await, 0, "{just_now}");
    }
}
