//! Tenants: the organisations whose data is kept apart.

use chrono::{DateTime, Utc};
use diesel::prelude::{Queryable, Selectable};
use diesel::sql_types::BigInt;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use super::schema::{tenant, tenant_surface};
use super::{Connection, StorageError, Store};

/// A tenant's number. Outside the server it is found in signed tokens, and told to operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(i64);

impl TenantId {
    /// The platform itself: signing keys, and the audit of requests that no tenant can be named for.
    pub const PLATFORM: Self = Self(0);
    /// The first administrator's tenant.
    pub const DEFAULT: Self = Self(1);

    /// The number as the database has it.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0
    }

    /// A tenant as a row of another table names it.
    #[must_use]
    pub fn from_row(number: i64) -> Self {
        Self(number)
    }
}

/// The tenant of that name.
///
/// # Errors
/// When the database fails.
pub async fn find(store: &Store, name: &str) -> Result<Option<TenantId>, StorageError> {
    let mut transaction = store.begin_presented(name).await?;
    let found = tenant::table
        .filter(tenant::name.eq(name))
        .select(tenant::number)
        .first::<i64>(&mut *transaction)
        .await
        .optional()
        .map_err(StorageError::from);
    transaction.finish(found).await.map(|row| row.map(TenantId))
}

/// A tenant's row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = tenant)]
pub struct Tenant {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// When it was founded.
    pub created_at: DateTime<Utc>,
}

/// Up to `limit` tenants with numbers above `after`, in their order. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn page(store: &Store, after: i64, limit: i64) -> Result<Vec<Tenant>, StorageError> {
    let mut transaction = store.begin(TenantId::PLATFORM).await?;
    let found = tenant::table
        .filter(tenant::number.gt(after))
        .order(tenant::number)
        .limit(limit)
        .select(Tenant::as_select())
        .load(&mut *transaction)
        .await
        .map_err(StorageError::from);
    transaction.finish(found).await
}

/// The transaction's tenant; none when there is no such tenant.
///
/// # Errors
/// When the database fails.
pub async fn read(connection: &mut Connection, of: TenantId) -> Result<Option<Tenant>, StorageError> {
    let found = tenant::table.find(of.number()).select(Tenant::as_select()).first(connection).await;
    Ok(found.optional()?)
}

/// Attaches a surface to a tenant; one that is attached stays so.
///
/// # Errors
/// When the database fails.
pub async fn attach_surface(
    connection: &mut Connection,
    to: TenantId,
    surface: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    diesel::insert_into(tenant_surface::table)
        .values((
            tenant_surface::tenant.eq(to.number()),
            tenant_surface::surface.eq(surface),
            tenant_surface::attached_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(())
}

/// The surfaces of a tenant, by name.
///
/// # Errors
/// When the database fails.
pub async fn surfaces(connection: &mut Connection, of: TenantId) -> Result<Vec<String>, StorageError> {
    Ok(tenant_surface::table
        .filter(tenant_surface::tenant.eq(of.number()))
        .order(tenant_surface::surface)
        .select(tenant_surface::surface)
        .load(connection)
        .await?)
}

/// Turns the rest of a transaction to another tenant.
///
/// # Errors
/// When the database fails.
pub async fn turn_to(connection: &mut Connection, tenant: TenantId) -> Result<(), StorageError> {
    connection.batch_execute(&format!("SET LOCAL hygeia.tenant = '{}'", tenant.number())).await?;
    Ok(())
}

/// All tenants. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn all(store: &Store) -> Result<Vec<TenantId>, StorageError> {
    let mut transaction = store.begin(TenantId::PLATFORM).await?;
    let found = tenant::table
        .select(tenant::number)
        .order(tenant::number)
        .load::<i64>(&mut *transaction)
        .await
        .map_err(StorageError::from);
    Ok(transaction.finish(found).await?.into_iter().map(TenantId).collect())
}

/// Adds a tenant and turns the rest of this transaction to it, so that its first rows can follow.
///
/// # Errors
/// When the name is taken or the database fails.
pub async fn found(
    connection: &mut Connection,
    name: &str,
    now: DateTime<Utc>,
) -> Result<TenantId, StorageError> {
    let next: Next =
        diesel::sql_query("SELECT nextval(pg_get_serial_sequence('tenant', 'tenant')) AS tenant")
            .get_result(connection)
            .await?;
    turn_to(connection, TenantId(next.tenant)).await?;
    diesel::insert_into(tenant::table)
        .values((tenant::number.eq(next.tenant), tenant::name.eq(name), tenant::created_at.eq(now)))
        .execute(connection)
        .await?;
    Ok(TenantId(next.tenant))
}

#[derive(diesel::QueryableByName)]
struct Next {
    #[diesel(sql_type = BigInt)]
    tenant: i64,
}
