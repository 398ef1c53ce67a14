//! Versions of resources: the current one in `resource`, those before it in `resource_history`.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::OptionalExtension;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

pub use super::index_entries::IndexEntries;
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};

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
    /// The first three parameters of every statement here.
    fn parameters(self) -> Vec<Parameter<'a>> {
        let Self { tenant, resource_type, id } = self;
        vec![Parameter::Number(tenant.number()), Parameter::Text(resource_type), Parameter::Text(id)]
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

#[derive(diesel::QueryableByName)]
pub(super) struct VersionRow {
    #[diesel(sql_type = Text)]
    type_: String,
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamptz)]
    updated: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    method: String,
    #[diesel(sql_type = Nullable<Text>)]
    body: Option<String>,
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
    const SQL: &str = select!("FROM resource r WHERE tenant = $1 AND type = $2 AND id = $3");
    one(connection, Statement::fixed(SQL, key.parameters())).await
}

/// The current version, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(connection: &mut Connection, key: Key<'_>) -> Result<Option<Version>, StorageError> {
    const SQL: &str = select!("FROM resource r WHERE tenant = $1 AND type = $2 AND id = $3 FOR UPDATE");
    one(connection, Statement::fixed(SQL, key.parameters())).await
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
        select!("FROM resource r WHERE tenant = $1 AND type = $2 AND id = $3 AND version = $4 UNION ALL "),
        select!("FROM resource_history r WHERE tenant = $1 AND type = $2 AND id = $3 AND version = $4")
    );
    let mut parameters = key.parameters();
    parameters.push(Parameter::Number(number));
    one(connection, Statement::fixed(SQL, parameters)).await
}

async fn one(connection: &mut Connection, statement: Statement<'_>) -> Result<Option<Version>, StorageError> {
    let row: Option<VersionRow> = statement.get_result(connection).await.optional()?;
    row.map(Version::try_from).transpose()
}

/// Up to `limit` versions below `before`, newest first; fewer where their bodies come to more than [`PAGE_BYTES`], but one at
/// least.
///
/// # Errors
/// When the database fails.
pub async fn history(
    connection: &mut Connection,
    key: Key<'_>,
    before: i64,
    limit: i64,
) -> Result<Vec<Version>, StorageError> {
    const SQL: &str = select!(
        "FROM (SELECT *, coalesce(sum(octet_length(body)) OVER newer, 0) AS bytes_before
               FROM (SELECT * FROM resource WHERE tenant = $1 AND type = $2 AND id = $3
                     UNION ALL
                     SELECT * FROM resource_history WHERE tenant = $1 AND type = $2 AND id = $3) v
               WHERE version < $4
               WINDOW newer AS (ORDER BY version DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) r
         WHERE r.bytes_before < $6 ORDER BY r.version DESC LIMIT $5"
    );
    let mut parameters = key.parameters();
    parameters.extend([before, limit, PAGE_BYTES].map(Parameter::Number));
    let rows: Vec<VersionRow> = Statement::fixed(SQL, parameters).load(connection).await?;
    rows.into_iter().map(Version::try_from).collect()
}

/// Adds a resource's first version with its index, in one statement. False when the id is taken.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    connection: &mut Connection,
    tenant: TenantId,
    new: &Version,
    index: &IndexEntries,
) -> Result<bool, StorageError> {
    const SQL: &str = "
        WITH stored AS (
            INSERT INTO resource (tenant, type, id, version, updated, method, body)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING 1 AS n
        ), terms AS (
            INSERT INTO resource_term (tenant, type, id, updated, terms, keys)
            SELECT $1, $2, $3, $5, $8, $12::jsonb FROM stored
        ), dates AS (
            INSERT INTO resource_date (tenant, type, parameter, low, high, id)
            SELECT DISTINCT $1, $2, d.parameter, d.low, d.high, $3
            FROM stored, unnest($9::text[], $10::bigint[], $11::bigint[]) AS d (parameter, low, high)
        ), texts AS (
            INSERT INTO resource_text (tenant, type, id, parameter, head, whole, written)
            SELECT $1, $2, $3, x.parameter, x.head, x.whole, x.written
            FROM stored, unnest($13::text[], $14::text[], $15::text[], $16::text[])
                AS x (parameter, head, whole, written)
        ), numbers AS (
            INSERT INTO resource_number (tenant, type, id, parameter, low, high, system, code, unit)
            SELECT $1, $2, $3, x.parameter, x.low, x.high, x.system, x.code, x.unit
            FROM stored, unnest($17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[])
                AS x (parameter, low, high, system, code, unit)
        )
        SELECT count(*) AS n FROM stored";
    let stored: Count = written(SQL, tenant, new, index).get_result(connection).await?;
    Ok(stored.n == 1)
}

