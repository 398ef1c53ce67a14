//! What webhooks are told of scans.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::scans::form;
use super::super::{User, is_id};
use super::{both, post};
use crate::dicomweb::{RELATED, parts};
use crate::harness::dicom::{SAID, Said};
use crate::harness::drawn::{brain, stripes};
use crate::harness::{Answer, START};

const ALL: [&str; 3] = ["scan.uploaded", "scan.analyzed", "scan.failed"];

fn start_s() -> i64 {
    START.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_made_with_a_secret_that_is_shown_once() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let url = receiver.url("/hook?a=b");
    let made = admin.webhook(&url, &["scan.failed", "scan.analyzed"]).await;
    let secret = made["secret"].as_str().unwrap();
    assert!(is_id(&made["_id"]) && secret.len() == 49, "{made}");
    let mut shown = json!({ "_id": made["_id"], "url": url, "events": ["scan.failed", "scan.analyzed"], "isActive": true,
        "createdAt": "2026-11-21T12:00:00.000Z" });
    assert_eq!(admin.read("/webhooks").await, json!([shown]));
    shown["secret"] = secret.into();
    assert_eq!(made, shown);
    let other = admin.webhook(&url, &["scan.failed"]).await;
    assert_ne!(other["secret"], made["secret"]);
    let fhir = server.fhir().await;
    let id = made["_id"].as_str().unwrap();
    let mut subscription = fhir.get(&format!("/Subscription/{id}")).await.json();
    subscription["meta"].as_object_mut().unwrap().remove("lastUpdated");
    let tag = |code: &str, display: &str| json!({ "system": "https://hygeia.health/fhir/CodeSystem/webhook-event", "code": code, "display": display });
    assert_eq!(
        subscription,
        json!({
            "resourceType": "Subscription", "id": id,
            "meta": { "versionId": "1", "tag": [tag("scan.failed", "Scan analysis failed"), tag("scan.analyzed", "Scan analyzed")] },
            "status": "active", "reason": "Webhook of ImageMedix", "criteria": "Task?identifier=urn:vendor:imagemedix:scan|",
            "channel": { "type": "rest-hook", "endpoint": url, "payload": "application/json" },
        })
    );
    // Nor is it anywhere else that anybody can read.
    for table in ["resource", "resource_history", "audit_event"] {
        let found = format!("SELECT count(*) FROM {table} t WHERE t::text LIKE '%{secret}%'");
        assert_eq!(server.number(&found).await, 0, "{table}");
    }
    assert!(
        !format!(
            "{:?}",
            server.app.deliveries.receivers(hygeia::identity::TenantId::DEFAULT, "imagemedix-webhook").await
        )
        .contains("whsec_")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_of_a_scan_is_told_in_its_order_and_signed() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let webhook = admin.webhook(&receiver.url("/hook"), &ALL).await;
    let secret = webhook["secret"].as_str().unwrap();
    let texts = [("patientId", "PT-1"), ("patientName", "Priya Mehta")];
    let scan = admin.upload(form(brain(), "Priya.png", &texts)).await.json();
    let other = admin.upload(form(stripes(), "b.png", &texts)).await.json();
    post(&server).await;
    assert_eq!(receiver.taken().len(), 2);
    let analyst = server.analyst().await;
    while analyst.step().await.unwrap() {}
    server.app.clock.advance_s(5);
    post(&server).await;
    let taken = receiver.taken();
    let told: Vec<_> = taken.iter().map(|one| one.told().0).collect();
    assert_eq!(told, ["scan.uploaded", "scan.uploaded", "scan.analyzed", "scan.failed"]);
    let read = admin.read(&format!("/scans/{}", scan["_id"].as_str().unwrap())).await;
    let mut result = read["result"].clone();
    result.as_object_mut().unwrap().remove("additionalNotes");
    assert!(result["hasTumor"].is_boolean());
    for (taken, (event, data, at)) in taken.iter().zip([
        ("scan.uploaded", json!({ "scanId": scan["_id"], "patientId": "PT-1", "status": "pending" }), 0),
        ("scan.uploaded", json!({ "scanId": other["_id"], "patientId": "PT-1", "status": "pending" }), 0),
        (
            "scan.analyzed",
            json!({ "scanId": scan["_id"], "patientId": "PT-1", "status": "completed", "result": result }),
            5,
        ),
        ("scan.failed", json!({ "scanId": other["_id"], "patientId": "PT-1", "status": "failed" }), 5),
    ]) {
        assert_eq!(taken.signed_at(secret), start_s() + at, "when it is posted");
        let id = taken.header("x-imagemedix-delivery");
        assert!(is_id(&json!(id)));
        assert_eq!(
            taken.json(),
            json!({ "id": id, "event": event, "createdAt": "2026-11-21T12:00:00.000Z", "data": data })
        );
        assert_eq!((taken.header("x-imagemedix-event"), taken.path.as_str()), (event, "/hook"));
        assert_eq!(
            (taken.header("content-type"), taken.header("user-agent")),
            ("application/json", "hygeia")
        );
        assert!(!taken.body.contains("Priya") && !taken.body.contains("uploads"), "{}", taken.body);
    }
    // Nothing is told twice.
    post(&server).await;
    assert_eq!(receiver.taken().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_comes_by_dicomweb_is_told_as_any_other() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    admin.webhook(&receiver.url("/hook"), &ALL).await;
    let token = server.token("system/ImagingStudy.crus").await;
    let second = Said { instance: "2.25.1.1.2", ..SAID };
    let store = server.request(Method::POST, "/dicomweb/studies").bearer_auth(token);
    let store = store.header("Content-Type", RELATED).body(parts(&[SAID.file(), second.file()]));
    assert_eq!(Answer::of(store).await.status, 200);
    post(&server).await;
    let scan = admin.read("/scans").await["scans"][0]["_id"].clone();
    let told = |status: &str| json!({ "scanId": scan, "patientId": "PT-1", "status": status });
    let taken = receiver.taken();
    assert_eq!(taken.len(), 1, "a study of two files is one scan");
    assert_eq!(
        (&taken[0].json()["event"], &taken[0].json()["data"]),
        (&json!("scan.uploaded"), &told("pending"))
    );
    let analyst = server.analyst().await;
    while analyst.step().await.unwrap() {}
    post(&server).await;
    let taken = receiver.taken();
    assert_eq!(taken.len(), 2);
    // The file says whose picture it is, and is believed.
    let second = taken[1].json();
    let told_of = (&second["event"], &second["data"]["scanId"], &second["data"]["status"]);
    assert_eq!(told_of, (&json!("scan.analyzed"), &scan, &json!("completed")));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_listens_in_the_tenant_is_told() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    let stranger = super::super::stranger(&server).await;
    stranger.webhook(&receiver.url("/stranger"), &ALL).await;
    admin.webhook(&receiver.url("/failed"), &["scan.failed"]).await;
    for _ in 0..2 {
        admin.webhook(&receiver.url("/uploaded"), &["scan.uploaded"]).await;
    }
    let scan = admin.sent("PT-1").await;
    // A second scan of a patient who is there already goes another way through the server.
    admin.sent("PT-1").await;
    let refused =
        admin.upload(form(b"no picture".to_vec(), "a.png", &[("patientId", "PT-1"), ("patientName", "P")]));
    assert_eq!(refused.await.status, 400);
    post(&server).await;
    let mut taken = receiver.taken();
    assert_eq!(taken.len(), 4);
    assert!(taken.iter().all(|one| one.path == "/uploaded"));
    taken.retain(|one| one.told().1 == scan);
    assert_eq!(taken.len(), 2);
    // What a person says of a scan is no analysis.
    let path = format!("/scans/{scan}");
    let found = json!({ "result": { "hasTumor": false, "confidence": 1, "additionalNotes": "Priya Mehta" } });
    assert_eq!(admin.send(Method::PATCH, &path, &found).await.status, 200);
    assert_eq!(admin.send(Method::PATCH, &path, &json!({ "status": "failed" })).await.status, 200);
    post(&server).await;
    assert_eq!(receiver.taken().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_found_first_is_told_without_their_words() {
    let (receiver, server) = both().await;
    let admin = User::admin(&server).await;
    admin.webhook(&receiver.url("/"), &["scan.analyzed"]).await;
    let texts = [("patientId", "PT-1"), ("patientName", "Priya Mehta")];
    let scan = admin.upload(form(brain(), "a.png", &texts)).await.json();
    let path = format!("/scans/{}", scan["_id"].as_str().unwrap());
    let found = json!({ "status": "pending", "result": { "hasTumor": true, "confidence": 1, "additionalNotes": "Priya Mehta" } });
    assert_eq!(admin.send(Method::PATCH, &path, &found).await.status, 200);
    let analyst = server.analyst().await;
    while analyst.step().await.unwrap() {}
    post(&server).await;
    let taken = receiver.taken();
    assert_eq!(taken.len(), 1);
    let expected = json!({ "scanId": scan["_id"], "patientId": "PT-1", "status": "completed",
        "result": { "hasTumor": true, "confidence": 1 } });
    assert_eq!(taken[0].json()["data"], expected);
    let bodies: Vec<Value> = taken.iter().map(crate::harness::receiver::Taken::json).collect();
    assert!(!format!("{bodies:?}").contains("Priya"));
}
