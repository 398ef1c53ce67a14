//! Each kind of parameter, with its modifiers and its order.

use serde_json::json;

use super::{SHOE, defined, found, parameter, patient, shod, shoe_size, stored};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_compared_and_sorted_by() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let (large, small) = (stored(&fhir, &shod(45)).await, stored(&fhir, &shod(37)).await);
    let barefoot = stored(&fhir, &patient()).await;
    defined(&server, &fhir, &shoe_size()).await;
    let middle = stored(&fhir, &shod(40)).await;
    for (query, wanted) in [
        ("shoe-size=40", vec![&middle]),
        ("shoe-size=gt39&_sort=shoe-size", vec![&middle, &large]),
        ("shoe-size:missing=true", vec![&barefoot]),
        ("_sort=shoe-size&shoe-size:missing=false", vec![&small, &middle, &large]),
        ("_sort=-shoe-size&shoe-size:missing=false", vec![&large, &middle, &small]),
    ] {
        let wanted: Vec<_> = wanted.into_iter().cloned().collect();
        assert_eq!(found(&fhir, &format!("/Patient?{query}")).await, wanted, "{query}");
    }
    assert_eq!(
        fhir.get("/Patient?shoe-size:not=40").await.refused(400),
        ["not-supported: the modifier \"not\" is not supported for shoe-size"]
    );
    // A new version is found by its new values alone.
    let mut grown = shod(41);
    grown["id"] = middle.as_str().into();
    fhir.put(&format!("/Patient/{middle}"), &grown).await;
    assert_eq!(found(&fhir, "/Patient?shoe-size=40").await, [""; 0]);
    let patch = fhir.request(reqwest::Method::PATCH, &format!("/Patient/{middle}"));
    let patch = patch
        .header("Content-Type", "application/json-patch+json")
        .body(json!([{ "op": "replace", "path": "/extension/0/valueDecimal", "value": 42 }]).to_string());
    assert_eq!(patch.send().await.unwrap().status(), 200);
    assert_eq!(found(&fhir, "/Patient?shoe-size=42").await, [middle.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_tokens_and_dates_take_their_modifiers() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut alice = patient();
    alice["contact"] = json!([{ "name": { "text": "Märta Hare" }, "relationship": [{ "coding": [{ "system": "urn:r", "code": "N" }] }],
        "period": { "start": "2020-05-01", "end": "2020-05-31" } }]);
    let alice = stored(&fhir, &alice).await;
    let other = stored(&fhir, &patient()).await;
    for parameter in [
        parameter("contact-name", "Patient", "string", "Patient.contact.name"),
        parameter("contact-role", "Patient", "token", "Patient.contact.relationship"),
        parameter("contact-period", "Patient", "date", "Patient.contact.period"),
    ] {
        stored(&fhir, &parameter).await;
    }
    server.finish_jobs().await;
    for (query, wanted) in [
        ("contact-name=marta", &alice),
        ("contact-name:contains=HARE", &alice),
        ("contact-name:exact=M%C3%A4rta%20Hare", &alice),
        ("contact-role=urn:r%7CN", &alice),
        ("contact-role=N", &alice),
        ("contact-role:not=N", &other),
        ("contact-period=2020-05", &alice),
        ("contact-period:missing=true", &other),
        ("contact-name=marta&contact-role=N&birthdate=1852-05-04", &alice),
    ] {
        assert_eq!(found(&fhir, &format!("/Patient?{query}")).await, [wanted.as_str()], "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn references_are_found_by_id_address_and_identifier() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut definition = parameter(
        "cobbler",
        "Patient",
        "reference",
        &format!("Patient.extension.where(url='{SHOE}').value.ofType(Reference)"),
    );
    definition["target"] = json!(["Organization"]);
    defined(&server, &fhir, &definition).await;
    let mut customer = patient();
    customer["extension"] = json!([{ "url": SHOE,
        "valueReference": { "reference": "Organization/c", "identifier": { "system": "urn:c", "value": "7" } } }]);
    let customer = stored(&fhir, &customer).await;
    stored(&fhir, &patient()).await;
    for query in ["c", "Organization/c", "http://127.0.0.1:8080/fhir/Organization/c"] {
        assert_eq!(found(&fhir, &format!("/Patient?cobbler={query}")).await, [customer.as_str()], "{query}");
    }
    assert_eq!(found(&fhir, "/Patient?cobbler:identifier=urn:c%7C7").await, [customer.as_str()]);
    assert_eq!(found(&fhir, "/Patient?cobbler=Practitioner/c").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn references_are_followed_both_ways() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut customer = patient();
    customer["extension"] = json!([{ "url": SHOE, "valueReference": { "reference": "Organization/c" } }]);
    let customer = stored(&fhir, &customer).await;
    let cobbler = json!({ "resourceType": "Organization", "id": "c", "name": "Cobblers" });
    assert_eq!(fhir.put("/Organization/c", &cobbler).await.status, 201);
    let expression = format!("Patient.extension.where(url='{SHOE}').value.ofType(Reference)");
    let mut definition = parameter("cobbler", "Patient", "reference", &expression);
    definition["target"] = json!(["Organization"]);
    assert_eq!(
        fhir.get("/Patient?_include=Patient:cobbler").await.refused(400),
        ["not-supported: _include: \"cobbler\" is not a reference parameter of Patient"]
    );
    stored(&fhir, &definition).await;
    assert_eq!(
        fhir.get("/Organization?_revinclude=Patient:cobbler").await.refused(400),
        ["not-supported: cobbler is not searchable yet, it is being indexed: this has not begun"]
    );
    server.finish_jobs().await;
    let both = vec![customer.clone(), "c".to_owned()];
    let back = vec!["c".to_owned(), customer.clone()];
    for (query, wanted) in [
        ("/Patient?_include=Patient:cobbler", &both),
        ("/Patient?_include=Patient:cobbler:Organization", &both),
        ("/Patient?_include=*", &both),
        ("/Organization?name=Cobblers&_revinclude=Patient:cobbler", &back),
        ("/Organization?name=Cobblers&_revinclude=*", &back),
        ("/Patient?cobbler.name=Cobblers", &vec![customer.clone()]),
        ("/Organization?_has:Patient:cobbler:birthdate=1852-05-04", &vec!["c".to_owned()]),
    ] {
        assert_eq!(&found(&fhir, query).await, wanted, "{query}");
    }
    let told = fhir.get("/metadata").await.json();
    let of = |name: &str| {
        let all = told["rest"][0]["resource"].as_array().unwrap();
        all.iter().find(|one| one["type"] == name).unwrap().clone()
    };
    assert!(of("Patient")["searchInclude"].as_array().unwrap().contains(&json!("Patient:cobbler")));
    assert!(of("Organization")["searchRevInclude"].as_array().unwrap().contains(&json!("Patient:cobbler")));
    // What points at another type than the parameter does is not followed.
    assert_eq!(
        fhir.get("/Patient?_include=Patient:cobbler:Practitioner").await.refused(400),
        ["not-supported: _include: cobbler of Patient does not point at Practitioner"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn conditional_interactions_go_by_it() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &shod(40)).await;
    let create = async || {
        let request = fhir.request(reqwest::Method::POST, "/Patient").header("If-None-Exist", "shoe-size=40");
        let request = request.header("Content-Type", "application/fhir+json").body(shod(40).to_string());
        crate::harness::Answer::of(request).await
    };
    assert_eq!(
        create().await.refused(400),
        ["not-supported: \"shoe-size\" is not a search parameter of Patient"]
    );
    stored(&fhir, &shoe_size()).await;
    assert_eq!(
        create().await.refused(400),
        ["not-supported: shoe-size is not searchable yet, it is being indexed: this has not begun"]
    );
    server.finish_jobs().await;
    let answer = create().await;
    assert_eq!((answer.status, &answer.json()["id"]), (200, &json!(id)));
    assert_eq!(fhir.delete("/Patient?shoe-size=40").await.status, 204);
    assert_eq!(create().await.status, 201);
}
