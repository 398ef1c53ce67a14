//! The routes of operations that answer at once.

use reqwest::RequestBuilder;
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
    walk.fhir(token, "GET /fhir/$meta", "/$meta", &none).await;
    walk.fhir(token, "GET /fhir/{type}/$meta", "/Patient/$meta", &none).await;
    let of_patient = |operation: &str| format!("/Patient/{patient}/${operation}");
    walk.fhir(token, "GET /fhir/{type}/{id}/$meta", &of_patient("meta"), &none).await;
    walk.fhir(token, "POST /fhir/$meta", "/$meta", &empty).await;
    walk.fhir(token, "POST /fhir/{type}/$meta", "/Patient/$meta", &empty).await;
    walk.fhir(token, "POST /fhir/{type}/{id}/$meta", &of_patient("meta"), &empty).await;
    let meta = json!({ "resourceType": "Parameters", "parameter": [{ "name": "meta", "valueMeta": { "tag": [{ "code": "seen" }] } }] });
    walk.fhir(token, "POST /fhir/{type}/{id}/$meta-add", &of_patient("meta-add"), &meta).await;
    walk.fhir(token, "POST /fhir/{type}/{id}/$meta-delete", &of_patient("meta-delete"), &meta).await;
    walk.fhir(token, "POST /fhir/{type}/{id}/$purge-history", &of_patient("purge-history"), &empty).await;
    let last = format!("/Observation/$lastn?patient={patient}");
    walk.fhir(token, "GET /fhir/Observation/$lastn", &last, &none).await;
    walk.fhir(token, "POST /fhir/Observation/$lastn", &last, &empty).await;
    let person = json!({ "resourceType": "Patient", "identifier": [{ "value": "x" }] });
    walk.fhir(token, "POST /fhir/Patient/$match", "/Patient/$match", &person).await;
    let composition = json!({ "resourceType": "Composition", "status": "final", "type": { "text": "x" }, "date": "2026-11-21", "title": "x",
        "author": [{ "display": "x" }], "subject": { "reference": format!("Patient/{patient}") } });
    let composition = walk.fhir(token, "POST /fhir/{type}", "/Composition", &composition).await.json();
    let document = format!("/Composition/{}/$document", composition["id"].as_str().unwrap());
    walk.fhir(token, "GET /fhir/Composition/{id}/$document", &document, &none).await;
    walk.fhir(token, "POST /fhir/Composition/{id}/$document", &document, &empty).await;
    let subscription = json!({ "resourceType": "Subscription", "status": "off", "reason": "x", "criteria": "Patient?",
        "channel": { "type": "rest-hook", "endpoint": "https://a.example/" } });
    let subscription = walk.fhir(token, "POST /fhir/{type}", "/Subscription", &subscription).await.json();
    let of_subscription =
        |operation: &str| format!("/Subscription/{}/${operation}", subscription["id"].as_str().unwrap());
    walk.fhir(token, "GET /fhir/Subscription/$status", "/Subscription/$status", &none).await;
    walk.fhir(token, "POST /fhir/Subscription/$status", "/Subscription/$status", &empty).await;
    walk.fhir(token, "GET /fhir/Subscription/{id}/$status", &of_subscription("status"), &none).await;
    walk.fhir(token, "POST /fhir/Subscription/{id}/$status", &of_subscription("status"), &empty).await;
    walk.fhir(token, "GET /fhir/Subscription/{id}/$events", &of_subscription("events"), &none).await;
    walk.fhir(token, "POST /fhir/Subscription/{id}/$events", &of_subscription("events"), &empty).await;
    let listening = json!({ "resourceType": "Subscription", "status": "active", "reason": "x", "criteria": "Patient?",
        "channel": { "type": "websocket" } });
    let listening = walk.fhir(token, "POST /fhir/{type}", "/Subscription", &listening).await.json();
    let (name, all) = ("get-ws-binding-token", "/Subscription/$get-ws-binding-token");
    let of_one = format!("/Subscription/{}/${name}", listening["id"].as_str().unwrap());
    walk.fhir(token, &format!("GET /fhir/Subscription/${name}"), all, &none).await;
    walk.fhir(token, &format!("POST /fhir/Subscription/${name}"), all, &empty).await;
    walk.fhir(token, &format!("GET /fhir/Subscription/{{id}}/${name}"), &of_one, &none).await;
    walk.fhir(token, &format!("POST /fhir/Subscription/{{id}}/${name}"), &of_one, &empty).await;
    views(walk, token).await;
}

