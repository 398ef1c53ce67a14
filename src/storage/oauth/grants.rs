//! What people granted clients, and the codes by which clients fetch it.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, SelectableHelper,
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::schema::{oauth_client, oauth_grant};
use crate::storage::{Connection, StorageError, TenantId};

/// A grant's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = oauth_grant)]
pub struct GrantRow {
    /// Tenant.
    pub tenant: i64,
    /// Row id.
    pub id: Uuid,
    /// Who may use it.
    pub client: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// The session in which it was given.
    pub session: Uuid,
    /// When the person had signed in.
    pub signed_in_at: DateTime<Utc>,
    /// The scopes, separated by spaces.
    pub scope: String,
    /// Id of the Patient that it is about.
    pub patient: Option<String>,
    /// Id of the Encounter.
    pub encounter: Option<String>,
    /// Other resources, as a JSON array.
    pub fhir_context: Option<String>,
    /// What the person means to do.
    pub intent: Option<String>,
    /// Whether the client must show whose data it is.
    pub need_patient_banner: Option<bool>,
    /// What the client knows the id token by.
    pub nonce: Option<String>,
    /// Where the code was sent.
    pub redirect_uri: String,
    /// SHA-256 of the client's verifier, base64.
    pub challenge: String,
    /// SHA-256 of the code, hexadecimal.
    pub code: String,
    /// From when on the code is refused.
    pub code_expires_at: DateTime<Utc>,
    /// When it was used.
    pub code_used_at: Option<DateTime<Utc>>,
    /// When nothing that was given for it is good any more.
    pub expires_at: DateTime<Utc>,
    /// What the client may want data for, as the person was told; treatment, where it is empty.
    pub purposes: Vec<String>,
}

/// Adds a grant.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, grant: &GrantRow) -> Result<(), StorageError> {
    diesel::insert_into(oauth_grant::table).values(grant).execute(connection).await?;
    Ok(())
}

/// The grant with this id, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn find_locked(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
) -> Result<Option<GrantRow>, StorageError> {
    Ok(oauth_grant::table
        .find((tenant.number(), id))
        .select(GrantRow::as_select())
        .for_update()
        .first(connection)
        .await
        .optional()?)
}

/// The grant with this id.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
) -> Result<Option<GrantRow>, StorageError> {
    Ok(oauth_grant::table
        .find((tenant.number(), id))
        .select(GrantRow::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// The grant whose code has this hash, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn find_by_code(
    connection: &mut Connection,
    tenant: TenantId,
    code: &str,
) -> Result<Option<GrantRow>, StorageError> {
    Ok(oauth_grant::table
        .filter(oauth_grant::tenant.eq(tenant.number()))
        .filter(oauth_grant::code.eq(code))
        .select(GrantRow::as_select())
        .for_update()
        .first(connection)
        .await
        .optional()?)
}

/// Uses a grant's code up; false when it had been.
///
/// # Errors
/// When the database fails.
pub async fn use_code(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let used = diesel::update(oauth_grant::table.find((tenant.number(), id)))
        .filter(oauth_grant::code_used_at.is_null())
        .set(oauth_grant::code_used_at.eq(now))
        .execute(connection)
        .await?;
    Ok(used == 1)
}

/// Keeps a grant for as long as what was just given for it.
///
/// # Errors
/// When the database fails.
pub async fn keep_until(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
    until: DateTime<Utc>,
) -> Result<(), StorageError> {
    diesel::update(oauth_grant::table.find((tenant.number(), id)))
        .set(oauth_grant::expires_at.eq(until))
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a grant, and with it what was given for it.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, id: Uuid) -> Result<(), StorageError> {
    diesel::delete(oauth_grant::table.find((tenant.number(), id))).execute(connection).await?;
    Ok(())
}

/// What a person granted that is good still, with the clients' names; the latest first.
///
/// # Errors
/// When the database fails.
pub async fn of_account(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<(GrantRow, String)>, StorageError> {
    let is_clients =
        oauth_client::tenant.eq(oauth_grant::tenant).and(oauth_client::id.eq(oauth_grant::client));
    Ok(oauth_grant::table
        .inner_join(oauth_client::table.on(is_clients))
        .filter(oauth_grant::tenant.eq(tenant.number()))
        .filter(oauth_grant::account.eq(account))
        .filter(oauth_grant::code_used_at.is_not_null())
        .filter(oauth_grant::expires_at.gt(now))
        .order((oauth_grant::code_used_at.desc(), oauth_grant::id))
        .select((GrantRow::as_select(), oauth_client::name))
        .load(connection)
        .await?)
}

/// The grants that were given in a session.
///
/// # Errors
/// When the database fails.
pub async fn of_session(
    connection: &mut Connection,
    tenant: TenantId,
    session: Uuid,
) -> Result<Vec<GrantRow>, StorageError> {
    Ok(oauth_grant::table
        .filter(oauth_grant::tenant.eq(tenant.number()))
        .filter(oauth_grant::session.eq(session))
        .select(GrantRow::as_select())
        .load(connection)
        .await?)
}

/// The ids of all that a person granted, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock_of_account(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
) -> Result<Vec<Uuid>, StorageError> {
    Ok(oauth_grant::table
        .filter(oauth_grant::tenant.eq(tenant.number()))
        .filter(oauth_grant::account.eq(account))
        .order(oauth_grant::id)
        .select(oauth_grant::id)
        .for_update()
        .load(connection)
        .await?)
}

/// Locks all grants of a client until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock_of_client(
    connection: &mut Connection,
    tenant: TenantId,
    client: Uuid,
) -> Result<(), StorageError> {
    let of_client = oauth_grant::table
        .filter(oauth_grant::tenant.eq(tenant.number()))
        .filter(oauth_grant::client.eq(client))
        .order(oauth_grant::id)
        .select(oauth_grant::id)
        .for_update();
    of_client.load::<Uuid>(connection).await?;
    Ok(())
}

/// Removes all grants of a client, and with them what was given for them.
///
/// # Errors
/// When the database fails.
pub async fn remove_of_client(
    connection: &mut Connection,
    tenant: TenantId,
    client: Uuid,
) -> Result<(), StorageError> {
    let given = oauth_grant::table
        .filter(oauth_grant::tenant.eq(tenant.number()))
        .filter(oauth_grant::client.eq(client));
    diesel::delete(given).execute(connection).await?;
    Ok(())
}
