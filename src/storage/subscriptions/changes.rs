//! Changes that are to be held against subscriptions: noted by the writes that make them, and put off where that cannot be done yet.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Text, Timestamptz};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, Store, TenantId};

/// A change to a resource.
#[derive(Clone, Debug, QueryableByName)]
pub struct Change {
    /// Its number; those to one resource are numbered in their order.
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    /// Resource type.
    #[diesel(sql_type = Text)]
    pub type_: String,
    /// Logical id.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// The number of the version that it made.
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    /// `create`, `update` or `delete`.
    #[diesel(sql_type = Text)]
    pub change: String,
    /// When it was made.
    #[diesel(sql_type = Timestamptz)]
    pub made_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct TenantRow {
    #[diesel(sql_type = BigInt)]
    tenant: i64,
}

#[derive(QueryableByName)]
struct NumberRow {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

/// Which changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Those that were just made.
    New,
    /// Those that wait for a subscription.
    Waiting,
}

/// The tenants with changes that are to be held against subscriptions now. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn tenants(store: &Store, lane: Lane, now: DateTime<Utc>) -> Result<Vec<TenantId>, StorageError> {
    // From one tenant to the next by the index, however many changes each has.
    const NEW: &str = "
        WITH RECURSIVE noted AS (
            (SELECT tenant FROM resource_change ORDER BY tenant LIMIT 1)
            UNION ALL
            SELECT (SELECT c.tenant FROM resource_change c WHERE c.tenant > n.tenant ORDER BY c.tenant LIMIT 1)
            FROM noted n WHERE n.tenant IS NOT NULL
        )
        SELECT tenant FROM noted WHERE tenant IS NOT NULL ORDER BY 1";
    const WAITING: &str = "SELECT DISTINCT tenant FROM subscription WHERE retry <= $1 ORDER BY 1";
    let statement = match lane {
        Lane::New => Statement::fixed(NEW, Vec::new()),
        Lane::Waiting => Statement::fixed(WAITING, vec![Parameter::Time(now)]),
    };
    let mut connection = store.alone(TenantId::PLATFORM).await?;
    let found = statement.load::<TenantRow>(&mut *connection).await;
    let found = connection.finish(found.map_err(StorageError::from)).await?;
    Ok(found.into_iter().map(|row| TenantId::from_row(row.tenant)).collect())
}

/// Keeps others from the tenant's changes until this transaction ends; says no where another one does.
///
/// # Errors
/// When the database fails.
pub async fn alone(connection: &mut Connection, tenant: TenantId, lane: Lane) -> Result<bool, StorageError> {
    const SQL: &str =
        "SELECT pg_try_advisory_xact_lock($2::regclass::oid::integer, hashtext($1::text)) AS held";
    let table = match lane {
        Lane::New => "resource_change",
        Lane::Waiting => "subscription_change",
    };
    let alone = Statement::fixed(SQL, vec![Parameter::Number(tenant.number()), Parameter::Text(table)]);
    let alone: Held = alone.get_result(connection).await?;
    Ok(alone.held)
}

/// No statement of this transaction takes longer than so many milliseconds.
///
/// # Errors
/// When the database fails.
pub async fn hurry(connection: &mut Connection, most_ms: u16) -> Result<(), StorageError> {
    Ok(connection.batch_execute(&format!("SET LOCAL statement_timeout = {most_ms}")).await?)
}

/// The tenant's first changes, in their order.
///
/// # Errors
/// When the database fails.
pub async fn first(
    connection: &mut Connection,
    tenant: TenantId,
    most: i64,
) -> Result<Vec<Change>, StorageError> {
    // What is read here was committed before, whatever number it has: what comes to be seen later is taken later.
    const SQL: &str = "
        SELECT number, type AS type_, id, version, change, made_at FROM resource_change WHERE tenant = $1 ORDER BY number LIMIT $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Number(most)];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// Takes these changes away; the numbers of those that nobody else has taken away meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    connection: &mut Connection,
    tenant: TenantId,
    changes: &[Change],
) -> Result<BTreeSet<i64>, StorageError> {
    const SQL: &str = "DELETE FROM resource_change WHERE tenant = $1 AND number = ANY ($2) RETURNING number";
    let numbers = changes.iter().map(|change| change.number).collect();
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Numbers(numbers)];
    numbered(Statement::fixed(SQL, parameters), connection).await
}

