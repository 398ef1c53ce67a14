//! GET [base]/[type]?... and POST [base]/[type]/_search.

use reqwest::Method;
use serde_json::{Value, json};

mod chains;
mod composites;
mod contained;
mod declared;
mod filters;
mod hostile;
mod includes;
mod modifiers;
mod numbers;
mod results;
mod sort;
mod special;
mod strings;
mod terminology;
mod times;
mod turns;
mod uris;
mod within;

use super::{observation, patient, stored};
use crate::harness::{Answer, Fhir, Server};

/// Stores resources under short names and tells which of them a search finds.
struct Named<'a> {
    fhir: &'a Fhir<'a>,
    names: Vec<(String, String)>,
}

impl<'a> Named<'a> {
    fn new(fhir: &'a Fhir<'a>) -> Self {
        Self { fhir, names: Vec::new() }
    }

    async fn store(&mut self, name: &str, resource: &Value) {
        self.names.push((stored(self.fhir, resource).await, name.to_owned()));
    }

    fn name(&self, id: &str) -> String {
        self.names.iter().find(|(known, _)| known == id).map(|(_, name)| name.clone()).unwrap()
    }

    /// The names of what a search finds, in the order of the answer.
    async fn in_order(&self, query: &str) -> String {
        found(self.fhir, query).await.iter().map(|id| self.name(id)).collect::<Vec<_>>().join(" ")
    }

    /// The names of what a search finds, sorted.
    async fn found(&self, query: &str) -> String {
        let mut names: Vec<_> = found(self.fhir, query).await.iter().map(|id| self.name(id)).collect();
        names.sort();
        names.join(" ")
    }
}

