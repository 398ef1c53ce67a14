//! The audit trail: one row a request, only ever added.

use std::fmt::Display;

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, QueryableByName, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub mod holding;
pub mod parts;
pub mod retention;
pub mod seals;
pub mod search;

use super::schema::audit_event;
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, Store, TenantId};

/// A row of the trail.
#[derive(Clone, Debug, Queryable, QueryableByName, Selectable, Insertable, Serialize, Deserialize)]
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
    /// Id of the Patient whose data it was about, where it was about one.
    pub patient: Option<String>,
    /// What the client calls the request.
    pub request: Option<String>,
    /// The names of the search parameters that were used, without their values.
    pub query: Option<String>,
    /// What the data were for: a code of HL7's ActReason, where it was not treatment.
    pub purpose: Option<String>,
    /// Why the caller set aside what a Consent forbids.
    pub reason: Option<String>,
}

/// A row that waits for what it is about. Whoever does that adds it, in the same transaction.
#[derive(Clone, Debug)]
pub struct Note(AuditRow);

impl Note {
    /// Of a row that names nothing yet.
    #[must_use]
    pub fn new(row: AuditRow) -> Self {
        Self(row)
    }

    /// Adds the row, about what has this id in a tenant, in a transaction of that one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add(
        self,
        connection: &mut Connection,
        tenant: TenantId,
        kind: &str,
        id: impl Display,
    ) -> Result<(), StorageError> {
        let about = AuditRow {
            tenant: tenant.number(),
            type_: Some(kind.to_owned()),
            resource: Some(id.to_string()),
            ..self.0
        };
        insert(connection, &about).await
    }
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
            request, query, purpose, reason, type, resource, version, patient"
    };
}

/// Rows as `x`, from the first parameters of a statement; their ids are texts.
macro_rules! rows {
    () => {
        concat!(
            "unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
                $17::bigint[], $18::text[]) AS x (",
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
        optional(rows, |row| row.request.as_deref()),
        optional(rows, |row| row.query.as_deref()),
        optional(rows, |row| row.purpose.as_deref()),
        optional(rows, |row| row.reason.as_deref()),
        optional(rows, |row| row.type_.as_deref()),
        optional(rows, |row| row.resource.as_deref()),
        Parameter::OptionalNumbers(rows.iter().map(|row| row.version).collect()),
        optional(rows, |row| row.patient.as_deref()),
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
            x.address, x.request, x.query, x.purpose, x.reason, x.type, x.resource, x.version, x.patient FROM ",
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

/// Those of the ids that are rows'.
///
/// # Errors
/// When the database fails.
pub async fn among(
    connection: &mut Connection,
    tenant: TenantId,
    ids: &[Uuid],
) -> Result<Vec<Uuid>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(audit_event::table
        .filter(audit_event::tenant.eq(tenant.number()))
        .filter(audit_event::id.eq_any(ids))
        .select(audit_event::id)
        .load(connection)
        .await?)
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
