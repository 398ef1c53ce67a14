//! Addresses that jobs need, and that are secrets.

use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;

use super::schema::errand_address as table;
use super::{Connection, StorageError, TenantId};

/// Puts these addresses in the place of those of a purpose.
///
/// # Errors
/// When the database fails.
pub async fn set(
    connection: &mut Connection,
    tenant: TenantId,
    (subject, purpose): (&str, &str),
    addresses: &[String],
) -> Result<(), StorageError> {
    remove(connection, tenant, (subject, purpose)).await?;
    let row = |(at, address)| {
        (
            table::tenant.eq(tenant.number()),
            table::subject.eq(subject),
            table::purpose.eq(purpose),
            table::at.eq(at),
            table::address.eq(address),
        )
    };
    let rows: Vec<_> = (0_i64..).zip(addresses).map(row).collect();
    diesel::insert_into(table::table).values(&rows).execute(connection).await?;
    Ok(())
}

/// The addresses of a purpose, in their order.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    (subject, purpose): (&str, &str),
) -> Result<Vec<String>, StorageError> {
    Ok(table::table
        .filter(table::tenant.eq(tenant.number()))
        .filter(table::subject.eq(subject))
        .filter(table::purpose.eq(purpose))
        .order(table::at)
        .select(table::address)
        .load(connection)
        .await?)
}

/// Removes the addresses of a purpose.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    connection: &mut Connection,
    tenant: TenantId,
    (subject, purpose): (&str, &str),
) -> Result<(), StorageError> {
    diesel::delete(table::table)
        .filter(table::tenant.eq(tenant.number()))
        .filter(table::subject.eq(subject))
        .filter(table::purpose.eq(purpose))
        .execute(connection)
        .await?;
    Ok(())
}
