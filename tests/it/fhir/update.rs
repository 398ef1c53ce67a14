//! PUT [base]/[type]/[id].

use reqwest::Method;
use serde_json::{Value, json};

use super::{patient, stored};
use crate::harness::{Answer, Fhir, Server};

fn patient_with(id: &str) -> Value {
    json!({ "resourceType": "Patient", "id": id, "active": true })
}

async fn put_if(fhir: &Fhir<'_>, id: &str, tag: &str) -> Answer {
    let request = fhir.request(Method::PUT, &format!("/Patient/{id}")).header("If-Match", tag);
    Answer::of(request.header("Content-Type", "application/fhir+json").body(patient_with(id).to_string()))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_change_nothing() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;

    let other_id = fhir.put(&format!("/Patient/{id}"), &patient_with("other")).await;
    assert_eq!(other_id.refused(400), ["invalid: the resource's id must be the one in the address"]);
    let no_id = fhir.put(&format!("/Patient/{id}"), &patient()).await;
    assert_eq!(no_id.refused(400), ["invalid: the resource's id must be the one in the address"]);
    for wrong in ["under_score", "a%20b", "%C3%A4", &"x".repeat(65)] {
        let answer = fhir.put(&format!("/Patient/{wrong}"), &patient_with("a")).await;
        assert_eq!(
            answer.refused(400),
            ["value: an id has 1 to 64 letters, digits, hyphens and dots"],
            "{wrong}"
        );
    }
    assert_eq!(
        put_if(&fhir, &id, "W/\"7\"").await.refused(412),
        ["conflict: the resource has changed: its current version is 1"]
    );
    assert_eq!(
        put_if(&fhir, &id, "soon").await.refused(400),
        ["value: If-Match must be an entity tag such as W/\"3\""]
    );
    for tag in ["W/\"1\"", "W/\"0\"", "W/\"abc\"", "*"] {
        let told = ["conflict: there is no resource that If-Match could mean"];
        assert_eq!(put_if(&fhir, "absent", tag).await.refused(412), told, "{tag}");
    }
    assert_eq!(server.number("SELECT sum(version)::bigint FROM resource").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_choose_the_id() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let created = fhir.put("/Patient/my.own-1", &patient_with("my.own-1")).await;
    assert_eq!((created.status, created.header("etag")), (201, "W/\"1\""));
    assert_eq!(created.header("location"), "http://127.0.0.1:8080/fhir/Patient/my.own-1/_history/1");
    let updated = fhir.put("/Patient/my.own-1", &patient_with("my.own-1")).await;
    assert_eq!((updated.status, updated.header("etag")), (200, "W/\"2\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_writers_with_one_tag_one_wins() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    let mut statuses: Vec<_> = futures_util::future::join_all((0..8).map(|_| put_if(&fhir, &id, "W/\"1\"")))
        .await
        .iter()
        .map(|answer| answer.status)
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);
    assert_eq!(server.number("SELECT version FROM resource WHERE type = 'Patient'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_version_is_later_than_the_one_before() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    // The test's clock stands still, so only the rule can part the versions.
    for _ in 0..3 {
        fhir.put_patient("a").await;
    }
    let history = fhir.get("/Patient/a/_history").await.json();
    let times: Vec<_> =
        history["entry"].as_array().unwrap().iter().map(|e| &e["resource"]["meta"]["lastUpdated"]).collect();
    assert_eq!(
        times,
        ["2026-11-21T12:00:00.000002Z", "2026-11-21T12:00:00.000001Z", "2026-11-21T12:00:00.000000Z"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_who_make_one_id_all_are_kept_in_order() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let answers = futures_util::future::join_all((0..8).map(|_| fhir.put_patient("same"))).await;
    let kept = answers.iter().filter(|answer| answer.status < 300).count();
    assert!(answers.iter().all(|answer| [200, 201, 409].contains(&answer.status)), "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    let versions = server.number("SELECT version FROM resource WHERE id = 'same'").await;
    assert_eq!(versions, i64::try_from(kept).unwrap(), "every answered write is a version");
}

impl Fhir<'_> {
    async fn put_patient(&self, id: &str) -> Answer {
        self.put(&format!("/Patient/{id}"), &patient_with(id)).await
    }
}
