//! What cannot become a search parameter, and what may be stored without becoming one.

use reqwest::Method;
use serde_json::json;

use super::{defined, found, parameter, shod, shoe_size, stored};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_indexed_is_refused_and_not_stored() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let with = |name: &str, value: serde_json::Value| {
        let mut changed = shoe_size();
        changed[name] = value;
        changed
    };
    for (changed, refusal) in [
        (
            with("expression", json!("Patient.name.first()")),
            "not-supported: for Patient: \"first()\" is not understood (SearchParameter.expression)",
        ),
        (
            with("expression", json!("Patient.extension.where(url.startsWith('http'))")),
            "not-supported: for Patient: \"where(url.startsWith('http'))\" is not understood (SearchParameter.expression)",
        ),
        (
            with("expression", json!("Patient.gender")),
            "value: for Patient it gives no values that a parameter of type number compares (SearchParameter.expression)",
        ),
        (
            with("type", json!("special")),
            "not-supported: parameters of type special cannot be added to this server's search (SearchParameter.type)",
        ),
        (
            with("code", json!("birthdate")),
            "duplicate: R4 has a search parameter birthdate for Patient already (SearchParameter.code)",
        ),
        (
            with("code", json!("_count")),
            "value: a search parameter's code has 1 to 64 letters, digits, hyphens and underscores, and begins with a letter or digit (SearchParameter.code)",
        ),
    ] {
        assert_eq!(fhir.post("/SearchParameter", &changed).await.refused(422), [refusal]);
        let mut put = changed.clone();
        put["id"] = "mine".into();
        assert_eq!(fhir.put("/SearchParameter/mine", &put).await.refused(422), [refusal]);
    }
    let mut without = shoe_size();
    without.as_object_mut().unwrap().remove("expression");
    assert_eq!(
        fhir.post("/SearchParameter", &without).await.refused(422),
        [
            "required: an active search parameter needs an expression: there is nothing to index without (SearchParameter.expression)"
        ]
    );
    let unknown = fhir.post("/SearchParameter", &with("base", json!(["Dog"]))).await;
    assert_eq!(unknown.status, 400, "the code is not of the value set: {}", unknown.text);
    assert_eq!(server.number("SELECT count(*) FROM resource").await, 0);
    assert_eq!(server.number("SELECT count(*) FROM reindex_job").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_parameter_of_a_transaction_is_named_by_its_entry() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let entry = |resource: serde_json::Value| {
        let url = resource["resourceType"].clone();
        json!({ "resource": resource, "request": { "method": "POST", "url": url } })
    };
    let mut bad = shoe_size();
    bad["expression"] = "Patient.shoe".into();
    let bundle =
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry(shod(40)), entry(bad)] });
    assert_eq!(
        fhir.post("", &bundle).await.refused(422),
        ["not-supported: for Patient: there is no element \"shoe\" (Bundle.entry[1].resource.expression)"]
    );
    assert_eq!(server.number("SELECT count(*) FROM resource").await, 0);
    // What comes in one transaction is found once the index is complete.
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry(shod(40)), entry(shoe_size())] });
    assert_eq!(fhir.post("", &bundle).await.status, 200);
    server.finish_jobs().await;
    assert_eq!(found(&fhir, "/Patient?shoe-size=40").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_given_once_for_a_type() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &shoe_size()).await;
    let taken =
        "duplicate: another SearchParameter defines shoe-size for Patient already (SearchParameter.code)";
    assert_eq!(fhir.post("/SearchParameter", &shoe_size()).await.refused(422), [taken]);
    let everywhere = parameter("shoe-size", "Resource", "uri", "Resource.meta.source");
    assert_eq!(fhir.post("/SearchParameter", &everywhere).await.refused(422), [taken]);
    // Another type may have it, and so may the same one when the first is gone.
    let other = parameter("shoe-size", "Person", "string", "Person.name");
    stored(&fhir, &other).await;
    fhir.delete(&format!("/SearchParameter/{id}")).await;
    stored(&fhir, &shoe_size()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn definitions_of_hl7_and_drafts_are_stored_and_add_nothing() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut hl7 = parameter("birthdate", "Patient", "date", "Patient.birthDate");
    hl7["url"] = "http://hl7.org/fhir/SearchParameter/individual-birthdate".into();
    stored(&fhir, &hl7).await;
    let mut draft = parameter("a:b", "Patient", "special", "nothing at all");
    draft["status"] = "draft".into();
    stored(&fhir, &draft).await;
    assert_eq!(server.number("SELECT count(*) FROM search_parameter").await, 0);
    assert_eq!(server.number("SELECT count(*) FROM search_parameter_set").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_is_not_active_any_more_is_unknown_at_once() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let wearer = stored(&fhir, &shod(40)).await;
    stored(&fhir, &shod(41)).await;
    let id = defined(&server, &fhir, &shoe_size()).await;
    assert_eq!(found(&fhir, "/Patient?shoe-size=40").await, [wearer.as_str()]);
    let strict = async || {
        let request = fhir.request(Method::GET, "/Patient?shoe-size=40").header("Prefer", "handling=strict");
        Answer::of(request).await
    };
    let unknown = "not-supported: \"shoe-size\" is not a search parameter of Patient";
    let mut retired = shoe_size();
    retired["id"] = id.as_str().into();
    retired["status"] = "retired".into();
    assert_eq!(fhir.put(&format!("/SearchParameter/{id}"), &retired).await.status, 200);
    assert_eq!(strict().await.refused(400), [unknown]);
    assert_eq!(found(&fhir, "/Patient?shoe-size=40").await.len(), 2, "lenient handling passes it over");

    let mut active = retired;
    active["status"] = "active".into();
    assert_eq!(fhir.put(&format!("/SearchParameter/{id}"), &active).await.status, 200);
    assert_eq!(
        strict().await.refused(400),
        ["not-supported: shoe-size is not searchable yet, it is being indexed: this has not begun"]
    );
    server.finish_jobs().await;
    assert_eq!(found(&fhir, "/Patient?shoe-size=40").await, [wearer.as_str()]);
    assert_eq!(fhir.delete(&format!("/SearchParameter/{id}")).await.status, 204);
    assert_eq!(strict().await.refused(400), [unknown]);
}
