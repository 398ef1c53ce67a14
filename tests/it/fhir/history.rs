//! Versions of one resource, of a type, and of all.

use serde_json::{Value, json};

use super::{observation, patient, stored};
use crate::harness::{Fhir, Server};

const BASE: &str = "http://127.0.0.1:8080/fhir";

/// `method url status` of each entry.
fn told(bundle: &Value) -> Vec<String> {
    let entries = bundle["entry"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    entries
        .map(|e| {
            let [method, url] = ["method", "url"].map(|name| text(&e["request"][name]));
            format!("{method} {url} {}", text(&e["response"]["etag"]))
        })
        .collect()
}

async fn history(fhir: &Fhir<'_>, path: &str) -> Value {
    let answer = fhir.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    let bundle = answer.json();
    hygeia::fhir::validate::validate(&bundle).expect("the answer is valid R4");
    assert_eq!(bundle["type"], "history");
    bundle
}

fn next(bundle: &Value) -> Option<String> {
    let links = bundle["link"].as_array()?;
    let next = links.iter().find(|link| link["relation"] == "next")?;
    Some(next["url"].as_str()?.strip_prefix(BASE)?.to_owned())
}

/// All entries of all pages.
async fn pages(fhir: &Fhir<'_>, path: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut page = Some(path.to_owned());
    while let Some(path) = page {
        let bundle = history(fhir, &path).await;
        all.extend(told(&bundle));
        page = next(&bundle);
    }
    all
}

async fn put(fhir: &Fhir<'_>, id: &str) {
    let answer = fhir.put(&format!("/Patient/{id}"), &json!({ "resourceType": "Patient", "id": id })).await;
    assert!(answer.status < 300, "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_malformed_or_never_was_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let unknown = ["not-found: there is no such resource"];
    assert_eq!(fhir.get("/Patient/none/_history").await.refused(404), unknown);
    assert_eq!(fhir.get("/Nope/_history").await.status, 404);
    let id = stored(&fhir, &patient()).await;
    for path in [format!("/Patient/{id}/_history"), "/Patient/_history".to_owned(), "/_history".to_owned()] {
        for (wrong, refusal) in [
            ("_count=-1", "value: _count must be a whole number from 0 on"),
            ("_count=x", "value: _count must be a whole number from 0 on"),
            ("_count=", "value: _count must be a whole number from 0 on"),
            ("_since=soon", "value: _since must be a date or an instant"),
            ("_since=", "value: _since must be a date or an instant"),
            ("_since=2026-02-30", "value: _since must be a date or an instant"),
            ("_at=ge2026", "value: _at must be a date or an instant"),
            ("_sort=name", "not-supported: _sort must be -_lastUpdated"),
            ("_cursor=x", "value: the cursor is not one of this search"),
        ] {
            assert_eq!(fhir.get(&format!("{path}?{wrong}")).await.refused(400), [refusal], "{path}?{wrong}");
        }
    }
    let page = history(&fhir, "/Patient/_history?_count=1").await;
    assert_eq!(next(&page), None, "there is no more");
    put(&fhir, "a").await;
    let cursor = next(&history(&fhir, "/Patient/_history?_count=1").await).unwrap();
    let elsewhere = cursor.replace("/Patient/", "/Observation/");
    assert_eq!(fhir.get(&elsewhere).await.refused(400), ["value: the cursor is not one of this search"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_a_type_is_not_told_of_it() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir, &patient()).await;
    stored(&fhir, &observation("8867-4")).await;
    let forbidden = ["forbidden: the credential does not grant this"];
    let observer = server.fhir_with("system/Observation.rs").await;
    assert_eq!(observer.get("/Patient/_history").await.refused(403), forbidden);
    assert_eq!(told(&history(&observer, "/_history").await), ["POST Observation W/\"1\""]);
    let writer = server.fhir_with("system/*.cud").await;
    assert_eq!(writer.get("/_history").await.refused(403), forbidden);
    server.execute("INSERT INTO tenant (tenant, name, created_at) VALUES (7, 'other', now())").await;
    let token = server.app.identity.issue_access_token("other", "system/*.cruds").await.unwrap();
    let other = server.request(reqwest::Method::GET, "/fhir/_history").bearer_auth(token.expose());
    assert_eq!(told(&crate::harness::Answer::of(other).await.json()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn all_versions_of_a_resource_are_told_newest_first() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    put(&fhir, &id).await;
    fhir.delete(&format!("/Patient/{id}")).await;
    let path = format!("/Patient/{id}/_history");
    let all = history(&fhir, &format!("{path}?_sort=-_lastUpdated")).await;
    let expected = [
        format!("DELETE Patient/{id} W/\"3\""),
        format!("PUT Patient/{id} W/\"2\""),
        "POST Patient W/\"1\"".to_owned(),
    ];
    assert_eq!((told(&all), &all["total"]), (expected.to_vec(), &json!(3)));
    assert_eq!(
        all["entry"][0],
        json!({
            "fullUrl": format!("{BASE}/Patient/{id}"),
            "request": { "method": "DELETE", "url": format!("Patient/{id}") },
            "response": { "status": "204", "etag": "W/\"3\"", "lastModified": "2026-11-21T12:00:00.000002Z" },
        })
    );
    assert_eq!(all["entry"][1]["resource"]["meta"]["versionId"], "2");
    let statuses: Vec<_> = (0..3).map(|n| all["entry"][n]["response"]["status"].clone()).collect();
    assert_eq!(statuses, ["204", "200", "201"]);
    assert_eq!(pages(&fhir, &format!("{path}?_count=2")).await, expected);
    let none = history(&fhir, &format!("{path}?_count=0")).await;
    assert_eq!((told(&none), &none["total"]), (vec![], &json!(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn types_and_all_have_a_history() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    put(&fhir, "a").await;
    put(&fhir, "b").await;
    server.app.clock.advance_s(1);
    stored(&fhir, &observation("8867-4")).await;
    put(&fhir, "a").await;
    fhir.delete("/Patient/b").await;
    let patients = [
        "DELETE Patient/b W/\"2\"",
        "PUT Patient/a W/\"2\"",
        "PUT Patient/b W/\"1\"",
        "PUT Patient/a W/\"1\"",
    ];
    for count in 1..6 {
        assert_eq!(pages(&fhir, &format!("/Patient/_history?_count={count}")).await, patients, "{count}");
        let all = pages(&fhir, &format!("/_history?_count={count}")).await;
        assert_eq!(all[..2], patients[..2], "{count}");
        assert_eq!(
            (all[2].as_str(), &all[3..]),
            ("POST Observation W/\"1\"", &patients.map(str::to_owned)[2..])
        );
    }
    assert_eq!(history(&fhir, "/Patient/_history?_count=0").await["total"], 4);
    assert_eq!(history(&fhir, "/_history").await.get("total"), None);
    let first = history(&fhir, "/_history?_count=1").await;
    assert_eq!(first["link"][0], json!({ "relation": "self", "url": format!("{BASE}/_history?_count=1") }));
    let rows = "SELECT DISTINCT interaction || coalesce(' ' || type, '') FROM audit_event WHERE interaction LIKE 'history%' ORDER BY 1";
    assert_eq!(server.texts(rows).await, ["history-system", "history-type Patient"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_says_which_versions_are_meant() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    put(&fhir, "a").await; // 12:00:00
    put(&fhir, "gone").await;
    server.app.clock.advance_s(60);
    put(&fhir, "a").await; // 12:01:00
    fhir.delete("/Patient/gone").await;
    server.app.clock.advance_s(60);
    put(&fhir, "a").await; // 12:02:00
    let a = |version: u8| format!("PUT Patient/a W/\"{version}\"");
    let gone =
        |version: u8| format!("{} Patient/gone W/\"{version}\"", if version == 2 { "DELETE" } else { "PUT" });
    for (query, of_a, of_gone) in [
        ("_since=2026-11-21T12:01:00Z", vec![3, 2], vec![2]),
        ("_since=2026-11-21T13:01:00%2B01:00", vec![3, 2], vec![2]),
        ("_since=2026-11-21T13:01:00+01:00", vec![3, 2], vec![2]),
        ("_since=2026-11-21T12:01:00.000001Z", vec![3], vec![]),
        ("_since=2026-11-21", vec![3, 2, 1], vec![2, 1]),
        ("_since=2027", vec![], vec![]),
        ("_at=2026-11-21T11:59:00Z", vec![], vec![]),
        ("_at=2026-11-21T12:00:30Z", vec![1], vec![1]),
        ("_at=2026-11-21T12:01:30Z", vec![2], vec![2]),
        ("_at=2026-11-21T12:01Z", vec![2], vec![2]),
        ("_at=2026-11-21T12:05:00Z", vec![3], vec![2]),
        ("_at=2026", vec![3, 2, 1], vec![2, 1]),
        ("_at=2026-11-21T12:01:30Z&_since=2026-11-21T12:01:30Z", vec![], vec![]),
    ] {
        let of_a: Vec<_> = of_a.into_iter().map(a).collect();
        let of_gone: Vec<_> = of_gone.into_iter().map(gone).collect();
        assert_eq!(pages(&fhir, &format!("/Patient/a/_history?{query}")).await, of_a, "{query}");
        let mut both: Vec<_> = of_a.iter().chain(&of_gone).cloned().collect();
        both.sort();
        for level in ["/Patient", ""] {
            let mut all = pages(&fhir, &format!("{level}/_history?_count=1&{query}")).await;
            all.sort();
            assert_eq!(all, both, "{level} {query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_meanwhile_neither_repeats_nor_hides_a_version() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for id in ["a", "b", "c", "d"] {
        put(&fhir, id).await;
    }
    for path in ["/Patient/_history?_count=1", "/_history?_count=1"] {
        let before = pages(&fhir, path).await;
        let mut seen = Vec::new();
        let mut page = Some(path.to_owned());
        while let Some(path) = page {
            let bundle = history(&fhir, &path).await;
            seen.extend(told(&bundle));
            page = next(&bundle);
            server.app.clock.advance_s(1);
            put(&fhir, "a").await;
            stored(&fhir, &patient()).await;
        }
        assert_eq!(seen, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_versions_come_on_more_pages() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let binary = |data: char| json!({ "resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": data.to_string().repeat(12 << 20) });
    for data in ['A', 'B', 'C'] {
        assert!(fhir.put("/Binary/b", &binary(data)).await.status < 300);
    }
    for path in ["/Binary/b/_history", "/Binary/_history", "/_history"] {
        let first = fhir.get(path).await.json();
        assert_eq!(told(&first), ["PUT Binary/b W/\"3\"", "PUT Binary/b W/\"2\""]);
        assert_eq!(told(&fhir.get(&next(&first).unwrap()).await.json()), ["PUT Binary/b W/\"1\""]);
    }
}
