//! Versions of resources: the current one in `resource`, those before it in `resource_history`.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz};
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;

mod erase;
mod history;
mod labels;
mod sizes;
mod types;
mod write;

use super::address::address;
use super::audit::{self, AuditRow};
pub use super::index_entries::IndexEntries;
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};
pub use erase::{Address, erase, naming};
pub use history::{Level, Place, Wanted, history, history_size};
pub use labels::labels;
pub use sizes::sizes;
pub use types::types;
pub use write::{Indexed, index_all, insert_all, replace_all};

/// The bodies of one page come to about so many bytes at most. Postgres adds their lengths up without reading them.
pub const PAGE_BYTES: i64 = 16 * 1024 * 1024;

/// How a version came to be, as a history Bundle tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Made under an id that the server chose.
    Post,
    /// Made or changed under an id that the caller named.
    Put,
    /// Deleted.
    Delete,
}

impl Method {
    /// The word that the table and a Bundle use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// A resource's address within a tenant.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// Tenant.
    pub tenant: TenantId,
    /// Resource type.
    pub resource_type: &'a str,
    /// Logical id.
    pub id: &'a str,
}

impl<'a> Key<'a> {
    /// The first four parameters of every statement here.
    fn parameters(self) -> Vec<Parameter<'a>> {
        let Self { tenant, resource_type, id } = self;
        vec![
            Parameter::Number(tenant.number()),
            Parameter::Text(resource_type),
            Parameter::Text(id),
            Parameter::Number(address(resource_type, id)),
        ]
    }
}

/// One version of a resource, as it is kept.
#[derive(Clone)]
pub struct Version {
    /// Resource type.
    pub resource_type: String,
    /// Logical id.
    pub id: String,
    /// 1 for the first version, then one more each time, also after a deletion.
    pub number: i64,
    /// When it was written.
    pub updated: DateTime<Utc>,
    /// How it came to be.
    pub method: Method,
    /// The JSON text; none for a deletion.
    pub body: Option<String>,
}

impl fmt::Debug for Version {
    /// The address, never the body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/_history/{}", self.resource_type, self.id, self.number)
    }
}

#[derive(QueryableByName)]
pub(super) struct VersionRow {
    #[diesel(sql_type = Text)]
    pub(super) type_: String,
    #[diesel(sql_type = Text)]
    pub(super) id: String,
    #[diesel(sql_type = BigInt)]
    pub(super) version: i64,
    #[diesel(sql_type = Timestamptz)]
    pub(super) updated: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    pub(super) method: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) body: Option<String>,
}

/// A statement that selects the columns of [`VersionRow`] and goes on as it is said.
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT r.type AS type_, r.id, r.version, r.updated, r.method, r.body ", $rest)
    };
}
pub(super) use select;

impl TryFrom<VersionRow> for Version {
    type Error = StorageError;

    fn try_from(row: VersionRow) -> Result<Self, StorageError> {
        let method = match row.method.as_str() {
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "DELETE" => Method::Delete,
            _ => {
                return Err(StorageError::Corrupt {
                    table: "resource",
                    column: "method",
                    row: format!("{}/{}/{}", row.type_, row.id, row.version),
                });
            }
        };
        Ok(Self {
            resource_type: row.type_,
            id: row.id,
            number: row.version,
            updated: row.updated,
            method,
            body: row.body,
        })
    }
}

/// The current version, which may be a deletion.
///
/// # Errors
/// When the database fails.
pub async fn current(connection: &mut Connection, key: Key<'_>) -> Result<Option<Version>, StorageError> {
    const SQL: &str = select!("FROM resource r WHERE tenant = $1 AND address = $4 AND type = $2 AND id = $3");
    one(connection, Statement::fixed(SQL, key.parameters())).await
}

/// A current version, whose body is left out where it is large.
#[derive(Clone)]
pub struct Current {
    /// The version.
    pub version: Version,
    /// Whether its body was left out.
    pub is_large: bool,
    /// The version of what limits the tenant's callers that was there when it was found.
    pub rules: i64,
    /// Id of the Patient that it is about.
    pub patient: Option<String>,
}

