//! Searches by values that few have, many have, or many have far down in the order.

use serde_json::json;

use super::{entries, next};
use crate::fhir::{observation, patient, stored};
use crate::harness::{Fhir, Server};

/// Adds copies of a stored resource with all that it is found by, each a second after the one before it.
async fn copied(server: &Server, id: &str, name: &str, from_second: i64, copies: i64) {
    let copy = format!(
        "INSERT INTO resource (tenant, type, id, address, version, updated, method, body, moment, until, patient, indexed)
         SELECT tenant, type, '{name}' || n, ('x' || substr(md5('{name}' || n), 1, 16))::bit(64)::bigint, version, updated, method,
            replace(body, '{id}', '{name}' || n), CASE WHEN moment > 0 THEN moment + ({from_second} + n) * 1000000::bigint ELSE moment END,
            CASE WHEN moment > 0 THEN until + ({from_second} + n) * 1000000::bigint ELSE until END, patient, true
         FROM resource, generate_series(1, {copies}) n WHERE id = '{id}' ORDER BY n;
         INSERT INTO resource_term SELECT x.tenant, x.value, r.moment, r.until, r.ordinal, x.slot, x.qualifier, x.code
         FROM resource_term x JOIN resource o USING (tenant, ordinal) JOIN resource r ON r.id ~ '^{name}[0-9]+$' WHERE o.id = '{id}';
         INSERT INTO resource_number SELECT x.tenant, r.ordinal, x.slot, x.system, x.code, x.unit, x.low, x.high
         FROM resource_number x JOIN resource o USING (tenant, ordinal) JOIN resource r ON r.id ~ '^{name}[0-9]+$' WHERE o.id = '{id}';
         INSERT INTO resource_text SELECT x.tenant, r.ordinal, x.slot, x.head, x.rest, x.written
         FROM resource_text x JOIN resource o USING (tenant, ordinal) JOIN resource r ON r.id ~ '^{name}[0-9]+$' WHERE o.id = '{id}';
         INSERT INTO resource_date SELECT x.tenant, x.low, x.high, r.ordinal, x.slot
         FROM resource_date x JOIN resource o USING (tenant, ordinal) JOIN resource r ON r.id ~ '^{name}[0-9]+$' WHERE o.id = '{id}'"
    );
    server.execute(&copy).await;
}

/// The ids on all pages, and how many pages these are.
async fn all(fhir: &Fhir<'_>, query: &str) -> (Vec<String>, usize) {
    let (mut ids, mut pages, mut path) = (Vec::new(), 0, query.to_owned());
    loop {
        let answer = fhir.get(&path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let page = answer.json();
        ids.extend(entries(&page));
        pages += 1;
        match next(&page) {
            Some(next) => path = next,
            None => return (ids, pages),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_found_however_many_have_it_and_wherever_they_stand() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut ids = Vec::new();
    for (value, name, from_second, copies) in [
        (1, "low", 0, 51_000),
        (9, "late", 60_000, 5_100),
        (30, "some", 70_000, 400),
        (50, "rare", 80_000, 3),
    ] {
        let mut measured = observation("8867-4");
        measured["effectiveDateTime"] = "2020-01-01T00:00:00Z".into();
        measured["valueQuantity"] =
            json!({ "value": value, "system": "http://unitsofmeasure.org", "code": "/min" });
        let id = stored(&fhir, &measured).await;
        copied(&server, &id, name, from_second, copies).await;
        ids.push(id);
    }
    server.execute("ANALYZE").await;
    let named = |name: &str, copies: usize| (1..=copies).map(|n| format!("{name}{n}")).collect::<Vec<_>>();
    let [first, late, some, rare] = ids.as_slice() else { panic!() };
    let above_5 = [
        vec![late.clone(), some.clone(), rare.clone()],
        named("late", 5_100),
        named("some", 400),
        named("rare", 3),
    ]
    .concat();
    let above_20 = [vec![some.clone(), rare.clone()], named("some", 400), named("rare", 3)].concat();
    let above_40 = [vec![rare.clone()], named("rare", 3)].concat();
    for ask in [
        "value-quantity=gt",
        "code-value-quantity=http://loinc.org%7C8867-4$gt",
        "code-value-quantity=8867-4$gt",
    ] {
        for (value, wanted) in [("5", &above_5), ("20", &above_20), ("40", &above_40)] {
            let query = format!("/Observation?{ask}{value}&_elements=id");
            let (found, pages) = all(&fhir, &format!("{query}&_count=1000")).await;
            assert_eq!((&found, pages), (wanted, wanted.len().div_ceil(1000)), "{query}");
            let counted = fhir.get(&format!("{query}&_summary=count")).await.json();
            assert_eq!(counted["total"], json!(wanted.len()), "{query}");
            let last = entries(&fhir.get(&format!("{query}&_sort=-date&_count=5")).await.json());
            let backwards: Vec<_> = wanted.iter().rev().take(last.len()).cloned().collect();
            assert_eq!(last, backwards, "{query}");
        }
    }
    for ask in ["value-quantity=lt5", "code-value-quantity=8867-4$lt5"] {
        let page = entries(&fhir.get(&format!("/Observation?{ask}&_count=3&_total=none")).await.json());
        assert_eq!(page, [first.as_str(), "low1", "low2"], "{ask}");
        // 70,010 seconds after the new year.
        let later =
            format!("/Observation?{}&date=ge2020-01-01T19:26:50Z&_count=2", ask.replace("lt5", "gt5"));
        assert_eq!(entries(&fhir.get(&later).await.json()), ["some10", "some11"], "{later}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_found_however_many_have_it() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let many = stored(&fhir, &patient()).await;
    copied(&server, &many, "p", 0, 3_000).await;
    let mut other = patient();
    other["name"] = json!([{ "family": "Liddle" }]);
    other["birthDate"] = "1999-01-01".into();
    let one = stored(&fhir, &other).await;
    copied(&server, &one, "q", 0, 300).await;
    for (query, found) in [
        ("name=liddell", 3_001_usize),
        ("family=LIDD", 3_302),
        ("family=liddle", 301),
        ("family:exact=Liddle", 301),
        ("family:exact=liddle", 0),
        ("name=alice", 3_001),
        ("name=nobody", 0),
        ("birthdate=ge1950", 301),
        ("birthdate=1852-05-04", 3_001),
        ("birthdate=gt1999-01-01", 0),
        ("birthdate=ne1852-05-04", 301),
        ("birthdate=le1999", 3_302),
    ] {
        let (ids, pages) = all(&fhir, &format!("/Patient?{query}&_count=200&_elements=id")).await;
        let mut each = ids.clone();
        each.sort();
        each.dedup();
        assert_eq!((ids.len(), each.len(), pages), (found, found, found.div_ceil(200).max(1)), "{query}");
    }
}
