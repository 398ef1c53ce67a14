//! GET [base]/[type]/[id] and GET [base]/[type]/[id]/_history/[vid].

use reqwest::Method;

use super::{patient, stored};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let not_found = ["not-found: there is no such resource"];
    for path in [
        "/Patient/none",
        "/Patient/with%20blank",
        "/Patient/nul%00",
        "/Patient/none/_history/1",
        "/Patient/..%2Fx",
    ] {
        assert_eq!(fhir.get(path).await.refused(404), not_found, "{path}");
    }
    let id = stored(&fhir, &patient()).await;
    for version in ["2", "0", "-1", "x", "99999999999999999999"] {
        assert_eq!(fhir.get(&format!("/Patient/{id}/_history/{version}")).await.refused(404), not_found);
    }
    assert_eq!(fhir.get(&format!("/Observation/{id}")).await.refused(404), not_found, "under another type");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_has_the_version_gets_no_body() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    let with = |name: &'static str, value: &'static str| {
        Answer::of(fhir.request(Method::GET, &path).header(name, value))
    };
    for (name, value) in [
        ("If-None-Match", "W/\"1\""),
        ("If-None-Match", "\"7\", \"1\""),
        ("If-None-Match", "*"),
        ("If-Modified-Since", "Sat, 21 Nov 2026 12:00:00 GMT"),
    ] {
        let answer = with(name, value).await;
        assert_eq!(
            (answer.status, answer.text.as_str(), answer.header("etag")),
            (304, "", "W/\"1\""),
            "{name}: {value}"
        );
    }
    for (name, value) in [
        ("If-None-Match", "W/\"2\""),
        ("If-Modified-Since", "Sat, 21 Nov 2026 11:59:59 GMT"),
        ("If-Modified-Since", "yesterday"),
    ] {
        assert_eq!(with(name, value).await.status, 200, "{name}: {value}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn head_is_get_without_a_body() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    let head = Answer::of(fhir.request(Method::HEAD, &path)).await;
    assert_eq!((head.status, head.header("etag"), head.text.as_str()), (200, "W/\"1\"", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_stays_readable() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    let mut changed = patient();
    changed["id"] = id.clone().into();
    changed["birthDate"] = "1853".into();
    let updated = fhir.put(&format!("/Patient/{id}"), &changed).await;
    assert_eq!(updated.status, 200);
    let first = fhir.get(&format!("/Patient/{id}/_history/1")).await;
    assert_eq!((first.header("etag"), first.json()["birthDate"].as_str()), ("W/\"1\"", Some("1852-05-04")));
    assert_eq!(fhir.get(&format!("/Patient/{id}/_history/2")).await.text, updated.text);
}
