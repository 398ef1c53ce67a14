//! Views that are stored like other resources, and named.

use serde_json::{Value, json};

use super::{reference, run, view};
use crate::fhir::access::{put, two_patients};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_has_not_its_shape_is_not_stored() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut odd = view("Patient", &[("id", "id", "id")]);
    odd["select"][0]["columns"] = json!([]);
    assert_eq!(fhir.post("/ViewDefinition", &odd).await.status, 400);
    let mut none = view("Patient", &[]);
    none.as_object_mut().unwrap().remove("resource");
    let told = fhir.post("/ViewDefinition", &none).await;
    assert_eq!(told.status, 400, "{}", told.text);
    let stranger = server.fhir_with("system/Patient.cruds").await;
    assert_eq!(stranger.post("/ViewDefinition", &view("Patient", &[("id", "id", "id")])).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_stored_found_and_run_by_its_id_and_its_url() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let url = "https://example.org/views/patients";
    for (id, version, column) in [("old", "1", "old"), ("new", "2", "new")] {
        let mut of_patients = view("Patient", &[(column, "getResourceKey()", "id")]);
        of_patients["url"] = json!(url);
        of_patients["version"] = json!(version);
        of_patients["name"] = json!("patients");
        put(&fhir, "ViewDefinition", id, of_patients).await;
        server.app.clock.advance_s(1);
    }
    let found = fhir.get(&format!("/ViewDefinition?url={url}&version=1&resource=Patient")).await.json();
    assert_eq!((&found["total"], &found["entry"][0]["resource"]["id"]), (&json!(1), &json!("old")));
    let old = "{\"old\":\"a\"}\n{\"old\":\"b\"}\n";
    let new = old.replace("old", "new");
    for name in ["run", "viewdefinition-run"] {
        assert_eq!(fhir.get(&format!("/ViewDefinition/old/${name}")).await.text, old);
        assert_eq!(run(&fhir, &format!("/ViewDefinition/old/${name}"), &[]).await.text, old);
        let named = |named: &str| reference("viewReference", named);
        let type_level = format!("/ViewDefinition/${name}");
        for (name, wanted) in [
            ("ViewDefinition/old".to_owned(), old),
            ("http://127.0.0.1:8080/fhir/ViewDefinition/old".to_owned(), old),
            (format!("{url}|1"), old),
            (url.to_owned(), &new),
        ] {
            assert_eq!(run(&fhir, &type_level, &[named(&name)]).await.text, wanted, "{name}");
            assert_eq!(fhir.get(&format!("{type_level}?viewReference={name}")).await.text, wanted, "{name}");
            assert_eq!(run(&fhir, "/$viewdefinition-run", &[named(&name)]).await.text, wanted, "{name}");
            assert_eq!(
                fhir.get(&format!("/$viewdefinition-run?viewReference={name}")).await.text,
                wanted,
                "{name}"
            );
        }
        assert_eq!(run(&fhir, &type_level, &[named(&format!("{url}|3"))]).await.status, 404);
    }
    assert_eq!(fhir.get("/ViewDefinition/old/_history").await.json()["total"], 1);
    assert_eq!(fhir.delete("/ViewDefinition/old").await.status, 204);
    assert_eq!(fhir.get("/ViewDefinition/old/$run").await.status, 410);
    let stranger = server.fhir_with("system/Patient.rs").await;
    assert_eq!(stranger.get("/ViewDefinition/new/$run").await.status, 403, "the view is not theirs to read");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operation_is_named_by_the_statement_and_the_type_is_not_of_r4() {
    let server = Server::start().await;
    let statement = server.fhir().await.get("/metadata").await.json();
    let operations = statement["rest"][0]["operation"].as_array().unwrap();
    let named = json!({ "name": "viewdefinition-run", "definition": "http://sql-on-fhir.org/OperationDefinition/$viewdefinition-run" });
    assert!(operations.contains(&named), "{operations:?}");
    let types = statement["rest"][0]["resource"].as_array().unwrap();
    assert!(types.iter().all(|one: &Value| one["type"] != "ViewDefinition"));
}
