//! The format of a search or history is that of all its pages.

use reqwest::Method;

use super::super::{patient, stored};
use super::{JSON, accepting, read, refused, sent};
use crate::harness::{Answer, Server};

const BASE: &str = "http://127.0.0.1:8080/fhir";
const FORM: &str = "application/x-www-form-urlencoded";

/// The links of a Bundle, by relation.
fn link(bundle: &serde_json::Value, relation: &str) -> String {
    let links = bundle["link"].as_array().unwrap();
    let link = links.iter().find(|link| link["relation"] == relation).expect(relation);
    link["url"].as_str().unwrap().strip_prefix(BASE).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_keep_it_and_do_not_search_by_it() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for _ in 0..3 {
        stored(&fhir, &patient()).await;
    }
    let strict = fhir.request(Method::GET, "/Patient?_format=xml&_pretty=true&_count=2&family=liddell");
    let first = read(&Answer::of(strict.header("Prefer", "handling=strict")).await);
    assert_eq!(first["entry"].as_array().unwrap().len(), 2);
    assert_eq!(link(&first, "self"), "/Patient?family=liddell&_format=xml&_pretty=true&_count=2");
    let next = fhir.get(&link(&first, "next")).await;
    assert!(next.text.contains("\n  <entry>\n"), "{}", next.text);
    assert_eq!(read(&next)["entry"].as_array().unwrap().len(), 1);
    let by_header = read(&accepting(&fhir, "/Patient?_count=2", "text/xml").await);
    assert_eq!(link(&by_header, "self"), "/Patient?_count=2");
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_may_have_it() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir, &patient()).await;
    let search = |path: &'static str, form: &'static str| sent(&fhir, Method::POST, path, FORM, form);
    let other = search("/Patient/_search", "_format=ttl").await;
    assert_eq!(
        other.refused(406),
        ["not-supported: the answer can be given as application/fhir+json or application/fhir+xml only"]
    );
    let found = read(&search("/Patient/_search", "family=liddell&_format=xml").await);
    assert_eq!(
        (&found["total"], link(&found, "self").as_str()),
        (&1.into(), "/Patient?family=liddell&_format=xml&_count=50")
    );
    assert_eq!(search("/Patient/_search", "_format=json").await.header("content-type"), JSON);
    assert_eq!(read(&search("/Patient/_search?_format=xml", "").await)["total"], 1);
    assert_eq!(
        refused(&search("/Patient/_search", "_count=x&_format=xml").await, 400),
        "value: _count must be a whole number from 0 on"
    );
    // The form counts where the header alone would be refused.
    let request = fhir.request(Method::POST, "/Patient/_search").header("Accept", "text/html");
    let request = request.header("Content-Type", FORM);
    assert_eq!(Answer::of(request.body("_format=json")).await.status, 200);
    let request = fhir.request(Method::POST, "/Patient/_search").header("Accept", "text/html");
    assert_eq!(Answer::of(request.header("Content-Type", FORM).body("")).await.refused(406).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_keep_it() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    let body = fhir.get(&path).await.json();
    for _ in 0..2 {
        assert_eq!(fhir.put(&path, &body).await.status, 200);
    }
    let first = read(&fhir.get(&format!("{path}/_history?_count=2&_format=application/fhir%2Bxml")).await);
    assert_eq!(link(&first, "self"), format!("{path}/_history?_count=2&_format=application%2Ffhir%2Bxml"));
    let next = read(&fhir.get(&link(&first, "next")).await);
    assert_eq!(next["entry"][0]["resource"]["meta"]["versionId"], "1");
}
