//! `_sort`, and paging in its order. <https://hl7.org/fhir/R4/search.html#sort>

use serde_json::{Value, json};

use super::{Named, entries, next, pages};
use crate::fhir::observation;
use crate::harness::{Fhir, Server};

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_cannot_be_sorted_by_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (query, refusal) in [
        ("/Patient?_sort=colour", "not-supported: _sort: \"colour\" is not a search parameter of Patient"),
        ("/Patient?_sort=", "not-supported: _sort: \"\" is not a search parameter of Patient"),
        ("/Patient?_sort=--family", "not-supported: _sort: \"-family\" is not a search parameter of Patient"),
        ("/Location?_sort=near", "not-supported: _sort: sorting by special is not supported for near"),
        (
            "/AuditEvent?_sort=action",
            "not-supported: _sort: AuditEvents come in the order of _id, date or _lastUpdated",
        ),
    ] {
        assert_eq!(fhir.get(query).await.refused(400), [refusal], "{query}");
    }
    let many = format!("/Patient?_sort={}", ["family"; 9].join(","));
    assert_eq!(fhir.get(&many).await.refused(400), ["too-costly: _sort has more than 8 keys"]);
    assert_eq!(fhir.get("/AuditEvent?_sort=_id").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_is_altered_or_of_another_search_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for _ in 0..3 {
        super::stored(&fhir, &super::patient()).await;
    }
    let page = fhir.get("/Patient?birthdate=1852&_sort=name&_count=1").await.json();
    let link = next(&page).unwrap();
    assert_eq!(fhir.get(&link).await.status, 200);
    assert_eq!(
        fhir.get(&link.replace("_count=1", "_count=2")).await.status,
        200,
        "the size of a page may change"
    );
    let (address, cursor) = link.split_once("_cursor=").unwrap();
    let (head, tail) = cursor.split_at(30);
    let other = if tail.starts_with('-') { 'A' } else { '-' };
    let altered = format!("{address}_cursor={head}{other}{}", tail.get(1..).unwrap());
    for foreign in [
        altered,
        link.replace("birthdate=1852", "birthdate=1853"),
        link.replace("_sort=name", "_sort=-name"),
        link.replace("/Patient?", "/Person?"),
        format!("{address}_cursor="),
        format!("{address}_cursor={head}"),
        format!("{address}_cursor=NDI"),
    ] {
        assert_eq!(
            fhir.get(&foreign).await.refused(400),
            ["value: the cursor is not one of this search"],
            "{foreign}"
        );
    }
}

async fn patients<'a>(fhir: &'a Fhir<'a>) -> Named<'a> {
    let mut patients = Named::new(fhir);
    for (name, resource) in [
        ("b2", json!({ "name": [{ "family": "Bolt" }], "birthDate": "1980", "gender": "male" })),
        ("a", json!({ "name": [{ "family": "älpha" }], "birthDate": "1990-05-01", "gender": "female" })),
        ("none", json!({ "active": true })),
        ("b1", json!({ "name": [{ "family": "bolt" }], "birthDate": "1970", "gender": "female" })),
        (
            "two",
            json!({ "name": [{ "family": "Zed" }, { "family": "Abel" }], "gender": "unknown",
            "managingOrganization": { "reference": "Organization/1" } }),
        ),
    ] {
        let mut resource: Value = resource;
        resource["resourceType"] = "Patient".into();
        patients.store(name, &resource).await;
    }
    patients
}

