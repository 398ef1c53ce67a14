//! Subscriptions: what each asks for and how far it is, and the types that they watch. What happened is in [`events`].

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
    /// The delivery that ended it in error.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub held: Option<i64>,
    /// From when on it is told nothing.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub until: Option<DateTime<Utc>>,
    /// How long it may be silent, in seconds.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub heartbeat_s: Option<i64>,
    /// When that time is over.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub beat: Option<DateTime<Utc>>,
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
            "SELECT s.id, s.version, s.status, s.channel, s.wanted, s.owner, s.since, s.last, s.held, s.until, s.heartbeat_s, s.beat
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
        "WHERE s.tenant = $1 AND (s.status IN ('active', 'error') OR s.held IS NOT NULL) AND s.id IN (
             SELECT w.subscription FROM subscription_type w WHERE w.tenant = $1 AND w.type = ANY ($2)) ORDER BY s.id"
    );
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Texts(types.to_vec())];
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

/// Adds a subscription that watches these types, or changes the one with this id; the number of its last event stays. Its silence begins
/// at `now`.
///
/// # Errors
/// When the database fails.
pub async fn put(
    connection: &mut Connection,
    tenant: TenantId,
    new: &Subscription,
    types: &[&str],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO subscription (tenant, id, version, status, channel, wanted, owner, since, held, until, heartbeat_s, beat)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, 0), $10::timestamptz, nullif($11, 0),
            CASE WHEN $4 = 'active' AND $11 > 0 THEN $12::timestamptz + make_interval(secs => $11) END)
        ON CONFLICT (tenant, id) DO UPDATE SET version = excluded.version, status = excluded.status, channel = excluded.channel,
            wanted = excluded.wanted, owner = excluded.owner, since = excluded.since, held = excluded.held, until = excluded.until,
            heartbeat_s = excluded.heartbeat_s, beat = excluded.beat";
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
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
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
        WHERE tenant = $1 AND id = $2 AND heartbeat_s IS NOT NULL AND status = 'active'";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(id), Parameter::Time(now)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Those of all tenants whose end has come, or that were silent for too long. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn due(
    store: &Store,
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<(TenantId, String)>, StorageError> {
    const SQL: &str = "
        SELECT tenant, id FROM subscription WHERE until <= $1 AND status <> 'off'
        UNION SELECT tenant, id FROM subscription WHERE beat <= $1 LIMIT $2";
    let mut connection = store.alone(TenantId::PLATFORM).await?;
    let found = Statement::fixed(SQL, vec![Parameter::Time(now), Parameter::Number(most)])
        .load::<Due>(&mut *connection)
        .await;
    let found = connection.finish(found.map_err(StorageError::from)).await?;
    Ok(found.into_iter().map(|due| (TenantId::from_row(due.tenant), due.id)).collect())
}

/// Whether a client and a person are there still, and the person may sign in; those that are not named do not matter.
///
/// # Errors
/// When the database fails.
pub async fn are_there(
    connection: &mut Connection,
    tenant: TenantId,
    (client, account): (Option<&str>, Option<&str>),
) -> Result<bool, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        there: bool,
    }
    const SQL: &str = "
        SELECT ($2 IS NULL OR EXISTS (SELECT FROM oauth_client WHERE tenant = $1 AND id = $2::uuid))
           AND ($3 IS NULL OR EXISTS (SELECT FROM account WHERE tenant = $1 AND id = $3::uuid AND active)) AS there";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::OptionalText(client),
        Parameter::OptionalText(account),
    ];
    let row: Row = Statement::fixed(SQL, parameters).get_result(connection).await?;
    Ok(row.there)
}
