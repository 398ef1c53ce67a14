//! A patient, or an encounter, with all that belongs to it. <https://hl7.org/fhir/R4/patient-operation-everything.html>

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Fhir, Server};

async fn store(fhir: &Fhir<'_>, path: &str, mut resource: Value) {
    let (of_type, id) = path.trim_start_matches('/').split_once('/').unwrap();
    resource["resourceType"] = of_type.into();
    resource["id"] = id.into();
    let answer = fhir.put(path, &resource).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

async fn stored(fhir: &Fhir<'_>) {
    let of = |id: &str| json!({ "reference": format!("Patient/{id}") });
    let code = json!({ "text": "x" });
    store(fhir, "/Organization/ward", json!({ "name": "Ward" })).await;
    store(fhir, "/Practitioner/doctor", json!({})).await;
    for id in ["alice", "bob"] {
        store(
            fhir,
            &format!("/Patient/{id}"),
            json!({ "managingOrganization": { "reference": "Organization/ward" } }),
        )
        .await;
        let encounter = json!({ "status": "finished", "class": { "code": "AMB" }, "subject": of(id), "period": { "start": "2020-02-01", "end": "2020-02-02" } });
        store(fhir, &format!("/Encounter/{id}"), encounter).await;
        for (at, date) in ["2019-05-01", "2020-02-01", "2021-03-04"].iter().enumerate() {
            let observation = json!({ "status": "final", "code": code, "subject": of(id), "effectiveDateTime": date,
                "performer": [{ "reference": "Practitioner/doctor" }], "encounter": { "reference": format!("Encounter/{id}") } });
            store(fhir, &format!("/Observation/{id}-{at}"), observation).await;
        }
        store(fhir, &format!("/AllergyIntolerance/{id}"), json!({ "patient": of(id) })).await;
    }
}

/// All pages of an answer: what matches, and what comes along.
async fn everything(fhir: &Fhir<'_>, path: &str) -> (Vec<String>, BTreeSet<String>) {
    let (mut next, mut matches, mut included) = (Some(path.to_owned()), Vec::new(), BTreeSet::new());
    while let Some(path) = next {
        let answer = fhir.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let bundle = answer.json();
        assert_eq!(bundle["type"], "searchset");
        for entry in bundle["entry"].as_array().into_iter().flatten() {
            let name = format!(
                "{}/{}",
                entry["resource"]["resourceType"].as_str().unwrap(),
                entry["resource"]["id"].as_str().unwrap()
            );
            if entry["search"]["mode"] == "match" {
                matches.push(name);
            } else {
                included.insert(name);
            }
        }
        let link = bundle["link"].as_array().unwrap().iter().find(|link| link["relation"] == "next").cloned();
        next = link.map(|link| link["url"].as_str().unwrap().split_once("/fhir").unwrap().1.to_owned());
    }
    (matches, included)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_there_or_may_not_be_read_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir).await;
    for (path, status, refusal) in [
        ("/Patient/nobody/$everything", 404, "not-found: there is no such resource"),
        ("/Observation/alice-0/$everything", 404, "not-found: there is no such resource"),
        ("/Patient/alice/$everything?start=soon", 400, "value: start must be a date"),
        ("/Patient/alice/$everything?_since=soon", 400, "value: _since must be an instant"),
        ("/Patient/alice/$everything?_count=x", 400, "value: _count must be a whole number from 0 on"),
        (
            "/Patient/alice/$everything?_type=Dog",
            400,
            "not-supported: _type: \"Dog\" is not a resource type of R4",
        ),
    ] {
        assert_eq!(fhir.get(path).await.refused(status), [refusal], "{path}");
    }
    let other = server.fhir_with("system/Observation.rs").await;
    assert_eq!(other.get("/Patient/alice/$everything").await.status, 403);
    let some = server.fhir_with("system/Patient.rs system/AllergyIntolerance.rs").await;
    let (matches, included) = everything(&some, "/Patient/alice/$everything").await;
    assert_eq!(matches, ["Patient/alice", "AllergyIntolerance/alice"]);
    assert!(included.is_empty(), "{included:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_comes_with_all_that_belongs_to_them() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir).await;
    let all = [
        "Patient/alice",
        "AllergyIntolerance/alice",
        "Observation/alice-0",
        "Encounter/alice",
        "Observation/alice-1",
        "Observation/alice-2",
    ];
    let (matches, included) = everything(&fhir, "/Patient/alice/$everything").await;
    assert_eq!(matches.iter().collect::<BTreeSet<_>>(), all.map(str::to_owned).iter().collect());
    assert_eq!(included, ["Organization/ward", "Practitioner/doctor"].map(str::to_owned).into());
    let (paged, mut also) = everything(&fhir, "/Patient/alice/$everything?_count=1").await;
    // What a page refers to comes with it, also where it stands on another page itself.
    also.retain(|name| !paged.contains(name));
    assert_eq!((paged, also), (matches, included));
    for (query, wanted) in [
        (
            "start=2020-01-01&end=2020-12-31",
            "AllergyIntolerance/alice Encounter/alice Observation/alice-1 Patient/alice",
        ),
        ("end=2019", "AllergyIntolerance/alice Observation/alice-0 Patient/alice"),
        ("start=2020-02-02", "AllergyIntolerance/alice Encounter/alice Observation/alice-2 Patient/alice"),
        ("_type=Observation", "Observation/alice-0 Observation/alice-1 Observation/alice-2"),
        ("_type=Observation,Patient&start=2021", "Observation/alice-2 Patient/alice"),
        ("_since=2999-01-01T00:00:00%2B02:00", ""),
    ] {
        for count in ["", "&_count=1"] {
            let (mut matches, _) =
                everything(&fhir, &format!("/Patient/alice/$everything?{query}{count}")).await;
            matches.sort();
            assert_eq!(matches.join(" "), wanted, "{query}{count}");
        }
    }
    let body = json!({ "resourceType": "Parameters", "parameter": [{ "name": "_type", "valueCode": "Encounter" }, { "name": "_count", "valueInteger": 5 }] });
    let answer = fhir.post("/Patient/bob/$everything", &body).await.json();
    assert_eq!(answer["entry"][0]["resource"]["id"], "bob");
    let types = |names: &[&str]| {
        names.iter().map(|name| json!({ "name": "_type", "valueCode": name })).collect::<Vec<_>>()
    };
    let body = json!({ "resourceType": "Parameters", "parameter": types(&["Encounter", "Practitioner"]) });
    let answer = fhir.post("/Patient/bob/$everything", &body).await.json();
    let found: Vec<_> =
        answer["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]["resourceType"]).collect();
    assert_eq!(found, ["Encounter"], "{answer}");
    // Who may read the patient, but search no patients, gets what may be searched.
    let reader = server.fhir_with("system/Patient.r system/Observation.rs").await;
    let (matches, _) = everything(&reader, "/Patient/bob/$everything").await;
    assert_eq!(matches, ["Patient/bob", "Observation/bob-0", "Observation/bob-1", "Observation/bob-2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encounter_comes_with_all_that_belongs_to_it() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir).await;
    let (mut matches, included) = everything(&fhir, "/Encounter/alice/$everything").await;
    matches.sort();
    assert_eq!(
        matches,
        ["Encounter/alice", "Observation/alice-0", "Observation/alice-1", "Observation/alice-2"]
    );
    assert_eq!(included, ["Patient/alice", "Practitioner/doctor"].map(str::to_owned).into());
    let events = server.texts("SELECT interaction FROM audit_event WHERE interaction = 'everything'").await;
    assert_eq!(events.len(), 1);
}
