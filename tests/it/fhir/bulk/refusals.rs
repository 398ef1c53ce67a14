//! What is refused, and what is passed over where the client asks for that.

use reqwest::Method;
use serde_json::json;

use super::{exports, files, finished, kick_off, kick_off_with, manifest, status_of};
use crate::fhir::access::two_patients;
use crate::harness::{Answer, Server};

const FORBIDDEN: [&str; 1] = ["forbidden: the credential does not grant this"];
const ABSENT: [&str; 1] = ["not-found: there is no such resource"];

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_asked_for_asynchronously() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let told = ["not-supported: an export is answered later: Prefer must be respond-async"];
    for path in ["/$export", "/Patient/$export", "/Group/x/$export"] {
        assert_eq!(fhir.get(path).await.refused(400), told, "{path}");
        let post = Answer::of(fhir.request(Method::POST, path).header("Prefer", "handling=lenient")).await;
        assert_eq!(post.refused(400), told, "{path}");
    }
    assert_eq!(exports(&server).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_scope_of_a_system_exports_nothing() {
    let server = Server::start().await;
    two_patients(&server).await;
    for path in ["/fhir/$export", "/fhir/Patient/$export", "/fhir/$export-status/1", "/fhir/$export-file/1/2"]
    {
        assert_eq!(Answer::of(server.request(Method::GET, path)).await.status, 401, "{path}");
    }
    for scope in ["patient/*.rs", "user/*.rs"] {
        let app = server.fhir_about("a", scope).await;
        for path in ["/$export", "/Patient/$export", "/$export?_type=Patient"] {
            assert_eq!(kick_off(&app, path).await.refused(403), FORBIDDEN, "{scope} {path}");
        }
        for path in ["/$export-status/1", "/$export-file/1/2"] {
            assert_eq!(app.get(path).await.refused(403), FORBIDDEN, "{scope} {path}");
        }
    }
    for (scope, path) in [
        ("system/Patient.rs", "/$export?_type=Patient,Observation"),
        ("system/Patient.r", "/$export?_type=Patient"),
        ("system/Patient.s", "/$export"),
        ("system/Organization.rs", "/Patient/$export"),
        ("system/Patient.rs", "/Group/x/$export"),
    ] {
        let program = server.fhir_with(scope).await;
        assert_eq!(kick_off(&program, path).await.refused(403), FORBIDDEN, "{scope} {path}");
    }
    assert_eq!(exports(&server).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_breaks_the_glass_for_an_export() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let request = fhir.request(Method::GET, "/$export").header("Prefer", "respond-async");
    let refused = Answer::of(request.header("X-Break-The-Glass", "unconscious")).await;
    assert_eq!(
        refused.refused(400),
        [
            "not-supported: X-Break-The-Glass is for the record of a patient at hand: bulk data set no Consent aside"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_exported_is_refused() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let deleted = json!({ "resourceType": "Group", "id": "gone", "type": "person", "actual": true });
    assert_eq!(fhir.put("/Group/gone", &deleted).await.status, 201);
    assert_eq!(fhir.delete("/Group/gone").await.status, 204);
    assert_eq!(kick_off(&fhir, "/Group/none/$export").await.refused(404), ABSENT);
    assert_eq!(kick_off(&fhir, "/Group/gone/$export").await.status, 410);
    for (path, told) in [
        (
            "/$export?_outputFormat=text/csv",
            "_outputFormat must be one of: application/fhir+ndjson, application/ndjson, ndjson",
        ),
        ("/$export?_type=NoSuchType", "_type: \"NoSuchType\" is not a resource type of R4"),
        (
            "/$export?_type=Patient,AuditEvent",
            "_type: the audit trail is not exported: a search for AuditEvent finds it",
        ),
        ("/$export?_typ=Patient", "\"_typ\" is not supported by $export"),
        (
            "/$export?includeAssociatedData=RelevantProvenanceResources",
            "\"includeAssociatedData\" is not supported by $export",
        ),
        ("/$export?organizeOutputBy=Patient", "\"organizeOutputBy\" is not supported by $export"),
        ("/$export?patient=Patient/a", "patient: an export of the whole system is not of some patients"),
        ("/Patient/$export?patient=Patient/a", "patient: patients are named by references, in a POST"),
        ("/Patient/$export?_type=Organization", "_type: Organization is in no patient's compartment"),
        (
            "/Patient/$export?_type=Binary",
            "_type: Binary is not exported with patients: a DocumentReference has the address of its content",
        ),
        (
            "/$export?_type=Patient&_typeFilter=Group%3Factual%3Dtrue",
            "_typeFilter: resources of type Group are not asked for",
        ),
        (
            "/$export?_typeFilter=Patient%3Fshoe%3D46",
            "_typeFilter: Patient: \"shoe\" is not a search parameter of Patient",
        ),
        (
            "/$export?_typeFilter=Patient%3F_sort%3Dname",
            "_typeFilter: Patient: \"_sort\" is not a search parameter of Patient",
        ),
        (
            "/$export?_typeFilter=Patient%3F_include%3DPatient:link",
            "_typeFilter: Patient: \"_include\" tells no resource from another",
        ),
    ] {
        assert_eq!(kick_off(&fhir, path).await.refused(400), [format!("not-supported: {told}")], "{path}");
    }
    let value = kick_off(&fhir, "/$export?_typeFilter=Patient%3Fbirthdate%3Dsoon").await.refused(400);
    assert!(value[0].starts_with("value: _typeFilter: Patient: birthdate"), "{value:?}");
    assert_eq!(exports(&server).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn patients_who_are_not_there_are_refused() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let group = json!({ "resourceType": "Group", "id": "g", "type": "person", "actual": true,
        "member": [{ "entity": { "reference": "Patient/a" } }] });
    assert_eq!(fhir.put("/Group/g", &group).await.status, 201);
    let patient =
        |id: &str| json!([{ "name": "patient", "valueReference": { "reference": format!("Patient/{id}") } }]);
    let absent = kick_off_with(&fhir, "/Patient/$export", &patient("nobody")).await;
    assert_eq!(
        absent.refused(400),
        ["not-found: patient: not all of the patients are there, or this client may see them"]
    );
    let stranger = kick_off_with(&fhir, "/Group/g/$export", &patient("b")).await;
    assert_eq!(stranger.refused(400), ["not-found: patient: Patient/b is no member of the Group"]);
    let system = kick_off_with(&fhir, "/$export", &patient("a")).await;
    assert_eq!(
        system.refused(400),
        ["not-supported: patient: an export of the whole system is not of some patients"]
    );
    let broken =
        kick_off_with(&fhir, "/Patient/$export", &json!([{ "name": "_type", "valueBoolean": true }])).await;
    assert_eq!(
        broken.refused(400),
        [
            "value: a parameter of $export has a name and one value, a text or a reference (Parameters.parameter[0])"
        ]
    );
    assert_eq!(exports(&server).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_lenient_handling_what_is_passed_over_is_in_a_file() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let path = "/Patient/$export?_type=Patient,Nope,Organization&_typeFilter=Group%3Factual%3Dtrue&organizeOutputBy=Patient";
    let request = fhir.request(Method::GET, path).header("Prefer", "respond-async, handling=lenient");
    let manifest = finished(&fhir, &Answer::of(request).await).await;
    assert_eq!(manifest["output"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&manifest["error"][0]["type"], &manifest["error"][0]["count"]),
        (&json!("OperationOutcome"), &json!(4))
    );
    let told = files(&fhir, &manifest, "error").await;
    let told: Vec<_> = told[0].iter().map(|outcome| outcome["issue"][0].clone()).collect();
    let warning = |text: &str| json!({ "severity": "warning", "code": "not-supported", "diagnostics": text });
    assert_eq!(
        told,
        [
            warning("_type: \"Nope\" is not a resource type of R4"),
            warning("\"organizeOutputBy\" is not supported by $export"),
            warning("_type: Organization is in no patient's compartment"),
            warning("_typeFilter: resources of type Group are not asked for"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_has_ten_exports_under_way_at_most() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let mut statuses = Vec::new();
    for _ in 0..10 {
        statuses.push(status_of(&kick_off(&fhir, "/$export?_type=Patient").await));
    }
    let refused = kick_off(&fhir, "/$export?_type=Patient").await;
    assert_eq!(
        refused.refused(429),
        [
            "throttled: this client has asked for too much at a time: wait for some of it to end, or delete some"
        ]
    );
    assert_eq!(refused.header("retry-after"), "10");
    let other = server.fhir_with("system/*.rs").await;
    status_of(&kick_off(&other, "/$export?_type=Patient").await);
    assert_eq!(fhir.delete(&statuses[0]).await.status, 202);
    manifest(&fhir, "/$export?_type=Patient").await;
    manifest(&fhir, "/$export?_type=Patient").await;
}
