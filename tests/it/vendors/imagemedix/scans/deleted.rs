//! Deleting scans, alone and with their patient (contract IM-29, IM-47).

use reqwest::Method;
use serde_json::{Value, json};

use super::super::{NOBODY, User, refused, server};
use crate::harness::Server;

/// What is left of scans.
async fn left(server: &Server) -> String {
    server
        .text(
            "SELECT coalesce(string_agg(DISTINCT type, ' ' ORDER BY type), '') FROM resource WHERE body IS NOT NULL AND type IN
             ('ImagingStudy', 'Media', 'Binary', 'Task', 'DiagnosticReport', 'Observation', 'DocumentReference')",
        )
        .await
}

/// A scan with all that there can be of it: its path, and the address of its picture.
async fn whole(user: &User<'_>) -> (String, String) {
    let scan = user.scan("PT-1", "2025-05-01").await;
    let path = format!("/scans/{}", scan["_id"].as_str().unwrap());
    user.make(&format!("{path}/annotations"), &json!({ "x": 1, "y": 1, "text": "Here" })).await;
    let result = json!({ "result": { "hasTumor": false, "confidence": 1 } });
    assert_eq!(user.send(Method::PATCH, &path, &result).await.status, 200);
    assert_eq!(user.send(Method::POST, &format!("{path}/report"), &Value::Null).await.status, 200);
    (path, scan["imageUrl"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_administrator_deletes_a_scan_and_then_nothing_is_left() {
    let server = server().await;
    let admin = User::admin(&server).await;
    let doctor = admin.doctor("d@example.org").await;
    let (path, url) = whole(&doctor).await;
    assert_eq!(refused(&doctor.send(Method::DELETE, &path, &Value::Null).await, 403), "You may not do this");
    let nobody = format!("/scans/{NOBODY}");
    assert_eq!(
        refused(&admin.send(Method::DELETE, &nobody, &Value::Null).await, 404),
        "There is no such scan"
    );
    assert_eq!(
        left(&server).await,
        "Binary DiagnosticReport DocumentReference ImagingStudy Media Observation Task"
    );
    let deleted = admin.send(Method::DELETE, &path, &Value::Null).await;
    assert_eq!((deleted.status, deleted.json()), (200, json!({ "message": "Scan deleted successfully" })));
    assert_eq!(left(&server).await, "");
    assert_eq!(refused(&admin.send(Method::DELETE, &path, &Value::Null).await, 404), "There is no such scan");
    assert_eq!(refused(&doctor.get(&path).await, 404), "There is no such scan");
    let picture = server.request(Method::GET, url.strip_prefix(&server.url).unwrap()).send().await.unwrap();
    assert_eq!(picture.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_deleted_with_all_scans() {
    let server = server().await;
    let admin = User::admin(&server).await;
    whole(&admin).await;
    admin.scan("PT-1", "2025-05-02").await;
    let patient = admin.read("/patients").await["patients"][0]["_id"].as_str().unwrap().to_owned();
    let deleted = admin.send(Method::DELETE, &format!("/patients/{patient}"), &Value::Null).await;
    assert_eq!(deleted.status, 200, "{}", deleted.text);
    assert_eq!(left(&server).await, "");
    assert_eq!(admin.read("/scans").await["totalScans"], 0);
}
