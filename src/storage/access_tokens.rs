//! Opaque bearer tokens for `/fhir`, kept as SHA-256.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::schema::access_token;
use super::{Connection, StorageError, TenantId};

/// A token's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = access_token)]
pub struct AccessToken {
    /// Tenant.
    pub tenant: i64,
    /// Row id, which the audit names where there is no client.
    pub id: Uuid,
    /// SHA-256 of the token, hexadecimal.
    pub hash: String,
    /// SMART scopes, separated by spaces.
    pub scope: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
    /// The client that it was given to; none of an operator's.
    pub client: Option<Uuid>,
    /// The person's grant that it was given for.
    pub of_grant: Option<Uuid>,
    /// The account of the person.
    pub account: Option<Uuid>,
    /// Id of the Patient that the launch is about.
    pub patient: Option<String>,
    /// What it is for: a code of HL7's ActReason.
    pub purpose: Option<String>,
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

/// Removes a token of a client and says whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    connection: &mut Connection,
    tenant: TenantId,
    client: Uuid,
    hash: &str,
) -> Result<bool, StorageError> {
    let mine = access_token::table
        .filter(access_token::tenant.eq(tenant.number()))
        .filter(access_token::client.eq(client))
        .filter(access_token::hash.eq(hash));
    Ok(diesel::delete(mine).execute(connection).await? > 0)
}

/// Removes all tokens that were given for a grant; their hashes.
///
/// # Errors
/// When the database fails.
pub async fn remove_of_grant(
    connection: &mut Connection,
    tenant: TenantId,
    grant: Uuid,
) -> Result<Vec<String>, StorageError> {
    let given = access_token::table
        .filter(access_token::tenant.eq(tenant.number()))
        .filter(access_token::of_grant.eq(grant));
    Ok(diesel::delete(given).returning(access_token::hash).get_results(connection).await?)
}

/// Removes all tokens of a client; their hashes.
///
/// # Errors
/// When the database fails.
pub async fn remove_of_client(
    connection: &mut Connection,
    tenant: TenantId,
    client: Uuid,
) -> Result<Vec<String>, StorageError> {
    let given = access_token::table
        .filter(access_token::tenant.eq(tenant.number()))
        .filter(access_token::client.eq(client));
    Ok(diesel::delete(given).returning(access_token::hash).get_results(connection).await?)
}
