//! Logout tokens that have come, each good for once. They belong to the platform.

use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, QueryDsl, dsl};
use diesel_async::RunQueryDsl;

use crate::storage::schema::used_logout_token;
use crate::storage::{Connection, StorageError, TenantId};

/// Whether the token with this hash has come.
///
/// # Errors
/// When the database fails.
pub async fn has_come(connection: &mut Connection, hash: &str) -> Result<bool, StorageError> {
    let row = used_logout_token::table.find((TenantId::PLATFORM.number(), hash));
    Ok(diesel::select(dsl::exists(row)).get_result(connection).await?)
}

/// Notes that the token with this hash has come.
///
/// # Errors
/// When the database fails.
pub async fn note(
    connection: &mut Connection,
    hash: &str,
    expires_at: DateTime<Utc>,
) -> Result<(), StorageError> {
    diesel::insert_into(used_logout_token::table)
        .values((
            used_logout_token::tenant.eq(TenantId::PLATFORM.number()),
            used_logout_token::hash.eq(hash),
            used_logout_token::expires_at.eq(expires_at),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(())
}
