//! What a transaction does, and how it answers.

use reqwest::Method;
use serde_json::{Value, json};

use super::{about, entry, made, numbered, reference, run, statuses, transact, with};
use crate::fhir::{patient, stored};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_asked_is_nothing_done() {
    let server = Server::start().await;
    assert_eq!(transact(&server.fhir().await, &[]).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_have_the_order_of_the_requests() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let [changed, gone, patched] = [
        stored(&fhir, &numbered("1")).await,
        stored(&fhir, &numbered("2")).await,
        stored(&fhir, &numbered("3")).await,
    ];
    let mut resource = numbered("1");
    resource["id"] = changed.as_str().into();
    let patch = json!({ "resourceType": "Parameters", "parameter": [{ "name": "operation", "part": [
        { "name": "type", "valueCode": "replace" }, { "name": "path", "valueString": "Patient.birthDate" },
        { "name": "value", "valueDate": "1900-01-01" }] }] });
    let json_patch = json!({ "resourceType": "Binary", "contentType": "application/json-patch+json",
        "data": "W3sib3AiOiJhZGQiLCJwYXRoIjoiL2FjdGl2ZSIsInZhbHVlIjp0cnVlfV0=" });
    let entries = transact(
        &fhir,
        &[
            entry("GET", "Patient?identifier=urn:mr|4", None),
            entry("PUT", &format!("Patient/{changed}"), Some(&resource)),
            made("urn:uuid:4", &numbered("4")),
            entry("DELETE", &format!("Patient/{gone}"), None),
            entry("PATCH", &format!("Patient/{patched}"), Some(&patch)),
        ],
    )
    .await;
    assert_eq!(statuses(&entries), ["200 OK", "200 OK", "201 Created", "204 No Content", "200 OK"]);
    assert_eq!(entries[0]["resource"]["total"], 1, "a read sees what the transaction wrote");
    let updated = "2026-11-21T12:00:00.000001Z";
    assert_eq!(
        entries[1],
        json!({
            "fullUrl": format!("http://127.0.0.1:8080/fhir/Patient/{changed}"),
            "response": { "status": "200 OK", "location": format!("http://127.0.0.1:8080/fhir/Patient/{changed}/_history/2"),
                "etag": "W/\"2\"", "lastModified": updated },
        })
    );
    assert_eq!(entries[3], json!({ "response": { "status": "204 No Content", "etag": "W/\"2\"" } }));
    let read = fhir.get(&format!("/Patient/{patched}")).await.json();
    assert_eq!((&read["birthDate"], &read["meta"]["versionId"]), (&json!("1900-01-01"), &json!("2")));
    let patched_again =
        transact(&fhir, &[entry("PATCH", "Patient?identifier=urn:mr|3", Some(&json_patch))]).await;
    assert_eq!(
        (statuses(&patched_again), reference(&patched_again[0])),
        (vec!["200 OK"], format!("Patient/{patched}"))
    );
    assert_eq!(fhir.get(&format!("/Patient/{gone}")).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_of_every_kind_see_what_was_written() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut resource = patient();
    resource["id"] = "a".into();
    let known = |url: &str| with(entry("GET", url, None), "ifNoneMatch", "W/\"1\"");
    let entries = transact(
        &fhir,
        &[
            entry("PUT", "Patient/a", Some(&resource)),
            entry("GET", "Patient/a", None),
            entry("HEAD", "Patient/a", None),
            known("Patient/a"),
            with(entry("GET", "Patient/a", None), "ifModifiedSince", "2026-11-21T12:00:00Z"),
            entry("GET", "Patient/a/_history/1", None),
            entry("GET", "Patient/a/_history", None),
            entry("GET", "Patient/a?_elements=birthDate", None),
            entry("GET", "/Patient?_summary=count", None),
            entry("GET", "metadata", None),
            entry("GET", "Patient/_history?_since=2026", None),
            entry("GET", "_history", None),
        ],
    )
    .await;
    let ok = "200 OK";
    let not_modified = "304 Not Modified";
    assert_eq!(
        statuses(&entries),
        ["201 Created", ok, ok, not_modified, not_modified, ok, ok, ok, ok, ok, ok, ok]
    );
    let shown: Vec<_> =
        entries.iter().map(|entry| entry["resource"]["resourceType"].as_str().unwrap_or_default()).collect();
    assert_eq!(
        shown,
        [
            "",
            "Patient",
            "",
            "",
            "",
            "Patient",
            "Bundle",
            "Patient",
            "Bundle",
            "CapabilityStatement",
            "Bundle",
            "Bundle"
        ]
    );
    assert_eq!(
        entries[1]["response"],
        json!({ "status": ok, "etag": "W/\"1\"", "lastModified": "2026-11-21T12:00:00.000000Z" })
    );
    assert_eq!(
        (&entries[7]["resource"]["name"], &entries[8]["resource"]["total"]),
        (&Value::Null, &json!(1))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_hold_for_each_entry() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let bundle =
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": [made("urn:uuid:1", &patient())] });
    let ask = async |prefer: &str| {
        let request = fhir
            .request(Method::POST, "")
            .header("Prefer", prefer)
            .header("Content-Type", "application/fhir+json");
        Answer::of(request.body(bundle.to_string())).await.json()["entry"][0].clone()
    };
    let minimal = ask("return=minimal").await;
    assert_eq!((&minimal["resource"], &minimal["response"]["outcome"]), (&Value::Null, &Value::Null));
    assert_eq!(ask("return=representation").await["resource"]["birthDate"], "1852-05-04");
    assert_eq!(
        ask("return=OperationOutcome").await["response"]["outcome"]["resourceType"],
        "OperationOutcome"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_read_sees_only_what_was_sent() {
    let server = Server::start().await;
    stored(&server.fhir().await, &numbered("1")).await;
    let blind = server.fhir_with("system/Patient.cus").await;
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
        made("urn:uuid:1", &patient()),
        with(made("urn:uuid:2", &numbered("1")), "ifNoneExist", "identifier=urn:mr|1")] });
    let request = blind.request(Method::POST, "").header("Prefer", "return=representation");
    let request = request.header("Content-Type", "application/fhir+json").body(bundle.to_string());
    let entries = Answer::of(request).await.json()["entry"].clone();
    assert_eq!(
        (&entries[0]["resource"]["birthDate"], &entries[1]["resource"]),
        (&json!("1852-05-04"), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_tells_in_one_row_what_each_entry_did() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &numbered("1")).await;
    transact(
        &fhir,
        &[
            made("urn:uuid:1", &about("Patient?identifier=urn:mr|1")),
            entry("GET", &format!("Patient/{id}"), None),
            entry("DELETE", "Patient?identifier=urn:mr|none", None),
            with(made("urn:uuid:2", &numbered("1")), "ifNoneExist", "identifier=urn:mr|1"),
        ],
    )
    .await;
    assert_eq!(
        server.texts("SELECT interaction FROM audit_event ORDER BY id").await,
        ["create", "transaction"]
    );
    let told = server
        .texts(
            "SELECT regexp_replace(e, '/[^/]*(/[0-9]+)$', '\\1') FROM audit_event, unnest(entities) e ORDER BY 1",
        )
        .await;
    assert_eq!(told, ["create Observation/1", "create Patient/1", "delete Patient", "read Patient/1"]);
    let found = fhir.get(&format!("/AuditEvent?entity=Patient/{id}&subtype=transaction")).await.json();
    let event = &found["entry"][0]["resource"];
    hygeia::fhir::validate::validate(event).expect("an AuditEvent is valid R4");
    let entities = event["entity"].as_array().unwrap();
    assert_eq!(entities.len(), 5, "and the patient");
    let read = &entities.iter().find(|entity| entity["detail"][0]["valueString"] == "read").unwrap()["what"];
    assert_eq!(read["reference"], format!("Patient/{id}/_history/1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_entries_keep_their_order() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut entries = vec![made("urn:uuid:p", &patient())];
    for n in 0..499 {
        let mut observation = about("urn:uuid:p");
        observation["valueInteger"] = n.into();
        entries.push(entry("POST", "Observation", Some(&observation)));
    }
    let answers = transact(&fhir, &entries).await;
    assert_eq!(answers.len(), 500);
    let read = fhir.get(&format!("/{}", reference(&answers[321]))).await.json();
    assert_eq!(
        (&read["valueInteger"], &read["subject"]["reference"]),
        (&json!(320), &json!(reference(&answers[0])))
    );
    let found = fhir.get(&format!("/Observation?subject={}&_summary=count", reference(&answers[0]))).await;
    assert_eq!(found.json()["total"], 499);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_that_is_sent_to_its_type_is_stored() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let bundle =
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": [made("urn:uuid:1", &patient())] });
    assert_eq!(fhir.post("/Bundle", &bundle).await.status, 201);
    assert_eq!(server.number("SELECT count(*) FROM resource").await, 1);
    let in_transaction = transact(&fhir, &[entry("POST", "Bundle", Some(&bundle))]).await;
    assert_eq!(statuses(&in_transaction), ["201 Created"]);
    assert_eq!(
        run(
            &fhir,
            "transaction",
            &[entry("PUT", "Patient/x", Some(&json!({ "resourceType": "Patient", "id": "x" })))]
        )
        .await
        .status,
        200
    );
}