/// Writes the version after a [`lock`]ed one: the old row moves to the history, the index follows the new body.
///
/// # Errors
/// When the database fails.
pub async fn replace(
    connection: &mut Connection,
    tenant: TenantId,
    new: &Version,
    index: &IndexEntries,
) -> Result<(), StorageError> {
    const SQL: &str = "
        WITH moved AS (
            INSERT INTO resource_history (tenant, type, id, version, updated, method, body)
            SELECT tenant, type, id, version, updated, method, body
            FROM resource WHERE tenant = $1 AND type = $2 AND id = $3
        ), stored AS (
            UPDATE resource SET version = $4, updated = $5, method = $6, body = $7
            WHERE tenant = $1 AND type = $2 AND id = $3 RETURNING body
        ), terms AS (
            INSERT INTO resource_term (tenant, type, id, updated, terms, keys)
            SELECT $1, $2, $3, $5, $8, $12::jsonb FROM stored WHERE body IS NOT NULL
            ON CONFLICT (tenant, type, id)
            DO UPDATE SET updated = excluded.updated, terms = excluded.terms, keys = excluded.keys
        ), gone AS (
            DELETE FROM resource_term
            WHERE tenant = $1 AND type = $2 AND id = $3 AND (SELECT body IS NULL FROM stored)
        ), dates AS (
            INSERT INTO resource_date (tenant, type, parameter, low, high, id)
            SELECT DISTINCT $1, $2, d.parameter, d.low, d.high, $3
            FROM unnest($9::text[], $10::bigint[], $11::bigint[]) AS d (parameter, low, high)
        ), texts AS (
            INSERT INTO resource_text (tenant, type, id, parameter, head, whole, written)
            SELECT $1, $2, $3, x.parameter, x.head, x.whole, x.written
            FROM unnest($13::text[], $14::text[], $15::text[], $16::text[])
                AS x (parameter, head, whole, written)
        ), numbers AS (
            INSERT INTO resource_number (tenant, type, id, parameter, low, high, system, code, unit)
            SELECT $1, $2, $3, x.parameter, x.low, x.high, x.system, x.code, x.unit
            FROM unnest($17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[])
                AS x (parameter, low, high, system, code, unit)
        )
        SELECT count(*) AS n FROM stored";
    // Not part of the statement above: there, a value that stays would be deleted and inserted in one breath.
    let key = Key { tenant, resource_type: &new.resource_type, id: &new.id };
    const CLEARED: &str = "
        WITH texts AS (
            DELETE FROM resource_text WHERE tenant = $1 AND type = $2 AND id = $3
        ), numbers AS (
            DELETE FROM resource_number WHERE tenant = $1 AND type = $2 AND id = $3
        )
        DELETE FROM resource_date WHERE tenant = $1 AND type = $2 AND id = $3";
    Statement::fixed(CLEARED, key.parameters()).execute(connection).await?;
    let stored: Count = written(SQL, tenant, new, index).get_result(connection).await?;
    if stored.n == 1 { Ok(()) } else { Err(StorageError::Contention) }
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// A statement over one version and its index, with its parameters in the order that both writers use.
fn written<'a>(
    sql: &'static str,
    tenant: TenantId,
    new: &'a Version,
    index: &'a IndexEntries,
) -> Statement<'a> {
    let key = Key { tenant, resource_type: &new.resource_type, id: &new.id };
    let mut parameters = key.parameters();
    parameters.extend([
        Parameter::Number(new.number),
        Parameter::Time(new.updated),
        Parameter::Text(new.method.as_str()),
        Parameter::OptionalText(new.body.as_deref()),
    ]);
    parameters.extend(index.parameters());
    Statement::fixed(sql, parameters)
}
