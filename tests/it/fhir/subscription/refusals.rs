//! What cannot be served is refused, and nothing is kept of it.

use serde_json::json;

use super::{both, stored, subscription};
use crate::harness::Server;

/// How much is kept of Subscriptions.
async fn kept(server: &Server) -> i64 {
    server
        .number("SELECT (SELECT count(*) FROM resource WHERE type = 'Subscription') + (SELECT count(*) FROM subscription) + (SELECT count(*) FROM receiver) + (SELECT count(*) FROM job)")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_served_is_refused_by_its_place() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let good = subscription(&receiver.url("/"), "Observation?code=8867-4");
    for (pointer, value, place, code) in [
        ("/criteria", json!("Nonsense?code=1"), "criteria", "value"),
        ("/criteria", json!("Observation?nonsense=1"), "criteria", "not-supported"),
        ("/criteria", json!("Observation?date=yesterday"), "criteria", "value"),
        ("/criteria", json!("Observation?code:in=http://example.org/vs"), "criteria", "not-supported"),
        ("/criteria", json!("Observation?_include=Observation:subject"), "criteria", "not-supported"),
        ("/criteria", json!("AuditEvent"), "criteria", "not-supported"),
        ("/channel/type", json!("sms"), "channel.type", "not-supported"),
        ("/channel/payload", json!("text/html"), "channel.payload", "not-supported"),
        ("/channel/endpoint", json!("http://localhost:1/"), "channel.endpoint", "security"),
        ("/channel/endpoint", json!("https://127.0.0.1/"), "channel.endpoint", "security"),
        ("/channel/endpoint", json!("https://169.254.169.254/"), "channel.endpoint", "security"),
        ("/channel/endpoint", json!("http://a.example/"), "channel.endpoint", "security"),
        ("/channel/endpoint", json!("nowhere"), "channel.endpoint", "value"),
    ] {
        let mut wrong = good.clone();
        *wrong.pointer_mut(pointer).unwrap() = value.clone();
        let posted = fhir.post("/Subscription", &wrong).await;
        wrong["id"] = "chosen".into();
        let put = fhir.put("/Subscription/chosen", &wrong).await;
        let batch = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
            { "resource": { "resourceType": "Basic", "code": { "text": "beside" } }, "request": { "method": "POST", "url": "Basic" } },
            { "resource": wrong, "request": { "method": "PUT", "url": "Subscription/chosen" } },
        ] });
        let in_bundle = fhir.post("", &batch).await;
        for (answer, at) in [(posted, ""), (put, ""), (in_bundle, "Bundle.entry[1].resource")] {
            assert_eq!(answer.status, 422, "{value} {}", answer.text);
            let issue = &answer.json()["issue"][0];
            let expected =
                if at.is_empty() { format!("Subscription.{place}") } else { format!("{at}.{place}") };
            assert_eq!((&issue["code"], &issue["expression"]), (&json!(code), &json!([expected])), "{value}");
        }
    }
    assert_eq!((kept(&server).await, receiver.taken().len()), (0, 0));
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Basic'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_read_what_it_is_about_may_not_be_told() {
    let (receiver, server) = both().await;
    let wanted = subscription(&receiver.url("/"), "Observation?code=8867-4");
    for scope in [
        "system/Subscription.cruds",
        "system/Subscription.cruds system/Observation.s",
        "system/Subscription.cruds system/Observation.r",
        "system/Observation.rs system/Subscription.rs",
    ] {
        let fhir = server.fhir_with(scope).await;
        assert_eq!(fhir.post("/Subscription", &wanted).await.status, 403, "{scope}");
    }
    // Nor of whom a chain leads to.
    let fhir = server.fhir_with("system/Subscription.cruds system/Observation.rs").await;
    let chained = subscription(&receiver.url("/"), "Observation?subject:Patient.name=a");
    assert_eq!(fhir.post("/Subscription", &chained).await.status, 403);
    assert_eq!(kept(&server).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_nobody_is_told_by_may_say_anything() {
    let (_, server) = both().await;
    let fhir = server.fhir().await;
    for status in ["off", "error"] {
        let mut odd = subscription("urn:nowhere", "Nonsense");
        odd["status"] = status.into();
        let id = stored(&fhir, &odd).await;
        odd["id"] = id.clone().into();
        odd["status"] = "requested".into();
        assert_eq!(fhir.put(&format!("/Subscription/{id}"), &odd).await.status, 422);
    }
    assert_eq!(server.number("SELECT count(*) FROM subscription").await, 0);
}