#[derive(QueryableByName)]
struct CurrentRow {
    #[diesel(embed)]
    version: VersionRow,
    #[diesel(sql_type = Bool)]
    is_large: bool,
    #[diesel(sql_type = BigInt)]
    rules: i64,
    #[diesel(sql_type = Nullable<Text>)]
    patient: Option<String>,
}

/// The current versions of those among these that are there, in any order, with bodies of up to `largest` bytes. Type and id of
/// each. Where the connection is in no transaction, the audit rows of those whose bodies are given are added for good: those
/// without version and patient, which they get; but none where the tenant's limits are no longer those of the version `rules`.
///
/// # Errors
/// When the database fails.
pub async fn current_of_all(
    connection: &mut Connection,
    tenant: TenantId,
    wanted: &[(&str, &str)],
    audit: &[&AuditRow],
    (largest, rules): (i64, i64),
) -> Result<Vec<Current>, StorageError> {
    const SQL: &str = concat!(
        "WITH found AS (
            SELECT r.type, r.id, r.version, r.updated, r.method, r.body, r.patient,
                coalesce(octet_length(r.body) > $21, false) AS is_large,
                coalesce((SELECT s.version FROM search_parameter_set s WHERE s.tenant = $19), 0) AS rules
            FROM resource r WHERE tenant = $19 AND address = ANY ($20)
        ), told AS (
            INSERT INTO audit_event (",
        audit::columns!(),
        ") SELECT x.tenant, x.id::uuid, x.recorded, x.surface, x.interaction, x.outcome, x.agent_kind, x.agent, x.on_behalf_of,
                x.address, x.request, x.query, x.purpose, x.reason, x.type, x.resource, f.version, f.patient
            FROM ",
        audit::rows!(),
        " JOIN found f ON f.type = x.type AND f.id = x.resource WHERE f.body IS NOT NULL AND NOT f.is_large AND f.rules = $22
        )
        SELECT type AS type_, id, version, updated, method, CASE WHEN NOT is_large THEN body END AS body, is_large, rules,
            patient FROM found"
    );
    let addresses = wanted.iter().map(|(resource_type, id)| address(resource_type, id)).collect();
    let ids = audit::ids(audit);
    let mut parameters = audit::bound(audit, &ids);
    parameters.extend([
        Parameter::Number(tenant.number()),
        Parameter::Numbers(addresses),
        Parameter::Number(largest),
        Parameter::Number(rules),
    ]);
    let rows: Vec<CurrentRow> = Statement::fixed(SQL, parameters).load(connection).await?;
    let current = |CurrentRow { version, is_large, rules, patient }: CurrentRow| {
        Ok(Current { version: version.try_into()?, is_large, rules, patient })
    };
    rows.into_iter().map(current).collect()
}

/// One version by its number, current or not.
///
/// # Errors
/// When the database fails.
pub async fn version(
    connection: &mut Connection,
    key: Key<'_>,
    number: i64,
) -> Result<Option<Version>, StorageError> {
    const SQL: &str = concat!(
        select!(
            "FROM resource r WHERE tenant = $1 AND address = $4 AND type = $2 AND id = $3 AND version = $5 UNION ALL "
        ),
        select!("FROM resource_history r WHERE tenant = $1 AND type = $2 AND id = $3 AND version = $5")
    );
    let mut parameters = key.parameters();
    parameters.push(Parameter::Number(number));
    one(connection, Statement::fixed(SQL, parameters)).await
}

