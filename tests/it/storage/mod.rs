//! The schema and its migrations.

mod connections;
mod plans;

use chrono::TimeDelta;
use serde_json::json;

use crate::harness::Server;
use hygeia::storage::locks::{self, Lock};
use hygeia::storage::migrate::{self, MigrationError};
use hygeia::storage::{Store, TenantId};

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_start_together_migrate_once() {
    let server = Server::start().await;
    server.execute("DROP SCHEMA IF EXISTS public_again CASCADE; CREATE SCHEMA public_again").await;
    let fresh = server.database_with_schema("public_again");
    let runs = futures_util::future::join_all((0..4).map(|_| migrate::run(&fresh))).await;
    let mut counts: Vec<_> = runs.into_iter().map(|run| run.unwrap().len()).collect();
    counts.sort_unstable();
    let all = std::fs::read_dir("migrations").unwrap().count();
    assert_eq!(counts, [0, 0, 0, all]);
    server.execute("DROP SCHEMA public_again CASCADE").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_ahead_of_the_program_is_refused() {
    let server = Server::start().await;
    server.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')").await;
    let refused = migrate::run(&server.database).await.unwrap_err();
    assert!(
        matches!(&refused, MigrationError::FromTheFuture(version) if version == "29991231000000"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lost_its_search_rows_gets_them_before_the_server_answers() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for n in 0..3 {
        let body = json!({ "resourceType": "Patient", "name": [{ "family": format!("Family{n}") }], "gender": "other" });
        assert_eq!(fhir.post("/Patient", &body).await.status, 201);
    }
    let found = async || fhir.get("/Patient?family=family&gender=other").await.json()["total"].clone();
    server
        .execute("UPDATE resource SET indexed = false; TRUNCATE resource_term, resource_text, resource_date")
        .await;
    assert_eq!(found().await, 0);
    assert_eq!(server.app.records.complete_index().await.unwrap(), 3);
    assert_eq!(found().await, 3);
    assert_eq!(server.app.records.complete_index().await.unwrap(), 0);
    assert_eq!(server.number("SELECT count(*) FROM resource_history").await, 0, "no version was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_in_one_schema_is_free_in_another() {
    let (one, other) = (Server::start().await, Server::start().await);
    let lock = [Lock { number: 7, shared: false }];
    let hold = async |server: &Server| {
        let store = Store::connect(&server.database, 1).unwrap();
        let mut transaction = store.begin(TenantId::PLATFORM).await.unwrap();
        locks::hold(&mut transaction, &lock).await.unwrap();
        transaction
    };
    let _both = (hold(&one).await, hold(&other).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_a_clock_that_was_ahead_are_done_once_it_is_set_back() {
    let server = Server::start().await;
    let now = server.app.clock.now();
    let (soon, later) = (now + TimeDelta::seconds(30), now + TimeDelta::minutes(30));
    let (late, before) = (now + TimeDelta::hours(2), now - TimeDelta::minutes(1));
    for (subject, asked, due, is_active) in [
        ("asked ahead", later, later, false),
        ("asked ahead and in hand", later, soon, true),
        ("in hand of one who ended ahead", before, late, true),
        ("in hand", before, later, true),
        ("put off", before, later, false),
        ("put off ahead", before, late, false),
        ("a replica's", soon, soon, false),
    ] {
        let subject = subject.replace('\'', "''");
        let row = format!("'a test', '{subject}', '{asked}', '{due}', {is_active}");
        let sql = "INSERT INTO job (tenant, kind, subject, asked, due, active) SELECT min(tenant),";
        server.execute(&format!("{sql} {row} FROM tenant WHERE tenant > 0")).await;
    }
    assert_eq!(server.app.analyses.bring_all_back().await.unwrap(), 3);
    assert_eq!(server.app.analyses.bring_all_back().await.unwrap(), 0);
    let brought = format!(
        "SELECT subject FROM job WHERE kind = 'a test' AND due = '{now}' AND NOT active ORDER BY subject"
    );
    assert_eq!(
        server.texts(&brought).await,
        ["asked ahead", "in hand of one who ended ahead", "put off ahead"]
    );
}
