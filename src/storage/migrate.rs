//! Migrations: forward only, one process at a time.

use diesel::sql_types::{BigInt, Bool};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::store::ROLE;
use super::{StorageError, connect};
use crate::core::Secret;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// Any number that no other program on the same database locks; it spells "hygeia" in ASCII.
const LOCK: i64 = 0x6879_6765_6961;

/// Brings the schema that `url` names up to date and returns the migrations that were run.
///
/// The whole run holds an advisory lock, so that several replicas may start at once.
///
/// # Errors
/// When the database cannot be reached, refuses, or was migrated by a newer version of this program.
pub async fn run(url: &Secret<String>) -> Result<Vec<String>, MigrationError> {
    let url = url.expose().clone();
    // diesel's migrations are synchronous: they run on a thread of their own, with a runtime of their own.
    tokio::task::spawn_blocking(move || {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|e| MigrationError::Failed(e.to_string()))?
            .block_on(async move {
                let mut connection =
                    connect::open(&url).await.map_err(|e| StorageError::Unreachable(e.to_string()))?;
                prepare(&mut connection).await?;
                tokio::task::block_in_place(|| apply(connection))
            })
    })
    .await
    .map_err(|e| MigrationError::Failed(e.to_string()))?
}

/// Why migrations did not run.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A migration failed; nothing of it was kept.
    #[error("a migration failed and was rolled back: {0}")]
    Failed(String),
    /// The schema is ahead of this program.
    #[error("the database holds migration {0}, which this version does not know: start the newer version")]
    FromTheFuture(String),
}

async fn prepare(connection: &mut AsyncPgConnection) -> Result<(), StorageError> {
    diesel::sql_query("SELECT pg_advisory_lock($1)").bind::<BigInt, _>(LOCK).execute(connection).await?;
    // A role belongs to the whole server; SET ROLE needs membership, which a superuser has anyway.
    connection
        .batch_execute(&format!(
            "DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
                    CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
                END IF;
                -- From version 16 on, membership does not bring the right to take the role.
                IF NOT pg_has_role('{ROLE}', CASE
                    WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
                    EXECUTE format('GRANT {ROLE} TO %I', current_user);
                END IF;
            END $$"
        ))
        .await?;
    let safe: Safe = diesel::sql_query(
        "SELECT NOT rolsuper AND NOT rolbypassrls AS safe FROM pg_roles WHERE rolname = 'hygeia_app'",
    )
    .get_result(connection)
    .await?;
    if !safe.safe {
        return Err(StorageError::Unreachable(format!(
            "role {ROLE} may bypass row-level security: alter it"
        )));
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Safe {
    #[diesel(sql_type = Bool)]
    safe: bool,
}

fn apply(connection: AsyncPgConnection) -> Result<Vec<String>, MigrationError> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| MigrationError::Failed(e.to_string());
    let mut connection: AsyncConnectionWrapper<AsyncPgConnection> = connection.into();
    let known: Vec<String> = diesel::migration::MigrationSource::<diesel::pg::Pg>::migrations(&MIGRATIONS)
        .map_err(failed)?
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    let applied = connection.applied_migrations().map_err(failed)?;
    if let Some(unknown) = applied.iter().map(ToString::to_string).find(|version| !known.contains(version)) {
        return Err(MigrationError::FromTheFuture(unknown));
    }
    // The lock ends with the connection.
    let run = connection.run_pending_migrations(MIGRATIONS).map_err(failed)?;
    Ok(run.iter().map(ToString::to_string).collect())
}
