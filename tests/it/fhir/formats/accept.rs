//! `Accept`, `_format` and `_pretty`.

use reqwest::Method;
use serde_json::json;

use super::super::{patient, stored};
use super::{JSON, XML, accepting, read, refused};
use crate::harness::{Answer, Server};

const NEITHER: [&str; 1] =
    ["not-supported: the answer can be given as application/fhir+json or application/fhir+xml only"];

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_given_is_refused_before_anything_is_done() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for accept in [
        "text/html",
        "application/pdf, image/*",
        "application/fhir+json;q=0",
        "*/*;q=0",
        "application/fhir+turtle",
        "application/fhir+json; fhirVersion=3.0",
        "application/fhir+xml;fhirVersion=5.0, text/html",
    ] {
        let request = fhir.request(Method::POST, "/Patient").header("Accept", accept);
        let request = request.header("Content-Type", "application/fhir+json").body(patient().to_string());
        assert_eq!(Answer::of(request).await.refused(406), NEITHER, "{accept}");
        assert_eq!(accepting(&fhir, "/metadata", accept).await.refused(406), NEITHER, "{accept}");
    }
    for format in ["ttl", "html", "text/html", "application/fhir%2Bturtle", "json,xml", "*/*", "xml2"] {
        let path = format!("/Patient?_format={format}");
        assert_eq!(fhir.post(&path, &patient()).await.refused(406), NEITHER, "{format}");
        assert_eq!(fhir.get(&path).await.refused(406), NEITHER, "{format}");
        assert_eq!(fhir.delete(&format!("/Patient/1?_format={format}")).await.refused(406), NEITHER);
    }
    assert_eq!(fhir.get("/Patient").await.json()["total"], 0);
    // Who is not known learns that first.
    let stranger = server.request(Method::GET, "/fhir/Patient").header("Accept", "text/html");
    assert_eq!(Answer::of(stranger).await.refused(401).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_header_says_what_is_preferred() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    let as_stored = fhir.get(&path).await;
    assert_eq!(as_stored.header("content-type"), JSON);
    assert_eq!(as_stored.header("vary"), "Accept");
    for (accept, media) in [
        ("*/*", JSON),
        ("", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("text/json", JSON),
        ("application/fhir+json; fhirVersion=4.0", JSON),
        ("APPLICATION/FHIR+JSON;charset=UTF-8", JSON),
        ("application/fhir+json, application/fhir+xml", JSON),
        ("application/fhir+xml, application/fhir+json", JSON),
        ("application/fhir+xml;q=0.5, application/fhir+json;q=0.4", XML),
        ("application/fhir+xml;q=0.5, */*", JSON),
        ("application/fhir+xml, */*", XML),
        ("application/fhir+xml, */*;q=0.1", XML),
        ("application/fhir+json;q=0, */*", XML),
        ("application/fhir+xml;q=0, */*", JSON),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", XML),
        ("application/fhir+xml", XML),
        ("application/fhir+xml; fhirVersion=4.0", XML),
        ("application/fhir+xml;fhirVersion=5.0, application/json", JSON),
        ("application/xml", XML),
        ("text/xml", XML),
        ("application/xml+fhir", XML),
    ] {
        let answer = accepting(&fhir, &path, accept).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, media), "{accept}");
        assert_eq!(answer.header("vary"), "Accept");
        if media == JSON {
            assert_eq!(answer.text, as_stored.text, "{accept}");
        } else {
            assert_eq!(read(&answer), as_stored.json(), "{accept}");
        }
        assert_eq!(answer.header("etag"), "W/\"1\"");
    }
    let several = fhir.request(Method::GET, &path).header("Accept", "text/html").header("Accept", "text/xml");
    assert_eq!(Answer::of(several).await.header("content-type"), XML);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parameter_is_stronger_than_the_header() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    for format in
        ["json", "application/json", "application/fhir%2Bjson", "application/fhir+json", "text/json"]
    {
        for accept in ["text/html", "application/fhir+xml"] {
            let answer = accepting(&fhir, &format!("{path}?_format={format}"), accept).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, JSON), "{format}");
        }
    }
    for format in
        ["xml", "application/xml", "application/fhir%2Bxml", "application/fhir+xml", "text/xml", "XML"]
    {
        for accept in ["text/html", "application/fhir+json"] {
            let answer = accepting(&fhir, &format!("{path}?_format={format}"), accept).await;
            assert_eq!(read(&answer)["resourceType"], "Patient", "{format}");
        }
    }
    assert_eq!(fhir.get(&format!("{path}?_format=")).await.header("content-type"), JSON);
}

