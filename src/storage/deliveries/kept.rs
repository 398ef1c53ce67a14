//! What did not come through of a line's events, kept to be posted again.

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;

use super::{Line, line};
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// Which deliveries of a line count.
#[derive(Clone, Copy, Debug)]
pub struct Counting<'a> {
    /// Those of its events, which are known by their numbers, from this one on.
    pub first: i64,
    /// Of the others with this event the one with this id alone.
    pub event: &'a str,
    /// That id.
    pub id: &'a str,
}

/// The first delivery of a line that failed with none behind it come through, of those that count, and what was wrong at its last try.
///
/// # Errors
/// When the database fails.
pub async fn failed(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    of: Counting<'_>,
) -> Result<Option<Failed>, StorageError> {
    const SQL: &str = "
        SELECT d.id, t.status, t.fault FROM delivery d LEFT JOIN LATERAL (
            SELECT status, fault FROM delivery_attempt a
            WHERE a.tenant = $1 AND a.kind = $2 AND a.receiver = $3 AND a.delivery = d.id ORDER BY a.number DESC LIMIT 1) t ON true
        WHERE d.tenant = $1 AND d.kind = $2 AND d.receiver = $3 AND d.outcome = 'failed' AND d.number > coalesce((
            SELECT max(number) FROM delivery
            WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND outcome = 'delivered'), 0)
          AND CASE WHEN d.id ~ '^[0-9]+$' THEN d.id::bigint >= $4 ELSE d.event <> $5 OR d.id = $6 END
        ORDER BY d.number LIMIT 1";
    let mut parameters = line(tenant, kind, receiver);
    parameters.extend([Parameter::Number(of.first), Parameter::Text(of.event), Parameter::Text(of.id)]);
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// The first of a line's events, which are known by their numbers, that did not come through; none where all before and behind it did.
///
/// # Errors
/// When the database fails.
pub async fn undelivered(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    first: i64,
) -> Result<Option<i64>, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Nullable<BigInt>)]
        number: Option<i64>,
    }
    // They come through in their order: of the many that did none but the last is looked at.
    const SQL: &str = "
        SELECT min(e.event) AS number FROM (
            SELECT CASE WHEN id ~ '^[0-9]+$' THEN id::bigint END AS event FROM delivery
            WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND outcome IS DISTINCT FROM 'delivered' AND number > coalesce((
                SELECT number FROM delivery
                WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND outcome = 'delivered' AND id ~ '^[0-9]+$'
                ORDER BY number DESC LIMIT 1), 0)) e
        WHERE e.event >= $4";
    let mut parameters = line(tenant, kind, receiver);
    parameters.push(Parameter::Number(first));
    let row: Row = Statement::fixed(SQL, parameters).get_result(connection).await?;
    Ok(row.number)
}

/// Keeps back what is still to be posted on a line.
///
/// # Errors
/// When the database fails.
pub async fn hold_back(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE delivery SET due = NULL, outcome = 'stopped', ended_at = $4
        WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND due IS NOT NULL";
    let mut parameters = line(tenant, kind, receiver);
    parameters.push(Parameter::Time(now));
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Has what did not come through of a line's events posted again, from the one with this number on, and what waits posted now. All of it is
/// as if it had not been tried: what a try comes to that is under way decides nothing any more.
///
/// # Errors
/// When the database fails.
pub async fn revive(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    first: i64,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE delivery SET due = $5, tries = 0, outcome = NULL, ended_at = NULL
        WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND (due IS NOT NULL OR outcome IN ('failed', 'stopped')
          AND CASE WHEN id ~ '^[0-9]+$' THEN id::bigint >= $4 END)";
    let mut parameters = line(tenant, kind, receiver);
    parameters.extend([Parameter::Number(first), Parameter::Time(now)]);
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// A delivery that failed.
#[derive(Clone, Debug, QueryableByName)]
pub struct Failed {
    /// Its id.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// The status of the last answer.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub status: Option<i64>,
    /// Why there was none.
    #[diesel(sql_type = Nullable<Text>)]
    pub fault: Option<String>,
}
