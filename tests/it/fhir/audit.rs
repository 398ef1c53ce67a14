//! One AuditEvent a request.

use reqwest::Method;
use serde_json::{Value, json};

use super::{patient, stored};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn every_request_leaves_one_event_and_no_clinical_value() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    let path = format!("/Patient/{id}");
    fhir.get(&path).await;
    fhir.get("/Patient?birthdate=1852-05-04").await;
    fhir.put(&path, &json!({ "resourceType": "Patient", "id": id })).await;
    fhir.get(&format!("{path}/_history")).await;
    fhir.delete(&path).await;
    fhir.get(&path).await;
    fhir.post("/Patient", &json!({ "resourceType": "Patient", "colour": 1 })).await;
    Answer::of(server.request(Method::GET, &format!("/fhir{path}"))).await;

    let events = fhir.get("/AuditEvent").await.json();
    let told: Vec<Value> = events["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["resource"])
        .map(|e| {
            json!([e["subtype"][0]["code"], e["action"], e["outcome"], e["entity"][0]["what"]["reference"]])
        })
        .collect();
    let version = |number: u8| format!("Patient/{id}/_history/{number}");
    assert_eq!(
        told,
        [
            json!(["create", "C", "0", version(1)]),
            json!(["read", "R", "0", version(1)]),
            json!(["search-type", "E", "0", null]),
            json!(["update", "U", "0", version(2)]),
            json!(["history-instance", "R", "0", version(2)]),
            json!(["delete", "D", "0", version(3)]),
            json!(["read", "R", "4", format!("Patient/{id}")]),
            json!(["create", "C", "4", null]),
        ]
    );
    assert!(!events.to_string().contains("1852") && !events.to_string().contains("Liddell"));
    let first = &events["entry"][0]["resource"];
    hygeia::fhir::validate::validate(first).expect("an AuditEvent is valid R4");
    let read = fhir.get(&format!("/AuditEvent/{}", first["id"].as_str().unwrap())).await;
    assert_eq!(&read.json(), first);
    for (query, count) in [
        (format!("_id={}", first["id"].as_str().unwrap()), 1),
        // The seventh is that one of these events was read.
        (format!("entity=Patient/{id}"), 7),
        ("action=R".to_owned(), 4),
        ("outcome=4&date=2026-11-21".to_owned(), 2),
        ("date=lt2026-11-21".to_owned(), 0),
        ("_lastUpdated=2026&subtype=update".to_owned(), 1),
    ] {
        let found = fhir.get(&format!("/AuditEvent?{query}")).await.json();
        assert_eq!(found["entry"].as_array().map_or(0, Vec::len), count, "{query}");
    }
    assert_eq!(
        server.number("SELECT count(*) FROM audit_event WHERE tenant = 0 AND agent_kind = 'anonymous'").await,
        1,
        "what no tenant can be named for belongs to the platform"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_body_is_audited_under_who_sent_it() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    fhir.send(Method::POST, "/Patient", "{bad").await.refused(400);
    fhir.send(Method::POST, "/Nope", "{}").await.refused(404);
    let form = fhir.request(Method::POST, "/Patient").header("Content-Type", "text/plain").body("x");
    Answer::of(form).await.refused(415);
    let own =
        "SELECT count(*) FROM audit_event WHERE tenant = 1 AND agent_kind = 'client' AND outcome = 'refused'";
    assert_eq!(server.number(own).await, 3);
    let stranger = server.request(Method::POST, "/fhir/Patient").bearer_auth("hyg_nonsense").body("{bad");
    assert_eq!(Answer::of(stranger).await.refused(401), ["login: a valid access token is needed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_written_leaves_no_event_of_success() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    fhir.put("/Patient/a", &json!({ "resourceType": "Patient", "id": "b" })).await.refused(400);
    assert_eq!(server.number("SELECT count(*) FROM audit_event WHERE outcome = 'success'").await, 0);
    assert_eq!(server.number("SELECT count(*) FROM audit_event WHERE outcome = 'refused'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_named_by_its_address_alone_and_in_a_batch() {
    let server = Server::start().await;
    let fhir = server.fhir_with("system/Observation.r").await;
    let reads = [
        "/?_type=Patient",
        "/_history",
        "/Patient",
        "/Patient/_history",
        "/Patient/p1",
        "/Patient/p_1",
        "/Patient/p1/_history",
        "/Patient/p1/_history/2",
        "/Patient/p1/Condition",
        "/Nope/p1",
    ];
    for path in reads {
        assert!(fhir.get(path).await.status >= 400, "{path}");
    }
    let told = async || {
        server
            .texts(
                "SELECT interaction || ' ' || coalesce(type, '-') || ' ' || coalesce(resource, '-') FROM audit_event
                 WHERE outcome = 'refused' ORDER BY id",
            )
            .await
    };
    let alone = told().await;
    assert_eq!(
        alone,
        [
            "search-system - -",
            "history-system - -",
            "search-type Patient -",
            "history-type Patient -",
            "read Patient p1",
            "read Patient -",
            "history-instance Patient p1",
            "vread Patient p1",
            "search-type Patient p1",
            "read - -",
        ]
    );
    let entry = |path: &&str| json!({ "request": { "method": "GET", "url": path } });
    let mut entries: Vec<Value> = reads.iter().map(entry).collect();
    let base = "http://127.0.0.1:8080/fhir/Patient/p1";
    entries.push(json!({ "request": { "method": "DELETE", "url": base } }));
    fhir.post("", &json!({ "resourceType": "Bundle", "type": "batch", "entry": entries })).await;
    let mut all = told().await;
    assert_eq!(all.pop().unwrap(), "batch - -", "the entries of a batch have one row");
    assert_eq!(all, alone);
    let entities = server.texts("SELECT unnest(entities) FROM audit_event WHERE interaction = 'batch'").await;
    let of_row = |row: &String| {
        let what: Vec<_> = row.split(' ').skip(1).filter(|part| *part != "-").collect();
        format!("{}:refused {}", row.split(' ').next().unwrap(), what.join("/"))
    };
    let expected: Vec<_> = alone.iter().chain(&["delete Patient p1".to_owned()]).map(of_row).collect();
    assert_eq!(entities, expected);
    for path in ["/_search", "/Patient/_search", "/Patient/p1/Condition/_search", "/Patient/p1/*/_search"] {
        let form = fhir.request(Method::POST, path).header("Content-Type", "text/plain").body("x");
        assert!(Answer::of(form).await.status >= 400, "{path}");
    }
    let forms = told().await.split_off(11);
    assert_eq!(
        forms,
        ["search-system - -", "search-type Patient -", "search-type Patient p1", "search-system Patient p1"]
    );
}
