//! What operators gave accounts of the plan `enterprise`.

use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::schema::account_limit;
use super::{Connection, StorageError, TenantId};
use crate::core::config::plans::RequestLimits;

/// A row.
#[derive(Clone, Copy, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_limit)]
struct Row {
    tenant: i64,
    account: Uuid,
    hour: i64,
    day: i64,
    month: i64,
}

impl From<Row> for RequestLimits {
    fn from(row: Row) -> Self {
        Self { hour: row.hour, day: row.day, month: row.month }
    }
}

/// A plan, with what an operator gave instead of its limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// `free`, `basic`, `pro` or `enterprise`.
    pub plan: String,
    /// The limits that an operator gave.
    pub given: Option<RequestLimits>,
}

/// What was given to an account.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
) -> Result<Option<RequestLimits>, StorageError> {
    let found = account_limit::table.find((tenant.number(), account)).select(Row::as_select());
    Ok(found.first(connection).await.optional()?.map(RequestLimits::from))
}

/// Gives an account these limits, or takes them back.
///
/// # Errors
/// When the database fails.
pub async fn set(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
    limits: Option<RequestLimits>,
) -> Result<(), StorageError> {
    diesel::delete(account_limit::table.find((tenant.number(), account))).execute(connection).await?;
    if let Some(RequestLimits { hour, day, month }) = limits {
        let row = Row { tenant: tenant.number(), account, hour, day, month };
        diesel::insert_into(account_limit::table).values(row).execute(connection).await?;
    }
    Ok(())
}
