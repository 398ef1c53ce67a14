//! Chains and `_has`. <https://hl7.org/fhir/R4/search.html#chaining>, `#has`

use serde_json::json;

use super::includes::fill_canonicals;
use super::{Named, observation, pages, stored};
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

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_chain_are_the_same_whether_few_or_many_are_pointed_at() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    // More patients than are looked at one by one; each has two observations, in another order of time than of making.
    let mut entries = Vec::new();
    for n in 0..120 {
        let url = format!("urn:uuid:00000000-0000-4000-8000-{n:012}");
        let gender = if n % 40 == 0 { "male" } else { "female" };
        entries.push(json!({ "fullUrl": url, "request": { "method": "POST", "url": "Patient" },
            "resource": { "resourceType": "Patient", "gender": gender } }));
        for day in [n * 7 % 28 + 1, n * 5 % 28 + 1] {
            let mut taken = observation("8867-4");
            taken["subject"] = json!({ "reference": url });
            taken["effectiveDateTime"] = format!("2026-01-{day:02}").into();
            entries.push(json!({ "request": { "method": "POST", "url": "Observation" }, "resource": taken }));
        }
    }
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    assert_eq!(fhir.post("", &bundle).await.status, 200);
    for (gender, matches) in [("male", 6), ("female", 234), ("unknown", 0), ("male,female", 240)] {
        for sort in ["", "&_sort=-date"] {
            let query = format!("/Observation?subject:Patient.gender={gender}{sort}");
            let all = pages(&fhir, &format!("{query}&_count=1000")).await.concat();
            let unique: std::collections::BTreeSet<_> = all.iter().collect();
            assert_eq!((all.len(), unique.len()), (matches, matches), "{query}");
            assert_eq!(pages(&fhir, &format!("{query}&_count=50")).await.concat(), all, "{query}");
            let page = fhir.get(&format!("{query}&_count=1000")).await.json();
            let dates = page["entry"].as_array().into_iter().flatten();
            let dates: Vec<_> =
                dates.map(|e| e["resource"]["effectiveDateTime"].as_str().unwrap().to_owned()).collect();
            let is_sorted = if sort.is_empty() { dates.is_sorted() } else { dates.iter().rev().is_sorted() };
            assert!(is_sorted, "{query}: {dates:?}");
        }
        let total = fhir.get(&format!("/Observation?subject:Patient.gender={gender}&_count=0")).await.json();
        assert_eq!(total["total"], matches, "{gender}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_what_is_pointed_at_are_the_same_whether_few_or_many_are() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    // More patients than are put to the question one by one.
    let mut entries = Vec::new();
    for n in 0..400 {
        let url = format!("urn:uuid:00000000-0000-4000-8000-{n:012}");
        entries.push(json!({ "fullUrl": url, "request": { "method": "POST", "url": "Patient" },
            "resource": { "resourceType": "Patient" } }));
        let mut codes = vec!["8867-4"];
        codes.extend((n % 100 == 99).then_some("8310-5"));
        for code in codes {
            let mut taken = observation(code);
            taken["subject"] = json!({ "reference": url });
            entries.push(json!({ "request": { "method": "POST", "url": "Observation" }, "resource": taken }));
        }
    }
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    assert_eq!(fhir.post("", &bundle).await.status, 200);
    for (code, matches) in [
        ("8867-4", 400),
        ("http://loinc.org%7C8310-5", 4),
        ("urn:other%7C8310-5", 0),
        ("http://loinc.org%7C", 400),
        ("8310-5,8867-4", 400),
        ("9279-1", 0),
    ] {
        let query = format!("/Patient?_has:Observation:patient:code={code}");
        let all = pages(&fhir, &format!("{query}&_count=1000")).await.concat();
        let unique: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!((all.len(), unique.len()), (matches, matches), "{query}");
        assert_eq!(pages(&fhir, &format!("{query}&_count=30")).await.concat(), all, "{query}");
        let total = fhir.get(&format!("{query}&_count=0")).await.json();
        assert_eq!(total["total"], matches, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_by_its_canonical_url_is_looked_at() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let named = fill_canonicals(&fhir).await;
    for (query, expected) in [
        ("/QuestionnaireResponse?questionnaire:Questionnaire.status=draft", ""),
        ("/QuestionnaireResponse?questionnaire.version=3", ""),
        ("/QuestionnaireResponse?questionnaire.version=2", "any"),
        ("/QuestionnaireResponse?questionnaire.version=1", "any first"),
        ("/QuestionnaireResponse?questionnaire.url=http://a.example/q&status=completed", "any first"),
        ("/QuestionnaireResponse?questionnaire.url=http://a.example/other", ""),
        ("/QuestionnaireResponse?questionnaire:Questionnaire.status=active&_sort=-_lastUpdated", "any first"),
        ("/PlanDefinition?depends-on:Library.url=http://a.example/q", "plan"),
        ("/QuestionnaireResponse?questionnaire.version=1&_sort=_id", "any first"),
        ("/PlanDefinition?depends-on:Library.version=2", ""),
        ("/PlanDefinition?depends-on:Questionnaire.url=http://a.example/other", ""),
        ("/Questionnaire?_has:QuestionnaireResponse:questionnaire:status=amended", ""),
        ("/Questionnaire?_has:QuestionnaireResponse:questionnaire:status=completed", "q1 q2"),
        ("/Questionnaire?_has:QuestionnaireResponse:questionnaire:status=completed&version=1", "q1"),
        ("/Questionnaire?_has:PlanDefinition:depends-on:status=active", "q1"),
        ("/Library?_has:PlanDefinition:depends-on:status=active", "library"),
    ] {
        let mut found: Vec<_> = pages(&fhir, query).await.concat().iter().map(|id| named.name(id)).collect();
        found.sort_unstable();
        assert_eq!(found.join(" "), expected, "{query}");
    }
    let some = server.fhir_with("system/QuestionnaireResponse.rs").await;
    assert_eq!(some.get("/QuestionnaireResponse?questionnaire:Questionnaire.version=1").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_chain_of_names_is_one_question_a_link() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let link = "depends-on:Library.";
    let query = (0..40).map(|_| format!("{}name=x", link.repeat(8))).collect::<Vec<_>>().join("&");
    let answer = fhir.get(&format!("/Library?{query}")).await;
    assert_eq!((answer.status, answer.json()["total"].as_u64()), (200, Some(0)), "{}", answer.text);
}
