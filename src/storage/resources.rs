//! Versions of resources: the current one in `resource`, those before it in `resource_history`.

use chrono::{DateTime, Utc};
use diesel::OptionalExtension;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::{Connection, StorageError, TenantId};

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

/// One version of a resource, as it is kept.
#[derive(Clone, Debug)]
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

/// What a search can find a version by.
#[derive(Clone, Debug, Default)]
pub struct IndexEntries {
    /// Hashes of parameter and value.
    pub terms: Vec<i64>,
    /// Parameter, first microsecond, first microsecond after.
    pub dates: Vec<(String, i64, i64)>,
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

/// The columns of [`VersionRow`].
pub(super) const COLUMNS: &str = "r.type AS type_, r.id, r.version, r.updated, r.method, r.body";

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
    let sql = format!("SELECT {COLUMNS} FROM resource r WHERE tenant = $1 AND type = $2 AND id = $3");
    one(connection, &sql, key).await
}

/// The current version, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(connection: &mut Connection, key: Key<'_>) -> Result<Option<Version>, StorageError> {
    let sql =
        format!("SELECT {COLUMNS} FROM resource r WHERE tenant = $1 AND type = $2 AND id = $3 FOR UPDATE");
    one(connection, &sql, key).await
}

async fn one(connection: &mut Connection, sql: &str, key: Key<'_>) -> Result<Option<Version>, StorageError> {
    diesel::sql_query(sql)
        .bind::<BigInt, _>(key.tenant.number())
        .bind::<Text, _>(key.resource_type)
        .bind::<Text, _>(key.id)
        .get_result::<VersionRow>(connection)
        .await
        .optional()?
        .map(Version::try_from)
        .transpose()
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
    let sql = format!(
        "SELECT {COLUMNS} FROM resource r WHERE tenant = $1 AND type = $2 AND id = $3 AND version = $4
         UNION ALL
         SELECT {COLUMNS} FROM resource_history r WHERE tenant = $1 AND type = $2 AND id = $3 AND version = $4"
    );
    diesel::sql_query(sql)
        .bind::<BigInt, _>(key.tenant.number())
        .bind::<Text, _>(key.resource_type)
        .bind::<Text, _>(key.id)
        .bind::<BigInt, _>(number)
        .get_result::<VersionRow>(connection)
        .await
        .optional()?
        .map(Version::try_from)
        .transpose()
}

/// Up to `limit` versions below `before`, newest first.
///
/// # Errors
/// When the database fails.
pub async fn history(
    connection: &mut Connection,
    key: Key<'_>,
    before: i64,
    limit: i64,
) -> Result<Vec<Version>, StorageError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM (
             SELECT * FROM resource WHERE tenant = $1 AND type = $2 AND id = $3
             UNION ALL
             SELECT * FROM resource_history WHERE tenant = $1 AND type = $2 AND id = $3
         ) r WHERE r.version < $4 ORDER BY r.version DESC LIMIT $5"
    );
    let rows: Vec<VersionRow> = diesel::sql_query(sql)
        .bind::<BigInt, _>(key.tenant.number())
        .bind::<Text, _>(key.resource_type)
        .bind::<Text, _>(key.id)
        .bind::<BigInt, _>(before)
        .bind::<BigInt, _>(limit)
        .load(connection)
        .await?;
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
            INSERT INTO resource_term (tenant, type, id, updated, terms)
            SELECT $1, $2, $3, $5, $8 FROM stored
        ), dates AS (
            INSERT INTO resource_date (tenant, type, parameter, low, high, id)
            SELECT DISTINCT $1, $2, d.parameter, d.low, d.high, $3
            FROM stored, unnest($9::text[], $10::bigint[], $11::bigint[]) AS d (parameter, low, high)
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
            INSERT INTO resource_history SELECT * FROM resource WHERE tenant = $1 AND type = $2 AND id = $3
        ), stored AS (
            UPDATE resource SET version = $4, updated = $5, method = $6, body = $7
            WHERE tenant = $1 AND type = $2 AND id = $3 RETURNING body
        ), terms AS (
            INSERT INTO resource_term (tenant, type, id, updated, terms)
            SELECT $1, $2, $3, $5, $8 FROM stored WHERE body IS NOT NULL
            ON CONFLICT (tenant, type, id) DO UPDATE SET updated = excluded.updated, terms = excluded.terms
        ), gone AS (
            DELETE FROM resource_term
            WHERE tenant = $1 AND type = $2 AND id = $3 AND (SELECT body IS NULL FROM stored)
        ), dates AS (
            INSERT INTO resource_date (tenant, type, parameter, low, high, id)
            SELECT DISTINCT $1, $2, d.parameter, d.low, d.high, $3
            FROM unnest($9::text[], $10::bigint[], $11::bigint[]) AS d (parameter, low, high)
        )
        SELECT count(*) AS n FROM stored";
    // Not part of the statement above: there, a value that stays would be deleted and inserted in one breath.
    diesel::sql_query("DELETE FROM resource_date WHERE tenant = $1 AND type = $2 AND id = $3")
        .bind::<BigInt, _>(tenant.number())
        .bind::<Text, _>(&new.resource_type)
        .bind::<Text, _>(&new.id)
        .execute(connection)
        .await?;
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
) -> impl diesel_async::methods::LoadQuery<'a, Connection, Count> {
    diesel::sql_query(sql)
        .bind::<BigInt, _>(tenant.number())
        .bind::<Text, _>(&new.resource_type)
        .bind::<Text, _>(&new.id)
        .bind::<BigInt, _>(new.number)
        .bind::<Timestamptz, _>(new.updated)
        .bind::<Text, _>(new.method.as_str())
        .bind::<Nullable<Text>, _>(&new.body)
        .bind::<Array<BigInt>, _>(&index.terms)
        .bind::<Array<Text>, _>(
            index.dates.iter().map(|(parameter, _, _)| parameter.as_str()).collect::<Vec<_>>(),
        )
        .bind::<Array<BigInt>, _>(index.dates.iter().map(|(_, low, _)| *low).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(index.dates.iter().map(|(_, _, high)| *high).collect::<Vec<_>>())
}
