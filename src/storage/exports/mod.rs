//! Exports: who asked for what, and how far each is. What is in them is in [`files`].
//!
//! All that is known of an export is in its rows, so that any process may begin it anew after another one ended.

pub mod files;
mod listing;

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz};
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, Store, TenantId};
pub use listing::{Deletion, add_deletions, deletions, end_deletions, list, move_deadline};

/// An export that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// Its id.
    pub id: &'a str,
    /// Who asks.
    pub owner: &'a str,
    /// When.
    pub asked: DateTime<Utc>,
    /// For what, as JSON.
    pub wanted: &'a str,
    /// With which rights, as JSON.
    pub asked_by: &'a str,
}

/// An export.
#[derive(Clone, QueryableByName)]
pub struct Job {
    /// Its id.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// When it was asked for.
    #[diesel(sql_type = Timestamptz)]
    pub asked: DateTime<Utc>,
    /// What is exported, as JSON.
    #[diesel(sql_type = Text)]
    pub wanted: String,
    /// The rights of who asked, as JSON.
    #[diesel(sql_type = Text)]
    pub asked_by: String,
    /// How often it was begun.
    #[diesel(sql_type = BigInt)]
    pub attempts: i64,
    /// The moment that it shows, once it is complete.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub listed: Option<DateTime<Utc>>,
    /// Why there is none.
    #[diesel(sql_type = Nullable<Text>)]
    pub failure: Option<String>,
    /// Until when it is kept, once it has ended.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub expires: Option<DateTime<Utc>>,
    /// Types that are listed.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub done: Option<i64>,
    /// Types in all, once that is known.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub total: Option<i64>,
}

/// A statement that selects the columns of [`Job`] and goes on as it is said.
macro_rules! select_job {
    ($rest:literal) => {
        concat!(
            "SELECT j.id, j.asked, j.wanted, j.asked_by, j.attempts, j.listed, j.failure, j.expires, p.done, p.total
             FROM export_job j LEFT JOIN export_progress p ON p.tenant = j.tenant AND p.job = j.id ",
            $rest
        )
    };
}

/// How many exports somebody has.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Counts {
    /// Those that are under way.
    #[diesel(sql_type = BigInt)]
    pub open: i64,
    /// All.
    #[diesel(sql_type = BigInt)]
    pub all: i64,
}

/// How many exports the owner has. Nobody adds one of the owner's before this transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn counts(
    connection: &mut Connection,
    tenant: TenantId,
    owner: &str,
) -> Result<Counts, StorageError> {
    const SQL: &str = "
        SELECT count(*) FILTER (WHERE listed IS NULL AND failure IS NULL) AS open, count(*) AS all
        FROM export_job WHERE tenant = $1 AND owner = $2";
    const ALONE: &str = "SELECT pg_advisory_xact_lock('export_file'::regclass::oid::integer, hashtext($1::text || ' ' || $2))";
    let parameters = || vec![Parameter::Number(tenant.number()), Parameter::Text(owner)];
    Statement::fixed(ALONE, parameters()).execute(connection).await?;
    Ok(Statement::fixed(SQL, parameters()).get_result(connection).await?)
}

/// Adds an export.
///
/// # Errors
/// When the database fails.
pub async fn add(connection: &mut Connection, tenant: TenantId, new: New<'_>) -> Result<(), StorageError> {
    const SQL: &str =
        "INSERT INTO export_job (tenant, id, owner, asked, wanted, asked_by) VALUES ($1, $2, $3, $4, $5, $6)";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(new.id),
        Parameter::Text(new.owner),
        Parameter::Time(new.asked),
        Parameter::Text(new.wanted),
        Parameter::Text(new.asked_by),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// An export of the owner by its id.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    owner: &str,
    id: &str,
) -> Result<Option<Job>, StorageError> {
    const SQL: &str = select_job!("WHERE j.tenant = $1 AND j.owner = $2 AND j.id = $3");
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(owner), Parameter::Text(id)];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// The oldest export that is to be worked on.
///
/// # Errors
/// When the database fails.
pub async fn next(connection: &mut Connection, tenant: TenantId) -> Result<Option<Job>, StorageError> {
    const SQL: &str = select_job!(
        "WHERE j.tenant = $1 AND j.listed IS NULL AND j.failure IS NULL ORDER BY j.asked, j.id LIMIT 1"
    );
    let parameters = vec![Parameter::Number(tenant.number())];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

#[derive(QueryableByName)]
struct TenantRow {
    #[diesel(sql_type = BigInt)]
    tenant: i64,
}

/// The tenants that have exports to be worked on. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn tenants(store: &Store) -> Result<Vec<TenantId>, StorageError> {
    const SQL: &str =
        "SELECT DISTINCT tenant FROM export_job WHERE listed IS NULL AND failure IS NULL ORDER BY tenant";
    of_platform(store, Statement::fixed(SQL, Vec::new())).await
}

/// The tenants that have exports which ended before this time. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn tenants_with_expired(
    store: &Store,
    before: DateTime<Utc>,
) -> Result<Vec<TenantId>, StorageError> {
    const SQL: &str = "SELECT DISTINCT tenant FROM export_job WHERE expires < $1 ORDER BY tenant";
    of_platform(store, Statement::fixed(SQL, vec![Parameter::Time(before)])).await
}

