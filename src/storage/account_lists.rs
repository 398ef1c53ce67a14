//! Several accounts of a tenant at once: page by page, by their ids, or by an e-mail address.

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::accounts::Account;
use super::schema::account;
use super::{Connection, StorageError, TenantId};

/// The tenant's accounts of these surfaces after so many, up to `most`: surface by surface, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    tenant: TenantId,
    surfaces: Vec<&str>,
    (skip, most): (i64, i64),
) -> Result<Vec<Account>, StorageError> {
    Ok(account::table
        .filter(account::tenant.eq(tenant.number()))
        .filter(account::surface.eq_any(surfaces))
        .order((account::surface, account::created_at, account::id))
        .offset(skip)
        .limit(most)
        .select(Account::as_select())
        .load(connection)
        .await?)
}

/// Those of the tenant's accounts that have these ids.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(
    connection: &mut Connection,
    tenant: TenantId,
    ids: Vec<Uuid>,
) -> Result<Vec<Account>, StorageError> {
    Ok(account::table
        .filter(account::tenant.eq(tenant.number()))
        .filter(account::id.eq_any(ids))
        .select(Account::as_select())
        .load(connection)
        .await?)
}

/// The tenant's accounts of these surfaces with an e-mail address, one a surface at most.
///
/// # Errors
/// When the database fails.
pub async fn by_email(
    connection: &mut Connection,
    tenant: TenantId,
    surfaces: Vec<&str>,
    email: &str,
) -> Result<Vec<Account>, StorageError> {
    Ok(account::table
        .filter(account::tenant.eq(tenant.number()))
        .filter(account::surface.eq_any(surfaces))
        .filter(account::email.eq(email))
        .select(Account::as_select())
        .load(connection)
        .await?)
}
