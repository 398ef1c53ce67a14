//! The audit trail: one row a request, only ever added.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, QueryableByName, Selectable};
use diesel::sql_types::BigInt;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::resources::PAGE_BYTES;
use super::schema::audit_event;
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, Store, TenantId};

/// A row of the trail.
#[derive(Clone, Debug, Queryable, QueryableByName, Selectable, Insertable)]
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
    /// What a request with several entries read and wrote, each as `create Patient/a1/1`.
    pub entities: Option<Vec<String>>,
}

/// Adds a row in the transaction of what it tells about.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, row: &AuditRow) -> Result<(), StorageError> {
    diesel::insert_into(audit_event::table).values(row).execute(connection).await?;
    Ok(())
}

/// The columns that rows are added by.
macro_rules! columns {
    () => {
        "tenant, id, recorded, surface, interaction, outcome, agent_kind, agent, on_behalf_of, address,
            type, resource, version"
    };
}

/// Rows as `x`, from the first parameters of a statement; their ids are texts.
macro_rules! rows {
    () => {
        concat!(
            "unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[]) AS x (",
            $crate::storage::audit::columns!(),
            ")"
        )
    };
}
pub(super) use {columns, rows};

/// Rows as [`rows!`] takes them. `ids` are theirs, as texts.
pub(super) fn bound<'a>(rows: &[&'a AuditRow], ids: &'a [String]) -> Vec<Parameter<'a>> {
    fn texts<'a>(rows: &[&'a AuditRow], part: fn(&AuditRow) -> &str) -> Parameter<'a> {
        Parameter::Texts(rows.iter().map(|row| part(row)).collect())
    }
    fn optional<'a>(rows: &[&'a AuditRow], part: fn(&AuditRow) -> Option<&str>) -> Parameter<'a> {
        Parameter::OptionalTexts(rows.iter().map(|row| part(row)).collect())
    }
    vec![
        Parameter::Numbers(rows.iter().map(|row| row.tenant).collect()),
        Parameter::Texts(ids.iter().map(String::as_str).collect()),
        Parameter::Times(rows.iter().map(|row| row.recorded).collect()),
        texts(rows, |row| &row.surface),
        texts(rows, |row| &row.interaction),
        texts(rows, |row| &row.outcome),
        texts(rows, |row| &row.agent_kind),
        optional(rows, |row| row.agent.as_deref()),
        optional(rows, |row| row.on_behalf_of.as_deref()),
        optional(rows, |row| row.address.as_deref()),
        optional(rows, |row| row.type_.as_deref()),
        optional(rows, |row| row.resource.as_deref()),
        Parameter::OptionalNumbers(rows.iter().map(|row| row.version).collect()),
    ]
}

/// Their ids, as texts.
pub(super) fn ids(rows: &[&AuditRow]) -> Vec<String> {
    rows.iter().map(|row| row.id.to_string()).collect()
}

/// Adds rows of the connection's tenant, which must have no entities.
///
/// # Errors
/// When the database fails.
pub async fn insert_several(connection: &mut Connection, rows: &[&AuditRow]) -> Result<(), StorageError> {
    const SQL: &str = concat!(
        "INSERT INTO audit_event (",
        columns!(),
        ") SELECT x.tenant, x.id::uuid, x.recorded, x.surface, x.interaction, x.outcome, x.agent_kind, x.agent, x.on_behalf_of,
            x.address, x.type, x.resource, x.version FROM ",
        rows!()
    );
    let ids = ids(rows);
    Statement::fixed(SQL, bound(rows, &ids)).execute(connection).await?;
    Ok(())
}

/// Adds rows of a tenant for good.
///
/// # Errors
/// When the database fails; then none was added.
pub async fn insert_all(store: &Store, tenant: TenantId, rows: &[AuditRow]) -> Result<(), StorageError> {
    let mut connection = store.alone(tenant).await?;
    let added = insert_several(&mut connection, &rows.iter().collect::<Vec<_>>()).await;
    connection.finish(added).await
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

/// Rows that were read together.
pub struct Page {
    /// Oldest first: their ids open with the time.
    pub rows: Vec<AuditRow>,
    /// Whether there may be more.
    pub is_cut: bool,
}

#[derive(QueryableByName)]
struct PageRow {
    #[diesel(embed)]
    event: AuditRow,
    /// How many there are, also of those that are cut off.
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// Up to `limit` rows after `after`; fewer where they come to more than [`PAGE_BYTES`], but one at least.
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    tenant: TenantId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Page, StorageError> {
    const SQL: &str = "
        SELECT *, type AS type_ FROM (
            SELECT *, count(*) OVER () AS found, coalesce(sum(pg_column_size(entities))
                OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
            FROM (SELECT * FROM audit_event WHERE tenant = $1 AND id > $2::uuid ORDER BY id LIMIT $3) e
        ) e WHERE bytes_before < $4 ORDER BY id";
    let after = after.unwrap_or_default().to_string();
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(&after),
        Parameter::Number(limit),
        Parameter::Number(PAGE_BYTES),
    ];
    let rows: Vec<PageRow> = Statement::fixed(SQL, parameters).load(connection).await?;
    let found = rows.iter().map(|row| row.found).max().unwrap_or_default();
    let is_cut = found == limit || i64::try_from(rows.len()).is_ok_and(|shown| shown < found);
    Ok(Page { rows: rows.into_iter().map(|row| row.event).collect(), is_cut })
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
