//! Changes that are to be held against subscriptions, and what subscriptions are told.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Bool, Text, Timestamptz};
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;

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
struct OneText {
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

/// The tenants with changes that were not held against subscriptions yet. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn tenants(store: &Store) -> Result<Vec<TenantId>, StorageError> {
    const SQL: &str = "SELECT DISTINCT tenant FROM resource_change ORDER BY tenant";
    let mut connection = store.alone(TenantId::PLATFORM).await?;
    let found = Statement::fixed(SQL, Vec::new()).load::<TenantRow>(&mut *connection).await;
    let found = connection.finish(found.map_err(StorageError::from)).await?;
    Ok(found.into_iter().map(|row| TenantId::from_row(row.tenant)).collect())
}

/// The tenant's first changes, in their order, for this transaction alone; none while another one has them.
///
/// # Errors
/// When the database fails.
pub async fn take(
    connection: &mut Connection,
    tenant: TenantId,
    most: i64,
) -> Result<Vec<Change>, StorageError> {
    const ALONE: &str = "SELECT pg_try_advisory_xact_lock('resource_change'::regclass::oid::integer, hashtext($1::text)) AS held";
    // What is read here was committed before, whatever number it has: what comes to be seen later is taken later.
    const SQL: &str = "
        DELETE FROM resource_change WHERE tenant = $1 AND number IN (
            SELECT number FROM resource_change WHERE tenant = $1 ORDER BY number LIMIT $2)
        RETURNING number, type AS type_, id, version, change, made_at";
    let alone = Statement::fixed(ALONE, vec![Parameter::Number(tenant.number())]);
    let alone: Held = alone.get_result(connection).await?;
    if !alone.held {
        return Ok(Vec::new());
    }
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Number(most)];
    let mut taken: Vec<Change> = Statement::fixed(SQL, parameters).load(connection).await?;
    taken.sort_unstable_by_key(|change| change.number);
    Ok(taken)
}

/// Adds events, in their order, each to the subscription that it is named with, and a delivery of each where the subscription's channel takes
/// some; tells who has some to be posted. Of a subscription that ended meanwhile nothing is added; one that is in error gets its deliveries
/// once it is taken up again.
///
/// # Errors
/// When the database fails.
pub async fn add(
    connection: &mut Connection,
    tenant: TenantId,
    kind: &str,
    events: &[(&str, &Change)],
    now: DateTime<Utc>,
) -> Result<Vec<String>, StorageError> {
    const SQL: &str = "
        WITH given AS (
            SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[]) WITH ORDINALITY
                AS g (subscription, type, id, version, change, made_at, place)
        ), counted AS (
            SELECT subscription, count(*) AS events FROM given GROUP BY subscription
        ), moved AS (
            UPDATE subscription s SET last = s.last + c.events FROM counted c
            WHERE s.tenant = $1 AND s.id = c.subscription AND (s.status IN ('active', 'error') OR s.held IS NOT NULL)
              AND (s.until IS NULL OR s.until > $8)
            RETURNING s.id, s.last - c.events AS before, s.status, s.channel
        ), numbered AS (
            SELECT g.*, m.before + row_number() OVER (PARTITION BY g.subscription ORDER BY g.place) AS number, m.status, m.channel
            FROM given g JOIN moved m ON m.id = g.subscription
        ), events AS (
            INSERT INTO subscription_event (tenant, subscription, number, type, id, version, change, made_at)
            SELECT $1, subscription, number, type, id, version, change, made_at FROM numbered
        ), deliveries AS (
            INSERT INTO delivery (tenant, kind, receiver, id, event, subject, body, made_at, due, outcome, ended_at)
            SELECT $1, $9, n.subscription, n.number::text, n.change, '', '', $8,
                CASE n.status WHEN 'active' THEN $8 END,
                CASE n.status WHEN 'active' THEN NULL ELSE 'stopped' END, CASE n.status WHEN 'active' THEN NULL ELSE $8 END
            FROM numbered n WHERE n.channel <> 'websocket' ORDER BY n.subscription, n.number
            RETURNING receiver, due
        )
        SELECT DISTINCT receiver AS text FROM deliveries WHERE due IS NOT NULL ORDER BY 1";
    let texts =
        |part: fn(&Change) -> &str| Parameter::Texts(events.iter().map(|(_, change)| part(change)).collect());
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Texts(events.iter().map(|(subscription, _)| *subscription).collect()),
        texts(|change| &change.type_),
        texts(|change| &change.id),
        Parameter::Numbers(events.iter().map(|(_, change)| change.version).collect()),
        texts(|change| &change.change),
        Parameter::Times(events.iter().map(|(_, change)| change.made_at).collect()),
        Parameter::Time(now),
        Parameter::Text(kind),
    ];
    let told: Vec<OneText> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(told.into_iter().map(|row| row.text).collect())
}

/// Events of a subscription by their numbers, between these and in their order.
///
/// # Errors
/// When the database fails.
pub async fn between(
    connection: &mut Connection,
    tenant: TenantId,
    subscription: &str,
    (first, last): (i64, i64),
    most: i64,
) -> Result<Vec<Change>, StorageError> {
    const SQL: &str = "
        SELECT number, type AS type_, id, version, change, made_at FROM subscription_event
        WHERE tenant = $1 AND subscription = $2 AND number >= $3 AND number <= $4 ORDER BY number LIMIT $5";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(subscription),
        Parameter::Number(first),
        Parameter::Number(last),
        Parameter::Number(most),
    ];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// The event of a subscription with this number.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    subscription: &str,
    number: i64,
) -> Result<Option<Change>, StorageError> {
    const SQL: &str = "
        SELECT number, type AS type_, id, version, change, made_at FROM subscription_event
        WHERE tenant = $1 AND subscription = $2 AND number = $3";
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Text(subscription), Parameter::Number(number)];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// How far these subscriptions are: the numbers of their last events.
///
/// # Errors
/// When the database fails.
pub async fn lasts(
    store: &Store,
    subscriptions: &[(TenantId, String)],
) -> Result<HashMap<(TenantId, String), i64>, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        tenant: i64,
        #[diesel(sql_type = Text)]
        id: String,
        #[diesel(sql_type = BigInt)]
        last: i64,
    }
    const SQL: &str = "
        SELECT s.tenant, s.id, s.last
        FROM unnest($1::bigint[], $2::text[]) AS w (tenant, id) JOIN subscription AS s USING (tenant, id)";
    let parameters = vec![
        Parameter::Numbers(subscriptions.iter().map(|(tenant, _)| tenant.number()).collect()),
        Parameter::Texts(subscriptions.iter().map(|(_, id)| id.as_str()).collect()),
    ];
    let mut connection = store.alone(TenantId::PLATFORM).await?;
    let found = Statement::fixed(SQL, parameters).load::<Row>(&mut *connection).await;
    let found = connection.finish(found.map_err(StorageError::from)).await?;
    let place = |row: Row| ((TenantId::from_row(row.tenant), row.id), row.last);
    Ok(found.into_iter().map(place).collect())
}

/// Removes events of all tenants from before then; says how many.
///
/// # Errors
/// When the database fails.
pub async fn remove_before(store: &Store, before: DateTime<Utc>) -> Result<usize, StorageError> {
    const SQL: &str = "DELETE FROM subscription_event WHERE made_at < $1";
    let mut connection = store.begin(TenantId::PLATFORM).await?;
    let removed = Statement::fixed(SQL, vec![Parameter::Time(before)]).execute(&mut *connection).await;
    connection.finish(removed.map_err(StorageError::from)).await
}
