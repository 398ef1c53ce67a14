//! Secrets that stand for an account for a while, each good once, of which the SHA-256 is kept.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::schema::account_token;
use super::{Connection, StorageError, TenantId};

/// A secret's row.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_token)]
pub struct AccountToken {
    /// Tenant.
    pub tenant: i64,
    /// SHA-256 of the secret, hexadecimal.
    pub hash: String,
    /// The account.
    pub account: Uuid,
    /// What it is good for: `verify`, `reset` or `code`.
    pub purpose: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
}

/// Adds a secret.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, token: &AccountToken) -> Result<(), StorageError> {
    diesel::insert_into(account_token::table).values(token).execute(connection).await?;
    Ok(())
}

/// The secret with this hash, in a transaction that presents it.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, hash: &str) -> Result<Option<AccountToken>, StorageError> {
    Ok(account_token::table
        .filter(account_token::hash.eq(hash))
        .select(AccountToken::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// Uses a secret up; false when it had been.
///
/// # Errors
/// When the database fails.
pub async fn use_up(connection: &mut Connection, token: &AccountToken) -> Result<bool, StorageError> {
    let used = diesel::delete(account_token::table.find((token.tenant, &token.hash)));
    Ok(used.execute(connection).await? == 1)
}

/// Removes those of an account that are good for this.
///
/// # Errors
/// When the database fails.
pub async fn remove_of(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
    purpose: &str,
) -> Result<(), StorageError> {
    let all = account_token::table
        .filter(account_token::tenant.eq(tenant.number()))
        .filter(account_token::account.eq(account))
        .filter(account_token::purpose.eq(purpose));
    diesel::delete(all).execute(connection).await?;
    Ok(())
}
