//! Searching several types, and compartments. <https://hl7.org/fhir/R4/http.html#vsearch>

use reqwest::Method;
use serde_json::{Value, json};

use super::{Named, next, observation, pages, stored};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_compartment_or_not_allowed_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (query, refusal) in [
        ("/Patient/1/Location", "not-supported: Location is not in the compartment of a Patient"),
        ("/Location/1/Patient", "not-supported: there is no compartment of a Location"),
        ("/Patient/a_b/Observation", "value: \"a_b\" is not an id"),
        ("?_type=Dog", "not-supported: _type: \"Dog\" is not a resource type of R4"),
        (
            "?_type=Patient,AuditEvent&_sort=_id",
            "not-supported: _sort: AuditEvents and resources of other types have no order in common",
        ),
        ("?_type=Patient,", "value: _type has an empty value"),
        ("?identifier:missing=maybe&_type=Patient", "value: identifier:missing must be true or false"),
        (
            "?_sort=birthdate&_type=Patient,Observation",
            "not-supported: _sort: \"birthdate\" is not a search parameter of Observation",
        ),
    ] {
        assert_eq!(fhir.get(query).await.refused(400), [refusal], "{query}");
    }
    let not_there = ["not-supported: there is no such resource type in R4"];
    assert_eq!(fhir.get("/Dog/1/Observation").await.refused(404), not_there);
    assert_eq!(fhir.get("/Patient/1/Dog").await.refused(404), not_there);
    let some = server.fhir_with("system/Patient.rs").await;
    for query in ["?_type=Observation", "?_type=Patient,Observation", "/Patient/1/Observation"] {
        assert_eq!(some.get(query).await.status, 403, "{query}");
    }
    let none = server.fhir_with("system/Patient.c").await;
    assert_eq!(none.get("").await.status, 403);
    let events = server.fhir_with("system/AuditEvent.s").await;
    assert_eq!(events.get("").await.status, 403, "they are found where _type names them");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_types_are_searched_at_once() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    let tag = json!({ "tag": [{ "system": "urn:t", "code": "x" }] });
    let female = json!({ "resourceType": "Patient", "gender": "female", "meta": tag, "birthDate": "1990" });
    named.store("p", &female).await;
    let mut pulse = observation("8867-4");
    pulse["meta"] = tag.clone();
    pulse["effectiveDateTime"] = "2020-01-01".into();
    named.store("o", &pulse).await;
    named.store("org", &json!({ "resourceType": "Organization", "name": "x" })).await;
    let event = json!({ "resourceType": "AuditEvent", "type": { "code": "rest" }, "recorded": "2020-01-01T00:00:00Z",
        "agent": [{ "requestor": true }], "source": { "observer": { "display": "x" } } });
    let event = stored(&fhir, &event).await;
    let (p, o) = (named.names[0].0.clone(), named.names[1].0.clone());
    for (query, found) in [
        // AuditEvents come where they are named only.
        ("".to_owned(), "o org p"),
        ("?_type=Patient,Observation".to_owned(), "o p"),
        ("?_type=Patient,Observation&_type=Patient".to_owned(), "p"),
        ("?_type=Patient&_type=Observation".to_owned(), ""),
        (format!("?_id={p},{o}"), "o p"),
        (format!("?_type=Patient,Observation&_id={p},{o}"), "o p"),
        ("?_tag=urn:t%7Cx".to_owned(), "o p"),
        ("?_tag:not=x".to_owned(), "org"),
        ("?_lastUpdated=2026-11-21".to_owned(), "o org p"),
        ("?_lastUpdated=lt2026-11-21".to_owned(), ""),
        ("?_type=Patient,Practitioner&gender=female".to_owned(), "p"),
        ("?_type=Patient,RelatedPerson&birthdate=1990&gender=female".to_owned(), "p"),
        ("?_type=Observation,Encounter&date=2020".to_owned(), "o"),
    ] {
        assert_eq!(named.found(&query).await, found, "{query}");
    }
    assert_eq!(named.in_order("?_sort=-_lastUpdated").await, "org o p", "at one time, the last comes first");
    let all: Vec<_> = pages(&fhir, "?_count=1&_sort=_id").await.into_iter().flatten().collect();
    assert_eq!(all.len(), 3);
    assert!(all.is_sorted());
    let form =
        fhir.request(Method::POST, "/_search").header("Content-Type", "application/x-www-form-urlencoded");
    let form = Answer::of(form.body("_type=Patient&_tag=x")).await.json();
    assert_eq!(form["total"], 1);
    assert_eq!(form["link"][0]["url"], "http://127.0.0.1:8080/fhir?_type=Patient&_tag=x&_count=50");
    let events = fhir.get("?_type=AuditEvent").await.json();
    let ids = events["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]["id"]);
    assert!(ids.clone().any(|id| *id == event) && ids.count() > 1, "the server's own too");
    // Among others they come last, on as many pages as it takes.
    let before = pages(&fhir, "?_type=AuditEvent").await.concat().len();
    let found: Vec<_> = pages(&fhir, "?_type=AuditEvent,Patient,Observation&_count=3").await;
    assert!(found.iter().rev().skip(1).all(|page| page.len() == 3), "{found:?}");
    let mut all = found.concat();
    assert_eq!(all.get(..2).unwrap(), [p.clone(), o.clone()]);
    assert!(all.len() > before + 2 && all.contains(&event));
    all.sort();
    all.dedup();
    assert!(all.len() > before + 2, "each once");
    let tagged = fhir.get("?_type=AuditEvent,Patient&_tag=x").await.json();
    assert_eq!((tagged["entry"].as_array().unwrap().len(), &tagged["total"]), (1, &Value::Null));
    let some = server.fhir_with("system/Patient.rs").await;
    let seen = some.get("").await.json();
    assert_eq!((&seen["total"], &seen["entry"][0]["resource"]["id"]), (&json!(1), &json!(p)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_of_the_types_lacks_is_not_asked_on_any_page() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    named.store("pulse", &observation("8867-4")).await;
    named.store("other", &observation("1234-5")).await;
    named.store("p", &json!({ "resourceType": "Patient", "gender": "female" })).await;
    for types in ["Observation,Patient", "Patient,Observation"] {
        let query = format!("?_type={types}&code=8867-4&_count=1");
        let first = fhir.get(&query).await.json();
        let own = format!("http://127.0.0.1:8080/fhir?_type={}&_count=1", types.replace(',', "%2C"));
        assert_eq!(first["link"][0]["url"], own);
        let mut all: Vec<_> = pages(&fhir, &query).await.into_iter().flatten().collect();
        all.sort();
        let mut stored: Vec<_> = named.names.iter().map(|(id, _)| id.clone()).collect();
        stored.sort();
        assert_eq!(all, stored, "{types}");
        let strict = fhir.request(Method::GET, &query).header("Prefer", "handling=strict");
        assert_eq!(
            Answer::of(strict).await.refused(400),
            ["not-supported: \"code\" is not a search parameter of Patient"]
        );
    }
    // What all have is asked on every page.
    let query = "?_type=Patient,Observation&_id:not=x&gender=male&_count=1";
    assert_eq!(pages(&fhir, query).await.len(), 3);
    let some = format!("?_type=Observation,Patient&code=x&_id={},x&_count=1", named.names[2].0);
    assert_eq!(named.found(&some).await, "p");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compartment_has_what_belongs_to_one_resource() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    let patient = stored(&fhir, &json!({ "resourceType": "Patient" })).await;
    let other = stored(&fhir, &json!({ "resourceType": "Patient" })).await;
    let of = |id: &str| json!({ "reference": format!("Patient/{id}") });
    for (name, subject) in [("mine", &patient), ("other", &other)] {
        let mut one = observation("8867-4");
        one["subject"] = of(subject);
        named.store(name, &one).await;
    }
    let mut performed = observation("1234-5");
    performed["performer"] = json!([of(&patient)]);
    named.store("performed", &performed).await;
    named.store("flu", &json!({ "resourceType": "Condition", "subject": of(&patient) })).await;
    let visit = json!({ "resourceType": "Encounter", "status": "finished", "class": { "code": "AMB" }, "subject": of(&patient) });
    named.store("visit", &visit).await;
    let visited = named.names.last().unwrap().0.clone();
    for (query, found) in [
        (format!("/Patient/{patient}/Observation"), "mine performed"),
        (format!("/Patient/{patient}/Observation?code=8867-4"), "mine"),
        (format!("/Patient/{patient}/Condition"), "flu"),
        (format!("/Patient/{patient}/*"), "flu mine performed visit"),
        (format!("/Patient/{patient}/*?_type=Condition,Encounter,Location"), "flu visit"),
        (format!("/Patient/{other}/*"), "other"),
        ("/Patient/nobody/*".to_owned(), ""),
        (format!("/Encounter/{visited}/*"), "visit"),
        (format!("/Practitioner/{visited}/*"), ""),
    ] {
        assert_eq!(named.found(&query).await, found, "{query}");
    }
    let path = format!("/Patient/{patient}/Observation");
    let page = fhir.get(&format!("{path}?_count=1")).await.json();
    let next = next(&page).unwrap();
    assert!(next.starts_with(&format!("{path}?_count=1&_cursor=")), "{next}");
    assert_eq!(fhir.get(&next).await.json()["entry"].as_array().unwrap().len(), 1);
    let elsewhere = next.replace(&patient, &other);
    assert_eq!(fhir.get(&elsewhere).await.refused(400), ["value: the cursor is not one of this search"]);
    let form = fhir
        .request(Method::POST, &format!("{path}/_search"))
        .header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(Answer::of(form.body("code=1234-5")).await.json()["total"], 1);
}
