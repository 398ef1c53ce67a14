//! `$viewdefinition-export`. <https://sql-on-fhir.org/ig/OperationDefinition-ViewDefinitionExport.html>

use parquet::file::reader::{FileReader, SerializedFileReader};
use reqwest::Method;
use serde_json::{Value, json};

use super::{of, reference, running, view};
use crate::fhir::access::{put, two_patients};
use crate::fhir::bulk::consents::deny;
use crate::fhir::isolation::token_of_another_tenant;
use crate::harness::{Answer, Fhir, Server};

const EXPORT: &str = "/ViewDefinition/$viewdefinition-export";
const BASE: &str = "http://127.0.0.1:8080/fhir";

async fn kick_off(fhir: &Fhir<'_>, path: &str, parameters: &[Value]) -> Answer {
    Answer::of(running(fhir, path, parameters).header("Prefer", "respond-async")).await
}

/// The answer itself, where it leads elsewhere.
async fn get_here(fhir: &Fhir<'_>, path: &str) -> Answer {
    let (_, request) = fhir.request(Method::GET, path).build_split();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    Answer::of(reqwest::RequestBuilder::from_parts(client, request.unwrap())).await
}

/// The parameter that is this view, with a name of its table.
fn named(name: &str, view: &Value) -> Value {
    json!({ "name": "view", "part": [{ "name": "name", "valueString": name }, of(view)] })
}

fn path(url: &str) -> &str {
    url.strip_prefix(BASE).unwrap()
}

/// What is said under a name, in a Parameters resource.
fn said<'v>(parameters: &'v Value, name: &str) -> &'v Value {
    let one = parameters["parameter"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
    one.as_object().unwrap().iter().find(|(key, _)| key.starts_with("value") || *key == "part").unwrap().1
}

