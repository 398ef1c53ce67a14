//! Jobs that write search rows anew, for parameters that were added to a tenant's own or because somebody asks for it.
//!
//! All that is known of a job is in its row, so that any process may go on with it after another one ended.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz};
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, Store, TenantId, search_parameters};

/// A job that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// Its id.
    pub id: &'a str,
    /// When it is asked for.
    pub asked: DateTime<Utc>,
    /// The id of the SearchParameter that it is for; none for all.
    pub parameter: Option<&'a str>,
    /// The types whose resources it goes through.
    pub types: &'a [String],
}

/// A job.
#[derive(Clone, Debug, QueryableByName)]
pub struct Job {
    /// Its id.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// When it was asked for.
    #[diesel(sql_type = Timestamptz)]
    pub asked: DateTime<Utc>,
    /// The id of the SearchParameter that it is for; none for all.
    #[diesel(sql_type = Nullable<Text>)]
    pub parameter: Option<String>,
    /// The types whose resources it goes through.
    #[diesel(sql_type = Array<Text>)]
    pub types: Vec<String>,
    /// The run that works on it, once one does.
    #[diesel(sql_type = Nullable<Text>)]
    pub run: Option<String>,
    /// The last ordinal that is done.
    #[diesel(sql_type = BigInt)]
    pub reached: i64,
    /// The last ordinal that is to be done.
    #[diesel(sql_type = BigInt)]
    pub last: i64,
    /// Resources that are done.
    #[diesel(sql_type = BigInt)]
    pub done: i64,
    /// Resources in all, as they were counted when the run began.
    #[diesel(sql_type = BigInt)]
    pub total: i64,
    /// When it ended.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub finished: Option<DateTime<Utc>>,
    /// Whether it ended because its parameter was changed or taken away.
    #[diesel(sql_type = Bool)]
    pub superseded: bool,
}

/// A statement that selects the columns of [`Job`] and goes on as it is said.
macro_rules! select_job {
    ($rest:literal) => {
        concat!(
            "SELECT id, asked, parameter, types, run, reached, last, done, total, finished, superseded FROM reindex_job ",
            $rest
        )
    };
}

/// The lock that one process holds while it works on a tenant's jobs.
const WORKING: &str =
    "SELECT pg_try_advisory_xact_lock('reindex_job'::regclass::oid::integer, hashint8($1)) AS held";

/// Adds a job, and forgets those that ended a week before.
///
/// # Errors
/// When the database fails.
pub async fn add(connection: &mut Connection, tenant: TenantId, new: New<'_>) -> Result<(), StorageError> {
    const SQL: &str = "
        WITH forgotten AS (
            DELETE FROM reindex_job WHERE tenant = $1 AND finished < $3 - interval '7 days'
        )
        INSERT INTO reindex_job (tenant, id, asked, parameter, types) VALUES ($1, $2, $3, nullif($4, ''), $5)";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(new.id),
        Parameter::Time(new.asked),
        Parameter::Text(new.parameter.unwrap_or_default()),
        Parameter::Texts(new.types.iter().map(String::as_str).collect()),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Ends the jobs for a parameter that is no longer what they were for.
///
/// # Errors
/// When the database fails.
pub async fn supersede(
    connection: &mut Connection,
    tenant: TenantId,
    parameter: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE reindex_job SET finished = $3, superseded = true WHERE tenant = $1 AND parameter = $2 AND finished IS NULL";
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Text(parameter), Parameter::Time(now)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// A job by its id.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    id: &str,
) -> Result<Option<Job>, StorageError> {
    const SQL: &str = select_job!("WHERE tenant = $1 AND id = $2");
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(id)];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// The job for this parameter, or for all where none is named, that no run works on yet.
///
/// # Errors
/// When the database fails.
pub async fn waiting(
    connection: &mut Connection,
    tenant: TenantId,
    parameter: Option<&str>,
) -> Result<Option<Job>, StorageError> {
    const SQL: &str = select_job!(
        "WHERE tenant = $1 AND coalesce(parameter, '') = $2 AND run IS NULL AND finished IS NULL ORDER BY asked, id LIMIT 1"
    );
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(parameter.unwrap_or_default())];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// The job to work on: one that a run works on already, else the oldest.
///
/// # Errors
/// When the database fails.
pub async fn next(connection: &mut Connection, tenant: TenantId) -> Result<Option<Job>, StorageError> {
    const SQL: &str =
        select_job!("WHERE tenant = $1 AND finished IS NULL ORDER BY run IS NULL, asked, id LIMIT 1");
    let parameters = vec![Parameter::Number(tenant.number())];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

#[derive(QueryableByName)]
struct TenantRow {
    #[diesel(sql_type = BigInt)]
    tenant: i64,
}

/// The tenants that have jobs to be done. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn tenants(store: &Store) -> Result<Vec<TenantId>, StorageError> {
    const SQL: &str = "SELECT DISTINCT tenant FROM reindex_job WHERE finished IS NULL ORDER BY tenant";
    let mut transaction = store.begin(TenantId::PLATFORM).await?;
    let rows = Statement::fixed(SQL, Vec::new()).load::<TenantRow>(&mut *transaction).await;
    let rows = transaction.finish(rows.map_err(StorageError::from)).await?;
    Ok(rows.into_iter().map(|row| TenantId::from_row(row.tenant)).collect())
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

/// Whether this transaction, and no other, may work on the tenant's jobs until it ends.
///
/// # Errors
/// When the database fails.
pub async fn hold(connection: &mut Connection, tenant: TenantId) -> Result<bool, StorageError> {
    let parameters = vec![Parameter::Number(tenant.number())];
    let row: Held = Statement::fixed(WORKING, parameters).get_result(connection).await?;
    Ok(row.held)
}

/// Begins a run for all jobs of these types that wait, once no writer is left that may not know their parameters.
///
/// # Errors
/// When the database fails.
pub async fn begin(connection: &mut Connection, tenant: TenantId, job: &Job) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE reindex_job SET run = $2, total = all_of.total, last = all_of.last
        FROM (SELECT count(*) AS total, coalesce(max(ordinal), 0) AS last FROM resource
              WHERE tenant = $1 AND type = ANY ($3) AND body IS NOT NULL) all_of
        WHERE tenant = $1 AND run IS NULL AND finished IS NULL AND types = $3";
    search_parameters::without_writers(connection, tenant).await?;
    let types = job.types.iter().map(String::as_str).collect();
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Text(&job.id), Parameter::Texts(types)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Notes that a run has done `count` more resources, up to this ordinal.
///
/// # Errors
/// When the database fails.
pub async fn advance(
    connection: &mut Connection,
    tenant: TenantId,
    run: &str,
    reached: i64,
    count: i64,
) -> Result<(), StorageError> {
    const SQL: &str = "UPDATE reindex_job SET reached = $3, done = done + $4 WHERE tenant = $1 AND run = $2";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(run),
        Parameter::Number(reached),
        Parameter::Number(count),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Ends the jobs of a run.
///
/// # Errors
/// When the database fails.
pub async fn finish(
    connection: &mut Connection,
    tenant: TenantId,
    run: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str =
        "UPDATE reindex_job SET finished = $3 WHERE tenant = $1 AND run = $2 AND finished IS NULL";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(run), Parameter::Time(now)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}
