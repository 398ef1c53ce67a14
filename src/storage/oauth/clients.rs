//! Programs that may ask for tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::schema::oauth_client;
use crate::storage::{Connection, StorageError, TenantId};

/// A client's row.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = oauth_client, primary_key(tenant, id), treat_none_as_null = true)]
pub struct ClientRow {
    /// Tenant.
    pub tenant: i64,
    /// Row id: the `client_id`.
    pub id: Uuid,
    /// What people are shown.
    pub name: String,
    /// `public` or `confidential`.
    pub kind: String,
    /// The grant types that it may use.
    pub grants: Vec<String>,
    /// Where an answer may be sent, each to be met exactly.
    pub redirect_uris: Vec<String>,
    /// Its public keys, as a JSON Web Key Set.
    pub jwks: Option<String>,
    /// Where its public keys are.
    pub jwks_uri: Option<String>,
    /// SHA-256 of its secret, hexadecimal.
    pub secret: Option<String>,
    /// The scopes that it may ask for.
    pub scope: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// What it may want data for: codes of HL7's PurposeOfUse, the usual first.
    pub purposes: Vec<String>,
}

/// Adds a client.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, client: &ClientRow) -> Result<(), StorageError> {
    diesel::insert_into(oauth_client::table).values(client).execute(connection).await?;
    Ok(())
}

/// The client with this id, in a transaction that presents the id or is its tenant's.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, id: Uuid) -> Result<Option<ClientRow>, StorageError> {
    Ok(oauth_client::table
        .filter(oauth_client::id.eq(id))
        .select(ClientRow::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// Holds a client, so that it is neither changed nor removed before this transaction ends; as it is now, none when it has been
/// removed. Whoever gives or takes back what belongs to a client does this first.
///
/// # Errors
/// When the database fails.
pub async fn hold(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
) -> Result<Option<ClientRow>, StorageError> {
    Ok(oauth_client::table
        .find((tenant.number(), id))
        .select(ClientRow::as_select())
        .for_key_share()
        .first(connection)
        .await
        .optional()?)
}

/// Holds a client alone, to change or remove it: waits until nobody else holds it.
///
/// # Errors
/// When the database fails.
pub async fn lock(connection: &mut Connection, tenant: TenantId, id: Uuid) -> Result<(), StorageError> {
    let client = oauth_client::table.find((tenant.number(), id)).select(oauth_client::id).for_update();
    client.first::<Uuid>(connection).await.optional()?;
    Ok(())
}

/// Puts a client's row in the place of the one with its key.
///
/// # Errors
/// When the database fails.
pub async fn update(connection: &mut Connection, client: &ClientRow) -> Result<(), StorageError> {
    let row = oauth_client::table.find((client.tenant, client.id));
    diesel::update(row).set(client).execute(connection).await?;
    Ok(())
}

/// So many clients of the tenant that come after this one, in the order of their ids, which open with the time.
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    tenant: TenantId,
    after: Uuid,
    limit: i64,
) -> Result<Vec<ClientRow>, StorageError> {
    Ok(oauth_client::table
        .filter(oauth_client::tenant.eq(tenant.number()))
        .filter(oauth_client::id.gt(after))
        .order(oauth_client::id)
        .limit(limit)
        .select(ClientRow::as_select())
        .load(connection)
        .await?)
}

/// Removes a client; false when the tenant has none with this id.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, id: Uuid) -> Result<bool, StorageError> {
    let removed = diesel::delete(oauth_client::table.find((tenant.number(), id))).execute(connection).await?;
    Ok(removed == 1)
}
