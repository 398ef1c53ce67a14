//! The public keys by which organisations sign their own tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;

use super::schema::organization_key;
use super::{Connection, StorageError, Store, TenantId};

/// A key's row.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = organization_key)]
pub struct OrganizationKey {
    /// Tenant.
    pub tenant: i64,
    /// By what tokens name it; no other key of any tenant has or had it.
    pub kid: String,
    /// Id of the Organization whose key it is.
    pub organization: String,
    /// Who its tokens must say they are from.
    pub issuer: String,
    /// The one algorithm that it checks: `RS256` or `RS384`.
    pub algorithm: String,
    /// The key: SubjectPublicKeyInfo as PEM.
    pub public_key: String,
    /// SHA-256 of its DER, hexadecimal.
    pub fingerprint: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Keeps a new key.
///
/// # Errors
/// When the kid is taken, in whichever tenant, or the database fails.
pub async fn insert(connection: &mut Connection, new: &OrganizationKey) -> Result<(), StorageError> {
    diesel::insert_into(organization_key::table).values(new).execute(connection).await?;
    Ok(())
}

/// The key with this kid, whichever tenant's it is, revoked or not.
///
/// # Errors
/// When the database fails.
pub async fn find(store: &Store, kid: &str) -> Result<Option<OrganizationKey>, StorageError> {
    let mut transaction = store.begin_presented(kid).await?;
    let found = organization_key::table
        .filter(organization_key::kid.eq(kid))
        .select(OrganizationKey::as_select())
        .first(&mut *transaction)
        .await
        .optional()
        .map_err(StorageError::from);
    transaction.finish(found).await
}

/// So many keys of an organisation with kids after this one, revoked or not, in the order of their kids.
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    tenant: TenantId,
    organization: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<OrganizationKey>, StorageError> {
    Ok(organization_key::table
        .filter(organization_key::tenant.eq(tenant.number()))
        .filter(organization_key::organization.eq(organization))
        .filter(organization_key::kid.gt(after))
        .order(organization_key::kid)
        .limit(limit)
        .select(OrganizationKey::as_select())
        .load(connection)
        .await?)
}

/// Revokes a key of the tenant, unless it was revoked before.
///
/// # Errors
/// When the database fails.
pub async fn revoke(
    connection: &mut Connection,
    tenant: TenantId,
    kid: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    diesel::update(organization_key::table.find((tenant.number(), kid)))
        .filter(organization_key::revoked_at.is_null())
        .set(organization_key::revoked_at.eq(now))
        .execute(connection)
        .await?;
    Ok(())
}
