//! Subscriptions: what each asks for and how far it is, and the types that they watch. What happened is in [`changes`], what they are told of
//! that in [`events`].

pub mod askers;
pub mod bindings;
pub mod changes;
pub mod events;
pub mod topics;

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz};
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, Store, TenantId};

/// A subscription.
#[derive(Clone, QueryableByName)]
pub struct Subscription {
    /// Id of the Subscription that it stands for.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// The number of that one's current version.
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    /// `requested`, `active`, `error` or `off`.
    #[diesel(sql_type = Text)]
    pub status: String,
    /// The word for its channel.
    #[diesel(sql_type = Text)]
    pub channel: String,
    /// What it asks for, as JSON.
    #[diesel(sql_type = Text)]
    pub wanted: String,
    /// With whose rights, as JSON.
    #[diesel(sql_type = Text)]
    pub owner: String,
    /// It is told of changes behind this number.
    #[diesel(sql_type = BigInt)]
    pub since: i64,
    /// The number of its last event; 0 before the first.
    #[diesel(sql_type = BigInt)]
    pub last: i64,
    /// The number of its first event that is of what it asks for now.
    #[diesel(sql_type = BigInt)]
    pub first: i64,
    /// Of one that is not active: the first event that is posted once it is taken up again. Without it, no events are kept meanwhile.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub held: Option<i64>,
    /// Why changes cannot be held against it.
    #[diesel(sql_type = Nullable<Text>)]
    pub fault: Option<String>,
    /// When changes that wait for it are held against it again.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub retry: Option<DateTime<Utc>>,
    /// How often in a row they could not be, for a reason that may pass.
    #[diesel(sql_type = BigInt)]
    pub faults: i64,
    /// How many changes wait for it.
    #[diesel(sql_type = BigInt)]
    pub waits: i64,
    /// From when on it is told nothing.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub until: Option<DateTime<Utc>>,
    /// How long it may be silent, in seconds.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub heartbeat_s: Option<i64>,
    /// When that time is over.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub beat: Option<DateTime<Utc>>,
    /// The number of the last event that whoever asked for it has taken in by websocket.
    #[diesel(sql_type = BigInt)]
    pub shown: i64,
}

impl fmt::Debug for Subscription {
    /// The row's key, never what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subscription({})", self.id)
    }
}

/// A statement that selects the columns of [`Subscription`] and goes on as it is said.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.version, s.status, s.channel, s.wanted, s.owner, s.since, s.last, s.first, s.held, s.fault, s.retry, s.faults,
                s.waits, s.until, s.heartbeat_s, s.beat, s.shown
             FROM subscription s ",
            $rest
        )
    };
}

#[derive(QueryableByName)]
struct One {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = BigInt)]
    tenant: i64,
    #[diesel(sql_type = Text)]
    id: String,
}

