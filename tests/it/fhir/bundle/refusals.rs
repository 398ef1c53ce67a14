//! What is refused, as a whole and without a trace.

use reqwest::Method;
use serde_json::{Value, json};

use super::{about, entry, made, numbered, run, with};
use crate::fhir::{patient, stored};
use crate::harness::Server;

const ROWS: &str = "SELECT count(*) FROM resource";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_batch_or_transaction_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let kind = "value: type must be batch or transaction; a Bundle that is to be stored is sent to Bundle (Bundle.type)";
    for (body, refusal) in [
        (
            patient(),
            "invalid: what is sent to the base must be a Bundle; other resources are sent to their type's address",
        ),
        (json!({ "resourceType": "Bundle", "entry": [] }), "required: type is missing. (Bundle.type)"),
        (json!({ "resourceType": "Bundle", "type": "document" }), kind),
        (json!({ "resourceType": "Bundle", "type": "history" }), kind),
        (json!({ "resourceType": "Bundle", "type": "batch-response" }), kind),
        (
            json!({ "resourceType": "Bundle", "type": "batch", "entry": {} }),
            "structure: entry must be an array. (Bundle.entry)",
        ),
    ] {
        let refused = fhir.post("", &body).await.refused(400);
        assert!(refused.contains(&refusal.to_owned()), "{body}: {refused:?}");
    }
    let text = fhir.request(Method::POST, "").header("Content-Type", "text/plain").body("x");
    assert_eq!(crate::harness::Answer::of(text).await.status, 415);
    let stranger = server.request(Method::POST, "/fhir").body("{}");
    assert_eq!(crate::harness::Answer::of(stranger).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_says_which_entry_is_wrong_and_leaves_nothing() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &numbered("1")).await;
    stored(&fhir, &numbered("2")).await;
    stored(&fhir, &numbered("2")).await;
    let mut other_id = patient();
    other_id["id"] = "b".into();
    let broken = json!({ "resourceType": "Patient", "birthDate": "1852-13-40" });
    let nothing = json!({ "resourceType": "Bundle", "type": "batch" });
    let at = "(Bundle.entry[1])";
    for (wrong, status, refusal) in [
        (json!({}), 400, "required: request is missing. (Bundle.entry[1].request)".to_owned()),
        (json!("x"), 400, "structure: entry must be a JSON object. (Bundle.entry[1])".to_owned()),
        (entry("FOO", "Patient", None), 400, "code-invalid: method".to_owned()),
        (entry("POST", "Patient", Some(&broken)), 400, "value: birthDate must be a date that exists, written YYYY, YYYY-MM or YYYY-MM-DD. (Bundle.entry[1].resource.birthDate)".to_owned()),
        (entry("POST", "Observation", Some(&patient())), 400, format!("invalid: the resource's type must be Observation, as in the address {at}")),
        (entry("POST", "Patient", None), 400, "required: resource is missing; this method needs one. (Bundle.entry[1].resource)".to_owned()),
        (entry("POST", "Patient/1", Some(&patient())), 400, format!("value: POST makes a resource: its address is a resource type {at}")),
        (entry("POST", "/", Some(&nothing)), 400, format!("not-supported: a batch or transaction must not hold another {at}")),
        (entry("POST", "Nope", Some(&patient())), 404, format!("not-supported: there is no such resource type in R4 {at}")),
        (entry("PUT", "Patient", Some(&patient())), 400, format!("required: a conditional interaction needs search parameters {at}")),
        (entry("PUT", "Patient/a", Some(&other_id)), 400, format!("invalid: the resource's id must be the one in the address {at}")),
        (entry("PUT", "Patient/a_b", Some(&other_id)), 400, format!("value: an id has 1 to 64 letters, digits, hyphens and dots {at}")),
        (entry("DELETE", "Patient/1/_history/1", None), 400, format!("value: the address must be a type and an id, or a type and search parameters {at}")),
        (entry("GET", "Patient/none", None), 404, format!("not-found: there is no such resource {at}")),
        (entry("GET", "http://elsewhere/fhir/Patient/1", None), 400, format!("value: the address is not below the base of this server {at}")),
        (entry("GET", "Patient?birthdate=x", None), 400, format!("value: birthdate must be a date, with or without a prefix {at}")),
        (entry("PATCH", "Patient/none", Some(&json!({ "resourceType": "Parameters" }))), 404, format!("not-found: there is no such resource {at}")),
        (entry("PATCH", "Patient/none", Some(&patient())), 415, format!("not-supported: the body must be of type application/json-patch+json, application/fhir+json, application/fhir+xml {at}")),
        (with(entry("DELETE", &format!("Patient/{id}"), None), "ifMatch", "W/\"2\""), 412, format!("conflict: the resource has changed: its current version is 1 {at}")),
        (with(entry("DELETE", &format!("Patient/{id}"), None), "ifMatch", "2x"), 400, format!("value: If-Match must be an entity tag such as W/\"3\" {at}")),
        (with(entry("POST", "Patient", Some(&patient())), "ifNoneExist", "identifier=2"), 412, format!("multiple-matches: several resources match the criteria {at}")),
        (entry("PUT", "Patient?identifier=2", Some(&patient())), 412, format!("multiple-matches: several resources match the criteria {at}")),
        (made("urn:uuid:1", &about("Patient?identifier=9")), 412, format!("not-found: no resource matches the search that stands for a reference {at}")),
        (made("urn:uuid:1", &about("Patient?identifier=2")), 412, format!("multiple-matches: several resources match the criteria {at}")),
        (made("urn:uuid:1", &about("Patient?colour=2")), 400, format!("not-supported: \"colour\" is not a search parameter of Patient {at}")),
    ] {
        let answer = run(&fhir, "transaction", &[made("urn:uuid:0", &numbered("3")), wrong.clone()]).await;
        let refused = answer.refused(status);
        assert!(refused.iter().any(|issue| issue.starts_with(&refusal)), "{wrong}: {refused:?}");
        assert_eq!(server.number(ROWS).await, 3, "{wrong}");
    }
    assert_eq!(server.number("SELECT sum(version)::bigint FROM resource").await, 3);
    assert_eq!(server.number("SELECT count(*) FROM audit_event WHERE outcome = 'success'").await, 3);
    assert_eq!(
        server
            .number(
                "SELECT count(*) FROM audit_event WHERE outcome = 'refused' AND interaction = 'transaction'"
            )
            .await,
        25
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_resource_is_changed_twice() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &numbered("1")).await;
    let mut changed = numbered("1");
    changed["id"] = id.as_str().into();
    let url = format!("Patient/{id}");
    let put = || entry("PUT", &url, Some(&changed));
    let delete = || entry("DELETE", &url, None);
    let where_ = || entry("PUT", "Patient?identifier=urn:mr|1", Some(&numbered("1")));
    let new = || entry("PUT", "Patient?identifier=urn:mr|7", Some(&numbered("7")));
    for pair in [
        [put(), put()],
        [put(), delete()],
        [where_(), put()],
        [where_(), where_()],
        [new(), new()],
        [made("urn:uuid:1", &numbered("7")), new()],
        [entry("DELETE", "Patient?identifier=urn:mr|1", None), delete()],
    ] {
        let refused = run(&fhir, "transaction", &pair).await;
        let refused = refused.refused(400);
        assert_eq!(
            refused,
            ["duplicate: Bundle.entry[0] changes the same resource (Bundle.entry[1])"],
            "{pair:?}"
        );
    }
    let twice = [made("urn:uuid:1", &patient()), made("urn:uuid:1", &patient())];
    assert_eq!(
        run(&fhir, "transaction", &twice).await.refused(400),
        ["duplicate: another entry has the same fullUrl (Bundle.entry[1])"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_entry_needs_its_right() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &numbered("1")).await;
    let forbidden = ["forbidden: the credential does not grant this (Bundle.entry[1])"];
    let mut changed = numbered("1");
    changed["id"] = id.as_str().into();
    let url = format!("Patient/{id}");
    for (scope, second) in [
        ("system/Observation.c", entry("POST", "Patient", Some(&patient()))),
        ("system/Observation.c system/Patient.crds", entry("PUT", &url, Some(&changed))),
        ("system/Observation.c system/Patient.crus", entry("DELETE", &url, None)),
        ("system/Observation.c system/Patient.cuds", entry("GET", &url, None)),
        ("system/Observation.c system/Patient.crud", entry("GET", "Patient", None)),
        ("system/Observation.c system/Patient.crud", made("urn:uuid:1", &about("Patient?identifier=1"))),
        (
            "system/Observation.c system/Patient.crud",
            with(entry("POST", "Patient", Some(&patient())), "ifNoneExist", "identifier=1"),
        ),
        (
            "system/Observation.c system/Patient.rus",
            entry("PUT", "Patient/new", Some(&json!({ "resourceType": "Patient", "id": "new" }))),
        ),
    ] {
        let limited = server.fhir_with(scope).await;
        let entries = [made("urn:uuid:0", &about("Patient/1")), second];
        assert_eq!(run(&limited, "transaction", &entries).await.refused(403), forbidden, "{entries:?}");
    }
    assert_eq!(server.number(ROWS).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_entries_are_refused_before_they_are_looked_at() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let entries: Vec<Value> = (0..20_000).map(|_| entry("POST", "Patient", Some(&patient()))).collect();
    for kind in ["batch", "transaction"] {
        assert_eq!(
            run(&fhir, kind, &entries).await.refused(400),
            ["too-costly: a Bundle of requests has at most 10000 entries"]
        );
    }
    assert_eq!(server.number(ROWS).await, 0);
}
