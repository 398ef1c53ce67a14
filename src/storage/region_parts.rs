//! Where a tenant's data of a region is kept.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::RunQueryDsl;

use super::schema::region_part;
use super::{Connection, StorageError, TenantId};

/// The tenant that has the data of a region; none before it is first used.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    region: &str,
) -> Result<Option<TenantId>, StorageError> {
    let found: Option<i64> = region_part::table
        .find((tenant.number(), region))
        .select(region_part::part)
        .first(connection)
        .await
        .optional()?;
    Ok(found.map(TenantId::from_row))
}

/// Whether the tenant has used a region.
///
/// # Errors
/// When the database fails.
pub async fn any(connection: &mut Connection, tenant: TenantId) -> Result<bool, StorageError> {
    let first: Option<i64> = region_part::table
        .filter(region_part::tenant.eq(tenant.number()))
        .select(region_part::part)
        .first(connection)
        .await
        .optional()?;
    Ok(first.is_some())
}

/// The tenants that have the data of its regions, but itself.
///
/// # Errors
/// When the database fails.
pub async fn others(connection: &mut Connection, tenant: TenantId) -> Result<Vec<TenantId>, StorageError> {
    let found: Vec<i64> = region_part::table
        .filter(region_part::tenant.eq(tenant.number()))
        .filter(region_part::part.ne(tenant.number()))
        .select(region_part::part)
        .order(region_part::part)
        .load(connection)
        .await?;
    Ok(found.into_iter().map(TenantId::from_row).collect())
}

/// Notes where the data of a region is kept.
///
/// # Errors
/// [`StorageError::Duplicate`] when another request was first.
pub async fn add(
    connection: &mut Connection,
    tenant: TenantId,
    region: &str,
    part: TenantId,
) -> Result<(), StorageError> {
    diesel::insert_into(region_part::table)
        .values((
            region_part::tenant.eq(tenant.number()),
            region_part::region.eq(region),
            region_part::part.eq(part.number()),
        ))
        .execute(connection)
        .await?;
    Ok(())
}