/// The subscription with this id, held until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn hold(
    connection: &mut Connection,
    tenant: TenantId,
    id: &str,
) -> Result<Option<Subscription>, StorageError> {
    const SQL: &str = select!("WHERE s.tenant = $1 AND s.id = $2 FOR UPDATE");
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(id)];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// The subscription with this id.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    id: &str,
) -> Result<Option<Subscription>, StorageError> {
    const SQL: &str = select!("WHERE s.tenant = $1 AND s.id = $2");
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(id)];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// Those that are told of changes to resources of one of these types, or are to be told once they are taken up again, in the order of
/// their ids.
///
/// # Errors
/// When the database fails.
pub async fn of_types(
    connection: &mut Connection,
    tenant: TenantId,
    types: &[&str],
) -> Result<Vec<Subscription>, StorageError> {
    const SQL: &str = select!(
        "WHERE s.tenant = $1 AND (s.status = 'active' OR s.held IS NOT NULL) AND s.id IN (
             SELECT w.subscription FROM subscription_type w WHERE w.tenant = $1 AND w.type = ANY ($2)) ORDER BY s.id"
    );
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Texts(types.to_vec())];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// The one for which changes wait that are to be held against it now, and that has waited for longest.
///
/// # Errors
/// When the database fails.
pub async fn waiting(
    connection: &mut Connection,
    tenant: TenantId,
    now: DateTime<Utc>,
) -> Result<Option<Subscription>, StorageError> {
    const SQL: &str = select!("WHERE s.tenant = $1 AND s.retry <= $2 ORDER BY s.retry, s.id LIMIT 1");
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Time(now)];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// Notes that somebody by websocket has taken in the events behind the first number and up to the second; nothing where others before them
/// were not taken in.
///
/// # Errors
/// When the database fails.
pub async fn shown(
    connection: &mut Connection,
    tenant: TenantId,
    id: &str,
    (behind, number): (i64, i64),
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE subscription SET shown = $3
        WHERE tenant = $1 AND id = $2 AND shown < $3 AND greatest(shown, first - 1) >= $4";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(id),
        Parameter::Number(number),
        Parameter::Number(behind),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// What a subscription that is held has come to.
#[derive(Clone, Debug, QueryableByName)]
pub struct HeldNow {
    /// Its id.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// The number of the version that it follows.
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    /// It is told of changes behind this number.
    #[diesel(sql_type = BigInt)]
    pub since: i64,
}

/// Holds these until the transaction ends, in the order of their ids: whoever changes several meets others in no other order. Tells those
/// that are there.
///
/// # Errors
/// When the database fails.
pub async fn hold_all(
    connection: &mut Connection,
    tenant: TenantId,
    ids: Vec<&str>,
) -> Result<Vec<HeldNow>, StorageError> {
    const SQL: &str = "SELECT id, version, since FROM subscription WHERE tenant = $1 AND id = ANY ($2) ORDER BY id FOR NO KEY UPDATE";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Texts(ids)];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// How many there are.
///
/// # Errors
/// When the database fails.
pub async fn count(connection: &mut Connection, tenant: TenantId) -> Result<i64, StorageError> {
    const SQL: &str = "SELECT count(*) AS number FROM subscription WHERE tenant = $1";
    let row: One =
        Statement::fixed(SQL, vec![Parameter::Number(tenant.number())]).get_result(connection).await?;
    Ok(row.number)
}

/// A number behind those of all changes that were noted by now.
///
/// # Errors
/// When the database fails.
pub async fn now(connection: &mut Connection) -> Result<i64, StorageError> {
    const SQL: &str = "SELECT nextval('resource_change_number_seq') AS number";
    let row: One = Statement::fixed(SQL, Vec::new()).get_result(connection).await?;
    Ok(row.number)
}

/// What a subscription is changed to.
#[derive(Clone, Copy)]
pub struct Put<'a> {
    /// The subscription; the number of its last event stays.
    pub new: &'a Subscription,
    /// The types that it watches.
    pub types: &'a [&'a str],
    /// Whether nothing of what it was to be told before counts any more.
    pub is_anew: bool,
    /// The kind of its deliveries.
    pub kind: &'a str,
}

