//! Refresh tokens, each good for one use, kept as SHA-256.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::schema::refresh_token;
use crate::storage::{Connection, StorageError, TenantId};

/// A token's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_token)]
pub struct RefreshToken {
    /// Tenant.
    pub tenant: i64,
    /// Row id.
    pub id: Uuid,
    /// SHA-256 of the token, hexadecimal.
    pub hash: String,
    /// The grant that it was given for.
    pub of_grant: Uuid,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
}

/// Adds a token.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, token: &RefreshToken) -> Result<(), StorageError> {
    diesel::insert_into(refresh_token::table).values(token).execute(connection).await?;
    Ok(())
}

/// The token with this hash, used or not.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    hash: &str,
) -> Result<Option<RefreshToken>, StorageError> {
    Ok(refresh_token::table
        .filter(refresh_token::tenant.eq(tenant.number()))
        .filter(refresh_token::hash.eq(hash))
        .select(RefreshToken::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// The token with this hash, used or not, in a transaction that presents it.
///
/// # Errors
/// When the database fails.
pub async fn find_presented(
    connection: &mut Connection,
    hash: &str,
) -> Result<Option<RefreshToken>, StorageError> {
    Ok(refresh_token::table
        .filter(refresh_token::hash.eq(hash))
        .select(RefreshToken::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// Uses a token up; false when it had been.
///
/// # Errors
/// When the database fails.
pub async fn use_up(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let used = diesel::update(refresh_token::table.find((tenant.number(), id)))
        .filter(refresh_token::used_at.is_null())
        .set(refresh_token::used_at.eq(now))
        .execute(connection)
        .await?;
    Ok(used == 1)
}