/// Each table with its files, once they are made.
async fn result(fhir: &Fhir<'_>, taken: &Answer) -> Vec<(String, Vec<String>)> {
    assert_eq!(taken.status, 202, "{}", taken.text);
    fhir.server().finish_jobs().await;
    let status = get_here(fhir, path(taken.header("content-location"))).await;
    assert_eq!(status.status, 303, "{}", status.text);
    let result = fhir.get(path(status.header("location"))).await;
    assert_eq!(
        (result.status, said(&result.json(), "status")),
        (200, &json!("completed")),
        "{}",
        result.text
    );
    let all = result.json()["parameter"].as_array().unwrap().clone();
    let outputs = all.iter().filter(|one| one["name"] == "output").map(|one| &one["part"]);
    let texts = |parts: &Value, name: &str, key: &str| {
        let found = parts.as_array().unwrap().iter().filter(|part| part["name"] == name);
        found.map(|part| part[key].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    outputs
        .map(|parts| (texts(parts, "name", "valueString")[0].clone(), texts(parts, "location", "valueUri")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_exported_is_refused_before_it_begins() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let patients = view("Patient", &[("id", "id", "id")]);
    let bad = view("Patient", &[("id", "%gone", "id")]);
    let trail = view("AuditEvent", &[("id", "id", "id")]);
    let not_async = super::run(&fhir, EXPORT, &[named("a", &patients)]).await;
    assert_eq!(
        not_async.refused(400),
        ["not-supported: an export is answered later: Prefer must be respond-async"]
    );
    for (parameters, status, refusal) in [
        (vec![], 400, "required: view: there must be 1 to 50"),
        (
            vec![json!({ "name": "view", "valueString": "x" })],
            400,
            "value: view has parts, each with a name and one value or resource",
        ),
        (
            vec![json!({ "name": "view", "part": [] })],
            400,
            "required: viewResource or viewReference is required",
        ),
        (
            vec![named("a b", &patients)],
            400,
            "value: view[0]: the name of a table has 1 to 64 letters, digits and underscores",
        ),
        (
            vec![named("a", &patients), named("a", &patients)],
            400,
            "duplicate: view[1]: there is another table with this name",
        ),
        (
            vec![named("a", &trail)],
            400,
            "not-supported: view[0]: the audit trail is not exported: a search for AuditEvent finds it",
        ),
        (
            vec![named("a", &patients), named("b", &bad)],
            422,
            "not-found: b: the expression names a variable that is no constant of the view (ViewDefinition.select[0].column[0].path)",
        ),
        (
            vec![named("a", &patients), reference("patient", "Patient/none")],
            400,
            "not-found: patient: there is no such patient, or this client may not see them",
        ),
    ] {
        assert_eq!(kick_off(&fhir, EXPORT, &parameters).await.refused(status), [refusal]);
    }
    let limited = server.fhir_with("system/Observation.rs").await;
    assert_eq!(kick_off(&limited, EXPORT, &[named("a", &patients)]).await.status, 403);
    assert_eq!(server.number("SELECT count(*) FROM export_job").await, 0);
    assert_eq!(fhir.get("/$viewdefinition-export-status/none").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_made_as_files_in_every_format() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let patients =
        view("Patient", &[("id", "getResourceKey()", "id"), ("given", "name.given.first()", "string")]);
    let mut stored =
        view("Observation", &[("id", "id", "id"), ("patient", "subject.getReferenceKey(Patient)", "id")]);
    stored["name"] = json!("observations");
    put(&fhir, "ViewDefinition", "of-observations", stored).await;
    let none = view("Condition", &[("id", "id", "id")]);
    let by_name =
        json!({ "name": "view", "part": [reference("viewReference", "ViewDefinition/of-observations")] });
    let views = [named("patients", &patients), by_name, named("none", &none)];
    for (format, of_patients, of_none) in [
        ("ndjson", "{\"id\":\"a\",\"given\":\"Alice\"}\n{\"id\":\"b\",\"given\":\"Bob\"}\n", ""),
        ("csv", "id,given\na,Alice\nb,Bob\n", "id\n"),
        ("json", "[{\"id\":\"a\",\"given\":\"Alice\"},{\"id\":\"b\",\"given\":\"Bob\"}]", "[]"),
    ] {
        let mut parameters = views.to_vec();
        parameters.push(json!({ "name": "_format", "valueCode": format }));
        parameters.push(json!({ "name": "clientTrackingId", "valueString": "monthly" }));
        let taken = kick_off(&fhir, EXPORT, &parameters).await;
        assert_eq!(
            (said(&taken.json(), "status"), said(&taken.json(), "clientTrackingId")),
            (&json!("accepted"), &json!("monthly"))
        );
        let waiting = fhir.get(path(taken.header("content-location"))).await;
        assert_eq!((waiting.status, said(&waiting.json(), "status")), (202, &json!("in-progress")));
        let tables = result(&fhir, &taken).await;
        let names: Vec<_> = tables.iter().map(|(name, files)| (name.as_str(), files.len())).collect();
        assert_eq!(names, [("patients", 1), ("observations", 1), ("none", 1)]);
        let texts = [0, 2].map(|at: usize| tables[at].1[0].clone());
        assert!(texts[0].ends_with(&format!("/patients-1.{format}")), "{texts:?}");
        let file = fhir.get(path(&texts[0])).await;
        assert_eq!((file.status, file.text.as_str()), (200, of_patients));
        assert_eq!(fhir.get(path(&texts[1])).await.text, of_none);
    }
    let taken =
        kick_off(&fhir, "/ViewDefinition/of-observations/$viewdefinition-export?_format=parquet", &[]).await;
    let tables = result(&fhir, &taken).await;
    let file = fhir.request(Method::GET, path(&tables[0].1[0])).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "application/vnd.apache.parquet");
    let reader = SerializedFileReader::new(file.bytes().await.unwrap()).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_tables_show_one_moment_and_withhold_what_consents_do() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let patients = view("Patient", &[("id", "id", "id"), ("given", "name.given.first()", "string")]);
    let tables = result(&fhir, &kick_off(&fhir, EXPORT, &[named("patients", &patients)]).await).await;
    let file = path(&tables[0].1[0]).to_owned();
    let both = "{\"id\":\"a\",\"given\":\"Alice\"}\n{\"id\":\"b\",\"given\":\"Bob\"}\n";
    let changed = json!({ "resourceType": "Patient", "id": "a", "name": [{ "given": ["Alicia"] }] });
    assert_eq!(fhir.put("/Patient/a", &changed).await.status, 200);
    put(&fhir, "Patient", "c", json!({})).await;
    assert_eq!(fhir.get(&file).await.text, both, "what came later is in no file");
    let replica = server.replica().await;
    assert_eq!(fhir.at(&replica).get(&file).await.text, both, "any process makes it");
    deny(&fhir, "b").await;
    assert_eq!(fhir.get(&file).await.text, "{\"id\":\"a\",\"given\":\"Alice\"}\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_somebody_else_or_one_that_is_taken_back_is_not_there() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let patients = view("Patient", &[("id", "id", "id")]);
    let taken = kick_off(&fhir, EXPORT, &[named("patients", &patients)]).await;
    let tables = result(&fhir, &taken).await;
    let (status, file) = (path(taken.header("content-location")), path(&tables[0].1[0]));
    let outcome = status.replace("status", "result");
    let other = server.fhir_by(token_of_another_tenant(&server).await);
    let same_rights = server.fhir_with("system/*.cruds").await;
    for stranger in [&other, &same_rights] {
        for path in [status, file, &outcome] {
            assert_eq!(stranger.get(path).await.status, 404, "{path}");
        }
        assert_eq!(stranger.delete(status).await.status, 404);
    }
    for wrong in ["patients-2", "patients-0", "others-1", "patients", "..%2Fpatients-1"] {
        assert_eq!(fhir.get(&file.replace("patients-1", wrong)).await.status, 404, "{wrong}");
    }
    assert_eq!(fhir.get(&file.replace("ndjson", "csv")).await.status, 404);
    assert_eq!(fhir.delete(status).await.status, 202);
    for path in [status, file, &outcome] {
        assert_eq!(fhir.get(path).await.status, 404, "{path}");
    }
}
