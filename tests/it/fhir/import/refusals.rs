//! What is not imported, and who may not import.

use reqwest::Method;
use serde_json::json;

use super::{kick_off, manifest, start, status_of};
use crate::fhir::isolation::token_of_another_tenant;
use crate::harness::Answer;

const ABSENT: [&str; 1] = ["not-found: there is no such resource"];

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_imported_is_refused_and_nothing_is_kept_of_it() {
    let (receiver, server) = start().await;
    let fhir = server.fhir().await;
    let url = receiver.url("/patients.ndjson");
    let whole = manifest(&[("Patient", &url)]);
    let request = fhir.request(Method::POST, "/$import").header("Content-Type", "application/json");
    let at_once = Answer::of(request.body(whole.to_string())).await;
    assert_eq!(
        at_once.refused(400),
        ["not-supported: an import is answered later: Prefer must be respond-async"]
    );
    for (wrong, told) in [
        (json!({ "input": [] }), "value: there must be 1 to 1000 files (input)"),
        (
            manifest(&[("Patient", "https://127.0.0.1/x")]),
            "value: input[0].url: the address is not public and not excepted by the settings",
        ),
        (
            manifest(&[("Patient", "http://example.org/x")]),
            "value: input[0].url: the address is neither https nor excepted by the settings",
        ),
        (
            manifest(&[("Patient", "file:///etc/passwd")]),
            "value: input[0].url: the address is neither https nor excepted by the settings",
        ),
        (manifest(&[("Patients", &url)]), "value: it is no resource type of R4 (input[0].type)"),
        (
            json!({ "inputFormat": "text/csv", "input": [{ "url": url }] }),
            "not-supported: inputFormat must be one of: application/fhir+ndjson, application/ndjson, ndjson",
        ),
    ] {
        assert_eq!(kick_off(&fhir, &wrong).await.refused(400), [told], "{wrong}");
    }
    for scope in ["system/*.rs", "system/Patient.c", "system/Observation.cruds"] {
        let other = server.fhir_with(scope).await;
        assert_eq!(
            kick_off(&other, &whole).await.refused(403),
            ["forbidden: the credential does not grant this"],
            "{scope}"
        );
    }
    assert_eq!(server.number("SELECT (SELECT count(*) FROM import) + (SELECT count(*) FROM job)").await, 0);
    assert!(receiver.taken().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_somebody_else_is_as_one_that_is_not_there() {
    let (receiver, server) = start().await;
    let fhir = server.fhir().await;
    let url = receiver.hold("/patients.ndjson", "nothing\n");
    let status = status_of(&kick_off(&fhir, &manifest(&[("Patient", &url)])).await);
    server.finish_jobs().await;
    let file = status.replace("$import-status", "$import-file") + "/0.ndjson";
    let same_rights = server.fhir_with("system/*.cruds").await;
    let other_tenant = server.fhir_by(token_of_another_tenant(&server).await);
    for other in [&same_rights, &other_tenant] {
        assert_eq!(other.get(&status).await.refused(404), ABSENT);
        assert_eq!(other.get(&file).await.refused(404), ABSENT);
        assert_eq!(other.delete(&status).await.refused(404), ABSENT);
    }
    for path in ["/$import-status/none", "/$import-file/none/0.ndjson", "/$import-status/x y"] {
        assert_eq!(fhir.get(path).await.refused(404), ABSENT, "{path}");
    }
    for name in ["1.ndjson", "0", "x.ndjson", "-1.ndjson"] {
        assert_eq!(fhir.get(&file.replace("0.ndjson", name)).await.refused(404), ABSENT, "{name}");
    }
    assert_eq!((fhir.get(&status).await.status, fhir.get(&file).await.status), (200, 200));
    assert_eq!(fhir.delete(&status).await.status, 202);
    assert_eq!(fhir.get(&status).await.refused(404), ABSENT);
    let left = "SELECT (SELECT count(*) FROM import) + (SELECT count(*) FROM import_file) + (SELECT count(*) FROM import_fault)";
    assert_eq!(server.number(left).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_has_ten_imports_under_way_at_most() {
    let (receiver, server) = start().await;
    let fhir = server.fhir().await;
    let url = receiver.hold("/none.ndjson", "");
    let one = manifest(&[("Patient", &url)]);
    for _ in 0..10 {
        assert_eq!(kick_off(&fhir, &one).await.status, 202);
    }
    let more = kick_off(&fhir, &one).await;
    let text =
        "throttled: this client has asked for too much at a time: wait for some of it to end, or delete some";
    assert_eq!((more.refused(429), more.header("retry-after")), (vec![text.to_owned()], "10"));
    server.finish_jobs().await;
    assert_eq!(kick_off(&fhir, &one).await.status, 202);
}
