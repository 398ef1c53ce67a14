//! What is wrong with a resource. <https://hl7.org/fhir/R4/resource-operation-validate.html>

use serde_json::{Value, json};

use crate::harness::{Answer, Server};

/// Severity, code and place of each issue.
fn issues(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let outcome = answer.json();
    assert_eq!(outcome["resourceType"], "OperationOutcome");
    let of = |issue: &Value| {
        let text = |name: &str| issue[name].as_str().unwrap_or_default().to_owned();
        let place = issue["expression"][0].as_str().unwrap_or_default();
        format!("{} {} {place}", text("severity"), text("code")).trim().to_owned()
    };
    outcome["issue"].as_array().unwrap().iter().map(of).collect()
}

fn parameters(resource: &Value, more: &[Value]) -> Value {
    let mut parameter = vec![json!({ "name": "resource", "resource": resource })];
    parameter.extend(more.iter().cloned());
    json!({ "resourceType": "Parameters", "parameter": parameter })
}

/// A patient of whom but that is wrong which a test says: it has a narrative, which each resource should have.
fn patient(more: &Value) -> Value {
    let mut patient = json!({ "resourceType": "Patient",
        "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">Ann</div>" } });
    patient.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    patient
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let good = patient(&json!({}));
    let empty = json!({ "resourceType": "Parameters" });
    for (path, body, status) in [
        ("/Patient/$validate", &empty, 400),
        ("/Dog/$validate", &good, 404),
        ("/Patient/nobody/$validate", &good, 404),
        ("/Patient/$validate?mode=destroy", &good, 400),
        ("/Patient/$validate?mode=create&mode=update", &good, 400),
    ] {
        let answer = fhir.post(path, body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert_eq!(answer.json()["resourceType"], "OperationOutcome", "{path}");
    }
    let stranger = server.fhir_with("system/Observation.rs").await;
    fhir.put("/Patient/a", &json!({ "resourceType": "Patient", "id": "a" })).await;
    assert_eq!(stranger.get("/Patient/a/$validate").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_with_its_place() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (wrong, wanted) in [
        (json!({ "gender": "Male" }), "error code-invalid Patient.gender"),
        (json!({ "birthDate": "1.2.2020" }), "error value Patient.birthDate"),
        (json!({ "Gender": "male" }), "error structure Patient"),
        (json!({ "contact": [{ "gender": "male" }] }), "error invariant Patient.contact[0]"),
        (json!({ "photo": [{ "data": "aGk=" }] }), "error invariant Patient.photo[0]"),
        (json!({ "telecom": [{ "value": "1" }] }), "error invariant Patient.telecom[0]"),
        (
            json!({ "name": [{ "period": { "start": "2020", "end": "2019" } }] }),
            "error invariant Patient.name[0].period",
        ),
        (
            json!({ "managingOrganization": { "reference": "#none" } }),
            "error invariant Patient.managingOrganization",
        ),
        (
            json!({ "managingOrganization": { "reference": "Patient/a" } }),
            "error value Patient.managingOrganization.reference",
        ),
        (
            json!({ "contained": [{ "resourceType": "Organization", "id": "o", "name": "o",
            "text": { "status": "empty", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">o</div>" } }] }),
            "error invariant Patient.contained[0]",
        ),
        (json!({ "meta": { "profile": ["http://example.org/p"] } }), "warning not-found"),
    ] {
        let answer = fhir.post("/Patient/$validate", &patient(&wrong)).await;
        assert_eq!(issues(&answer), [wanted], "{wrong}");
    }
    let without_text = json!({ "resourceType": "Patient" });
    let answer = fhir.post("/Patient/$validate", &without_text).await;
    assert_eq!(issues(&answer), ["warning invariant Patient"]);
    let other = json!({ "resourceType": "Basic", "code": { "text": "x" } });
    assert_eq!(issues(&fhir.post("/Patient/$validate", &other).await)[0], "error invalid");
    let profile = json!({ "name": "profile", "valueUri": "http://example.org/p" });
    let answer = fhir.post("/Patient/$validate", &parameters(&patient(&json!({})), &[profile])).await;
    assert_eq!(issues(&answer), ["error not-found"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_resource_is_well_and_not_stored() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let good = patient(
        &json!({ "id": "a", "gender": "female", "extension": [{ "url": "http://example.org/e", "valueString": "x" }] }),
    );
    let well = ["information informational"];
    assert_eq!(issues(&fhir.post("/Patient/$validate", &good).await), well);
    assert_eq!(issues(&fhir.post("/Patient/$validate", &parameters(&good, &[])).await), well);
    let base = json!({ "name": "profile", "valueUri": "http://hl7.org/fhir/StructureDefinition/Patient" });
    let mode = json!({ "name": "mode", "valueCode": "update" });
    assert_eq!(issues(&fhir.post("/Patient/$validate", &parameters(&good, &[base, mode])).await), well);
    assert_eq!(fhir.get("/Patient/a").await.status, 404);
    let without_id = patient(&json!({}));
    assert_eq!(
        issues(&fhir.post("/Patient/$validate?mode=update", &without_id).await),
        ["error required Patient.id"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_resource_is_looked_at_as_it_is_or_is_to_be() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    // A write looks at the structure alone.
    let stored = patient(&json!({ "id": "a", "contact": [{ "gender": "male" }] }));
    assert_eq!(fhir.put("/Patient/a", &stored).await.status, 201);
    let wrong = ["error invariant Patient.contact[0]"];
    assert_eq!(issues(&fhir.get("/Patient/a/$validate").await), wrong);
    assert_eq!(
        issues(&fhir.post("/Patient/a/$validate", &json!({ "resourceType": "Parameters" })).await),
        wrong
    );
    let next = patient(&json!({ "id": "a" }));
    assert_eq!(
        issues(&fhir.post("/Patient/a/$validate?mode=update", &next).await),
        ["information informational"]
    );
    let other = patient(&json!({ "id": "b" }));
    assert_eq!(issues(&fhir.post("/Patient/a/$validate", &other).await), ["error value Patient.id"]);
    assert_eq!(issues(&fhir.get("/Patient/a/$validate?mode=delete").await), ["information informational"]);
}

/// A profile of Patient by which a patient has a family name, and an address in one of two states.
fn profile(version: &str, least: u32) -> Value {
    json!({ "resourceType": "StructureDefinition", "url": "http://example.org/profile", "version": version, "name": "Named", "status": "active",
        "kind": "resource", "abstract": false, "type": "Patient", "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "snapshot": { "element": [
            { "id": "Patient", "path": "Patient", "definition": "x", "min": 0, "max": "*", "base": { "path": "Patient", "min": 0, "max": "*" } },
            { "id": "Patient.name", "path": "Patient.name", "definition": "x", "min": least, "max": "*", "base": { "path": "Patient.name", "min": 0, "max": "*" }, "type": [{ "code": "HumanName" }],
              "constraint": [{ "key": "n-1", "severity": "error", "human": "A family name is told", "expression": "family.exists()" }] },
            { "id": "Patient.address", "path": "Patient.address", "definition": "x", "min": 0, "max": "*", "base": { "path": "Patient.address", "min": 0, "max": "*" }, "type": [{ "code": "Address" }] },
            { "id": "Patient.address.state", "path": "Patient.address.state", "definition": "x", "min": 0, "max": "1", "base": { "path": "Address.state", "min": 0, "max": "1" }, "type": [{ "code": "string" }],
              "binding": { "strength": "required", "valueSet": "http://example.org/states" } },
        ] } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_profile_is_kept_too() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for (version, least) in [("1.0.0", 0), ("2.0.0", 1)] {
        let answer = fhir.post("/StructureDefinition", &profile(version, least)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    let states = json!({ "resourceType": "ValueSet", "url": "http://example.org/states", "status": "active",
        "compose": { "include": [{ "system": "urn:states", "concept": [{ "code": "MA" }] }] } });
    assert_eq!(fhir.post("/ValueSet", &states).await.status, 201);
    let claims = |more: Value| {
        let mut patient = patient(&more);
        patient["meta"] = json!({ "profile": ["http://example.org/profile|2.0.0"] });
        patient
    };
    for (more, wanted) in [
        (json!({}), "error required Patient.name"),
        (json!({ "name": [{ "text": "Ann" }] }), "error invariant Patient.name[0]"),
        (
            json!({ "name": [{ "family": "A" }], "address": [{ "state": "XX" }] }),
            "error code-invalid Patient.address[0].state",
        ),
        (json!({ "name": [{ "family": "A" }], "address": [{ "state": "MA" }] }), "information informational"),
    ] {
        assert_eq!(issues(&fhir.post("/Patient/$validate", &claims(more.clone())).await), [wanted], "{more}");
    }
    // Versions of one definition are told apart.
    let first = json!({ "name": "profile", "valueUri": "http://example.org/profile|1.0.0" });
    assert_eq!(
        issues(&fhir.post("/Patient/$validate", &parameters(&patient(&json!({})), &[first])).await),
        ["information informational"]
    );
    let third = json!({ "name": "profile", "valueUri": "http://example.org/profile|3.0.0" });
    assert_eq!(
        issues(&fhir.post("/Patient/$validate", &parameters(&patient(&json!({})), &[third])).await),
        ["error not-found"]
    );
    // Who may not search for definitions learns nothing of them.
    let stranger = server.fhir_with("system/Patient.cruds").await;
    let named = claims(json!({ "name": [{ "family": "A" }] }));
    assert_eq!(issues(&stranger.post("/Patient/$validate", &named).await), ["warning not-found"]);
}
