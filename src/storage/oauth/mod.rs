//! What the authorisation server keeps, one table a file.
//!
//! Whoever takes several rows takes them in one order, so that nobody waits for one who waits for them: the client, browser sessions,
//! grants, tokens, and the account last. Of several of a kind, those with the lower id come first.

pub mod clients;
pub mod grants;
pub mod id_token_keys;
pub mod launches;
pub mod refresh_tokens;
pub mod used_assertions;
pub mod web_sessions;

use diesel_async::RunQueryDsl;

use uuid::Uuid;

use super::{Connection, StorageError, TenantId, access_tokens};
use web_sessions::Which;

/// Ends the sessions of an account and takes back its grants, with what was given for them; the hashes of the access tokens.
///
/// # Errors
/// When the database fails.
pub async fn remove_of_account(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
) -> Result<Vec<String>, StorageError> {
    web_sessions::lock_of_account(connection, tenant, account).await?;
    let mut tokens = Vec::new();
    for grant in grants::lock_of_account(connection, tenant, account).await? {
        tokens.extend(access_tokens::remove_of_grant(connection, tenant, grant).await?);
        grants::remove(connection, tenant, grant).await?;
    }
    web_sessions::remove_of_account(connection, tenant, account, Which::All).await?;
    Ok(tokens)
}

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
        "subscription_binding",
    ] {
        let ended = format!("DELETE FROM {table} WHERE expires_at < now() - interval '1 day'");
        removed = removed.saturating_add(diesel::sql_query(ended).execute(connection).await?);
    }
    Ok(removed)
}
