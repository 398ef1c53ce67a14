//! The schema and its migrations.

mod plans;

use crate::harness::Server;
use hygeia::storage::migrate::{self, MigrationError};

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_start_together_migrate_once() {
    let server = Server::start().await;
    server.execute("DROP SCHEMA IF EXISTS public_again CASCADE; CREATE SCHEMA public_again").await;
    let fresh = server.database_with_schema("public_again");
    let runs = futures_util::future::join_all((0..4).map(|_| migrate::run(&fresh))).await;
    let mut counts: Vec<_> = runs.into_iter().map(|run| run.unwrap().len()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [0, 0, 0, 2]);
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