async fn of_platform(store: &Store, statement: Statement<'_>) -> Result<Vec<TenantId>, StorageError> {
    let mut transaction = store.begin(TenantId::PLATFORM).await?;
    let rows = statement.load::<TenantRow>(&mut *transaction).await;
    let rows = transaction.finish(rows.map_err(StorageError::from)).await?;
    Ok(rows.into_iter().map(|row| TenantId::from_row(row.tenant)).collect())
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

/// Whether this transaction, and no other, may work on the tenant's exports until it ends. It may be idle for as long as that takes.
///
/// # Errors
/// When the database fails.
pub async fn hold(connection: &mut Connection, tenant: TenantId) -> Result<bool, StorageError> {
    const SQL: &str = "
        SELECT pg_try_advisory_xact_lock('export_job'::regclass::oid::integer, hashint8($1))
           AND set_config('idle_in_transaction_session_timeout', '0', true) IS NOT NULL AS held";
    let parameters = vec![Parameter::Number(tenant.number())];
    let row: Held = Statement::fixed(SQL, parameters).get_result(connection).await?;
    Ok(row.held)
}

/// Has this transaction wait for no lock longer than three seconds.
///
/// # Errors
/// When the database fails.
pub async fn wait_briefly(connection: &mut Connection) -> Result<(), StorageError> {
    Statement::fixed("SET LOCAL lock_timeout = '3s'", Vec::new()).execute(connection).await?;
    Ok(())
}

/// Notes that an export is begun; false where it has ended, or was taken back.
///
/// # Errors
/// When the database fails.
pub async fn begin(connection: &mut Connection, tenant: TenantId, job: &str) -> Result<bool, StorageError> {
    const SQL: &str = "
        UPDATE export_job SET attempts = attempts + 1
        WHERE tenant = $1 AND id = $2 AND listed IS NULL AND failure IS NULL";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(job)];
    Ok(Statement::fixed(SQL, parameters).execute(connection).await? == 1)
}

/// Notes how far an export is; false where it was taken back.
///
/// # Errors
/// When the database fails.
pub async fn advance(
    connection: &mut Connection,
    tenant: TenantId,
    job: &str,
    (done, total): (i64, i64),
) -> Result<bool, StorageError> {
    const SQL: &str = "
        INSERT INTO export_progress (tenant, job, done, total)
        SELECT tenant, id, $3, $4 FROM export_job WHERE tenant = $1 AND id = $2
        ON CONFLICT (tenant, job) DO UPDATE SET done = $3, total = $4";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(job),
        Parameter::Number(done),
        Parameter::Number(total),
    ];
    Ok(Statement::fixed(SQL, parameters).execute(connection).await? > 0)
}

/// Ends an export, in the transaction that listed it. It fails where the export was taken back meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn complete(
    connection: &mut Connection,
    tenant: TenantId,
    job: &str,
    (listed, expires): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE export_job SET listed = $3, expires = $4
        WHERE tenant = $1 AND id = $2 AND listed IS NULL AND failure IS NULL";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(job),
        Parameter::Time(listed),
        Parameter::Time(expires),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Ends an export that cannot be made.
///
/// # Errors
/// When the database fails.
pub async fn fail(
    connection: &mut Connection,
    tenant: TenantId,
    job: &str,
    (failure, expires): (&str, DateTime<Utc>),
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE export_job SET failure = $3, expires = $4
        WHERE tenant = $1 AND id = $2 AND listed IS NULL AND failure IS NULL";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(job),
        Parameter::Text(failure),
        Parameter::Time(expires),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Removes an export of the owner with all that is kept of it; whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    connection: &mut Connection,
    tenant: TenantId,
    owner: &str,
    id: &str,
) -> Result<bool, StorageError> {
    const SQL: &str = "
        WITH gone AS (DELETE FROM export_job WHERE tenant = $1 AND owner = $2 AND id = $3 RETURNING id),
        progress AS (DELETE FROM export_progress WHERE tenant = $1 AND job IN (SELECT id FROM gone)),
        parts AS (DELETE FROM export_part WHERE tenant = $1 AND job IN (SELECT id FROM gone)),
        files AS (DELETE FROM export_file WHERE tenant = $1 AND job IN (SELECT id FROM gone))
        SELECT count(*) > 0 AS held FROM gone";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(owner), Parameter::Text(id)];
    let row: Held = Statement::fixed(SQL, parameters).get_result(connection).await?;
    Ok(row.held)
}

/// Removes the exports that ended before this time.
///
/// # Errors
/// When the database fails.
pub async fn remove_expired(
    connection: &mut Connection,
    tenant: TenantId,
    before: DateTime<Utc>,
) -> Result<usize, StorageError> {
    const SQL: &str = "
        WITH gone AS (SELECT id FROM export_job WHERE tenant = $1 AND expires < $2),
        progress AS (DELETE FROM export_progress WHERE tenant = $1 AND job IN (SELECT id FROM gone)),
        parts AS (DELETE FROM export_part WHERE tenant = $1 AND job IN (SELECT id FROM gone)),
        files AS (DELETE FROM export_file WHERE tenant = $1 AND job IN (SELECT id FROM gone))
        DELETE FROM export_job WHERE tenant = $1 AND id IN (SELECT id FROM gone)";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Time(before)];
    Ok(Statement::fixed(SQL, parameters).execute(connection).await?)
}
