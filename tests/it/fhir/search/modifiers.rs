//! `:missing`, `:not`, `:text`, `:of-type` and `:identifier`. <https://hl7.org/fhir/R4/search.html#modifiers>

use serde_json::json;

use super::Named;
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn modifiers_that_do_not_apply_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (query, modifier, code) in [
        ("/Observation?date:in=http://a.example/vs", "in", "date"),
        ("/Observation?subject:below=a", "below", "subject"),
        ("/Observation?code:exact=a", "exact", "code"),
        ("/Observation?code:of-type=a%7Cb%7Cc", "of-type", "code"),
        ("/Observation?subject:not=a", "not", "subject"),
        ("/Observation?subject:above=a", "above", "subject"),
        ("/Observation?date:not=2020", "not", "date"),
    ] {
        let refusal = format!("not-supported: the modifier {modifier:?} is not supported for {code}");
        assert_eq!(fhir.get(query).await.refused(400), [refusal], "{query}");
    }
    assert_eq!(
        fhir.get("/Patient?identifier:of-type=MR%7C1").await.refused(400),
        ["value: identifier:of-type must be [system of the type]|[type]|[value]"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_a_value_is_there_can_be_asked_of_every_type_of_parameter() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut patients = Named::new(&fhir);
    patients
        .store(
            "full",
            &json!({ "resourceType": "Patient", "gender": "male", "birthDate": "2000", "name": [{ "family": "A" }],
                "managingOrganization": { "reference": "Organization/o" } }),
        )
        .await;
    patients.store("empty", &json!({ "resourceType": "Patient", "active": true })).await;
    for parameter in ["gender", "birthdate", "family", "organization"] {
        let ask = async |value: &str| patients.found(&format!("/Patient?{parameter}:missing={value}")).await;
        assert_eq!((ask("true").await, ask("false").await), ("empty".into(), "full".into()), "{parameter}");
    }
    for parameter in ["_id", "_lastUpdated"] {
        let ask = async |value: &str| patients.found(&format!("/Patient?{parameter}:missing={value}")).await;
        assert_eq!((ask("true").await, ask("false").await), ("".into(), "empty full".into()), "{parameter}");
    }
    let mut others = Named::new(&fhir);
    let set = |url: Option<&str>| json!({ "resourceType": "ValueSet", "status": "draft", "url": url.unwrap_or("urn:x") });
    others.store("url", &set(None)).await;
    others.store("none", &json!({ "resourceType": "ValueSet", "status": "draft" })).await;
    assert_eq!(others.found("/ValueSet?url:missing=true").await, "none");
    let mut observations = Named::new(&fhir);
    let mut measured = super::observation("8867-4");
    measured["valueQuantity"] = json!({ "value": 1 });
    observations.store("measured", &measured).await;
    observations.store("none", &super::observation("8867-4")).await;
    assert_eq!(observations.found("/Observation?value-quantity:missing=false").await, "measured");
    assert_eq!(observations.found("/Observation?value-quantity:missing=true").await, "none");
}

#[tokio::test(flavor = "multi_thread")]
async fn not_finds_also_what_has_no_value() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut patients = Named::new(&fhir);
    for gender in ["male", "female", "other"] {
        patients.store(gender, &json!({ "resourceType": "Patient", "gender": gender })).await;
    }
    patients.store("none", &json!({ "resourceType": "Patient", "active": true })).await;
    assert_eq!(patients.found("/Patient?gender:not=male").await, "female none other");
    assert_eq!(patients.found("/Patient?gender:not=male,female").await, "none other");
    assert_eq!(patients.found("/Patient?gender:not=male&gender:missing=false").await, "female other");
    let id = &patients.names[0].0;
    assert_eq!(patients.found(&format!("/Patient?_id:not={id}")).await, "female none other");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_found_by_what_a_reader_sees() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut observations = Named::new(&fhir);
    let mut sugar = super::observation("15074-8");
    sugar["code"]["text"] = "Sugar level".into();
    sugar["code"]["coding"][0]["display"] = "Glücose in blood".into();
    observations.store("sugar", &sugar).await;
    observations.store("silent", &super::observation("15074-8")).await;
    for (query, wanted) in
        [("sugar", "sugar"), ("GLUCOSE", "sugar"), ("level", ""), ("15074-8", ""), ("pulse,sug", "sugar")]
    {
        assert_eq!(observations.found(&format!("/Observation?code:text={query}")).await, wanted, "{query}");
    }
    assert_eq!(observations.found("/Observation?code=sugar").await, "", "a text is no code");
}

#[tokio::test(flavor = "multi_thread")]
async fn identifiers_are_found_by_their_type_and_in_references() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut patients = Named::new(&fhir);
    let typed = |code: &str| {
        json!({ "resourceType": "Patient", "identifier": [
            { "type": { "coding": [{ "system": "urn:types", "code": code }], "text": "Record number" }, "system": "urn:a", "value": "7" }] })
    };
    patients.store("mr", &typed("MR")).await;
    patients.store("ss", &typed("SS")).await;
    for (query, wanted) in [
        ("identifier:of-type=urn:types%7CMR%7C7", "mr"),
        ("identifier:of-type=urn:types%7CMR%7C8", ""),
        ("identifier:of-type=urn:other%7CMR%7C7", ""),
        ("identifier:of-type=urn:types%7CSS%7C7,urn:types%7CMR%7C7", "mr ss"),
        ("identifier:text=record", "mr ss"),
        ("identifier=urn:a%7C7", "mr ss"),
    ] {
        assert_eq!(patients.found(&format!("/Patient?{query}")).await, wanted, "{query}");
    }
    let mut observations = Named::new(&fhir);
    let mut logical = super::observation("8867-4");
    logical["subject"] = json!({ "identifier": { "system": "urn:a", "value": "9" } });
    observations.store("logical", &logical).await;
    let mut literal = super::observation("8867-4");
    literal["subject"] = json!({ "reference": "Patient/9" });
    observations.store("literal", &literal).await;
    for (query, wanted) in [
        ("subject:identifier=urn:a%7C9", "logical"),
        ("subject:identifier=9", "logical"),
        ("subject:identifier=%7C9", ""),
        ("subject=9", "literal"),
        ("subject:missing=false", "literal logical"),
    ] {
        assert_eq!(observations.found(&format!("/Observation?{query}")).await, wanted, "{query}");
    }
}
