//! What carers are told, and that they see to it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{NOBODY, Ward, World, refused, replica, server, stranger};

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_is_none_cannot_be_acknowledged() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    for id in [NOBODY, "x", "a%20b"] {
        let answer = ward.world.ask(Method::POST, &format!("/alerts/{id}/acknowledge"), &json!({})).await;
        assert_eq!(refused(&answer, 404), "Resource not found");
    }
    let problem = refused(&ward.world.ask(Method::GET, "/alerts?state=loud", &Value::Null).await, 400);
    assert_eq!(problem, "state must be open, acknowledged or resolved.");
    ward.wet(30, &[5.0, 95.0, 95.0]).await;
    let alert = ward.alert("urgent", "open").await;
    let path = format!("/alerts/{}/acknowledge", alert["id"].as_str().unwrap());
    let theirs = World::of(&server, stranger(&server, "s@example.org", "admin").await, "Oak").await;
    assert_eq!(refused(&theirs.ask(Method::POST, &path, &json!({})).await, 404), "Resource not found");
    assert_eq!(theirs.read("/alerts").await["total"], 0);
    let long = json!({ "acknowledgedBy": "x".repeat(201) });
    refused(&ward.world.ask(Method::POST, &path, &long).await, 400);
    assert_eq!(ward.pair(&Value::Null).await.status, 200);
    assert_eq!(refused(&ward.world.ask(Method::POST, &path, &json!({})).await, 409), "The alert is over.");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_one_open_alert_a_kind_and_the_first_sees_to_it() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    ward.wet(30, &[5.0, 95.0, 95.0, 95.0, 95.0]).await;
    let alert = ward.alert("urgent", "open").await;
    assert_eq!((&alert["patientId"], &alert["acknowledgedBy"]), (&json!(ward.patient), &Value::Null));
    let path = format!("/alerts/{}/acknowledge", alert["id"].as_str().unwrap());
    let seen = ward.world.ask(Method::POST, &path, &json!({ "by": "Joy" })).await;
    assert_eq!(
        (seen.status, &seen.json()["state"], &seen.json()["acknowledgedBy"]),
        (200, &json!("acknowledged"), &json!("Joy"))
    );
    let late = ward.world.ask(Method::POST, &path, &Value::Null).await;
    assert_eq!((late.status, &late.json()["acknowledgedBy"]), (200, &json!("Joy")));
    ward.alert("urgent", "acknowledged").await;
    let fhir = server.fhir().await;
    let flag = fhir.get(&format!("/Flag/{}", alert["id"].as_str().unwrap())).await.json();
    assert_eq!(
        (&flag["status"], &flag["subject"]["reference"]),
        (&json!("active"), &json!(format!("Patient/{}", ward.patient)))
    );
    let told = fhir.get(&format!("/Communication?patient={}", ward.patient)).await.json();
    assert_eq!(told["entry"][0]["resource"]["payload"][0]["contentString"], "Joy");
    // Whoever wears the pod no more needs no carer.
    assert_eq!(ward.pair(&Value::Null).await.status, 200);
    let over = ward.alert("urgent", "resolved").await;
    assert!(over["resolvedAt"].is_string() && over["acknowledgedBy"] == "Joy", "{over}");
    assert_eq!(ward.world.read("/alerts?state=open").await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_listed_as_it_stands_whoever_wrote_it_last() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    ward.wet(30, &[5.0, 95.0, 95.0]).await;
    let alert = ward.alert("urgent", "open").await;
    let (fhir, path) = (server.fhir().await, format!("/Flag/{}", alert["id"].as_str().unwrap()));
    let mut flag = fhir.get(&path).await.json();
    flag.as_object_mut().unwrap().remove("meta");
    assert_eq!(fhir.put(&path, &flag).await.status, 200);
    ward.alert("urgent", "open").await;
    flag["status"] = "inactive".into();
    assert_eq!(fhir.put(&path, &flag).await.status, 200);
    ward.alert("urgent", "resolved").await;
    let open = ward.world.read("/alerts?state=open").await;
    assert!(open["items"].as_array().unwrap().iter().all(|one| one["kind"] != "urgent"), "{open}");
    let answer = format!("/alerts/{}/acknowledge", alert["id"].as_str().unwrap());
    let answer = ward.world.ask(Method::POST, &answer, &json!({})).await;
    assert_eq!(refused(&answer, 409), "The alert is over.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_that_nobody_hears_is_told_of_once_whoever_looks() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    ward.wet(30, &[5.0, 5.0]).await;
    let replica = replica(&server).await;
    let (here, there) = (server.app.watch(), replica.app.watch());
    assert_eq!(here.step().await.unwrap(), 0, "nothing is due");
    server.app.clock.advance_s(11 * 60);
    replica.app.clock.advance_s(11 * 60 + 60);
    let (one, two) = tokio::join!(here.step(), there.step());
    assert!(one.unwrap() + two.unwrap() >= 1);
    let alert = ward.alert("pod_offline", "open").await;
    assert_eq!(ward.status().await["online"], false);
    for _ in 0..3 {
        here.step().await.unwrap();
    }
    assert_eq!(ward.alert("pod_offline", "open").await["id"], alert["id"]);
    let heard = (server.app.clock.now() - super::noon()).num_seconds();
    ward.wet(heard, &[5.0]).await;
    ward.alert("pod_offline", "resolved").await;
    assert_eq!(ward.status().await["online"], true);
}