#[tokio::test(flavor = "multi_thread")]
async fn pretty_is_for_people() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let resource =
        json!({ "resourceType": "Observation", "id": "1", "status": "final", "code": { "text": "x" } });
    let body = resource.to_string().replace("}}", r#"},"valueQuantity":{"value":1.50}}"#);
    fhir.send(Method::PUT, "/Observation/1", body).await;
    let plain = fhir.get("/Observation/1").await;
    assert_eq!(fhir.get("/Observation/1?_pretty=false").await.text, plain.text);
    let pretty = fhir.get("/Observation/1?_pretty=true").await;
    assert_eq!(pretty.header("content-type"), JSON);
    assert!(pretty.text.starts_with("{\n  \"resourceType\": \"Observation\",\n"), "{}", pretty.text);
    assert!(pretty.text.contains("\"value\": 1.50\n"), "{}", pretty.text);
    assert_eq!(pretty.json(), plain.json());
    let pretty = fhir.get("/Observation/1?_pretty=true&_format=xml").await;
    assert!(pretty.text.contains("\n  <valueQuantity>\n    <value value=\"1.50\"/>\n"), "{}", pretty.text);
    let refusal = fhir.get("/Observation/2?_pretty=true").await;
    assert!(refusal.text.starts_with("{\n  \"resourceType\": \"OperationOutcome\""), "{}", refusal.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_the_format_too() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let xml = "application/fhir+xml";
    let none = accepting(&fhir, "/Patient/1", xml).await;
    assert_eq!(
        none.text,
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8"?><OperationOutcome xmlns="http://hl7.org/fhir"><issue><severity value="error"/>"#,
            r#"<code value="not-found"/><diagnostics value="there is no such resource"/></issue></OperationOutcome>"#
        )
    );
    assert_eq!(refused(&none, 404), "not-found: there is no such resource");
    let stranger = Answer::of(server.request(Method::GET, "/fhir/Patient").header("Accept", xml)).await;
    assert_eq!(refused(&stranger, 401), "login: a valid access token is needed");
    assert_eq!(stranger.header("www-authenticate"), "Bearer realm=\"fhir\"");
    let address = accepting(&fhir, "/Patient/1/2/3/4", xml).await;
    assert_eq!(refused(&address, 404), "not-found: there is no such resource");
    let unknown = accepting(&fhir, "/Petient?_format=xml", "*/*").await;
    assert_eq!(refused(&unknown, 404), "not-supported: there is no such resource type in R4");
    let invalid = fhir.post("/Patient?_format=xml", &json!({ "resourceType": "Patient", "gender": 1 })).await;
    assert_eq!(refused(&invalid, 400), "structure: gender must be a JSON string.");
    let id = stored(&fhir, &patient()).await;
    fhir.delete(&format!("/Patient/{id}")).await;
    assert_eq!(
        refused(&accepting(&fhir, &format!("/Patient/{id}"), xml).await, 410),
        "deleted: the resource was deleted"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_without_a_body_stay_without() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    let unchanged =
        fhir.request(Method::GET, &format!("{path}?_format=xml")).header("If-None-Match", "W/\"1\"");
    let unchanged = Answer::of(unchanged).await;
    assert_eq!((unchanged.status, unchanged.text.as_str(), unchanged.header("vary")), (304, "", "Accept"));
    let head = Answer::of(fhir.request(Method::HEAD, &format!("{path}?_format=xml"))).await;
    assert_eq!((head.status, head.text.as_str(), head.header("content-type")), (200, "", XML));
    let minimal =
        fhir.request(Method::PUT, &format!("{path}?_format=xml")).header("Prefer", "return=minimal");
    let body = fhir.get(&path).await.text;
    let minimal =
        Answer::of(minimal.header("Content-Type", "application/fhir+json").body(body.clone())).await;
    assert_eq!((minimal.status, minimal.text.as_str()), (200, ""));
    let outcome =
        fhir.request(Method::PUT, &format!("{path}?_format=xml")).header("Prefer", "return=OperationOutcome");
    let outcome = Answer::of(outcome.header("Content-Type", "application/fhir+json").body(body)).await;
    assert_eq!(read(&outcome)["issue"][0]["code"], "informational");
    let deleted = fhir.delete(&format!("{path}?_format=xml")).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
}
