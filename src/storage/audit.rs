//! The audit trail: one row a request, only ever added.

use chrono::{DateTime, Utc};
use diesel::prelude::{Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::schema::audit_event;
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, Store, TenantId};

/// A row of the trail.
#[derive(Clone, Debug, Queryable, Selectable)]
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
    /// The client's address.
    pub address: Option<String>,
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
    insert_several(connection, &[row]).await
}

/// Adds rows of the transaction's tenant.
///
/// # Errors
/// When the database fails.
pub async fn insert_several(connection: &mut Connection, rows: &[&AuditRow]) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO audit_event (tenant, id, recorded, surface, interaction, outcome, agent_kind, agent, on_behalf_of,
            address, type, resource, version)
        SELECT x.tenant, x.id::uuid, x.recorded, x.surface, x.interaction, x.outcome, x.agent_kind, x.agent, x.on_behalf_of,
            x.address, x.type, x.resource, x.version
        FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[])
            AS x (tenant, id, recorded, surface, interaction, outcome, agent_kind, agent, on_behalf_of, address, type, resource,
                version)";
    let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    let text = |part: fn(&AuditRow) -> &str| Parameter::Texts(rows.iter().map(|row| part(row)).collect());
    let optional = |part: fn(&AuditRow) -> Option<&str>| {
        Parameter::OptionalTexts(rows.iter().map(|row| part(row)).collect())
    };
    let parameters = vec![
        Parameter::Numbers(rows.iter().map(|row| row.tenant).collect()),
        Parameter::Texts(ids.iter().map(String::as_str).collect()),
        Parameter::Times(rows.iter().map(|row| row.recorded).collect()),
        text(|row| &row.surface),
        text(|row| &row.interaction),
        text(|row| &row.outcome),
        text(|row| &row.agent_kind),
        optional(|row| row.agent.as_deref()),
        optional(|row| row.on_behalf_of.as_deref()),
        optional(|row| row.address.as_deref()),
        optional(|row| row.type_.as_deref()),
        optional(|row| row.resource.as_deref()),
        Parameter::OptionalNumbers(rows.iter().map(|row| row.version).collect()),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Adds rows of a tenant in a transaction of their own.
///
/// # Errors
/// When the database fails; then none was added.
pub async fn insert_all(store: &Store, tenant: TenantId, rows: &[AuditRow]) -> Result<(), StorageError> {
    let mut transaction = store.begin(tenant).await?;
    let added = insert_several(&mut transaction, &rows.iter().collect::<Vec<_>>()).await;
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

/// Which rows are wanted; none does not matter.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of this surface.
    pub surface: Option<String>,
    /// Of this agent.
    pub agent: Option<String>,
    /// Recorded then or later.
    pub since: Option<DateTime<Utc>>,
    /// Older than this row.
    pub before: Option<Uuid>,
    /// So many at most.
    pub limit: i64,
}

/// The rows of a tenant that are wanted, newest first (ids open with the time).
///
/// # Errors
/// When the database fails.
pub async fn newest(
    connection: &mut Connection,
    tenant: TenantId,
    wanted: &Wanted,
) -> Result<Vec<AuditRow>, StorageError> {
    let mut query = audit_event::table.filter(audit_event::tenant.eq(tenant.number())).into_boxed();
    if let Some(surface) = &wanted.surface {
        query = query.filter(audit_event::surface.eq(surface));
    }
    if let Some(agent) = &wanted.agent {
        query = query.filter(audit_event::agent.eq(agent));
    }
    if let Some(since) = wanted.since {
        query = query.filter(audit_event::recorded.ge(since));
    }
    if let Some(before) = wanted.before {
        query = query.filter(audit_event::id.lt(before));
    }
    let query = query.order(audit_event::id.desc()).limit(wanted.limit);
    Ok(query.select(AuditRow::as_select()).load(connection).await?)
}
