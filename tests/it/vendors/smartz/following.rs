//! What others write of pods and of who wears them is followed, and what is left of a deleted patient is deleted.

use hygeia::vendors::smartz::leavings::Leavings;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Ward, at, refused, server};
use crate::harness::Server;

/// How many Observations are about somebody or something.
async fn count(server: &Server, subject: &str) -> i64 {
    let answer = server.fhir().await.get(&format!("/Observation?subject={subject}&_summary=count")).await;
    answer.json()["total"].as_i64().unwrap()
}

async fn write_device(ward: &Ward<'_>, change: impl FnOnce(&mut Value)) {
    let fhir = ward.world.server.fhir().await;
    let path = format!("/Device/{}", ward.pod);
    let mut device = fhir.get(&path).await.json();
    change(&mut device);
    let answer = fhir.put(&path, &device).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_are_of_whom_the_device_says_from_its_write_on() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    ward.wet(30, &[5.0, 95.0, 95.0]).await;
    ward.alert("urgent", "open").await;
    let other = ward.world.patient("E-2").await;
    let before = count(&server, &format!("Patient/{}", ward.patient)).await;
    write_device(&ward, |device| device["patient"]["reference"] = format!("Patient/{other}").into()).await;
    ward.wet(120, &[60.0]).await;
    assert_eq!(count(&server, &format!("Patient/{}", ward.patient)).await, before);
    let now = ward.world.read(&format!("/patients/{other}/status")).await;
    assert_eq!((&now["podId"], &now["saturationPercent"]), (&json!(ward.pod), &json!(60.0)));
    assert_eq!(ward.status().await["podId"], Value::Null);
    ward.alert("urgent", "resolved").await;

    write_device(&ward, |device| drop(device.as_object_mut().unwrap().remove("patient"))).await;
    assert_eq!(ward.world.read(&format!("/patients/{other}/status")).await["podId"], Value::Null);
    // Nobody can wear what they say: it is put right.
    write_device(&ward, |device| device["patient"] = json!({ "reference": "Patient/nobody" })).await;
    server.app.watch().step().await.unwrap();
    let shown = ward.world.read(&format!("/devices/{}", ward.pod)).await;
    assert_eq!(shown.get("patientId"), None);
    assert_eq!(server.number("SELECT count(*) FROM pod_astray").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_deleted_elsewhere_wears_no_pod() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    ward.wet(30, &[5.0, 95.0, 95.0]).await;
    let before = count(&server, &format!("Patient/{}", ward.patient)).await;
    let fhir = server.fhir().await;
    assert_eq!(fhir.delete(&format!("/Patient/{}", ward.patient)).await.status, 204);
    ward.wet(120, &[95.0]).await;
    assert_eq!(count(&server, &format!("Patient/{}", ward.patient)).await, before);
    assert_eq!(count(&server, &format!("Device/{}", ward.pod)).await, 1);
    assert_eq!(ward.world.read("/alerts?state=open").await["total"], 0);
    assert_eq!(ward.world.read(&format!("/devices/{}", ward.pod)).await.get("patientId"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_deleted_elsewhere_measures_and_sends_nothing() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    ward.wet(30, &[5.0, 5.0]).await;
    let fhir = server.fhir().await;
    assert_eq!(fhir.delete(&format!("/Device/{}", ward.pod)).await.status, 204);
    assert_eq!(ward.status().await["podId"], Value::Null);
    let reading = json!([ward.reading(90, "wetness", 5.0)]);
    let unknown = refused(&ward.send(&reading).await, 400);
    assert_eq!(unknown, "readings[0].podSerial names no pod of the organisation.");
    assert_eq!(fhir.delete(&format!("/Device/{}", ward.node)).await.status, 204);
    assert_eq!(refused(&ward.send(&reading).await, 401), "The node key is missing or invalid.");
    assert_eq!(server.number("SELECT count(*) FROM gateway_node").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_out_of_use_sends_nothing() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    let fhir = server.fhir().await;
    let path = format!("/Device/{}", ward.node);
    let mut node = fhir.get(&path).await.json();
    node["status"] = "inactive".into();
    assert_eq!(fhir.put(&path, &node).await.status, 200);
    let answer = ward.send(&json!([ward.reading(0, "wetness", 5.0)])).await;
    assert_eq!(refused(&answer, 401), "The node key is missing or invalid.");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_deleted_while_a_pod_is_put_on_wears_none() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    assert_eq!(ward.pair(&Value::Null).await.status, 200);
    for number in 0..6 {
        let patient = ward.world.patient(&format!("R-{number}")).await;
        let path = format!("/patients/{patient}");
        let body = json!(patient);
        let (paired, deleted) =
            tokio::join!(ward.pair(&body), ward.world.ask(Method::DELETE, &path, &Value::Null));
        assert_eq!(deleted.status, 204, "{}", deleted.text);
        assert!([200, 400].contains(&paired.status), "{}", paired.text);
        server.app.watch().step().await.unwrap();
        let worn = "SELECT count(*) FROM pod p JOIN resource r ON r.type = 'Patient' AND r.id = p.patient AND r.body IS NULL";
        assert_eq!(server.number(worn).await, 0);
        assert_eq!(ward.world.read(&format!("/devices/{}", ward.pod)).await.get("patientId"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_of_a_deleted_patient_is_deleted_some_at_a_time() {
    let server = server().await;
    let ward = Ward::new(&server).await;
    ward.wet(30, &[5.0, 95.0, 95.0]).await;
    let fhir = server.fhir().await;
    let entry = |number: i64| {
        json!({ "request": { "method": "PUT", "url": format!("Observation/old-{number}") }, "resource": {
            "resourceType": "Observation", "id": format!("old-{number}"), "status": "final",
            "identifier": [{ "system": "urn:vendor:smartz:readings", "value": format!("old-{number}") }],
            "code": { "text": "old" }, "subject": { "reference": format!("Patient/{}", ward.patient) },
            "effectiveDateTime": at(-number) } })
    };
    let entries: Vec<_> = (0..450).map(entry).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    assert_eq!(fhir.post("/", &bundle).await.status, 200);
    let others = json!({ "resourceType": "Observation", "status": "final", "code": { "text": "theirs" },
        "subject": { "reference": format!("Patient/{}", ward.patient) } });
    assert_eq!(fhir.post("/Observation", &others).await.status, 201);
    let path = format!("/patients/{}", ward.patient);
    assert_eq!(ward.world.ask(Method::DELETE, &path, &Value::Null).await.status, 204);
    assert_eq!(refused(&ward.world.ask(Method::GET, &path, &Value::Null).await, 404), "Resource not found");
    let subject = format!("Patient/{}", ward.patient);
    assert!(count(&server, &subject).await > 450, "nobody waits for that");
    let leavings = Leavings::new(server.app.records.clone(), server.app.leavings.clone());
    while leavings.step().await.unwrap() {}
    assert_eq!(count(&server, &subject).await, 1, "what others recorded stays");
    assert_eq!(ward.world.read("/alerts").await["total"], 0);
    assert_eq!(server.number("SELECT count(*) FROM feed_event").await, 0);
    let parts = server.number("SELECT count(*) FROM audit_event WHERE interaction = 'delete-leavings'").await;
    assert!(parts >= 4, "{parts} transactions");
}
