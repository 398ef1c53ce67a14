//! The bytes of large Binaries, in parts.

use diesel::sql_types::{BigInt, Nullable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::RunQueryDsl;

use super::schema::binary_part;
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};

/// Adds a part, in the place that comes after so many others.
///
/// # Errors
/// When the database fails.
pub async fn add(
    connection: &mut Connection,
    tenant: TenantId,
    (id, at): (&str, i64),
    bytes: &[u8],
) -> Result<(), StorageError> {
    diesel::insert_into(binary_part::table)
        .values((
            binary_part::tenant.eq(tenant.number()),
            binary_part::id.eq(id),
            binary_part::at.eq(at),
            binary_part::bytes.eq(bytes),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// The part of a Binary in this place; none after the last.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    (id, at): (&str, i64),
) -> Result<Option<Vec<u8>>, StorageError> {
    Ok(binary_part::table
        .find((tenant.number(), id, at))
        .select(binary_part::bytes)
        .first(connection)
        .await
        .optional()?)
}

/// How many bytes all parts of a Binary have; none where there is no part.
///
/// # Errors
/// When the database fails.
pub async fn length(
    connection: &mut Connection,
    tenant: TenantId,
    id: &str,
) -> Result<Option<i64>, StorageError> {
    const SQL: &str =
        "SELECT sum(length(bytes))::bigint AS length FROM binary_part WHERE tenant = $1 AND id = $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(id)];
    let found: Length = Statement::fixed(SQL, parameters).get_result(connection).await?;
    Ok(found.length)
}

#[derive(diesel::QueryableByName)]
struct Length {
    #[diesel(sql_type = Nullable<BigInt>)]
    length: Option<i64>,
}

/// Removes all parts of a Binary.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, id: &str) -> Result<(), StorageError> {
    diesel::delete(binary_part::table)
        .filter(binary_part::tenant.eq(tenant.number()))
        .filter(binary_part::id.eq(id))
        .execute(connection)
        .await?;
    Ok(())
}
