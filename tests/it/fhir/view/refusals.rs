//! What is refused, and how that is told.

use serde_json::{Value, json};

use super::{of, reference, run, view};
use crate::fhir::{patient, stored};
use crate::harness::Server;

const RUN: &str = "/ViewDefinition/$run";

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_none_is_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let view = view("Patient", &[("id", "id", "id")]);
    let sent = json!({ "name": "resource", "resource": patient() });
    for (path, parameters, refusal) in [
        (RUN, vec![], "required: viewResource or viewReference is required"),
        (
            RUN,
            vec![of(&view), reference("viewReference", "ViewDefinition/x")],
            "value: there may be one of viewResource and viewReference",
        ),
        (RUN, vec![of(&view), of(&view)], "value: viewResource is given twice"),
        (
            RUN,
            vec![reference("viewReference", "Patient/x")],
            "value: viewReference: this is a resource of another type",
        ),
        (
            "/ViewDefinition/x/$run",
            vec![of(&view)],
            "not-supported: the address names the view: there may be neither viewResource nor viewReference",
        ),
        (
            RUN,
            vec![of(&view), json!({ "name": "source", "valueString": "s3://x" })],
            "not-supported: source is not supported",
        ),
        (
            RUN,
            vec![of(&view), json!({ "name": "header", "valueString": "yes" })],
            "value: header must be true or false",
        ),
        (
            RUN,
            vec![of(&view), json!({ "name": "_limit", "valueInteger": -1 })],
            "value: _limit must be a whole number from 0 on",
        ),
        (
            RUN,
            vec![of(&view), json!({ "name": "_since", "valueString": "2026" })],
            "value: _since must be an instant such as 2026-01-31T12:00:00Z",
        ),
        (
            RUN,
            vec![of(&view), reference("patient", "Group/1")],
            "value: patient must be a reference such as Patient/1",
        ),
        (
            RUN,
            vec![of(&view), reference("patient", "Patient/none")],
            "not-found: patient: there is no such patient, or this client may not see them",
        ),
        (RUN, vec![of(&view), reference("group", "Group/none")], "not-found: group: there is no such Group"),
        (
            RUN,
            vec![of(&view), sent.clone(), reference("patient", "Patient/1")],
            "not-supported: patient, group and _since choose among what is stored, and resources are sent along",
        ),
        (
            RUN,
            vec![of(&view), json!({ "name": "resource", "resource": { "resourceType": "Dog" } })],
            "structure: resource[0] is no resource of R4 (Parameters.parameter)",
        ),
    ] {
        assert_eq!(run(&fhir, path, &parameters).await.refused(400), [refusal]);
    }
    let formats = "there are json, ndjson, csv, parquet";
    assert_eq!(
        run(&fhir, "/ViewDefinition/$run?_format=table", &[of(&view)]).await.refused(400),
        [format!("not-supported: _format: \"table\" is not supported: {formats}")]
    );
    assert_eq!(
        fhir.get("/ViewDefinition/none/$run").await.refused(404),
        ["not-found: there is no such resource"]
    );
    let unknown = reference("viewReference", "https://example.org/views/none");
    assert_eq!(run(&fhir, RUN, &[unknown]).await.status, 404);
    assert_eq!(fhir.post(RUN, &patient()).await.status, 400, "no Parameters");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_is_none_is_refused_with_its_place() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let select = |select: Value| json!({ "resourceType": "ViewDefinition", "resource": "Patient", "select": [select] });
    let column = |name: &str, path: &str| json!({ "name": name, "path": path });
    for (view, refusals) in [
        (
            select(json!({ "column": [column("id", "nothing.of(this")] })),
            vec![
                "value: the expression is not understood at character 8: a function that is known is expected (ViewDefinition.select[0].column[0].path)",
            ],
        ),
        (
            select(json!({ "column": [column("id", "id"), column("id", "%gone")] })),
            vec![
                "not-found: the expression names a variable that is no constant of the view (ViewDefinition.select[0].column[1].path)",
            ],
        ),
        (
            select(json!({ "column": [column("id", "id"), column("id", "active")] })),
            vec![
                "duplicate: there is another column with this name (ViewDefinition.select[0].column[1].name)",
            ],
        ),
        (
            select(
                json!({ "unionAll": [{ "column": [column("a", "id")] }, { "column": [column("b", "id")] }] }),
            ),
            vec![
                "business-rule: the columns of all parts of a union have the same names and types, in the same order (ViewDefinition.select[0].unionAll[1])",
            ],
        ),
    ] {
        assert_eq!(run(&fhir, RUN, &[of(&view)]).await.refused(422), refusals);
    }
    let odd = run(&fhir, RUN, &[of(&select(json!({ "forEach": 1, "columns": [] })))]).await.refused(422);
    assert!(odd.iter().any(|one| one.ends_with("(ViewDefinition.select[0].forEach)")), "{odd:?}");
    assert!(odd.iter().any(|one| one.contains("has no element columns")), "{odd:?}");
    let of_trail = view("AuditEvent", &[("id", "id", "id")]);
    assert_eq!(
        run(&fhir, RUN, &[of(&of_trail)]).await.refused(422),
        [
            "not-supported: the audit trail is not exported: a search for AuditEvent finds it (ViewDefinition.resource)"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expression_that_fails_on_a_resource_tells_on_which() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut several = patient();
    several["name"] = json!([{ "family": "Liddell" }, { "family": "Hargreaves" }]);
    let id = stored(&fhir, &several).await;
    let families = view("Patient", &[("family", "name.family", "string")]);
    let said = "there are several values, and the column has no collection (ViewDefinition.select[0].column[0].path)";
    assert_eq!(
        run(&fhir, RUN, &[of(&families)]).await.refused(422),
        [format!("processing: Patient/{id}: {said}")]
    );
    let read = "SELECT count(*) FROM audit_event WHERE interaction = 'view-run' AND outcome = 'success' AND type = 'Patient'";
    assert_eq!(server.number(read).await, 1, "the refusal tells of a resource that was read");
    let sent = |resource: &Value| json!({ "name": "resource", "resource": resource });
    assert_eq!(
        run(&fhir, RUN, &[of(&families), sent(&patient()), sent(&several)]).await.refused(422),
        [format!("processing: resource[1]: {said}")]
    );
    let wrong = view("Patient", &[("born", "birthDate", "boolean")]);
    let told = run(&fhir, RUN, &[of(&wrong)]).await.refused(422);
    assert!(told[0].contains("the column's type is boolean, and the value is a text"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_would_take_all_there_is_is_given_up() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    stored(&fhir, &patient()).await;
    let letters = "x".repeat(100);
    let each = |name: &str| json!({ "forEach": format!("'{letters}'.toChars()"), "column": [{ "name": name, "path": "$this" }] });
    let wide = json!({ "resourceType": "ViewDefinition", "resource": "Patient", "select": [each("a"), each("b"), each("c"), each("d")] });
    let told = run(&fhir, RUN, &[of(&wide)]).await.refused(422);
    assert!(told[0].starts_with("too-costly: ") && told[0].contains("more than 200000 rows"), "{told:?}");
}