/// Adds a subscription, or changes the one with this id. Its silence begins at `now`, and what waits for it is held against it then. By another
/// channel than before it goes on behind what was told by that one.
///
/// # Errors
/// When the database fails.
pub async fn put(
    connection: &mut Connection,
    tenant: TenantId,
    Put { new, types, is_anew, kind }: Put<'_>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO subscription (tenant, id, version, status, channel, wanted, owner, since, held, until, heartbeat_s, beat)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, 0), $10::timestamptz, nullif($11, 0),
            CASE WHEN $4 = 'active' AND $11 > 0 AND $5 <> 'websocket' THEN $12::timestamptz + make_interval(secs => $11) END)
        ON CONFLICT (tenant, id) DO UPDATE SET version = excluded.version, status = excluded.status, channel = excluded.channel,
            wanted = excluded.wanted, owner = excluded.owner, since = excluded.since, held = excluded.held, until = excluded.until,
            heartbeat_s = excluded.heartbeat_s, beat = excluded.beat, fault = NULL, faults = 0,
            waits = CASE WHEN $13 > 0 THEN 0 ELSE subscription.waits END,
            shown = CASE WHEN subscription.channel = excluded.channel THEN subscription.shown ELSE coalesce(subscription.held - 1, (
                SELECT min(d.id::bigint) - 1 FROM delivery d WHERE d.tenant = $1 AND d.kind = $14 AND d.receiver = $2
                  AND d.due IS NOT NULL AND d.id ~ '^[0-9]+$'), subscription.last) END,
            first = CASE WHEN $13 > 0 THEN subscription.last + 1 ELSE subscription.first END,
            retry = CASE WHEN $13 = 0 AND subscription.retry IS NOT NULL THEN $12 END";
    const FORGET: &str = "DELETE FROM subscription_change WHERE tenant = $1 AND subscription = $2";
    const WITHOUT: &str =
        "DELETE FROM subscription_type WHERE tenant = $1 AND subscription = $2 AND type <> ALL ($3)";
    const WITH: &str = "
        INSERT INTO subscription_type (tenant, type, subscription) SELECT $1, t.type, $2 FROM unnest($3::text[]) AS t (type)
        ON CONFLICT DO NOTHING";
    let until = new.until.map(|until| until.to_rfc3339());
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(&new.id),
        Parameter::Number(new.version),
        Parameter::Text(&new.status),
        Parameter::Text(&new.channel),
        Parameter::Text(&new.wanted),
        Parameter::Text(&new.owner),
        Parameter::Number(new.since),
        Parameter::Number(new.held.unwrap_or_default()),
        Parameter::OptionalText(until.as_deref()),
        Parameter::Number(new.heartbeat_s.unwrap_or_default()),
        Parameter::Time(now),
        Parameter::Number(i64::from(is_anew)),
        Parameter::Text(kind),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    if is_anew {
        let of = vec![Parameter::Number(tenant.number()), Parameter::Text(&new.id)];
        Statement::fixed(FORGET, of).execute(connection).await?;
    }
    // What is off watches nothing.
    let types: &[&str] = if new.status == "off" { &[] } else { types };
    let of = || {
        vec![Parameter::Number(tenant.number()), Parameter::Text(&new.id), Parameter::Texts(types.to_vec())]
    };
    Statement::fixed(WITHOUT, of()).execute(connection).await?;
    Statement::fixed(WITH, of()).execute(connection).await?;
    Ok(())
}

/// Removes a subscription with all of its events.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, id: &str) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM subscription WHERE tenant = $1 AND id = $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(id)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Notes that a subscription was told something: its silence begins anew.
///
/// # Errors
/// When the database fails.
pub async fn told(
    connection: &mut Connection,
    tenant: TenantId,
    id: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE subscription SET beat = $3 + make_interval(secs => heartbeat_s)
        WHERE tenant = $1 AND id = $2 AND heartbeat_s IS NOT NULL AND status = 'active' AND channel <> 'websocket'";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(id), Parameter::Time(now)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Those of all tenants whose end has come, or that were silent for too long, but those that a job of this kind is about already: of each
/// tenant its first before any one's second. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn due(
    store: &Store,
    jobs: &str,
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<(TenantId, String)>, StorageError> {
    const SQL: &str = "
        SELECT d.tenant, d.id FROM (
            SELECT o.tenant, o.id, o.at, row_number() OVER (PARTITION BY o.tenant ORDER BY o.at, o.id) AS place FROM (
                SELECT tenant, id, until AS at FROM subscription WHERE until <= $1 AND status <> 'off'
                UNION SELECT tenant, id, beat FROM subscription WHERE beat <= $1) o
            WHERE NOT EXISTS (SELECT FROM job j WHERE j.tenant = o.tenant AND j.kind = $3 AND j.subject = o.id)) d
        ORDER BY d.place, d.at LIMIT $2";
    let mut connection = store.alone(TenantId::PLATFORM).await?;
    let parameters = vec![Parameter::Time(now), Parameter::Number(most), Parameter::Text(jobs)];
    let found = Statement::fixed(SQL, parameters).load::<Due>(&mut *connection).await;
    let found = connection.finish(found.map_err(StorageError::from)).await?;
    Ok(found.into_iter().map(|due| (TenantId::from_row(due.tenant), due.id)).collect())
}
