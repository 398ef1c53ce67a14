//! POST [base]/[type].

use reqwest::Method;
use serde_json::json;

use super::patient;
use crate::harness::{Answer, Server};

const STORED: &str = "SELECT count(*) FROM resource";

#[tokio::test(flavor = "multi_thread")]
async fn refusals_store_nothing() {
    let server = Server::start().await;
    let fhir = server.fhir().await;

    let unknown_element =
        fhir.post("/Patient", &json!({ "resourceType": "Patient", "colour": "blue" })).await;
    assert_eq!(unknown_element.refused(400), ["structure: Patient has no element colour. (Patient)"]);

    let other_type = fhir.post("/Observation", &patient()).await;
    assert_eq!(
        other_type.refused(400),
        ["invalid: the resource's type must be Observation, as in the address"]
    );

    let unknown_type = fhir.post("/Dog", &json!({ "resourceType": "Dog" })).await;
    assert_eq!(unknown_type.refused(404), ["not-supported: there is no such resource type in R4"]);

    for wrong in [
        "",
        "{",
        "[]",
        "null",
        "\"Patient\"",
        "{}",
        r#"{"resourceType":"Patient","active":true,"active":false}"#,
    ] {
        let answer = fhir.send(Method::POST, "/Patient", wrong).await;
        assert_eq!(answer.refused(400).len(), 1, "{wrong}");
    }
    let not_text = fhir.send(Method::POST, "/Patient", vec![b'{', 0xff, b'}']).await;
    assert_eq!(not_text.refused(400).len(), 1);
    let nul = fhir
        .send(Method::POST, "/Patient", r#"{"resourceType":"Patient","name":[{"text":"a\u0000b"}]}"#)
        .await;
    assert_eq!(nul.refused(400).len(), 1);

    let nested = "[".repeat(5 * 1024 * 1024);
    assert_eq!(fhir.send(Method::POST, "/Patient", nested).await.refused(400).len(), 1);
    let deep = format!(r#"{{"resourceType":"Patient","extension":{}"#, "[{\"extension\":".repeat(100_000));
    assert_eq!(fhir.send(Method::POST, "/Patient", deep).await.refused(400).len(), 1);

    let form = fhir.request(Method::POST, "/Patient").header("Content-Type", "text/plain").body("{}");
    let form = Answer::of(form).await;
    assert_eq!(
        form.refused(415),
        ["not-supported: the body must be of type application/fhir+json or application/fhir+xml, in UTF-8"]
    );

    assert_eq!(server.number(STORED).await, 0);
    assert_eq!(server.number("SELECT count(*) FROM audit_event WHERE outcome = 'refused'").await, 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_32_mib_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let body = format!(r#"{{"resourceType":"Patient","id":"{}"}}"#, "x".repeat(33 * 1024 * 1024));
    let answer = fhir.send(Method::POST, "/Patient", body).await;
    assert_eq!(answer.refused(413), ["too-long: the body is larger than 33554432 bytes"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_created_resource_is_answered_as_it_is_stored() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let created = fhir.post("/Patient", &patient()).await;
    let id = created.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(created.status, 201);
    assert_eq!(created.header("etag"), "W/\"1\"");
    assert_eq!(created.header("last-modified"), "Sat, 21 Nov 2026 12:00:00 GMT");
    assert_eq!(created.header("content-type"), "application/fhir+json; charset=utf-8");
    assert_eq!(created.header("location"), format!("http://127.0.0.1:8080/fhir/Patient/{id}/_history/1"));
    assert_eq!(
        created.text,
        format!(
            r#"{{"resourceType":"Patient","id":"{id}","meta":{{"versionId":"1","lastUpdated":"2026-11-21T12:00:00.000000Z"}},"name":[{{"family":"Liddell","given":["Alice"]}}],"birthDate":"1852-05-04"}}"#
        )
    );
    assert_eq!(fhir.get(&format!("/Patient/{id}")).await.text, created.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn decimals_keep_their_digits() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let sent = r#"{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.50},"referenceRange":[{"low":{"value":0.000000000000000000010},"high":{"value":1e+3}}]}"#;
    let created = fhir.send(Method::POST, "/Observation", sent).await;
    assert_eq!(created.status, 201, "{}", created.text);
    for digits in [r#"{"value":1.50}"#, r#"{"value":0.000000000000000000010}"#, r#"{"value":1e+3}"#] {
        assert!(created.text.contains(digits), "{digits} in {}", created.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_caller_chooses_the_answer() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let with = |wish: &'static str| {
        let request = fhir.request(Method::POST, "/Patient").header("Prefer", wish);
        Answer::of(request.header("Content-Type", "application/fhir+json").body(patient().to_string()))
    };
    let minimal = with("return=minimal").await;
    assert_eq!((minimal.status, minimal.text.as_str()), (201, ""));
    let outcome = with("return=OperationOutcome").await;
    assert_eq!((outcome.status, &outcome.json()["resourceType"]), (201, &json!("OperationOutcome")));
    assert_eq!(with("return=representation").await.json()["resourceType"], "Patient");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_is_taken_and_given_as_its_content() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let content: Vec<u8> = (0..=255).collect();
    let sent = fhir.request(Method::POST, "/Binary").header("Content-Type", "application/octet-stream");
    let created = Answer::of(sent.body(content.clone())).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let read =
        fhir.request(Method::GET, &format!("/Binary/{id}")).header("Accept", "application/octet-stream");
    let read = read.send().await.unwrap();
    assert_eq!(read.headers()["content-type"], "application/octet-stream");
    assert_eq!(read.bytes().await.unwrap(), content);

    let blanks = json!({ "resourceType": "Binary", "contentType": "text/plain", "data": "aGVs bG8=" });
    let id = fhir.post("/Binary", &blanks).await.json()["id"].as_str().unwrap().to_owned();
    let read = fhir.request(Method::GET, &format!("/Binary/{id}")).header("Accept", "text/plain");
    assert_eq!(Answer::of(read).await.text, "hello");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_and_small_resources_that_come_at_once_are_kept_and_read() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let text = |n: usize| if n.is_multiple_of(4) { "x".repeat(100_000 + n) } else { format!("small {n}") };
    let patient = |n| json!({ "resourceType": "Patient", "name": [{ "text": text(n) }] });
    let bodies: Vec<_> = (0..16).map(patient).collect();
    let made = futures_util::future::join_all(bodies.iter().map(|body| fhir.post("/Patient", body))).await;
    let ids: Vec<_> = made.iter().map(|made| made.json()["id"].as_str().unwrap().to_owned()).collect();
    let paths: Vec<_> = ids.iter().map(|id| format!("/Patient/{id}")).collect();
    let read = futures_util::future::join_all(paths.iter().map(|path| fhir.get(path))).await;
    for (n, read) in read.iter().enumerate() {
        assert_eq!(read.json()["name"][0]["text"], text(n));
    }
    assert_eq!(server.number("SELECT count(*) FROM audit_event WHERE interaction = 'create'").await, 16);
}
