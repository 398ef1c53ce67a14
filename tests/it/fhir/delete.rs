//! DELETE [base]/[type]/[id].

use reqwest::Method;
use serde_json::json;

use super::{patient, stored};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn an_old_version_is_not_deleted() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    let request = fhir.request(Method::DELETE, &format!("/Patient/{id}")).header("If-Match", "W/\"2\"");
    assert_eq!(
        Answer::of(request).await.refused(412),
        ["conflict: the resource has changed: its current version is 1"]
    );
    assert_eq!(fhir.get(&format!("/Patient/{id}")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_an_id_is_refused_and_not_kept() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for id in ["%00", "Jane%20Doe%20born%201970", "%FF", "_history", &"x".repeat(65)] {
        let answer = fhir.delete(&format!("/Patient/{id}")).await;
        assert_eq!(
            answer.refused(400),
            ["value: an id has 1 to 64 letters, digits, hyphens and dots"],
            "{id}"
        );
    }
    assert_eq!(server.number("SELECT count(*) FROM audit_event WHERE resource IS NOT NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_resource_is_gone_and_its_history_stays() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    for _ in 0..2 {
        let deleted = fhir.delete(&path).await;
        assert_eq!((deleted.status, deleted.text.as_str(), deleted.header("etag")), (204, "", "W/\"2\""));
    }
    assert_eq!(fhir.get(&path).await.refused(410), ["deleted: the resource was deleted"]);
    assert_eq!(
        fhir.get(&format!("{path}/_history/2")).await.refused(410),
        ["deleted: the resource was deleted"]
    );
    assert_eq!(fhir.get(&format!("{path}/_history/1")).await.status, 200);
    assert_eq!(fhir.get("/Patient").await.json()["total"], 0);
    assert_eq!(fhir.delete("/Patient/never-was").await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_brings_a_deleted_resource_back() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    let path = format!("/Patient/{id}");
    fhir.delete(&path).await;
    let back = fhir.put(&path, &json!({ "resourceType": "Patient", "id": id, "gender": "female" })).await;
    assert_eq!((back.status, back.header("etag")), (201, "W/\"3\""));
    assert_eq!(fhir.get(&path).await.json()["gender"], "female");
    assert_eq!(fhir.get("/Patient?gender=female").await.json()["total"], 1);
}
