//! The organisations that an operator opened for a vendor.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;

use super::schema::organization;
use super::{Connection, StorageError, Store, TenantId};

/// An organisation's row.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = organization)]
pub struct Organization {
    /// Tenant.
    pub tenant: i64,
    /// Id of the Organization that stands for it.
    pub id: String,
    /// The vendor's surface that it is of.
    pub surface: String,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
}

/// Adds an organisation.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, new: &Organization) -> Result<(), StorageError> {
    diesel::insert_into(organization::table).values(new).execute(connection).await?;
    Ok(())
}

/// Whether a tenant has an organisation of this surface.
///
/// # Errors
/// When the database fails.
pub async fn any(connection: &mut Connection, tenant: TenantId, surface: &str) -> Result<bool, StorageError> {
    let of_surface = organization::table
        .filter(organization::tenant.eq(tenant.number()))
        .filter(organization::surface.eq(surface));
    let first = of_surface.select(organization::id).first::<String>(connection).await;
    Ok(first.optional()?.is_some())
}

/// The organisation with this id, whichever tenant's it is.
///
/// # Errors
/// When the database fails.
pub async fn find(store: &Store, id: &str) -> Result<Option<Organization>, StorageError> {
    let mut transaction = store.begin_presented(id).await?;
    let found = organization::table
        .filter(organization::id.eq(id))
        .select(Organization::as_select())
        .first(&mut *transaction)
        .await
        .optional()
        .map_err(StorageError::from);
    transaction.finish(found).await
}
