//! The routes of operations that answer at once.

use serde_json::{Value, json};

use super::routes::Walk;

pub(super) async fn all(walk: &mut Walk, token: &str, patient: &str) {
    let value_set = json!({ "resourceType": "ValueSet", "status": "active", "compose": { "include": [{ "system": "urn:x", "concept": [{ "code": "1852" }] }] } });
    let value_set = walk.fhir(token, "POST /fhir/{type}", "/ValueSet", &value_set).await.json();
    let of_set = format!("/ValueSet/{}/$expand", value_set["id"].as_str().unwrap());
    let published = "/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender";
    let (none, empty) = (Value::Null, json!({ "resourceType": "Parameters" }));
    walk.fhir(token, "GET /fhir/{type}/${operation}", published, &none).await;
    walk.fhir(token, "POST /fhir/{type}/${operation}", published, &empty).await;
    walk.fhir(token, "GET /fhir/{type}/{id}/${operation}", &of_set, &none).await;
    walk.fhir(token, "POST /fhir/{type}/{id}/${operation}", &of_set, &empty).await;
    let everything = format!("/Patient/{patient}/$everything");
    walk.fhir(token, "GET /fhir/{type}/{id}/$everything", &everything, &none).await;
    walk.fhir(token, "POST /fhir/{type}/{id}/$everything", &everything, &empty).await;
    let sent = json!({ "resourceType": "Patient" });
    walk.fhir(token, "POST /fhir/{type}/$validate", "/Patient/$validate", &sent).await;
    let validate = format!("/Patient/{patient}/$validate");
    walk.fhir(token, "GET /fhir/{type}/{id}/$validate", &validate, &none).await;
    walk.fhir(token, "POST /fhir/{type}/{id}/$validate", &validate, &empty).await;
}
