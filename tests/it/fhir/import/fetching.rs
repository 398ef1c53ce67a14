//! Files that do not come, or not whole.

use serde_json::json;

use super::{faults, kick_off, manifest, result, start, status_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_never_comes_is_told_and_the_others_are_imported() {
    let (receiver, server) = start().await;
    let fhir = server.fhir().await;
    let good = receiver
        .hold("/basic.ndjson", json!({ "resourceType": "Basic", "code": { "text": "x" } }).to_string());
    let cut = receiver.hold("/cut.ndjson.gz", [0x1f, 0x8b, 8, 0, 0]);
    let absent = receiver.url("/absent.ndjson");
    receiver.answer([404, 200, 200]);
    let done = result(&fhir, &manifest(&[("Basic", &absent), ("Basic", &cut), ("Basic", &good)])).await;
    let counts: Vec<_> =
        done["output"].as_array().unwrap().iter().map(|file| file["count"].clone()).collect();
    assert_eq!(counts, [json!(0), json!(0), json!(1)]);
    assert_eq!(
        faults(&fhir, &done).await,
        [
            [
                "processing  after line 0: the file cannot be fetched: the other server answered with status 404"
            ],
            ["processing  after line 0: the file is packed with gzip, and is damaged or cut short"]
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_come_now_is_tried_again() {
    let (receiver, server) = start().await;
    let fhir = server.fhir().await;
    let url = receiver
        .hold("/basic.ndjson", json!({ "resourceType": "Basic", "code": { "text": "x" } }).to_string());
    receiver.answer([503]);
    let status = status_of(&kick_off(&fhir, &manifest(&[("Basic", &url)])).await);
    server.finish_jobs().await;
    let waiting = fhir.get(&status).await;
    assert_eq!((waiting.status, waiting.header("x-progress")), (202, "0 of 1 files, 0 lines"));
    server.app.clock.advance_s(11);
    server.finish_jobs().await;
    assert_eq!(fhir.get(&status).await.json()["output"][0]["count"], 1);
    assert_eq!(fhir.get("/Basic").await.json()["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_taken_back_goes_on_no_more() {
    let (receiver, server) = start().await;
    let fhir = server.fhir().await;
    let url = receiver
        .hold("/basic.ndjson", json!({ "resourceType": "Basic", "code": { "text": "x" } }).to_string());
    let status = status_of(&kick_off(&fhir, &manifest(&[("Basic", &url)])).await);
    assert_eq!(fhir.delete(&status).await.status, 202);
    server.finish_jobs().await;
    assert!(receiver.taken().is_empty());
    assert_eq!(server.number("SELECT (SELECT count(*) FROM job) + (SELECT count(*) FROM resource)").await, 0);
}
