//! Chains and `_has`. <https://hl7.org/fhir/R4/search.html#chaining>, `#has`

use serde_json::json;

use super::{Named, observation, stored};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn chains_that_lead_nowhere_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let long = format!("/Procedure?{}status=x", "part-of.".repeat(1000));
    assert_eq!(fhir.get(&long).await.refused(400), ["too-costly: a chain follows at most 8 references"]);
    for (query, refusal) in [
        ("subject:Dog.name=x", "not-supported: \"Dog\" is not a resource type of R4"),
        ("subject.colour=x", "not-supported: nothing that subject of Observation points at has \"colour\""),
        (
            "code.name=x",
            "not-supported: code of Observation is no reference, so nothing can be looked for behind it",
        ),
        ("_has:Patient=x", "value: _has is written _has:[type]:[reference]:[parameter]"),
        (
            "subject:Patient.birthdate=soon",
            "value: subject:Patient.birthdate must be a date, with or without a prefix",
        ),
        ("subject:Patient.name:near=x", "not-supported: the modifier \"near\" is not supported for name"),
    ] {
        assert_eq!(fhir.get(&format!("/Observation?{query}")).await.refused(400), [refusal], "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_tells_nothing_of_types_that_the_caller_may_not_search() {
    let server = Server::start().await;
    let fhir = server.fhir_with("system/Observation.s system/Device.s").await;
    for query in [
        "/Observation?subject:Patient.name=x",
        "/Observation?patient.name=x",
        "/Device?_has:Patient:general-practitioner:name=x",
    ] {
        let answer = fhir.get(query).await;
        assert!(matches!(answer.status, 403 | 400), "{query}: {}", answer.text);
    }
    assert_eq!(fhir.get("/Device?_has:Provenance:target:recorded=2020").await.status, 403);
    let answer = fhir.get("/Observation?subject.identifier=x").await;
    assert_eq!(answer.status, 200, "the ways that are open: {}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pointed_at_is_looked_at() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    let root = stored(&fhir, &json!({ "resourceType": "Organization", "name": "Root" })).await;
    let child = json!({ "resourceType": "Organization", "name": "Child", "partOf": { "reference": format!("Organization/{root}") } });
    let child = stored(&fhir, &child).await;
    let patient = |family: &str, birth: &str, org: &str| {
        json!({ "resourceType": "Patient", "name": [{ "family": family }], "birthDate": birth,
            "managingOrganization": { "reference": format!("Organization/{org}") } })
    };
    let alpha = stored(&fhir, &patient("Alpha", "1980", &child)).await;
    let beta = stored(&fhir, &patient("Beta", "1990", &root)).await;
    for (name, subject) in [("a", &alpha), ("b", &beta)] {
        let mut one = observation("8867-4");
        one["subject"] = json!({ "reference": format!("Patient/{subject}") });
        named.store(name, &one).await;
    }
    named.store("none", &observation("8867-4")).await;
    for (query, found) in [
        ("subject:Patient.family=alpha", "a"),
        ("subject.name=alp", "a"),
        ("patient.name:exact=Beta", "b"),
        ("patient.name:exact=beta", ""),
        ("patient.birthdate=lt1985", "a"),
        ("patient.birthdate=lt1985,gt1985", "a b"),
        ("patient.organization.partof.name=root", "a"),
        ("patient.organization.name=root", "b"),
        ("patient.organization.name=root,child&code=8867-4", "a b"),
        ("patient.family:missing=true", ""),
        ("patient.gender:missing=true", "a b"),
        ("patient._id=nobody", ""),
        ("subject:Device.identifier=x", ""),
    ] {
        assert_eq!(named.found(&format!("/Observation?{query}")).await, found, "{query}");
    }
    // Who is deleted is found through no chain.
    fhir.delete(&format!("/Patient/{beta}")).await;
    assert_eq!(named.found("/Observation?patient.name=beta").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_points_here_is_looked_at() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    named.store("doctor", &json!({ "resourceType": "Practitioner" })).await;
    named.store("other", &json!({ "resourceType": "Practitioner" })).await;
    let doctor = named.names[0].0.clone();
    named.store("a", &json!({ "resourceType": "Patient", "generalPractitioner": [{ "reference": format!("Practitioner/{doctor}") }] })).await;
    named.store("b", &json!({ "resourceType": "Patient" })).await;
    let patient = named.names[2].0.clone();
    let mut pulse = observation("8867-4");
    pulse["subject"] = json!({ "reference": format!("Patient/{patient}") });
    stored(&fhir, &pulse).await;
    named.store("visit", &json!({ "resourceType": "Encounter", "status": "finished", "class": { "code": "AMB" }, "subject": { "reference": format!("Patient/{patient}") } })).await;
    for (query, found) in [
        ("/Patient?_has:Observation:patient:code=8867-4", "a"),
        ("/Patient?_has:Observation:subject:code=8867-4", "a"),
        ("/Patient?_has:Observation:patient:code=other", ""),
        ("/Patient?_has:Observation:patient:status=final,amended&_id=x", ""),
        ("/Practitioner?_has:Patient:general-practitioner:_has:Observation:patient:code=8867-4", "doctor"),
        ("/Practitioner?_has:Patient:general-practitioner:_has:Observation:patient:code=x", ""),
        ("/Encounter?patient._has:Observation:patient:code=8867-4", "visit"),
        ("/Patient?_has:Observation:patient:patient.general-practitioner=x", ""),
    ] {
        assert_eq!(named.found(query).await, found, "{query}");
    }
}