#[tokio::test(flavor = "multi_thread")]
async fn results_come_in_the_order_that_is_asked_for() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let patients = patients(&fhir).await;
    for (sort, wanted) in [
        ("_id", "b2 a none b1 two"),
        ("-_id", "two b1 none a b2"),
        ("family,_id", "two a b2 b1 none"),
        ("-family", "two b2 b1 a none"),
        ("family,birthdate", "two a b1 b2 none"),
        ("family,-birthdate", "two a b2 b1 none"),
        ("birthdate", "b1 b2 a none two"),
        ("-birthdate", "a b2 b1 none two"),
        ("gender,-birthdate", "a b1 b2 two none"),
        ("-gender", "two b2 a b1 none"),
        ("organization", "two b2 a none b1"),
        ("_lastUpdated,family,-_id", "two a b1 b2 none"),
    ] {
        assert_eq!(patients.in_order(&format!("/Patient?_sort={sort}")).await, wanted, "{sort}");
        for count in [1, 2, 3] {
            let pages = pages(&fhir, &format!("/Patient?_sort={sort}&_count={count}")).await;
            let names: Vec<_> = pages.concat().iter().map(|id| patients.name(id)).collect();
            assert_eq!(names.join(" "), wanted, "{sort} by {count}");
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == count), "{sort} by {count}");
        }
    }
    assert_eq!(patients.in_order("/Patient?gender=female&_sort=-birthdate").await, "a b1");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_quantities_and_addresses_can_be_sorted_by() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut observations = Named::new(&fhir);
    for value in [json!(-2), json!(10), json!(9.5), json!(0.001)] {
        let mut observation = observation("8867-4");
        observation["valueQuantity"] = json!({ "value": value });
        observations.store(&value.to_string(), &observation).await;
    }
    assert_eq!(observations.in_order("/Observation?_sort=value-quantity").await, "-2 0.001 9.5 10");
    assert_eq!(observations.in_order("/Observation?_sort=-value-quantity").await, "10 9.5 0.001 -2");
    let mut sets = Named::new(&fhir);
    for url in ["urn:b", "urn:a"] {
        sets.store(url, &json!({ "resourceType": "ValueSet", "status": "draft", "url": url })).await;
    }
    assert_eq!(sets.in_order("/ValueSet?_sort=url").await, "urn:a urn:b");
    let updated = pages(&fhir, "/Observation?_sort=-_lastUpdated&_count=3").await.concat();
    assert_eq!(updated.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn sorted_pages_neither_repeat_nor_lose_a_row_while_others_come_and_go() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut stays = Vec::new();
    for year in ["2001", "2001", "2001", "2002", ""] {
        let mut patient = super::patient();
        patient["birthDate"] = if year.is_empty() { Value::Null } else { year.into() };
        patient.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        stays.push(super::stored(&fhir, &patient).await);
    }
    let (mut seen, mut path) = (Vec::new(), "/Patient?_sort=-birthdate&_count=1".to_owned());
    for n in 0.. {
        let page = fhir.get(&path).await.json();
        seen.extend(entries(&page));
        // Between two pages a row comes that belongs before, and the one that was just seen goes.
        super::stored(&fhir, &json!({ "resourceType": "Patient", "birthDate": "2020" })).await;
        if n == 1 {
            fhir.delete(&format!("/Patient/{}", seen[1])).await;
        }
        let Some(link) = next(&page) else { break };
        path = link;
    }
    assert_eq!(seen, [3, 0, 1, 2, 4].map(|at: usize| stays[at].clone()));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_values_are_merged_in_the_order_of_time() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut entries = Vec::new();
    for n in 0..60 {
        let mut taken = observation(["8867-4", "8310-5", "9279-1"][n % 3]);
        if n % 5 > 0 {
            taken["effectiveDateTime"] = format!("2026-01-{:02}", n * 7 % 20 + 1).into();
        }
        // One that passes by both of its codes comes once.
        if n == 0 {
            let more = json!({ "system": "urn:more", "code": "8310-5" });
            taken["code"]["coding"].as_array_mut().unwrap().push(more);
        }
        entries.push(json!({ "request": { "method": "POST", "url": "Observation" }, "resource": taken }));
    }
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    assert_eq!(fhir.post("", &bundle).await.status, 200);
    // Codes of two systems are two rows of the index, and one resource.
    let mut twice = observation("29463-7");
    let other = json!({ "system": "urn:more", "code": "29463-7" });
    twice["code"]["coding"].as_array_mut().unwrap().push(other);
    let twice = json!({ "request": { "method": "POST", "url": "Observation" }, "resource": twice });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": vec![twice; 12] });
    assert_eq!(fhir.post("", &bundle).await.status, 200);
    for (asked, matches) in [
        ("code=29463-7", 12),
        ("code=29463-7,nothing", 12),
        ("code=8867-4,8310-5", 40),
        ("code=8310-5", 21),
        ("code=http://loinc.org%7C8310-5,urn:more%7C8310-5", 21),
        ("code=http://loinc.org%7C8310-5,http://loinc.org%7C9279-1&date=ge2026-01-10", 18),
        ("code=8867-4,nothing&status=final", 20),
    ] {
        for sort in ["", "&_sort=-date", "&_sort=date", "&_sort=-_lastUpdated", "&_sort=_lastUpdated"] {
            let query = format!("/Observation?{asked}{sort}");
            let all = pages(&fhir, &format!("{query}&_count=1000")).await.concat();
            let unique: std::collections::BTreeSet<_> = all.iter().collect();
            assert_eq!((all.len(), unique.len()), (matches, matches), "{query}");
            assert_eq!(pages(&fhir, &format!("{query}&_count=7")).await.concat(), all, "{query}");
            let page = fhir.get(&format!("{query}&_count=1000")).await.json();
            let dates = page["entry"].as_array().unwrap().iter();
            let dates: Vec<_> = dates.map(|e| e["resource"]["effectiveDateTime"].as_str()).collect();
            match sort {
                "" => assert!(dates.is_sorted(), "{query}: {dates:?}"),
                "&_sort=-date" => assert!(dates.iter().rev().is_sorted(), "{query}: {dates:?}"),
                "&_sort=date" => assert!(dates.is_sorted_by_key(|date| (date.is_none(), *date)), "{query}"),
                _ => {}
            }
        }
    }
}
