//! Opaque bearer tokens for `/fhir`, kept as SHA-256.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::schema::access_token;
use super::{Connection, StorageError};

/// A token's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = access_token)]
pub struct AccessToken {
    /// Tenant.
    pub tenant: i64,
    /// Row id, which the audit names as the client.
    pub id: Uuid,
    /// SHA-256 of the token, hexadecimal.
    pub hash: String,
    /// SMART scopes, separated by spaces.
    pub scope: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
}

/// Keeps a new token.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, token: &AccessToken) -> Result<(), StorageError> {
    diesel::insert_into(access_token::table).values(token).execute(connection).await?;
    Ok(())
}

/// The token with this hash, in a transaction that presents the hash.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, hash: &str) -> Result<Option<AccessToken>, StorageError> {
    Ok(access_token::table
        .filter(access_token::hash.eq(hash))
        .select(AccessToken::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// Removes the tokens of every tenant that ended more than a day ago: the one thing that row-level security lets a
/// transaction do to rows of another tenant.
///
/// # Errors
/// When the database fails.
pub async fn remove_ended(connection: &mut Connection) -> Result<usize, StorageError> {
    Ok(diesel::sql_query("DELETE FROM access_token WHERE expires_at < now() - interval '1 day'")
        .execute(connection)
        .await?)
}
