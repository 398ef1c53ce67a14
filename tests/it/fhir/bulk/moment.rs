//! An export shows one moment, whatever happens while it is made, and after.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::{below, files, kick_off, manifest, status_of};
use crate::fhir::access::{put, two_patients};
use crate::fhir::{patient, stored};
use crate::harness::Server;

/// The lock that every writer shares.
const WRITERS: &str =
    "SELECT pg_advisory_xact_lock('search_parameter_set'::regclass::oid::integer, hashint8(1))";

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_after_the_moment_is_shown_as_it_was() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let made = manifest(&fhir, "/$export?_type=Encounter,Patient").await;
    let before = files(&fhir, &made, "output").await;
    server.app.clock.advance_s(60);
    put(&fhir, "Patient", "a", json!({ "active": false })).await;
    put(&fhir, "Patient", "a", json!({ "active": true })).await;
    put(&fhir, "Patient", "c", json!({ "active": true })).await;
    assert_eq!(fhir.delete("/Encounter/b-encounter").await.status, 204);
    assert_eq!(files(&fhir, &made, "output").await, before);
}

/// The process that makes an export ends in the middle; another makes it anew, and the result is the same.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_goes_on_where_another_process_is_killed() {
    let server = Arc::new(Server::start().await);
    let fhir = two_patients(&server).await;
    let expected = files(&fhir, &manifest(&fhir, "/$export").await, "output").await;
    let status = status_of(&kick_off(&fhir, "/$export").await);
    let session = server.session().await;
    // The list of Lists waits here, after those of Encounters.
    session.batch_execute("BEGIN; LOCK TABLE export_file IN SHARE MODE").await.unwrap();
    let working = tokio::spawn({
        let server = Arc::clone(&server);
        async move { server.app.records.export_step().await }
    });
    let blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'export_file'::regclass";
    while server.number(blocked).await == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let running = fhir.get(&status).await;
    assert_eq!((running.status, running.header("x-progress")), (202, "0 of 146 resource types"));
    let replica = server.replica().await;
    assert!(!replica.app.records.export_step().await.unwrap(), "one process at a time works on it");
    // A process that is killed closes its connections.
    working.abort();
    drop(working.await);
    let killed = "SELECT count(pg_terminate_backend(pid)) FROM (SELECT DISTINCT pid FROM pg_locks
        WHERE (locktype = 'advisory' AND classid = 'export_job'::regclass::oid)
            OR (NOT granted AND relation = 'export_file'::regclass)) l";
    assert_eq!(server.number(killed).await, 2);
    session.batch_execute("COMMIT").await.unwrap();
    while !replica.app.records.export_step().await.unwrap() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let done = fhir.get(&status).await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!(files(&fhir, &done.json(), "output").await, expected);
    assert_eq!(server.number("SELECT attempts FROM export_job WHERE attempts > 1").await, 2);
}

/// Somebody takes an export back while it is made: nothing of it stays.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_taken_back_while_it_is_made() {
    let server = Arc::new(Server::start().await);
    let fhir = two_patients(&server).await;
    let status = status_of(&kick_off(&fhir, "/$export?_type=Observation,Patient").await);
    let session = server.session().await;
    session.batch_execute("BEGIN; LOCK TABLE export_part IN SHARE MODE").await.unwrap();
    let working = tokio::spawn({
        let server = Arc::clone(&server);
        async move { server.app.records.export_step().await }
    });
    let blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'export_part'::regclass";
    while server.number(blocked).await == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.execute("DELETE FROM export_progress; DELETE FROM export_job").await;
    session.batch_execute("COMMIT").await.unwrap();
    drop(working.await.unwrap());
    assert_eq!(fhir.get(&status).await.status, 404);
    assert_eq!(server.number("SELECT count(*) FROM export_part").await, 0);
    assert_eq!(server.number("SELECT count(*) FROM export_file").await, 0);
}

/// Whoever is stamped before an export's moment and kept after it would never be found by the time of that export.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_after_the_moment_has_a_later_time() {
    let server = Arc::new(Server::start().await);
    let fhir = server.fhir().await;
    stored(&fhir, &patient()).await;
    let status = status_of(&kick_off(&fhir, "/$export?_type=Patient").await);
    let session = server.session().await;
    session.batch_execute(&format!("BEGIN; {WRITERS}")).await.unwrap();
    let waiting = async |count: i64| {
        let sql = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'
            AND classid = 'search_parameter_set'::regclass::oid";
        while server.number(sql).await < count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let working = tokio::spawn({
        let server = Arc::clone(&server);
        async move { server.app.records.export_step().await }
    });
    waiting(1).await;
    let created = tokio::spawn({
        let server = Arc::clone(&server);
        async move { server.fhir().await.post("/Patient", &patient()).await }
    });
    waiting(2).await;
    server.app.clock.advance_s(10);
    session.batch_execute("COMMIT").await.unwrap();
    assert!(working.await.unwrap().unwrap());
    let created = created.await.unwrap();
    assert_eq!(created.status, 201, "{}", created.text);
    let made = fhir.get(&status).await.json();
    assert_eq!(made["transactionTime"], "2026-11-21T12:00:10.000000Z");
    assert_eq!(created.json()["meta"]["lastUpdated"], "2026-11-21T12:00:10.000000Z");
    assert_eq!(files(&fhir, &made, "output").await[0].len(), 1);
    let file = below(made["output"][0]["url"].as_str().unwrap());
    assert!(!fhir.get(file).await.text.contains(created.json()["id"].as_str().unwrap()));
}