/// All pages of a search, each as its ids.
async fn pages(fhir: &Fhir<'_>, query: &str) -> Vec<Vec<String>> {
    let (mut pages, mut path) = (Vec::new(), query.to_owned());
    loop {
        let answer = fhir.get(&path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let page = answer.json();
        pages.push(entries(&page));
        match next(&page) {
            Some(next) if pages.len() < 50 => path = next,
            _ => return pages,
        }
    }
}

/// The path of a page's next link.
fn next(page: &Value) -> Option<String> {
    let next = page["link"].as_array().unwrap().iter().find(|link| link["relation"] == "next")?;
    Some(next["url"].as_str().unwrap().strip_prefix("http://127.0.0.1:8080/fhir").unwrap().to_owned())
}

async fn found(fhir: &Fhir<'_>, query: &str) -> Vec<String> {
    let answer = fhir.get(query).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    let bundle = answer.json();
    let ids = entries(&bundle);
    assert_eq!(bundle["total"], json!(ids.len()), "{query}");
    ids
}

fn entries(bundle: &Value) -> Vec<String> {
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_and_unsupported_parameters_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (query, refusal) in [
        ("/Patient?_count=-1", "value: _count must be a whole number from 0 on"),
        ("/Patient?_lastUpdated=soon", "value: _lastUpdated must be a date, with or without a prefix"),
        ("/Patient?birthdate=2020-13-01", "value: birthdate must be a date, with or without a prefix"),
        ("/Patient?gender=male,,female", "value: gender has an empty value"),
        ("/Patient?gender=", "value: gender has an empty value"),
        ("/Patient?gender=a%00b", "value: a search parameter holds a NUL character"),
        ("/Patient?gender:near=male", "not-supported: the modifier \"near\" is not supported for gender"),
        ("/Patient?_cursor=%FF", "value: the cursor is not one of this search"),
    ] {
        assert_eq!(fhir.get(query).await.refused(400), [refusal], "{query}");
    }
    let many = format!("/Patient?identifier={}", vec!["x"; 501].join(","));
    assert_eq!(fhir.get(&many).await.refused(400), ["too-costly: identifier has more than 500 values"]);
    assert_eq!(
        fhir.get("/Dog?x=y").await.refused(404),
        ["not-supported: there is no such resource type in R4"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_parameter_is_passed_over_or_refused_as_the_caller_prefers() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let lenient = fhir.get("/Patient?colour=blue&gender=male").await.json();
    assert_eq!(lenient["link"][0]["url"], "http://127.0.0.1:8080/fhir/Patient?gender=male&_count=50");
    let strict = fhir.request(Method::GET, "/Patient?colour=blue").header("Prefer", "handling=strict");
    assert_eq!(
        Answer::of(strict).await.refused(400),
        ["not-supported: \"colour\" is not a search parameter of Patient"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_found_with_and_without_their_system() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut with_system = patient();
    with_system["identifier"] = json!([{ "system": "urn:mr", "value": "7" }]);
    let a = stored(&fhir, &with_system).await;
    let mut without = patient();
    without["identifier"] = json!([{ "value": "7" }]);
    let b = stored(&fhir, &without).await;
    for (query, wanted) in [
        ("7", vec![&a, &b]),
        ("urn:mr%7C7", vec![&a]),
        ("%7C7", vec![&b]),
        ("urn:mr%7C", vec![&a]),
        ("urn:mr%7C8", vec![]),
        ("urn:other%7C7", vec![]),
        ("8,urn:mr%7C7", vec![&a]),
        ("7&_id=none", vec![]),
    ] {
        let mut wanted: Vec<_> = wanted.into_iter().cloned().collect();
        wanted.sort();
        assert_eq!(found(&fhir, &format!("/Patient?identifier={query}")).await, wanted, "{query}");
    }
    assert_eq!(found(&fhir, &format!("/Patient?_id={a},{b}")).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn references_are_found_by_id_type_and_address() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let patient = stored(&fhir, &patient()).await;
    let mut of_patient = observation("8867-4");
    of_patient["subject"] = json!({ "reference": format!("Patient/{patient}") });
    let ours = stored(&fhir, &of_patient).await;
    let mut of_group = observation("8867-4");
    of_group["subject"] = json!({ "reference": "Group/g" });
    stored(&fhir, &of_group).await;
    for query in [
        format!("subject={patient}"),
        format!("subject=Patient/{patient}"),
        format!("subject:Patient={patient}"),
        format!("patient={patient}"),
        format!("patient=http://127.0.0.1:8080/fhir/Patient/{patient}"),
    ] {
        assert_eq!(found(&fhir, &format!("/Observation?{query}")).await, [ours.as_str()], "{query}");
    }
    assert_eq!(found(&fhir, "/Observation?patient=g").await, [""; 0], "a group is no patient");
    assert_eq!(found(&fhir, &format!("/Observation?subject:Group={patient}")).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_are_compared_as_intervals() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut day = observation("8867-4");
    day["effectiveDateTime"] = "2013-01-14".into();
    let day = stored(&fhir, &day).await;
    let mut period = observation("8867-4");
    period["effectivePeriod"] = json!({ "start": "2013-01-13T12:00:00Z", "end": "2013-01-15T12:00:00Z" });
    let period = stored(&fhir, &period).await;
    stored(&fhir, &observation("8867-4")).await;
    let (none, d, p) = (vec![], vec![day.clone()], vec![period.clone()]);
    let both = vec![period, day];
    for (query, wanted) in [
        ("2013-01-14", &d),
        ("2013-01", &both),
        ("ne2013-01-14", &p),
        ("gt2013-01-14", &p),
        ("ge2013-01-14", &both),
        ("lt2013-01-14", &p),
        ("le2013-01-14", &both),
        ("le2013-01-13", &none),
        ("sa2013-01-13", &d),
        ("eb2013-01-15", &d),
        ("ap2013-01-14", &both),
        ("ge2013-01-14&date=le2013-01-14", &both),
        ("2012,2013-01-14", &d),
    ] {
        assert_eq!(found(&fhir, &format!("/Observation?date={query}")).await, *wanted, "{query}");
    }
    let updated = |query: &str| format!("/Observation?_lastUpdated={query}");
    assert_eq!(found(&fhir, &updated("2026-11-21")).await.len(), 3);
    assert_eq!(found(&fhir, &updated("lt2026-11-21")).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_updated_resource_is_found_by_its_new_values_only() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    let changed =
        json!({ "resourceType": "Patient", "id": id, "birthDate": "1852-05-04", "gender": "female" });
    fhir.put(&format!("/Patient/{id}"), &changed).await;
    assert_eq!(found(&fhir, "/Patient?gender=female&birthdate=1852").await, [id.as_str()]);
    let changed = json!({ "resourceType": "Patient", "id": id, "birthDate": "1900" });
    fhir.put(&format!("/Patient/{id}"), &changed).await;
    assert_eq!(found(&fhir, "/Patient?gender=female").await, [""; 0]);
    assert_eq!(found(&fhir, "/Patient?birthdate=1852").await, [""; 0]);
    assert_eq!(found(&fhir, "/Patient?birthdate=1900").await, [id.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_neither_repeat_nor_lose_a_row_while_rows_come_and_change() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut wanted = Vec::new();
    for _ in 0..5 {
        wanted.push(stored(&fhir, &patient()).await);
    }
    wanted.sort();
    let (mut seen, mut path) = (Vec::new(), "/Patient?_count=2&_total=accurate".to_owned());
    loop {
        let page = fhir.get(&path).await.json();
        seen.extend(entries(&page));
        // Between two pages an early row changes.
        let touched = json!({ "resourceType": "Patient", "id": wanted[0], "active": true });
        fhir.put(&format!("/Patient/{}", wanted[0]), &touched).await;
        assert_eq!(page["total"], 5);
        let Some(next) = page["link"].get(1) else { break };
        path = next["url"].as_str().unwrap().strip_prefix("http://127.0.0.1:8080/fhir").unwrap().to_owned();
    }
    assert_eq!(seen, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_may_come_as_a_form() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    let form = fhir
        .request(Method::POST, "/Patient/_search")
        .header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(entries(&Answer::of(form.body("birthdate=1852-05-04")).await.json()), [id]);
    let long = fhir
        .request(Method::POST, "/Patient/_search")
        .header("Content-Type", "application/x-www-form-urlencoded");
    let long = Answer::of(long.body(format!("colour={}", "x".repeat(1024 * 1024)))).await;
    assert_eq!(long.json()["total"], 1, "an unknown parameter, however long, is passed over");
    let json = fhir.send(Method::POST, "/Patient/_search", "{}").await;
    assert_eq!(
        json.refused(415),
        ["not-supported: the body must be of type application/x-www-form-urlencoded"]
    );
}
