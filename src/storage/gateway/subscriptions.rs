//! Subscriptions of developers, each with two keys, kept as SHA-256.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// A subscription's row.
#[derive(Clone, QueryableByName)]
pub struct Subscription {
    /// Tenant.
    #[diesel(sql_type = BigInt)]
    pub tenant: i64,
    /// Row id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Whose it is.
    #[diesel(sql_type = SqlUuid)]
    pub account: Uuid,
    /// What is subscribed to.
    #[diesel(sql_type = Text)]
    pub product: String,
    /// The owner's name for it.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// SHA-256 of the primary key, hexadecimal.
    #[diesel(sql_type = Text)]
    pub primary_hash: String,
    /// SHA-256 of the secondary key.
    #[diesel(sql_type = Text)]
    pub secondary_hash: String,
    /// The first characters of the primary key.
    #[diesel(sql_type = Text)]
    pub primary_shown: String,
    /// The first characters of the secondary key.
    #[diesel(sql_type = Text)]
    pub secondary_shown: String,
    /// When it was made.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// From when on its keys are refused.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub cancelled_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for Subscription {
    /// The row's key, never what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subscription({})", self.id)
    }
}

/// Keeps a new subscription.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, row: &Subscription) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO gateway_subscription (tenant, id, account, product, name, primary_hash, secondary_hash, primary_shown,
                                          secondary_shown, created_at)
        VALUES ($1, $2::uuid, $3::uuid, $4, $5, $6, $7, $8, $9, $10)";
    let (id, account) = (row.id.to_string(), row.account.to_string());
    let parameters = vec![
        Parameter::Number(row.tenant),
        Parameter::Text(&id),
        Parameter::Text(&account),
        Parameter::Text(&row.product),
        Parameter::Text(&row.name),
        Parameter::Text(&row.primary_hash),
        Parameter::Text(&row.secondary_hash),
        Parameter::Text(&row.primary_shown),
        Parameter::Text(&row.secondary_shown),
        Parameter::Time(row.created_at),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// The subscription one of whose keys has this hash, cancelled or not, in a transaction that presents the hash.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, hash: &str) -> Result<Option<Subscription>, StorageError> {
    const SQL: &str = "SELECT * FROM gateway_subscription WHERE primary_hash = $1 OR secondary_hash = $1";
    let found: Vec<_> = Statement::fixed(SQL, vec![Parameter::Text(hash)]).load(connection).await?;
    Ok(found.into_iter().next())
}

/// The subscriptions of an account, oldest first; with an id that one alone.
///
/// # Errors
/// When the database fails.
pub async fn list(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
    id: Option<Uuid>,
) -> Result<Vec<Subscription>, StorageError> {
    const SQL: &str = "
        SELECT * FROM gateway_subscription WHERE tenant = $1 AND account = $2::uuid AND ($3 IS NULL OR id = $3::uuid)
        ORDER BY created_at, id";
    let (account, id) = (account.to_string(), id.map(|id| id.to_string()));
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(&account),
        Parameter::OptionalText(id.as_deref()),
    ];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// Which of the two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The primary one.
    Primary,
    /// The secondary one.
    Secondary,
}

/// Puts another key in the place of one, unless the subscription is cancelled; whether that was done.
///
/// # Errors
/// When the database fails.
pub async fn set_key(
    connection: &mut Connection,
    row: &Subscription,
    which: Which,
    (hash, shown): (&str, &str),
) -> Result<bool, StorageError> {
    const PRIMARY: &str = "UPDATE gateway_subscription SET primary_hash = $3, primary_shown = $4
        WHERE tenant = $1 AND id = $2::uuid AND cancelled_at IS NULL";
    const SECONDARY: &str = "UPDATE gateway_subscription SET secondary_hash = $3, secondary_shown = $4
        WHERE tenant = $1 AND id = $2::uuid AND cancelled_at IS NULL";
    let sql = match which {
        Which::Primary => PRIMARY,
        Which::Secondary => SECONDARY,
    };
    let id = row.id.to_string();
    let parameters = vec![
        Parameter::Number(row.tenant),
        Parameter::Text(&id),
        Parameter::Text(hash),
        Parameter::Text(shown),
    ];
    Ok(Statement::fixed(sql, parameters).execute(connection).await? == 1)
}

/// Cancels a subscription. One that was cancelled before stays so.
///
/// # Errors
/// When the database fails.
pub async fn cancel(
    connection: &mut Connection,
    row: &Subscription,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "UPDATE gateway_subscription SET cancelled_at = $3
        WHERE tenant = $1 AND id = $2::uuid AND cancelled_at IS NULL";
    let id = row.id.to_string();
    let parameters = vec![Parameter::Number(row.tenant), Parameter::Text(&id), Parameter::Time(now)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}
