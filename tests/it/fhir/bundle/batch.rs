//! Batches: each entry by itself.

use serde_json::json;

use super::{about, entry, made, numbered, run, statuses, with};
use crate::fhir::{patient, stored};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_does_not_touch_the_others() {
    let server = Server::start().await;
    let fhir = server.fhir_with("system/Patient.cruds system/Observation.cr").await;
    let id = stored(&fhir, &numbered("1")).await;
    let mut changed = numbered("1");
    changed["id"] = id.as_str().into();
    let answer = run(
        &fhir,
        "batch",
        &[
            made("urn:uuid:1", &numbered("2")),
            entry("POST", "Patient", Some(&json!({ "resourceType": "Patient", "colour": "blue" }))),
            json!({ "fullUrl": "urn:uuid:9" }),
            entry("GET", "Patient/none", None),
            entry("GET", "Practitioner", None),
            with(entry("PUT", &format!("Patient/{id}"), Some(&changed)), "ifMatch", "W/\"7\""),
            entry("PUT", &format!("Patient/{id}"), Some(&changed)),
            made("urn:uuid:2", &about("urn:uuid:1")),
            made("urn:uuid:3", &about("Patient?identifier=urn:mr|9")),
            entry("GET", "Patient?identifier=urn:mr|2", None),
            entry("DELETE", &format!("Patient/{id}"), None),
            entry("GET", &format!("Patient/{id}/_history"), None),
        ],
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let bundle = answer.json();
    hygeia::fhir::validate::validate(&bundle).expect("the answer is valid R4");
    assert_eq!(bundle["type"], "batch-response");
    let entries = bundle["entry"].as_array().unwrap();
    assert_eq!(
        statuses(entries),
        [
            "201 Created",
            "400 Bad Request",
            "400 Bad Request",
            "404 Not Found",
            "403 Forbidden",
            "412 Precondition Failed",
            "200 OK",
            "201 Created",
            "412 Precondition Failed",
            "200 OK",
            "204 No Content",
            "200 OK",
        ]
    );
    let issue = |at: usize| {
        let issue = &entries[at]["response"]["outcome"]["issue"][0];
        json!([issue["code"], issue["expression"][0]])
    };
    assert_eq!(
        [1, 2, 3, 5].map(issue),
        [
            json!(["structure", "Bundle.entry[1].resource"]),
            json!(["required", "Bundle.entry[2].request"]),
            json!(["not-found", "Bundle.entry[3]"]),
            json!(["conflict", "Bundle.entry[5]"]),
        ]
    );
    assert_eq!(entries[9]["resource"]["total"], 1);
    assert_eq!(entries[11]["resource"]["total"], 3);
    let rows = "SELECT outcome || ' ' || interaction FROM audit_event ORDER BY id";
    assert_eq!(server.texts(rows).await, ["success create", "refused batch"]);
    let told = "SELECT split_part(e, ' ', 1) FROM audit_event, unnest(entities) WITH ORDINALITY AS t (e, at)
                WHERE interaction = 'batch' ORDER BY at";
    assert_eq!(
        server.texts(told).await,
        [
            "create",
            "create:refused",
            "operation:refused",
            "read:refused",
            "search-type:refused",
            "update:refused",
            "update",
            "create",
            "create:refused",
            "search-type",
            "delete",
            "history-instance",
        ]
    );
    assert_eq!(server.number("SELECT count(*) FROM audit_part").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_of_a_batch_do_not_know_one_another() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir, &numbered("1")).await;
    let entries = [
        made("urn:uuid:1", &patient()),
        made("urn:uuid:3", &about("urn:uuid:1")),
        made("urn:uuid:2", &about("Patient?identifier=urn:mr|1")),
        with(
            entry("PUT", "Patient/new", Some(&json!({ "resourceType": "Patient", "id": "new" }))),
            "ifNoneMatch",
            "*",
        ),
        with(
            entry("PUT", "Patient/new", Some(&json!({ "resourceType": "Patient", "id": "new" }))),
            "ifNoneMatch",
            "*",
        ),
    ];
    let bundle = run(&fhir, "batch", &entries).await.json();
    let entries = bundle["entry"].as_array().unwrap();
    assert_eq!(
        statuses(entries),
        ["201 Created", "201 Created", "201 Created", "201 Created", "412 Precondition Failed"]
    );
    let kept =
        "SELECT body::json->'subject'->>'reference' FROM resource WHERE type = 'Observation' ORDER BY 1 DESC";
    let references = server.texts(kept).await;
    assert_eq!(references[0], "urn:uuid:1");
    assert!(references[1].starts_with("Patient/"), "{references:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_batch_is_answered() {
    let server = Server::start().await;
    let answer = run(&server.fhir().await, "batch", &[]).await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({ "resourceType": "Bundle", "type": "batch-response" }))
    );
    let bundle = json!({ "resourceType": "Bundle", "type": "batch" });
    assert_eq!(server.fhir().await.post("/", &bundle).await.status, 200, "the base may end in a slash");
}
