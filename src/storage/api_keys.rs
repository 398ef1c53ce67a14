//! Keys of projects, kept as SHA-256.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::schema::api_key;
use super::{Connection, StorageError, TenantId};

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

/// Notes when a key was used. Within a minute of the last note nothing is written.
///
/// # Errors
/// When the database fails.
pub async fn note_use(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let stale = now - chrono::TimeDelta::minutes(1);
    diesel::update(api_key::table.find((tenant.number(), id)))
        .filter(api_key::last_used_at.is_null().or(api_key::last_used_at.lt(stale)))
        .set(api_key::last_used_at.eq(now))
        .execute(connection)
        .await?;
    Ok(())
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
