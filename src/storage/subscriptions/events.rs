//! What subscriptions are told.

use chrono::{DateTime, Utc};
use diesel::sql_types::Text;
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;

use super::changes::Change;
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, Store, TenantId};

/// So many old rows are removed by one statement.
const PORTION: i64 = 1_000;

#[derive(QueryableByName)]
struct OneText {
    #[diesel(sql_type = Text)]
    text: String,
}

/// Adds events, in their order, each to the subscription that it is named with, and a delivery of each where the subscription's channel takes
/// some; tells who has some to be posted. Of a subscription that ended meanwhile nothing is added; one that is not active gets its deliveries
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
            WHERE s.tenant = $1 AND s.id = c.subscription AND (s.status = 'active' OR s.held IS NOT NULL)
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

/// Adds deliveries of the events of a subscription from this number on, which there were none of by the channel before. They are kept back until
/// it is taken up.
///
/// # Errors
/// When the database fails.
pub async fn post_from(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, subscription): (&str, &str),
    first: i64,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO delivery (tenant, kind, receiver, id, event, subject, body, made_at, outcome, ended_at)
        SELECT $1, $3, $2, e.number::text, e.change, '', '', $5, 'stopped', $5
        FROM subscription_event e WHERE e.tenant = $1 AND e.subscription = $2 AND e.number >= $4 ORDER BY e.number
        ON CONFLICT DO NOTHING";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(subscription),
        Parameter::Text(kind),
        Parameter::Number(first),
        Parameter::Time(now),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
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

/// The event of a subscription with this number, and of those right behind it the ones that wait to be posted, in their order.
///
/// # Errors
/// When the database fails.
pub async fn waiting(
    connection: &mut Connection,
    tenant: TenantId,
    kind: &str,
    subscription: &str,
    (first, most): (i64, i64),
) -> Result<Vec<Change>, StorageError> {
    const SQL: &str = "
        SELECT e.number, e.type AS type_, e.id, e.version, e.change, e.made_at FROM (
            SELECT * FROM subscription_event WHERE tenant = $1 AND subscription = $2 AND number >= $3 ORDER BY number LIMIT $4) e
        JOIN delivery d ON d.tenant = $1 AND d.kind = $5 AND d.receiver = $2 AND d.id = e.number::text
        WHERE d.due IS NOT NULL OR e.number = $3
        ORDER BY e.number";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(subscription),
        Parameter::Number(first),
        Parameter::Number(most),
        Parameter::Text(kind),
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

/// Removes events of all tenants from before then, and changes that waited since then, a portion a transaction; says how many.
///
/// # Errors
/// When the database fails.
pub async fn remove_before(store: &Store, before: DateTime<Utc>) -> Result<usize, StorageError> {
    const EVENTS: &str = "
        DELETE FROM subscription_event e USING (
            SELECT tenant, subscription, number FROM subscription_event WHERE made_at < $1 LIMIT $2) o
        WHERE e.tenant = o.tenant AND e.subscription = o.subscription AND e.number = o.number";
    const CHANGES: &str = "
        DELETE FROM subscription_change c USING (
            SELECT tenant, subscription, number FROM subscription_change WHERE made_at < $1 LIMIT $2) o
        WHERE c.tenant = o.tenant AND c.subscription = o.subscription AND c.number = o.number";
    let mut removed: usize = 0;
    for sql in [EVENTS, CHANGES] {
        loop {
            let mut connection = store.begin(TenantId::PLATFORM).await?;
            let parameters = vec![Parameter::Time(before), Parameter::Number(PORTION)];
            let some = Statement::fixed(sql, parameters).execute(&mut *connection).await;
            let some = connection.finish(some.map_err(StorageError::from)).await?;
            removed = removed.saturating_add(some);
            if some == 0 {
                break;
            }
        }
    }
    Ok(removed)
}
