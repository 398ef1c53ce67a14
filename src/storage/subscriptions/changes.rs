//! Changes that are to be held against subscriptions: noted by the writes that make them, and put off where that cannot be done yet.

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
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

/// The tenants with changes that are to be held against subscriptions now. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn tenants(store: &Store, now: DateTime<Utc>) -> Result<Vec<TenantId>, StorageError> {
    // From one tenant to the next by the index, however many changes each has.
    const SQL: &str = "
        WITH RECURSIVE noted AS (
            (SELECT tenant FROM resource_change ORDER BY tenant LIMIT 1)
            UNION ALL
            SELECT (SELECT c.tenant FROM resource_change c WHERE c.tenant > n.tenant ORDER BY c.tenant LIMIT 1)
            FROM noted n WHERE n.tenant IS NOT NULL
        )
        SELECT tenant FROM noted WHERE tenant IS NOT NULL
        UNION SELECT tenant FROM subscription WHERE retry <= $1 ORDER BY 1";
    let mut connection = store.alone(TenantId::PLATFORM).await?;
    let found = Statement::fixed(SQL, vec![Parameter::Time(now)]).load::<TenantRow>(&mut *connection).await;
    let found = connection.finish(found.map_err(StorageError::from)).await?;
    Ok(found.into_iter().map(|row| TenantId::from_row(row.tenant)).collect())
}

/// Keeps others from the tenant's changes until this transaction ends; says no where another one does.
///
/// # Errors
/// When the database fails.
pub async fn alone(connection: &mut Connection, tenant: TenantId) -> Result<bool, StorageError> {
    const SQL: &str = "SELECT pg_try_advisory_xact_lock('resource_change'::regclass::oid::integer, hashtext($1::text)) AS held";
    let alone = Statement::fixed(SQL, vec![Parameter::Number(tenant.number())]);
    let alone: Held = alone.get_result(connection).await?;
    Ok(alone.held)
}

/// No statement of this transaction takes longer than five seconds.
///
/// # Errors
/// When the database fails.
pub async fn hurry(connection: &mut Connection) -> Result<(), StorageError> {
    Ok(connection.batch_execute("SET LOCAL statement_timeout = '5s'").await?)
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

/// Takes these changes away.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    connection: &mut Connection,
    tenant: TenantId,
    changes: &[Change],
) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM resource_change WHERE tenant = $1 AND number = ANY ($2)";
    let numbers = changes.iter().map(|change| change.number).collect();
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Numbers(numbers)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
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

/// Has changes wait for a subscription until `retry`, or for as long as others do already; `fault` says why, where it is one.
///
/// # Errors
/// When the database fails.
pub async fn put_off(
    connection: &mut Connection,
    tenant: TenantId,
    (subscription, changes): (&str, &[&Change]),
    (fault, retry): (Option<&str>, DateTime<Utc>),
) -> Result<(), StorageError> {
    // What ended meanwhile needs none.
    const SQL: &str = "
        WITH waits AS (
            UPDATE subscription SET fault = coalesce($9, fault), retry = CASE WHEN retry > $10 THEN retry ELSE $10 END
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
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Removes changes that waited for a subscription; it goes on at once where there are more.
///
/// # Errors
/// When the database fails.
pub async fn settle(
    connection: &mut Connection,
    tenant: TenantId,
    (subscription, changes): (&str, &[Change]),
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const REMOVE: &str =
        "DELETE FROM subscription_change WHERE tenant = $1 AND subscription = $2 AND number = ANY ($3)";
    const GO_ON: &str = "
        UPDATE subscription SET fault = NULL, retry = CASE WHEN EXISTS (
            SELECT FROM subscription_change WHERE tenant = $1 AND subscription = $2) THEN $3::timestamptz END
        WHERE tenant = $1 AND id = $2";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(subscription),
        Parameter::Numbers(changes.iter().map(|change| change.number).collect()),
    ];
    Statement::fixed(REMOVE, parameters).execute(connection).await?;
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Text(subscription), Parameter::Time(now)];
    Statement::fixed(GO_ON, parameters).execute(connection).await?;
    Ok(())
}
