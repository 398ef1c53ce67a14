//! Parameters of type string. <https://hl7.org/fhir/R4/search.html#string>

use serde_json::{Value, json};

use super::Named;
use crate::harness::Server;

fn named(family: &str, given: &str) -> Value {
    json!({ "resourceType": "Patient", "name": [{ "family": family, "given": [given] }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_modifiers_and_empty_values_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (query, refusal) in [
        ("family:below=a", "not-supported: the modifier \"below\" is not supported for family"),
        ("family:=a", "not-supported: the modifier \"\" is not supported for family"),
        ("family:missing=perhaps", "value: family:missing must be true or false"),
        ("family:missing=true,false", "value: family:missing must be true or false"),
        ("family:exact=", "value: family:exact has an empty value"),
    ] {
        assert_eq!(fhir.get(&format!("/Patient?{query}")).await.refused(400), [refusal], "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_found_by_their_beginning_without_case_and_accents() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut patients = Named::new(&fhir);
    let long = format!("{}Z{}", "Ä".repeat(63), "y".repeat(3000));
    for (name, family, given) in [
        ("alpha", "Alpha", "Peter James"),
        ("alphabet", "alphabet", "Ann Mary"),
        ("muller", "Müller", "José"),
        ("oneil", "O'Neil, jr", "Comma"),
        ("percent", "100%", "a_b"),
        ("digits", "1000", "a1b"),
        ("long", &long, "x"),
    ] {
        patients.store(name, &named(family, given)).await;
    }
    let longer = format!("family={}zyyyy", "a".repeat(63));
    let exact = format!("family:exact={long}");
    for (query, wanted) in [
        ("family=ALPHA", "alpha alphabet"),
        ("family=alphab", "alphabet"),
        ("family=pha", ""),
        ("family:contains=PHA", "alpha alphabet"),
        ("family:contains=phab", "alphabet"),
        ("family:exact=Alpha", "alpha"),
        ("family:exact=alpha", ""),
        ("family:exact=Alph", ""),
        ("family=muller", "muller"),
        ("family=M%C3%BCller", "muller"),
        ("family=Mu%CC%88ller", "muller"),
        ("family:exact=Muller", ""),
        ("given=jose", "muller"),
        ("family:contains=LLÉ", "muller"),
        ("family=o'neil%5C,", "oneil"),
        ("family=alphab,mull", "alphabet muller"),
        ("given=ann&family=alphabet", "alphabet"),
        ("given=ann&family=muller", ""),
        ("name=ann", "alphabet"),
        ("family=100%25", "percent"),
        ("family=1000", "digits"),
        ("family=100", "digits percent"),
        ("family:contains=0%25", "percent"),
        ("family=%25", ""),
        ("given=a_", "percent"),
        ("given:contains=_", "percent"),
        ("given=%5C%5C", ""),
        ("family=äääää", "long"),
        (&longer, "long"),
        ("family:contains=zyyyy", "long"),
        (&exact, "long"),
    ] {
        assert_eq!(patients.found(&format!("/Patient?{query}")).await, wanted, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_gone_is_found_no_more() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut patients = Named::new(&fhir);
    patients.store("a", &named("Before", "x")).await;
    let id = patients.names[0].0.clone();
    let mut after = named("After", "x");
    after["id"] = id.clone().into();
    assert_eq!(fhir.put(&format!("/Patient/{id}"), &after).await.status, 200);
    assert_eq!(patients.found("/Patient?family=before").await, "");
    assert_eq!(patients.found("/Patient?family=after&given=x").await, "a");
    fhir.delete(&format!("/Patient/{id}")).await;
    assert_eq!(patients.found("/Patient?family=after").await, "");
    assert_eq!(server.number("SELECT count(*) FROM resource_text").await, 0);
}