/// These versions, current or not, in any order. Type, id and number of each.
///
/// # Errors
/// When the database fails.
pub async fn versions(
    connection: &mut Connection,
    tenant: TenantId,
    wanted: &[(&str, &str, i64)],
) -> Result<Vec<Version>, StorageError> {
    const SQL: &str = concat!(
        "WITH w AS (SELECT * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS w (type, id, number, address)) ",
        select!(
            "FROM w JOIN resource r ON r.tenant = $1 AND r.address = w.address AND r.type = w.type AND r.id = w.id AND r.version = w.number UNION ALL "
        ),
        select!(
            "FROM w JOIN resource_history r ON r.tenant = $1 AND r.type = w.type AND r.id = w.id AND r.version = w.number"
        )
    );
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Texts(wanted.iter().map(|(resource_type, ..)| *resource_type).collect()),
        Parameter::Texts(wanted.iter().map(|(_, id, _)| *id).collect()),
        Parameter::Numbers(wanted.iter().map(|(.., number)| *number).collect()),
        Parameter::Numbers(wanted.iter().map(|(resource_type, id, _)| address(resource_type, id)).collect()),
    ];
    let rows: Vec<VersionRow> = Statement::fixed(SQL, parameters).load(connection).await?;
    rows.into_iter().map(Version::try_from).collect()
}

/// Up to `limit` current versions without search rows, locked until the transaction ends; fewer where their bodies come to more
/// than [`PAGE_BYTES`], but one at least.
///
/// # Errors
/// When the database fails.
pub async fn unindexed(
    connection: &mut Connection,
    tenant: TenantId,
    limit: i64,
) -> Result<Vec<Version>, StorageError> {
    const SQL: &str =
        select!(
            "FROM (SELECT *, coalesce(sum(octet_length(body)) OVER before, 0) AS bytes_before
                   FROM (SELECT * FROM resource WHERE tenant = $1 AND NOT indexed ORDER BY ordinal LIMIT $2 FOR UPDATE) u
                   WINDOW before AS (ORDER BY ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) r
             WHERE r.bytes_before < $3 ORDER BY r.ordinal"
        );
    let parameters = [tenant.number(), limit, PAGE_BYTES].map(Parameter::Number).into();
    let rows: Vec<VersionRow> = Statement::fixed(SQL, parameters).load(connection).await?;
    rows.into_iter().map(Version::try_from).collect()
}

#[derive(diesel::QueryableByName)]
struct Ordinal {
    #[diesel(sql_type = BigInt)]
    ordinal: i64,
}

/// The ordinals of up to `limit` resources of these types that are not deleted, after one and up to another.
///
/// # Errors
/// When the database fails.
pub async fn ordinals(
    connection: &mut Connection,
    tenant: TenantId,
    types: &[String],
    (after, last): (i64, i64),
    limit: i64,
) -> Result<Vec<i64>, StorageError> {
    const SQL: &str = "
        SELECT ordinal FROM resource
        WHERE tenant = $1 AND ordinal > $2 AND ordinal <= $3 AND type = ANY ($4) AND body IS NOT NULL
        ORDER BY ordinal LIMIT $5";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Number(after),
        Parameter::Number(last),
        Parameter::Texts(types.iter().map(String::as_str).collect()),
        Parameter::Number(limit),
    ];
    let rows: Vec<Ordinal> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(rows.into_iter().map(|row| row.ordinal).collect())
}

/// The current versions of these resources, locked until the transaction ends; those that were deleted meanwhile are left out.
///
/// # Errors
/// When the database fails.
pub async fn lock_ordinals(
    connection: &mut Connection,
    tenant: TenantId,
    ordinals: Vec<i64>,
) -> Result<Vec<Version>, StorageError> {
    // In the order in which every writer locks, so that no two wait for each other.
    const SQL: &str = select!(
        "FROM resource r WHERE tenant = $1 AND ordinal = ANY ($2) AND body IS NOT NULL ORDER BY type, id FOR UPDATE"
    );
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Numbers(ordinals)];
    let rows: Vec<VersionRow> = Statement::fixed(SQL, parameters).load(connection).await?;
    rows.into_iter().map(Version::try_from).collect()
}

async fn one(connection: &mut Connection, statement: Statement<'_>) -> Result<Option<Version>, StorageError> {
    let row: Option<VersionRow> = statement.get_result(connection).await.optional()?;
    row.map(Version::try_from).transpose()
}