/// A table by a view that is sent, named, and stored.
async fn views(walk: &mut Walk, token: &str) {
    let view = json!({ "resourceType": "ViewDefinition", "status": "active", "resource": "Patient",
        "select": [{ "column": [{ "name": "family", "path": "name.family.first()" }] }] });
    let stored = walk.fhir(token, "POST /fhir/{type}", "/ViewDefinition", &view).await.json();
    let id = stored["id"].as_str().unwrap();
    let (none, empty) = (Value::Null, json!({ "resourceType": "Parameters" }));
    let sent =
        json!({ "resourceType": "Parameters", "parameter": [{ "name": "viewResource", "resource": view }] });
    let named = format!("viewReference=ViewDefinition/{id}");
    let of_server = format!("/$viewdefinition-run?{named}");
    walk.fhir(token, "GET /fhir/$viewdefinition-run", &of_server, &none).await;
    walk.fhir(token, "POST /fhir/$viewdefinition-run", "/$viewdefinition-run", &sent).await;
    let of_type = format!("/ViewDefinition/$run?{named}");
    walk.fhir(token, "GET /fhir/ViewDefinition/${operation}", &of_type, &none).await;
    walk.fhir(token, "POST /fhir/ViewDefinition/${operation}", "/ViewDefinition/$run", &sent).await;
    let of_one = format!("/ViewDefinition/{id}/$run");
    walk.fhir(token, "GET /fhir/ViewDefinition/{id}/${operation}", &of_one, &none).await;
    walk.fhir(token, "POST /fhir/ViewDefinition/{id}/${operation}", &of_one, &empty).await;
    let view = json!({ "resourceType": "Parameters", "parameter": [{ "name": "view", "part": [{ "name": "viewReference", "valueReference": { "reference": format!("ViewDefinition/{id}") } }] }] });
    let mut status = String::new();
    for (pattern, path, body) in [
        ("/$viewdefinition-export", "/$viewdefinition-export".to_owned(), &view),
        (
            "/ViewDefinition/$viewdefinition-export",
            "/ViewDefinition/$viewdefinition-export".to_owned(),
            &view,
        ),
        (
            "/ViewDefinition/{id}/$viewdefinition-export",
            format!("/ViewDefinition/{id}/$viewdefinition-export"),
            &empty,
        ),
    ] {
        let with = |request: RequestBuilder| {
            let request = request.bearer_auth(token).header("Prefer", "respond-async");
            request.header("Content-Type", "application/fhir+json").body(body.to_string())
        };
        let taken = walk.step(&format!("POST /fhir{pattern}"), &format!("/fhir{path}"), with).await;
        status = taken.header("content-location").split_once("/fhir").unwrap().1.to_owned();
    }
    // Once it is made, its status leads to the result.
    walk.fhir(token, "GET /fhir/$viewdefinition-export-status/{job}", &status, &none).await;
    walk.server.finish_jobs().await;
    let result = status.replace("status", "result");
    let made = walk.fhir(token, "GET /fhir/$viewdefinition-export-result/{job}", &result, &none).await.json();
    let output = made["parameter"].as_array().unwrap().iter().find(|one| one["name"] == "output").unwrap();
    let file = output["part"][1]["valueUri"].as_str().unwrap().split_once("/fhir").unwrap().1.to_owned();
    walk.fhir(token, "GET /fhir/$viewdefinition-export-file/{job}/{file}", &file, &none).await;
    walk.fhir(token, "DELETE /fhir/$viewdefinition-export-status/{job}", &status, &none).await;
}
