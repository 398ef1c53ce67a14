//! `_count`, `_total`, `_summary` and `_elements`. <https://hl7.org/fhir/R4/search.html#return>

use serde_json::json;

use super::{entries, next, pages, patient, stored};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn unknown_wishes_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (query, refusal) in [
        ("_total=some", "value: _total must be none, estimate or accurate"),
        ("_summary=short", "value: _summary must be true, text, data, count or false"),
        ("_elements=", "value: _elements must be names of elements, with commas between"),
        ("_elements=name,,gender", "value: _elements must be names of elements, with commas between"),
        ("_count=1.5", "value: _count must be a whole number from 0 on"),
    ] {
        assert_eq!(fhir.get(&format!("/Patient?{query}")).await.refused(400), [refusal], "{query}");
    }
    let id = stored(&fhir, &patient()).await;
    assert_eq!(
        fhir.get(&format!("/Patient/{id}?_summary=short")).await.refused(400),
        ["value: _summary must be true, text, data, count or false"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_total_is_given_as_it_is_asked_for() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for _ in 0..3 {
        stored(&fhir, &patient()).await;
    }
    for (query, total, shown) in [
        ("", json!(3), 3),
        ("?_count=2", json!(null), 2),
        ("?_count=2&_total=none", json!(null), 2),
        ("?_count=2&_total=estimate", json!(3), 2),
        ("?_count=1&_total=accurate", json!(3), 1),
        ("?_count=0", json!(3), 0),
        ("?_summary=count", json!(3), 0),
        ("?_summary=count&_total=none&_count=1", json!(3), 0),
        ("?_count=0&family=nobody", json!(0), 0),
        ("?_count=1000000000", json!(3), 3),
    ] {
        let bundle = fhir.get(&format!("/Patient{query}")).await.json();
        assert_eq!((&bundle["total"], entries(&bundle).len()), (&total, shown), "{query}");
        assert_eq!(next(&bundle).is_some(), shown > 0 && shown < 3, "{query}");
    }
    let whole = fhir.get("/Patient?family=liddell&_summary=count").await.json();
    assert_eq!(
        whole,
        json!({ "resourceType": "Bundle", "type": "searchset", "total": 3, "link": [{ "relation": "self",
            "url": "http://127.0.0.1:8080/fhir/Patient?family=liddell&_summary=count&_count=50" }] })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_resources_are_marked_as_parts() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(
        &fhir,
        &json!({ "resourceType": "Patient", "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>" },
            "name": [{ "family": "Liddell" }], "gender": "female", "maritalStatus": { "text": "single" } }),
    )
    .await;
    let tag = json!([{ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED" }]);
    for (query, shown) in [
        ("_elements=gender", "gender"),
        ("_elements=gender,Patient.name", "name gender"),
        ("_summary=true", "name gender"),
        ("_summary=text", "text"),
        ("_summary=data", "name gender maritalStatus"),
    ] {
        let read = fhir.get(&format!("/Patient/{id}?{query}")).await.json();
        assert_eq!(read["meta"]["tag"], tag, "{query}");
        let keys: Vec<_> = read.as_object().unwrap().keys().skip(3).map(String::as_str).collect();
        assert_eq!(keys.join(" "), shown, "{query}");
        let found = fhir.get(&format!("/Patient?{query}&_total=none")).await.json();
        assert_eq!(found["entry"][0]["resource"], read, "{query}");
    }
    let whole = fhir.get(&format!("/Patient/{id}")).await.json();
    assert_eq!(fhir.get(&format!("/Patient/{id}?_summary=false")).await.json(), whole);
    let page = fhir.get("/Patient?_summary=true&_elements=name&_sort=-family&_total=accurate").await.json();
    assert_eq!(
        page["link"][0]["url"],
        "http://127.0.0.1:8080/fhir/Patient?_sort=-family&_total=accurate&_summary=true&_elements=name&_count=50"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_events_that_fill_a_page_come_once() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let entity = vec![json!({ "description": "x".repeat(1_000_000) }); 9];
    let event = json!({ "resourceType": "AuditEvent", "meta": { "tag": [{ "code": "large" }] }, "type": { "code": "rest" },
        "recorded": "2020-01-01T00:00:00Z", "agent": [{ "requestor": true }], "source": { "observer": { "display": "x" } },
        "entity": entity });
    let mut stored_ids = Vec::new();
    for _ in 0..3 {
        stored_ids.push(stored(&fhir, &event).await);
    }
    stored_ids.sort();
    let pages = pages(&fhir, "/AuditEvent?_tag=large").await;
    assert!(pages.len() > 1, "one page does not take all");
    assert_eq!(pages.concat(), stored_ids);
}
