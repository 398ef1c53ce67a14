//! Searches that ask for too much, or for nonsense, are refused and never harm.

use reqwest::Method;

use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn what_asks_for_too_much_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let many = |text: &str, count: usize, between: &str| vec![text; count].join(between);
    let inside = |name: &str, filter: &str| format!("{name}[{filter}]._id eq x");
    for (form, refusal) in [
        (format!("_id={}", many("x", 10_000, ",")), "too-costly: _id has more than 500 values"),
        (
            format!("subject={}", many("Patient/1", 10_000, ",")),
            "too-costly: subject has more than 500 values",
        ),
        (many("status=final", 1_000, "&"), "too-costly: a search has at most 64 parameters"),
        (
            format!("_has:{}=x", many("Observation:derived-from:_has", 1_000, ":")),
            "too-costly: a chain follows at most 8 references",
        ),
        (
            format!("_filter={}status eq final{}", many("(", 5_000, ""), many(")", 5_000, "")),
            "too-costly: _filter is longer than 8192 characters",
        ),
        (
            format!("value-quantity={}", many("1|http://unitsofmeasure.org|mg/dL", 500, ",")),
            "too-costly: value-quantity asks for more than 2000 amounts and units",
        ),
        (
            many(&format!("_filter={}", many("performer._id eq x", 50, " or ")), 2, "&"),
            "too-costly: the search comes to more than 512 conditions",
        ),
        (
            many(&format!("subject:Location.near={}", many("1|1", 10, ",")), 2, "&"),
            "too-costly: the search comes to more than 512 conditions",
        ),
        (
            format!(
                "_filter={}",
                many(
                    &inside("has-member", &inside("has-member", &inside("performer", "_id eq x"))),
                    16,
                    " or "
                )
            ),
            "too-costly: the search comes to more than 512 conditions",
        ),
        (format!("_type={}", many("Patient", 1_000, ",")), "too-costly: _type has more than 500 values"),
        (format!("_sort={}", many("date", 100, ",")), "too-costly: _sort has more than 8 keys"),
    ] {
        let request = fhir.request(Method::POST, "/Observation/_search");
        let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(form.clone());
        let start: String = form.chars().take(60).collect();
        assert_eq!(Answer::of(request).await.refused(400), [refusal], "{start}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_refused_or_finds_nothing() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let long = "x".repeat(5_000);
    for (query, status) in [
        ("subject:=1", 400),
        ("subject:Patient:=1", 400),
        ("subject::Patient=1", 400),
        ("code::not=x", 400),
        ("code:not:not=x", 400),
        ("_has=x", 400),
        ("_has:::=x", 400),
        ("_has:Observation::code=x", 400),
        ("subject.=x", 400),
        ("code=%7C", 200),
        ("code=%7C%7C%7C", 200),
        ("code=%5C", 200),
        ("code-value-quantity=$", 400),
        ("code-value-quantity=%5C$", 400),
        ("value-quantity=1e999999999", 200),
        ("value-quantity=--1", 400),
        ("value-quantity=1%7Chttp://unitsofmeasure.org%7C((((", 200),
        ("date=0000", 400),
        ("date=9999-12-31", 200),
        ("_lastUpdated=9999", 200),
        ("_count=00", 200),
        ("_count=1000000000", 200),
        ("_count=-0", 400),
        ("_sort=", 400),
        ("_sort=--date", 400),
        ("_sort=,", 400),
        ("_sort=code-value-quantity", 400),
        ("_include=", 400),
        ("_include=:", 400),
        ("_filter=", 400),
        ("_filter=%22", 400),
        ("_type=", 400),
        ("_list=", 400),
        ("=x", 200),
        ("&&=&", 200),
        ("%F0%9F%98%80=%F0%9F%98%80", 200),
        ("code=%F0%9F%98%80", 200),
        ("_tag=%FF%FE", 200),
    ] {
        let answer = fhir.get(&format!("/Observation?{query}")).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.text);
    }
    for query in [
        format!("{long}=x"),
        format!("code={long}"),
        format!("code:{long}=x"),
        format!("subject.{long}=x"),
        format!("_filter={long}"),
    ] {
        let answer = fhir.get(&format!("/Observation?{query}")).await;
        assert!(answer.status < 500, "{}", answer.text);
        assert!(answer.text.len() < 20_000);
    }
}
