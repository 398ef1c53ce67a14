//! Keys of projects, kept as SHA-256.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, QueryableByName, Selectable};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::account_limits::Allowance;
use super::schema::api_key;
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};
use crate::core::config::plans::RequestLimits;

/// A key's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_key)]
pub struct ApiKey {
    /// Tenant.
    pub tenant: i64,
    /// Row id.
    pub id: Uuid,
    /// The surface that it opens.
    pub surface: String,
    /// SHA-256 of the key, hexadecimal.
    pub hash: String,
    /// The key's first characters, by which its owner knows it.
    pub prefix: String,
    /// Id of the Organization that is the project.
    pub project: String,
    /// The owner's name for it.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last presented, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// From when on it is refused.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for ApiKey {
    /// The row's key, never what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", self.id)
    }
}

/// Keeps a new key.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, key: &ApiKey) -> Result<(), StorageError> {
    diesel::insert_into(api_key::table).values(key).execute(connection).await?;
    Ok(())
}

/// The key with this hash, revoked or not, in a transaction that presents the hash.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, hash: &str) -> Result<Option<ApiKey>, StorageError> {
    Ok(api_key::table
        .filter(api_key::hash.eq(hash))
        .select(ApiKey::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// All keys of a surface in the tenant, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
) -> Result<Vec<ApiKey>, StorageError> {
    Ok(api_key::table
        .filter(api_key::tenant.eq(tenant.number()))
        .filter(api_key::surface.eq(surface))
        .order((api_key::created_at, api_key::id))
        .select(ApiKey::as_select())
        .load(connection)
        .await?)
}

/// The key of a surface in the tenant with this id, revoked or not.
///
/// # Errors
/// When the database fails.
pub async fn find_by_id(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
    id: Uuid,
) -> Result<Option<ApiKey>, StorageError> {
    Ok(api_key::table
        .find((tenant.number(), id))
        .filter(api_key::surface.eq(surface))
        .select(ApiKey::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// Notes when a key was used; within a minute of the last note nothing is written. Says what those may do who can use its surface in the
/// tenant, each allowance once: with none, the key opens nothing and no use is noted.
///
/// # Errors
/// When the database fails.
pub async fn note_use(
    connection: &mut Connection,
    key: &ApiKey,
    now: DateTime<Utc>,
) -> Result<Vec<Allowance>, StorageError> {
    // One statement, as every call with a key waits for it.
    const SQL: &str = "
        WITH allowed AS (
            SELECT DISTINCT a.plan, l.hour, l.day, l.month
            FROM account AS a LEFT JOIN account_limit AS l ON l.tenant = a.tenant AND l.account = a.id
            WHERE a.tenant = $1 AND a.surface = $2 AND a.active
        ), noted AS (
            UPDATE api_key SET last_used_at = $4
            WHERE tenant = $1 AND id = $3::uuid AND EXISTS (SELECT FROM allowed)
              AND (last_used_at IS NULL OR last_used_at < $4 - interval '1 minute')
        )
        SELECT plan, hour, day, month FROM allowed";
    let id = key.id.to_string();
    let parameters = vec![
        Parameter::Number(key.tenant),
        Parameter::Text(&key.surface),
        Parameter::Text(&id),
        Parameter::Time(now),
    ];
    let allowed: Vec<Allowed> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(allowed.into_iter().map(Allowance::from).collect())
}

/// What those may do who can use a surface in a tenant.
///
/// # Errors
/// When the database fails.
pub async fn allowances(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
) -> Result<Vec<Allowance>, StorageError> {
    const SQL: &str = "
        SELECT DISTINCT a.plan, l.hour, l.day, l.month
        FROM account AS a LEFT JOIN account_limit AS l ON l.tenant = a.tenant AND l.account = a.id
        WHERE a.tenant = $1 AND a.surface = $2 AND a.active";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(surface)];
    let allowed: Vec<Allowed> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(allowed.into_iter().map(Allowance::from).collect())
}

#[derive(QueryableByName)]
struct Allowed {
    #[diesel(sql_type = Text)]
    plan: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    hour: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    day: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    month: Option<i64>,
}

impl From<Allowed> for Allowance {
    fn from(row: Allowed) -> Self {
        let given = row.hour.zip(row.day).zip(row.month);
        let given = given.map(|((hour, day), month)| RequestLimits { hour, day, month });
        Self { plan: row.plan, given }
    }
}

/// How many keys of a surface in the tenant were not revoked.
///
/// # Errors
/// When the database fails.
pub async fn count_active(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
) -> Result<i64, StorageError> {
    Ok(api_key::table
        .filter(api_key::tenant.eq(tenant.number()))
        .filter(api_key::surface.eq(surface))
        .filter(api_key::revoked_at.is_null())
        .count()
        .get_result(connection)
        .await?)
}

/// Revokes a key of a surface in the tenant; false when there is no such key or it was revoked before.
///
/// # Errors
/// When the database fails.
pub async fn revoke(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = diesel::update(api_key::table.find((tenant.number(), id)))
        .filter(api_key::surface.eq(surface))
        .filter(api_key::revoked_at.is_null())
        .set(api_key::revoked_at.eq(now))
        .execute(connection)
        .await?;
    Ok(rows == 1)
}
