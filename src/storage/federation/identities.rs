//! Accounts by whom a provider knows them as.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper, dsl};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::schema::federated_identity;
use crate::storage::{Connection, StorageError, TenantId};

/// A link's row.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = federated_identity)]
pub struct Identity {
    /// Tenant: that of the account.
    pub tenant: i64,
    /// SHA-256 of surface, issuer and subject, hexadecimal.
    pub hash: String,
    /// The account.
    pub account: Uuid,
    /// Who knows the person so.
    pub issuer: String,
    /// When the two were linked.
    pub linked_at: DateTime<Utc>,
}

/// Links an account. One that is linked to whom the provider means stays so: the person came twice at the same moment.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, identity: &Identity) -> Result<(), StorageError> {
    diesel::insert_into(federated_identity::table)
        .values(identity)
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(())
}

/// The links of an account, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_account(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
) -> Result<Vec<Identity>, StorageError> {
    Ok(federated_identity::table
        .filter(federated_identity::tenant.eq(tenant.number()))
        .filter(federated_identity::account.eq(account))
        .order((federated_identity::linked_at, federated_identity::hash))
        .select(Identity::as_select())
        .load(connection)
        .await?)
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock_of_account(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
) -> Result<Vec<Identity>, StorageError> {
    Ok(federated_identity::table
        .filter(federated_identity::tenant.eq(tenant.number()))
        .filter(federated_identity::account.eq(account))
        .order(federated_identity::hash)
        .select(Identity::as_select())
        .for_update()
        .load(connection)
        .await?)
}

/// The link of an account with this hash, held: nobody takes it away before this transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn find_held(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
    hash: &str,
) -> Result<Option<Identity>, StorageError> {
    Ok(federated_identity::table
        .find((tenant.number(), hash))
        .filter(federated_identity::account.eq(account))
        .select(Identity::as_select())
        .for_key_share()
        .first(connection)
        .await
        .optional()?)
}

/// Takes a link away.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, hash: &str) -> Result<(), StorageError> {
    diesel::delete(federated_identity::table.find((tenant.number(), hash))).execute(connection).await?;
    Ok(())
}

/// The link with this hash, in a transaction that presents it.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, hash: &str) -> Result<Option<Identity>, StorageError> {
    Ok(federated_identity::table
        .filter(federated_identity::hash.eq(hash))
        .select(Identity::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// Whether an account is linked to anybody whom this issuer knows.
///
/// # Errors
/// When the database fails.
pub async fn is_linked(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
    issuer: &str,
) -> Result<bool, StorageError> {
    let links = federated_identity::table
        .filter(federated_identity::tenant.eq(tenant.number()))
        .filter(federated_identity::account.eq(account))
        .filter(federated_identity::issuer.eq(issuer));
    Ok(diesel::select(dsl::exists(links)).get_result(connection).await?)
}