async fn numbered(
    statement: Statement<'_>,
    connection: &mut Connection,
) -> Result<BTreeSet<i64>, StorageError> {
    let rows: Vec<NumberRow> = statement.load(connection).await?;
    Ok(rows.into_iter().map(|row| row.number).collect())
}

/// The first changes that wait for a subscription, in their order.
///
/// # Errors
/// When the database fails.
pub async fn waiting(
    connection: &mut Connection,
    tenant: TenantId,
    subscription: &str,
    most: i64,
) -> Result<Vec<Change>, StorageError> {
    const SQL: &str = "
        SELECT number, type AS type_, id, version, change, made_at FROM subscription_change
        WHERE tenant = $1 AND subscription = $2 ORDER BY number LIMIT $3";
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Text(subscription), Parameter::Number(most)];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// Why changes wait, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Off<'a> {
    /// When they are held against the subscription again, unless others wait for longer already.
    pub retry: DateTime<Utc>,
    /// Why they cannot be.
    pub fault: Option<&'a str>,
    /// Whether that may pass.
    pub may_pass: bool,
}

/// Has changes wait for a subscription.
///
/// # Errors
/// When the database fails.
pub async fn put_off(
    connection: &mut Connection,
    tenant: TenantId,
    (subscription, changes): (&str, &[&Change]),
    Off { retry, fault, may_pass }: Off<'_>,
) -> Result<(), StorageError> {
    // What ended meanwhile needs none.
    const SQL: &str = "
        WITH waits AS (
            UPDATE subscription SET fault = coalesce($9, fault), retry = CASE WHEN retry > $10 THEN retry ELSE $10 END,
                faults = faults + $11, waits = waits + cardinality($3::bigint[])
            WHERE tenant = $1 AND id = $2 AND (status = 'active' OR held IS NOT NULL) RETURNING id
        )
        INSERT INTO subscription_change (tenant, subscription, number, type, id, version, change, made_at)
        SELECT $1, w.id, g.* FROM waits w, unnest($3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::timestamptz[]) AS g
        ON CONFLICT DO NOTHING";
    let texts =
        |part: fn(&Change) -> &str| Parameter::Texts(changes.iter().map(|change| part(change)).collect());
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(subscription),
        Parameter::Numbers(changes.iter().map(|change| change.number).collect()),
        texts(|change| &change.type_),
        texts(|change| &change.id),
        Parameter::Numbers(changes.iter().map(|change| change.version).collect()),
        texts(|change| &change.change),
        Parameter::Times(changes.iter().map(|change| change.made_at).collect()),
        Parameter::OptionalText(fault),
        Parameter::Time(retry),
        Parameter::Number(i64::from(may_pass)),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Removes changes that waited for a subscription; it goes on at once where there are more. The numbers of those that nobody else has removed
/// meanwhile: a server of another version knows no lock of ours.
///
/// # Errors
/// When the database fails.
pub async fn settle(
    connection: &mut Connection,
    tenant: TenantId,
    (subscription, changes): (&str, &[Change]),
    now: DateTime<Utc>,
) -> Result<BTreeSet<i64>, StorageError> {
    const REMOVE: &str = "DELETE FROM subscription_change WHERE tenant = $1 AND subscription = $2 AND number = ANY ($3) RETURNING number";
    const GO_ON: &str = "
        WITH left_over AS (
            SELECT EXISTS (SELECT FROM subscription_change WHERE tenant = $1 AND subscription = $2) AS is_some
        )
        UPDATE subscription SET fault = NULL, faults = 0, retry = CASE WHEN l.is_some THEN $3::timestamptz END,
            waits = CASE WHEN l.is_some THEN greatest(waits - $4, 0) ELSE 0 END
        FROM left_over l WHERE tenant = $1 AND id = $2";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(subscription),
        Parameter::Numbers(changes.iter().map(|change| change.number).collect()),
    ];
    let removed = numbered(Statement::fixed(REMOVE, parameters), connection).await?;
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(subscription),
        Parameter::Time(now),
        Parameter::Number(i64::try_from(removed.len()).unwrap_or(i64::MAX)),
    ];
    Statement::fixed(GO_ON, parameters).execute(connection).await?;
    Ok(removed)
}
