//! What sockets are bound by, and how far the subscriptions are that somebody listens to.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, Store, TenantId};

/// What a token binds a socket to.
#[derive(Clone, QueryableByName)]
pub struct Binding {
    /// Whose subscriptions.
    #[diesel(sql_type = BigInt)]
    pub tenant: i64,
    /// With whose rights, as JSON.
    #[diesel(sql_type = Text)]
    pub owner: String,
    /// The subscriptions' ids.
    #[diesel(sql_type = Array<Text>)]
    pub subscriptions: Vec<String>,
    /// Until when.
    #[diesel(sql_type = Timestamptz)]
    pub expires_at: DateTime<Utc>,
}

/// Keeps what the token with this SHA-256 binds to.
///
/// # Errors
/// When the database fails.
pub async fn add(
    connection: &mut Connection,
    tenant: TenantId,
    hash: &str,
    (owner, subscriptions): (&str, &[String]),
    expires_at: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO subscription_binding (tenant, hash, owner, subscriptions, expires_at) VALUES ($1, $2, $3, $4, $5)";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(hash),
        Parameter::Text(owner),
        Parameter::Texts(subscriptions.iter().map(String::as_str).collect()),
        Parameter::Time(expires_at),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// What the token with this SHA-256 binds to, if it is good now, in a transaction that presents the hash.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Binding>, StorageError> {
    const SQL: &str = "
        SELECT tenant, owner, subscriptions, expires_at FROM subscription_binding WHERE hash = $1 AND expires_at > $2";
    let parameters = vec![Parameter::Text(hash), Parameter::Time(now)];
    let found: Vec<Binding> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(found.into_iter().next())
}

/// A subscription, in its tenant.
pub type Place = (TenantId, String);

/// How far a subscription is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The number of the version that it follows.
    pub version: i64,
    /// The number of its last event.
    pub last: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    tenant: i64,
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = BigInt)]
    last: i64,
}

/// How far these are, of those that are there. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn standings(store: &Store, places: &[Place]) -> Result<HashMap<Place, Standing>, StorageError> {
    const SQL: &str = "
        SELECT s.tenant, s.id, s.version, s.last FROM unnest($1::bigint[], $2::text[]) AS p (tenant, id)
        JOIN subscription s ON s.tenant = p.tenant AND s.id = p.id";
    let parameters = vec![
        Parameter::Numbers(places.iter().map(|(tenant, _)| tenant.number()).collect()),
        Parameter::Texts(places.iter().map(|(_, id)| id.as_str()).collect()),
    ];
    let mut connection = store.alone(TenantId::PLATFORM).await?;
    let found = Statement::fixed(SQL, parameters).load::<Row>(&mut *connection).await;
    let found = connection.finish(found.map_err(StorageError::from)).await?;
    let standing = |row: Row| {
        ((TenantId::from_row(row.tenant), row.id), Standing { version: row.version, last: row.last })
    };
    Ok(found.into_iter().map(standing).collect())
}
