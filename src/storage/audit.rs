//! The audit trail: one row a request, only ever added.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;

use super::schema::audit_event;
use super::{Connection, StorageError, Store, TenantId};

/// A row of the trail.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_event)]
pub struct AuditRow {
    /// Tenant; 0 where the request could not be told to belong to one.
    pub tenant: i64,
    /// Row id.
    pub id: Uuid,
    /// When.
    pub recorded: DateTime<Utc>,
    /// The API that was used.
    pub surface: String,
    /// What was asked for, such as `read` or `extract-medical-data`.
    pub interaction: String,
    /// `success`, `refused` or `failed`.
    pub outcome: String,
    /// What kind of agent asked.
    pub agent_kind: String,
    /// The agent's row id.
    pub agent: Option<String>,
    /// The account that an agent named as the person behind it.
    pub on_behalf_of: Option<String>,
    /// Type of the resource, where it was about one or one type.
    pub type_: Option<String>,
    /// Its id.
    pub resource: Option<String>,
    /// The version written or read.
    pub version: Option<i64>,
}

/// Adds a row in the transaction of what it tells about.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, row: &AuditRow) -> Result<(), StorageError> {
    diesel::insert_into(audit_event::table).values(row).execute(connection).await?;
    Ok(())
}

/// Adds several rows in the transaction of what they tell about.
///
/// # Errors
/// When the database fails.
pub async fn insert_many(connection: &mut Connection, rows: &[AuditRow]) -> Result<(), StorageError> {
    // A statement has at most 65,535 parameters, and a row twelve.
    for rows in rows.chunks(1000) {
        diesel::insert_into(audit_event::table).values(rows).execute(connection).await?;
    }
    Ok(())
}

/// Adds rows of several tenants in one transaction.
///
/// # Errors
/// When the database fails; then none was added.
pub async fn insert_all(store: &Store, rows: &[AuditRow]) -> Result<(), StorageError> {
    let mut by_tenant: BTreeMap<i64, Vec<&AuditRow>> = BTreeMap::new();
    for row in rows {
        by_tenant.entry(row.tenant).or_default().push(row);
    }
    let mut transaction = store.begin(TenantId::PLATFORM).await?;
    let added = async {
        for (tenant, rows) in by_tenant {
            transaction.batch_execute(&format!("SET LOCAL hygeia.tenant = '{tenant}'")).await?;
            diesel::insert_into(audit_event::table).values(rows).execute(&mut *transaction).await?;
        }
        Ok::<_, StorageError>(())
    }
    .await;
    transaction.finish(added).await
}

/// One row.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
) -> Result<Option<AuditRow>, StorageError> {
    Ok(audit_event::table
        .find((tenant.number(), id))
        .select(AuditRow::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// Up to `limit` rows after `after`, oldest first (ids open with the time).
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    tenant: TenantId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<AuditRow>, StorageError> {
    let mut query = audit_event::table.filter(audit_event::tenant.eq(tenant.number())).into_boxed();
    if let Some(after) = after {
        query = query.filter(audit_event::id.gt(after));
    }
    Ok(query.order(audit_event::id).limit(limit).select(AuditRow::as_select()).load(connection).await?)
}
