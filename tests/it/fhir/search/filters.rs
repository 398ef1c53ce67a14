//! `_filter`. <https://hl7.org/fhir/R4/search_filter.html>

use serde_json::{Value, json};

use super::{Named, observation};
use crate::harness::Server;

fn query(resource_type: &str, filter: &str) -> String {
    let filter: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    format!("/{resource_type}?_filter={filter}")
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_that_cannot_be_read_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (filter, refusal) in [
        ("gender", "value: _filter: a blank was expected at character 7"),
        ("gender eq male or", "value: _filter: the name of a search parameter was expected at character 18"),
        ("colour eq blue", "not-supported: \"colour\" is not a search parameter of Patient"),
        ("gender gt male", "not-supported: _filter, character 1: gt does not compare a token"),
        ("birthdate eq soon", "value: _filter: birthdate must be a date, with or without a prefix"),
        (
            "active eq true and name pr maybe",
            "not-supported: _filter, character 20: pr takes true or false, not \"maybe\"",
        ),
        ("gender:not eq male", "not-supported: _filter, character 1: a name in a filter has no modifier"),
        (
            "gender[a eq b].c eq d",
            "not-supported: _filter, character 1: brackets may follow the name of a reference only",
        ),
        ("gender in http://a.example/vs", "not-found: the value set \"http://a.example/vs\" is not known"),
    ] {
        assert_eq!(fhir.get(&query("Patient", filter)).await.refused(400), [refusal], "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn comparisons_are_those_of_the_parameters() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    let patient = |members: Value| {
        let mut patient = json!({ "resourceType": "Patient" });
        patient.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        patient
    };
    named.store("a", &patient(json!({ "gender": "male", "birthDate": "1980-05-17", "name": [{ "family": "Alpha", "given": ["Peter"] }] }))).await;
    named
        .store(
            "b",
            &patient(
                json!({ "gender": "female", "birthDate": "1980-05", "name": [{ "family": "Alphabet" }] }),
            ),
        )
        .await;
    named.store("c", &patient(json!({ "gender": "other", "name": [{ "family": "Müller" }] }))).await;
    named.store("d", &patient(json!({ "active": true }))).await;
    for (filter, found) in [
        ("gender eq male", "a"),
        ("gender ne male", "b c"),
        ("not (gender eq male)", "b c d"),
        ("gender eq male or gender eq other", "a c"),
        ("birthdate lt 1985-01-01 and gender eq female", "b"),
        ("family eq alpha", "a"),
        ("family sw alpha", "a b"),
        ("family ew BET", "b"),
        ("family co \"mull\"", "c"),
        ("family ne alpha", "b c"),
        ("given pr true", "a"),
        ("gender pr false", "d"),
        ("birthdate eq 1980-05", "a b"),
        ("birthdate po 1980-05-17", "a b"),
        ("birthdate gt 1980-05-17", "b"),
        ("gender eq http://hl7.org/fhir/administrative-gender|male", "a"),
        ("gender in http://hl7.org/fhir/ValueSet/administrative-gender", "a b c"),
        ("gender ni http://hl7.org/fhir/ValueSet/administrative-gender", "d"),
        ("gender eq male and gender eq female or gender eq other", "c"),
    ] {
        assert_eq!(named.found(&query("Patient", filter)).await, found, "{filter}");
    }
    assert_eq!(
        named.found(&format!("{}&birthdate=1980-05-17", query("Patient", "family sw alpha"))).await,
        "a"
    );
    let mut pulse = observation("8867-4");
    pulse["subject"] = json!({ "reference": format!("Patient/{}", named.names[0].0) });
    named.store("pulse", &pulse).await;
    let re = format!("subject re Patient/{}", named.names[0].0);
    for (filter, found) in [
        ("subject.name co \"pet\"", "pulse"),
        ("subject[gender eq male].family eq alpha", "pulse"),
        ("subject[gender eq female].family eq alpha", ""),
        ("code eq loinc|8867-4", "pulse"),
        (re.as_str(), "pulse"),
    ] {
        assert_eq!(named.found(&query("Observation", filter)).await, found, "{filter}");
    }
    assert_eq!(named.found(&query("Patient", "_has:Observation:patient:code eq loinc|8867-4")).await, "a");
}
