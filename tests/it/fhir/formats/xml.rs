//! Resources as XML. <https://hl7.org/fhir/R4/xml.html>

use reqwest::Method;
use serde_json::json;

use super::super::{patient, stored};
use super::{JSON, accepting, read, refused, sent};
use crate::harness::{Answer, Server};

const MEDIA: &str = "application/fhir+xml";
const OBSERVATION: &str = concat!(
    r#"<Observation xmlns="http://hl7.org/fhir"><text><status value="generated"/>"#,
    r#"<div xmlns="http://www.w3.org/1999/xhtml"><p title='"'>a &lt; b &amp; &#160;c<br/></p></div></text>"#,
    r#"<contained><Device><id value="d"/></Device></contained>"#,
    r#"<status value="final"/><code><text value="x &amp; y&#10;z"/></code>"#,
    r##"<device><reference value="#d"/></device>"##,
    r#"<component><code><text value="a"/></code><valueQuantity><value value="1.00"/></valueQuantity></component></Observation>"#
);

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_resource_in_xml_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (body, refusal) in [
        ("", "structure: The body is empty; a resource is expected."),
        ("{}", "structure: Text stands between elements; values are written as attributes."),
        (
            "<Patient xmlns='http://hl7.org/fhir'>",
            "structure: The body is not well-formed XML: an element is not ended, at line 1, column 38.",
        ),
        (
            "<Patient/>",
            "structure: The element Patient is not in the namespace http://hl7.org/fhir. (Patient)",
        ),
        (
            "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><Patient xmlns='http://hl7.org/fhir'>&b;</Patient>",
            "structure: A document type declaration is not taken.",
        ),
        (
            "<Patient xmlns='http://hl7.org/fhir'><name/><name><given value='a'/><nick/></name></Patient>",
            "structure: name is empty; leave the element out. (Patient.name[0])",
        ),
        (
            "<Patient xmlns='http://hl7.org/fhir'><name><given value='a'/><nick/></name></Patient>",
            "structure: HumanName has no element nick. (Patient.name[0])",
        ),
        (
            "<Patient xmlns='http://hl7.org/fhir'><active value='yes'/></Patient>",
            "value: active must be true or false. (Patient.active)",
        ),
        (
            "<Patient xmlns='http://hl7.org/fhir'><gender value='Male'/></Patient>",
            "code-invalid: gender must be a code of http://hl7.org/fhir/ValueSet/administrative-gender. (Patient.gender)",
        ),
        (
            "<Patient xmlns='http://hl7.org/fhir'><gender value=''/></Patient>",
            "value: gender must not be an empty string; leave the element out instead. (Patient.gender)",
        ),
        (
            "<Basic xmlns='http://hl7.org/fhir'/>",
            "invalid: the resource's type must be Patient, as in the address",
        ),
    ] {
        assert_eq!(
            sent(&fhir, Method::POST, "/Patient", MEDIA, body).await.refused(400),
            [refusal],
            "{body}"
        );
    }
    let taken =
        ["not-supported: the body must be of type application/fhir+json or application/fhir+xml, in UTF-8"];
    for media in [
        "application/fhir+xml; charset=iso-8859-1",
        "application/fhir+json; charset=utf-16",
        "text/xml;charset=\"UTF-16\"",
        "application/fhir+xml; fhirVersion=3.0",
        "application/fhir+turtle",
        "text/html",
        "application/pdf",
    ] {
        let body = "<Patient xmlns='http://hl7.org/fhir'/>";
        assert_eq!(sent(&fhir, Method::POST, "/Patient", media, body).await.refused(415), taken, "{media}");
    }
    assert_eq!(fhir.get("/Patient").await.json()["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_is_the_same_in_both_formats() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for media in [
        "application/fhir+xml",
        "application/fhir+xml; charset=UTF-8; fhirVersion=4.0",
        "application/xml",
        "text/xml;charset=\"utf-8\"",
        "application/xml+fhir",
    ] {
        let made = sent(&fhir, Method::POST, "/Observation", media, OBSERVATION).await;
        assert_eq!((made.status, made.header("content-type")), (201, JSON), "{media}: {}", made.text);
    }
    let body = OBSERVATION.replacen("<text>", "<id value='o'/><text>", 1);
    let put = sent(&fhir, Method::PUT, "/Observation/o?_format=xml", MEDIA, &body).await;
    assert_eq!(put.status, 201, "{}", put.text);
    let json = fhir.get("/Observation/o").await;
    assert_eq!(read(&put), json.json());
    let value = json.json();
    assert_eq!(
        value["text"]["div"],
        r#"<div xmlns="http://www.w3.org/1999/xhtml"><p title='"'>a &lt; b &amp; &#160;c<br/></p></div>"#
    );
    assert_eq!((&value["code"]["text"], &value["contained"][0]["id"]), (&json!("x & y\nz"), &json!("d")));
    assert!(json.text.contains("1.00"), "{}", json.text);

    let xml = accepting(&fhir, "/Observation/o", MEDIA).await;
    assert!(
        xml.text.contains(r#"<value value="1.00"/>"#) && xml.text.contains("a &lt; b &amp; &#160;c<br/>")
    );
    assert_eq!(read(&xml), json.json());
    let again = sent(&fhir, Method::PUT, "/Observation/o", MEDIA, &xml.text).await;
    assert_eq!(again.status, 200);
    let without_meta = |answer: &Answer| {
        let mut value = answer.json();
        value.as_object_mut().unwrap().remove("meta");
        value
    };
    assert_eq!(without_meta(&again), without_meta(&json));
    let version = accepting(&fhir, "/Observation/o/_history/1", MEDIA).await;
    assert_eq!(read(&version), json.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn conditional_writes_take_xml() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let body = "<Patient xmlns='http://hl7.org/fhir'><identifier><system value='urn:a'/><value value='1'/></identifier></Patient>";
    let unless = || fhir.request(Method::POST, "/Patient").header("If-None-Exist", "identifier=urn:a|1");
    let make = || unless().header("Content-Type", MEDIA).header("Accept", MEDIA).body(body);
    let (first, second) = (Answer::of(make()).await, Answer::of(make()).await);
    assert_eq!((first.status, second.status), (201, 200));
    assert_eq!(read(&first), read(&second));
    let updated = sent(&fhir, Method::PUT, "/Patient?identifier=urn:a|1&_format=xml", MEDIA, body).await;
    assert_eq!((updated.status, &read(&updated)["meta"]["versionId"]), (200, &json!("2")));
}

#[tokio::test(flavor = "multi_thread")]
async fn bundles_and_statements_are_the_same_in_both_formats() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    fhir.put(&format!("/Patient/{id}"), &json!({ "resourceType": "Patient", "id": id, "active": true }))
        .await;
    fhir.delete(&format!("/Patient/{id}")).await;
    stored(&fhir, &patient()).await;
    for path in [
        "/Patient".to_owned(),
        "/Patient?_summary=true".to_owned(),
        "/Patient?_elements=birthDate".to_owned(),
        "/Patient?_summary=count".to_owned(),
        "/Observation".to_owned(),
        format!("/Patient/{id}/_history"),
        "/metadata".to_owned(),
    ] {
        let (json, xml) = (fhir.get(&path).await, accepting(&fhir, &path, MEDIA).await);
        assert_eq!((json.status, xml.status), (200, 200), "{path}: {}", xml.text);
        assert_eq!(read(&xml), json.json(), "{path}");
    }
    let statement = fhir.get("/metadata").await.json();
    assert_eq!(statement["format"], json!(["application/fhir+json", "application/fhir+xml", "json", "xml"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn fhirpath_patches_may_be_xml() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    let part = |name: &str, value: &str| format!("<part><name value='{name}'/>{value}</part>");
    let patch = format!(
        "<Parameters xmlns='http://hl7.org/fhir'><parameter><name value='operation'/>{}{}{}</parameter></Parameters>",
        part("type", "<valueCode value='replace'/>"),
        part("path", "<valueString value='Patient.birthDate'/>"),
        part("value", "<valueDate value='1852-05-05'/>"),
    );
    for media in ["application/xml", "text/xml", "application/fhir+xml; charset=latin1"] {
        let answer = sent(&fhir, Method::PATCH, &path, media, &patch).await;
        assert_eq!(answer.refused(415).len(), 1, "{media}");
        assert_eq!(
            answer.header("accept-patch"),
            "application/json-patch+json, application/fhir+json, application/fhir+xml"
        );
    }
    let broken = sent(&fhir, Method::PATCH, &path, MEDIA, "<Parameters/>").await;
    assert_eq!(
        broken.refused(400),
        ["structure: The element Parameters is not in the namespace http://hl7.org/fhir. (Parameters)"]
    );
    let patched = sent(&fhir, Method::PATCH, &format!("{path}?_format=xml"), MEDIA, &patch).await;
    assert_eq!(
        (patched.status, &read(&patched)["birthDate"]),
        (200, &json!("1852-05-05")),
        "{}",
        patched.text
    );
    let by_search = "/Patient?family=Liddell&_format=xml";
    let patched = sent(&fhir, Method::PATCH, by_search, MEDIA, &patch.replace("-05'", "-06'")).await;
    assert_eq!(read(&patched)["birthDate"], "1852-05-06");
    let json_patch =
        sent(&fhir, Method::PATCH, &format!("{path}?_format=xml"), "application/json-patch+json", "{}").await;
    assert!(refused(&json_patch, 400).starts_with("structure: "), "{}", json_patch.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_may_hold_xml_or_be_written_in_it() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let document = "<ClinicalDocument xmlns='urn:hl7-org:v3'/>";
    for media in ["text/xml", "application/xml", "application/xml; charset=utf-16"] {
        let made = sent(&fhir, Method::POST, "/Binary", media, document).await.json();
        assert_eq!(made["data"], "PENsaW5pY2FsRG9jdW1lbnQgeG1sbnM9J3VybjpobDctb3JnOnYzJy8+", "{media}");
        let name = media.split(';').next().unwrap();
        assert_eq!(made["contentType"], name);
        let path = format!("/Binary/{}", made["id"].as_str().unwrap());
        let content = accepting(&fhir, &path, name).await;
        assert_eq!((content.header("content-type"), content.text.as_str()), (name, document));
        assert_eq!(read(&accepting(&fhir, &path, MEDIA).await), made);
        assert_eq!(read(&fhir.get(&format!("{path}?_format=xml")).await), made);
        for other in ["application/fhir+turtle", "image/png;q=0"] {
            assert_eq!(accepting(&fhir, &path, other).await.refused(406).len(), 1, "{other}");
        }
        let content = accepting(&fhir, &path, "image/png").await;
        assert_eq!(
            (content.header("content-type"), content.text.as_str()),
            (name, document),
            "it says what it is"
        );
    }
    let resource = "<Binary xmlns='http://hl7.org/fhir'><contentType value='text/plain'/><data value='aGVs&#10;bG8='/></Binary>";
    let made = sent(&fhir, Method::POST, "/Binary", MEDIA, resource).await.json();
    assert_eq!((&made["contentType"], &made["data"]), (&json!("text/plain"), &json!("aGVs\nbG8=")));
    let path = format!("/Binary/{}", made["id"].as_str().unwrap());
    assert_eq!(accepting(&fhir, &path, "text/plain").await.text, "hello");
    assert_eq!(read(&accepting(&fhir, &path, "text/xml").await), made);
    let latin = sent(&fhir, Method::POST, "/Binary", "application/fhir+xml; charset=latin1", resource).await;
    assert_eq!(latin.refused(415).len(), 1);
}
