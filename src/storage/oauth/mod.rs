//! What the authorisation server keeps, one table a file.

pub mod clients;
pub mod grants;
pub mod id_token_keys;
pub mod launches;
pub mod refresh_tokens;
pub mod used_assertions;
pub mod web_sessions;

use diesel_async::RunQueryDsl;

use super::{Connection, StorageError};

/// Removes what ended more than a day ago, of every tenant: row-level security lets any transaction do that, and nothing else,
/// to rows of another tenant. Says how many rows there were.
///
/// # Errors
/// When the database fails.
pub async fn remove_ended(connection: &mut Connection) -> Result<usize, StorageError> {
    let mut removed: usize = 0;
    for table in [
        "access_token",
        "refresh_token",
        "oauth_grant",
        "oauth_launch",
        "used_assertion",
        "web_session",
        "account_token",
        "federated_attempt",
        "used_logout_token",
    ] {
        let ended = format!("DELETE FROM {table} WHERE expires_at < now() - interval '1 day'");
        removed = removed.saturating_add(diesel::sql_query(ended).execute(connection).await?);
    }
    Ok(removed)
}
