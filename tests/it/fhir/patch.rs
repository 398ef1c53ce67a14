//! PATCH [base]/[type]/[id].

use reqwest::Method;
use serde_json::{Value, json};

use super::{patient, stored};
use crate::harness::{Answer, Fhir, Server};

const JSON_PATCH: &str = "application/json-patch+json";

async fn patch(fhir: &Fhir<'_>, path: &str, operations: &Value) -> Answer {
    let request = fhir.request(Method::PATCH, path).header("Content-Type", JSON_PATCH);
    Answer::of(request.body(operations.to_string())).await
}

/// A FHIRPath Patch with one operation.
fn operation(parts: &Value) -> Value {
    json!({ "resourceType": "Parameters", "parameter": [{ "name": "operation", "part": parts }] })
}

async fn fhirpath(fhir: &Fhir<'_>, path: &str, parts: &Value) -> Answer {
    fhir.send(Method::PATCH, path, operation(parts).to_string()).await
}

/// How many versions there are in all.
async fn versions(server: &Server) -> i64 {
    server.number("SELECT sum(version)::bigint FROM resource").await
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_patches_and_other_media_types_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    for (operations, refusal) in [
        (json!({}), "structure: a JSON Patch is an array of operations"),
        (
            json!([{ "op": "remove" }]),
            "structure: operation 1: path must be a JSON Pointer such as /name/0/family",
        ),
        (
            json!([{ "op": "erase", "path": "/name" }]),
            "structure: operation 1: op must be add, remove, replace, move, copy or test",
        ),
    ] {
        assert_eq!(patch(&fhir, &path, &operations).await.refused(400), [refusal]);
    }
    let not_json = fhir.request(Method::PATCH, &path).header("Content-Type", JSON_PATCH).body("[");
    assert_eq!(Answer::of(not_json).await.refused(400).len(), 1);
    let no_parameters = fhir.send(Method::PATCH, &path, patient().to_string()).await;
    assert_eq!(no_parameters.refused(400), ["structure: a FHIRPath Patch is a Parameters resource"]);
    let unsupported = json!([{ "name": "type", "valueCode": "delete" }, { "name": "path", "valueString": "Patient.name | Patient.id" }]);
    assert_eq!(
        fhirpath(&fhir, &path, &unsupported).await.refused(400),
        [
            "not-supported: operation 1: the path is not understood at character 14: a step or the end is expected"
        ]
    );
    for media in
        ["application/json", "text/plain", "application/merge-patch+json", "application/xml-patch+xml"]
    {
        let request = fhir.request(Method::PATCH, &path).header("Content-Type", media).body("[]");
        let answer = Answer::of(request).await;
        assert_eq!(
            answer.refused(415),
            [
                "not-supported: the body must be of type application/json-patch+json, application/fhir+json, application/fhir+xml"
            ],
            "{media}"
        );
        assert_eq!(
            answer.header("accept-patch"),
            "application/json-patch+json, application/fhir+json, application/fhir+xml"
        );
    }
    assert_eq!(versions(&server).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_gone_cannot_be_patched() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let nothing = json!([]);
    assert_eq!(
        patch(&fhir, "/Patient/under_score", &nothing).await.refused(400),
        ["value: an id has 1 to 64 letters, digits, hyphens and dots"]
    );
    assert_eq!(
        patch(&fhir, "/Patient/never-was", &nothing).await.refused(404),
        ["not-found: there is no such resource"]
    );
    assert_eq!(
        patch(&fhir, "/Dog/1", &nothing).await.refused(404),
        ["not-supported: there is no such resource type in R4"]
    );
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    fhir.delete(&path).await;
    assert_eq!(patch(&fhir, &path, &nothing).await.refused(410), ["deleted: the resource was deleted"]);
    assert_eq!(server.number("SELECT count(*) FROM audit_event WHERE interaction = 'patch'").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_is_not_valid_is_refused_and_nothing_is_stored() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    for (operation, refusal) in [
        (
            json!({ "op": "replace", "path": "/birthDate", "value": "31/12/1999" }),
            "value: birthDate must be a date that exists, written YYYY, YYYY-MM or YYYY-MM-DD. (Patient.birthDate)",
        ),
        (
            json!({ "op": "add", "path": "/nosuchelement", "value": 1 }),
            "structure: Patient has no element nosuchelement. (Patient)",
        ),
        (
            json!({ "op": "add", "path": "/name/-", "value": {} }),
            "structure: An object must not be empty; leave the element out. (Patient.name[1])",
        ),
        (
            json!({ "op": "replace", "path": "/resourceType", "value": "Observation" }),
            "business-rule: a patch must not change resourceType (Patient.resourceType)",
        ),
        (
            json!({ "op": "replace", "path": "/id", "value": "other" }),
            "business-rule: a patch must not change id (Patient.id)",
        ),
        (json!({ "op": "remove", "path": "/id" }), "business-rule: a patch must not change id (Patient.id)"),
        (
            json!({ "op": "replace", "path": "/meta/versionId", "value": "7" }),
            "business-rule: a patch must not change meta.versionId (Patient.meta.versionId)",
        ),
        (
            json!({ "op": "test", "path": "/birthDate", "value": "1852-05-05" }),
            "processing: operation 1: the test failed: the value is another",
        ),
        (
            json!({ "op": "remove", "path": "/gender" }),
            "processing: operation 1: there is nothing at the path",
        ),
    ] {
        assert_eq!(patch(&fhir, &path, &json!([operation])).await.refused(422), [refusal], "{operation}");
    }
    let none = json!([
        { "name": "type", "valueCode": "replace" },
        { "name": "path", "valueString": "Patient.gender" },
        { "name": "value", "valueCode": "female" },
    ]);
    assert_eq!(
        fhirpath(&fhir, &path, &none).await.refused(422),
        ["processing: operation 1: the path selects no element"]
    );
    assert_eq!(versions(&server).await, 1);
    assert_eq!(server.number("SELECT count(*) FROM audit_event WHERE outcome = 'refused'").await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_needs_the_right_to_update_and_shows_the_result_to_readers_only() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    let change = json!([{ "op": "add", "path": "/active", "value": true }]);
    for scope in ["system/Patient.crds", "system/Observation.cruds"] {
        let refused = patch(&server.fhir_with(scope).await, &path, &change).await;
        assert_eq!(refused.refused(403), ["forbidden: the credential does not grant this"], "{scope}");
    }
    let blind = patch(&server.fhir_with("system/Patient.u").await, &path, &change).await;
    assert_eq!((blind.status, blind.text.as_str(), blind.header("etag")), (200, "", "W/\"2\""));
    let seeing = patch(&server.fhir_with("system/Patient.ru").await, &path, &change).await;
    assert_eq!((seeing.status, &seeing.json()["active"]), (200, &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_version_is_not_patched() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    let patch_if = async |tag: &str| {
        let request = fhir.request(Method::PATCH, &path).header("If-Match", tag);
        let body = json!([{ "op": "add", "path": "/active", "value": true }]).to_string();
        Answer::of(request.header("Content-Type", JSON_PATCH).body(body)).await
    };
    let stale = patch_if("W/\"2\"").await;
    assert_eq!(stale.refused(412), ["conflict: the resource has changed: its current version is 1"]);
    assert_eq!(stale.header("etag"), "W/\"1\"");
    assert_eq!(
        patch_if("soon").await.refused(400),
        ["value: If-Match must be an entity tag such as W/\"3\""]
    );
    let current = patch_if("W/\"1\"").await;
    assert_eq!((current.status, current.header("etag")), (200, "W/\"2\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_json_patch_changes_what_it_says_and_nothing_else() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let sent = r#"{"resourceType":"Patient","extension":[{"url":"http://e.org/x","valueDecimal":1.500}],"birthDate":"1852-05-04","name":[{"family":"Liddell","given":["Alice"]}]}"#;
    let id = fhir.send(Method::POST, "/Patient", sent).await.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/Patient/{id}");
    let operations = json!([
        { "op": "test", "path": "/extension/0/valueDecimal", "value": 1.5 },
        { "op": "add", "path": "/name/0/given/1", "value": "Pleasance" },
        { "op": "add", "path": "/gender", "value": "female" },
        { "op": "remove", "path": "/birthDate" },
    ]);
    let changed = patch(&fhir, &path, &operations).await;
    assert_eq!((changed.status, changed.header("etag")), (200, "W/\"2\""));
    assert_eq!(changed.header("location"), format!("http://127.0.0.1:8080/fhir/Patient/{id}/_history/2"));
    assert_eq!(
        changed.text,
        format!(
            r#"{{"resourceType":"Patient","id":"{id}","meta":{{"versionId":"2","lastUpdated":"2026-11-21T12:00:00.000001Z"}},"extension":[{{"url":"http://e.org/x","valueDecimal":1.500}}],"name":[{{"family":"Liddell","given":["Alice","Pleasance"]}}],"gender":"female"}}"#
        )
    );
    assert_eq!(fhir.get(&path).await.text, changed.text);
    assert_eq!(fhir.get("/Patient?gender=female").await.json()["total"], 1);
    assert_eq!(fhir.get("/Patient?birthdate=1852").await.json()["total"], 0);
    assert_eq!(fhir.get(&format!("{path}/_history/1")).await.json()["birthDate"], "1852-05-04");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_that_changes_nothing_is_answered_all_the_same() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    let empty = patch(&fhir, &path, &json!([])).await;
    assert_eq!((empty.status, &empty.json()["birthDate"]), (200, &json!("1852-05-04")));
    let same =
        patch(&fhir, &path, &json!([{ "op": "replace", "path": "/birthDate", "value": "1852-05-04" }])).await;
    assert_eq!(same.status, 200);
    let parameters = fhir.send(Method::PATCH, &path, r#"{"resourceType":"Parameters"}"#).await;
    assert_eq!(parameters.status, 200);
    let minimal = fhir.request(Method::PATCH, &path).header("Prefer", "return=minimal");
    let minimal = Answer::of(minimal.header("Content-Type", JSON_PATCH).body("[]")).await;
    assert_eq!((minimal.status, minimal.text.as_str()), (200, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fhirpath_patch_selects_and_changes() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut sent = patient();
    sent["name"] =
        json!([{ "use": "official", "family": "Liddell" }, { "use": "maiden", "family": "Hargreaves" }]);
    let path = format!("/Patient/{}", stored(&fhir, &sent).await);
    let changed = fhirpath(
        &fhir,
        &path,
        &json!([
            { "name": "type", "valueCode": "replace" },
            { "name": "path", "valueString": "Patient.name.where(use = 'maiden').family" },
            { "name": "value", "valueString": "Pleasance" },
        ]),
    )
    .await;
    assert_eq!((changed.status, changed.header("etag")), (200, "W/\"2\""));
    assert_eq!(
        changed.json()["name"],
        json!([{ "use": "official", "family": "Liddell" }, { "use": "maiden", "family": "Pleasance" }])
    );
    let added = fhirpath(
        &fhir,
        &path,
        &json!([
            { "name": "type", "valueCode": "add" },
            { "name": "path", "valueString": "Patient" },
            { "name": "name", "valueString": "contact" },
            { "name": "value", "part": [{ "name": "name", "valueHumanName": { "text": "Lorina" } }] },
        ]),
    )
    .await;
    assert_eq!(added.json()["contact"], json!([{ "name": { "text": "Lorina" } }]));
    assert_eq!(server.text("SELECT interaction FROM audit_event WHERE version = 3").await, "patch");
    assert_eq!(
        fhir.get("/AuditEvent?subtype=patch&action=U").await.json()["entry"].as_array().unwrap().len(),
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_patches_that_come_at_once_none_is_lost() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    let add = |n: usize| json!([{ "op": "add", "path": "/name/-", "value": { "text": format!("n{n}") } }]);
    let patches: Vec<_> = (0..12).map(add).collect();
    let answers = futures_util::future::join_all(patches.iter().map(|p| patch(&fhir, &path, p))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let names = fhir.get(&path).await.json()["name"].as_array().unwrap().len();
    assert_eq!((names, versions(&server).await), (13, 13));
}
