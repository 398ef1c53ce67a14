//! `$reindex`, and how a new parameter becomes searchable.

use reqwest::Method;
use serde_json::{Value, json};

use super::{defined, found, parameter, patient, shod, shoe_size, stored};
use crate::fhir::isolation::token_of_another_tenant;
use crate::harness::{Answer, Fhir, Server};

async fn reindex(fhir: &Fhir<'_>, path: &str) -> Answer {
    Answer::of(fhir.request(Method::POST, path)).await
}

/// The path of the status of the job that an answer tells of.
fn status_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.text);
    let address = answer.header("content-location");
    address.strip_prefix("http://127.0.0.1:8080/fhir").expect(address).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_update_search_parameters_may_not_ask_for_a_job() {
    let server = Server::start().await;
    let id = stored(&server.fhir().await, &shoe_size()).await;
    for path in ["/fhir/$reindex", "/fhir/SearchParameter/x/$reindex"] {
        assert_eq!(Answer::of(server.request(Method::POST, path)).await.status, 401, "{path}");
    }
    let reader = server.fhir_with("system/*.rs system/Patient.cruds").await;
    let status = status_of(&reindex(&server.fhir().await, "/$reindex").await);
    for path in ["/$reindex".to_owned(), format!("/SearchParameter/{id}/$reindex")] {
        let refused = reindex(&reader, &path).await.refused(403);
        assert_eq!(refused, ["forbidden: the credential does not grant this"], "{path}");
    }
    assert_eq!(reader.get(&status).await.refused(403), ["forbidden: the credential does not grant this"]);
    let others = server.fhir_by(token_of_another_tenant(&server).await);
    assert_eq!(others.get(&status).await.refused(404), ["not-found: there is no such resource"]);
    let events = server.texts("SELECT interaction || ' ' || outcome FROM audit_event ORDER BY id").await;
    assert_eq!(
        events
            .into_iter()
            .filter(|event| event.contains("operation") || event.contains("reindex"))
            .collect::<Vec<_>>(),
        [
            "operation refused",
            "operation refused",
            "reindex success",
            "operation refused",
            "operation refused",
            "operation refused",
            "operation refused"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operation_does_not_take_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let parameters = |rest: Value| {
        let mut parameters = json!({ "resourceType": "Parameters" });
        parameters.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        parameters
    };
    let some = parameters(json!({ "parameter": [{ "name": "type", "valueCode": "Patient" }] }));
    assert_eq!(
        fhir.post("/$reindex", &some).await.refused(400),
        ["not-supported: $reindex has no parameters"]
    );
    assert_eq!(
        fhir.post("/$reindex", &patient()).await.refused(400),
        ["invalid: the body of an operation is a Parameters resource"]
    );
    assert_eq!(fhir.post("/$reindex", &parameters(json!({}))).await.status, 202);
    assert_eq!(
        reindex(&fhir, "/SearchParameter/none/$reindex").await.refused(404),
        ["not-found: there is no such resource"]
    );
    let mut draft = shoe_size();
    draft["status"] = "draft".into();
    let id = stored(&fhir, &draft).await;
    let path = format!("/SearchParameter/{id}/$reindex");
    assert_eq!(
        reindex(&fhir, &path).await.refused(422),
        [
            "business-rule: this SearchParameter adds nothing to the search: it is not active, or R4 has it anyway (SearchParameter.status)"
        ]
    );
    fhir.delete(&format!("/SearchParameter/{id}")).await;
    assert_eq!(reindex(&fhir, &path).await.refused(410), ["deleted: the resource was deleted"]);
    for path in ["/$reindex-status/none", "/$reindex-status/a%00b"] {
        assert_eq!(fhir.get(path).await.refused(404), ["not-found: there is no such resource"], "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_parameter_is_refused_until_its_index_is_complete() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut old = Vec::new();
    for _ in 0..3 {
        old.push(stored(&fhir, &shod(40)).await);
    }
    stored(&fhir, &json!({ "resourceType": "Group", "type": "person", "actual": true })).await;
    stored(&fhir, &shoe_size()).await;
    let new = stored(&fhir, &shod(40)).await;
    let refusal =
        |far: &str| format!("not-supported: shoe-size is not searchable yet, it is being indexed: {far}");
    for query in ["/Patient?shoe-size=40", "/Patient?shoe-size:missing=true", "/Patient?_sort=shoe-size"] {
        assert_eq!(fhir.get(query).await.refused(400), [refusal("this has not begun")], "{query}");
    }
    let step = async || assert!(server.app.records.job_step(2).await.unwrap());
    step().await;
    for far in ["0 of 4", "2 of 4", "4 of 4"] {
        assert_eq!(fhir.get("/Patient?shoe-size=40").await.refused(400), [refusal(far)]);
        let strict = fhir.request(Method::GET, "/Patient?shoe-size=40").header("Prefer", "handling=strict");
        assert_eq!(Answer::of(strict).await.refused(400), [refusal(far)]);
        step().await;
    }
    old.push(new);
    old.sort();
    let mut all = found(&fhir, "/Patient?shoe-size=40").await;
    all.sort();
    assert_eq!(all, old);
    assert!(!server.app.records.job_step(2).await.unwrap(), "nothing is left to be done");
    assert_eq!(server.number("SELECT count(*) FROM resource_history").await, 0, "no version was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_tells_how_far_it_is() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = defined(&server, &fhir, &shoe_size()).await;
    for size in 40..43 {
        stored(&fhir, &shod(size)).await;
    }
    let path = format!("/SearchParameter/{id}/$reindex");
    let status = status_of(&reindex(&fhir, &path).await);
    assert_eq!(status_of(&reindex(&fhir, &path).await), status, "the job that waits is the one");
    let progress = async || {
        let answer = fhir.get(&status).await;
        assert_eq!((answer.status, answer.header("retry-after")), (202, "5"), "{}", answer.text);
        answer.header("x-progress").to_owned()
    };
    assert_eq!(progress().await, "waiting");
    let step = async || assert!(server.app.records.job_step(2).await.unwrap());
    step().await;
    assert_eq!(progress().await, "0 of 3 resources");
    step().await;
    assert_eq!(progress().await, "2 of 3 resources");
    assert_eq!(found(&fhir, "/Patient?shoe-size=41").await.len(), 1, "what was searchable stays so");
    server.finish_jobs().await;
    let done = fhir.get(&status).await;
    assert_eq!(done.status, 200);
    let told = done.json();
    assert_eq!(
        told,
        json!({ "resourceType": "Parameters", "parameter": [
            { "name": "outcome", "valueCode": "completed" },
            { "name": "asked", "valueInstant": "2026-11-21T12:00:00.000000Z" },
            { "name": "ended", "valueInstant": "2026-11-21T12:00:00.000000Z" },
            { "name": "resources", "valueDecimal": 3 },
            { "name": "searchParameter", "valueReference": { "reference": format!("SearchParameter/{id}") } },
        ] })
    );
    hygeia::fhir::validate::validate(&told).expect("it is valid R4");
    // All resources, by any type of parameter.
    let status = status_of(&reindex(&fhir, "/$reindex").await);
    server.finish_jobs().await;
    assert_eq!(
        fhir.get(&status).await.json()["parameter"][3],
        json!({ "name": "resources", "valueDecimal": 4 })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_parameter_is_indexed_again_and_the_job_before_ends() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = patient();
    named["contact"] = json!([{ "name": { "family": "Hatter" } }]);
    let named = stored(&fhir, &named).await;
    let mut by_name = parameter("friend", "Patient", "string", "Patient.contact.name.given");
    let id = stored(&fhir, &by_name).await;
    let first = server.text("SELECT id FROM reindex_job").await;
    by_name["id"] = id.as_str().into();
    by_name["expression"] = "Patient.contact.name.family".into();
    fhir.put(&format!("/SearchParameter/{id}"), &by_name).await;
    let before = fhir.get(&format!("/$reindex-status/{first}")).await;
    assert_eq!((before.status, &before.json()["parameter"][0]["valueCode"]), (200, &json!("superseded")));
    server.finish_jobs().await;
    assert_eq!(found(&fhir, "/Patient?friend=hatter").await, [named.as_str()]);
    // What says the same needs no new index.
    by_name["description"] = "changed".into();
    fhir.put(&format!("/SearchParameter/{id}"), &by_name).await;
    assert_eq!(found(&fhir, "/Patient?friend=hatter").await, [named.as_str()]);
    assert_eq!(server.number("SELECT count(*) FROM reindex_job").await, 2);
    by_name["expression"] = "Patient.contact.name.given".into();
    fhir.put(&format!("/SearchParameter/{id}"), &by_name).await;
    server.finish_jobs().await;
    assert_eq!(found(&fhir, "/Patient?friend=hatter").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_serves_all_jobs_of_the_same_types() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for size in 40..44 {
        stored(&fhir, &shod(size)).await;
    }
    stored(&fhir, &shoe_size()).await;
    stored(&fhir, &parameter("friend", "Patient", "string", "Patient.contact.name")).await;
    let mut steps = 0;
    while server.app.records.job_step(2).await.unwrap() {
        steps += 1;
    }
    assert_eq!(steps, 4, "it begins, works twice and ends");
    assert_eq!(found(&fhir, "/Patient?shoe-size=41&friend:missing=true").await.len(), 1);
}
