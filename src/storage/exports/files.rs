//! The files of an export, and the versions that stand in them.

use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;

use super::super::resources::{PAGE_BYTES, Version, VersionRow};
use super::super::statement::{Parameter, Statement};
use super::super::{Connection, StorageError, TenantId};

/// A file.
#[derive(Clone, Debug, QueryableByName)]
pub struct File {
    /// Its name, which it alone has in its export.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The type of its resources; none where it tells of what is deleted.
    #[diesel(sql_type = Nullable<Text>)]
    pub type_: Option<String>,
    /// Of how many parts it is made.
    #[diesel(sql_type = BigInt)]
    pub parts: i64,
    /// How many resources it is about.
    #[diesel(sql_type = BigInt)]
    pub resources: i64,
}

/// The files of an export: by type, each type in the order of its parts.
///
/// # Errors
/// When the database fails.
pub async fn all(
    connection: &mut Connection,
    tenant: TenantId,
    job: &str,
) -> Result<Vec<File>, StorageError> {
    const SQL: &str = "
        SELECT name, type AS type_, parts, resources FROM export_file WHERE tenant = $1 AND job = $2
        ORDER BY type, length(name), name";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(job)];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// A file by its name.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    job: &str,
    name: &str,
) -> Result<Option<File>, StorageError> {
    const SQL: &str = "
        SELECT name, type AS type_, parts, resources FROM export_file WHERE tenant = $1 AND job = $2 AND name = $3";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(job), Parameter::Text(name)];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// Ordinals with versions.
#[derive(Clone, Debug, QueryableByName)]
pub struct Part {
    /// Of the resources.
    #[diesel(sql_type = Array<BigInt>)]
    pub ordinals: Vec<i64>,
    /// Of each, in the same order.
    #[diesel(sql_type = Array<BigInt>)]
    pub versions: Vec<i64>,
}

/// A part of a file by its number; none where the export is no longer kept.
///
/// # Errors
/// When the database fails.
pub async fn part(
    connection: &mut Connection,
    tenant: TenantId,
    (job, file): (&str, &str),
    number: i64,
) -> Result<Option<Part>, StorageError> {
    const SQL: &str = "
        SELECT ordinals, versions FROM export_part WHERE tenant = $1 AND job = $2 AND file = $3 AND number = $4";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(job),
        Parameter::Text(file),
        Parameter::Number(number),
    ];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(embed)]
    version: VersionRow,
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// Versions by ordinals, in their order, without those that were erased; and how many of the list that is: fewer than all where
/// the bodies come to more than [`PAGE_BYTES`], but one at least.
///
/// # Errors
/// When the database fails.
pub async fn versions(
    connection: &mut Connection,
    tenant: TenantId,
    wanted: &[(i64, i64)],
) -> Result<(Vec<Version>, usize), StorageError> {
    const SQL: &str = "
        SELECT b.type AS type_, b.id, b.version, b.updated, b.method, b.body, b.place, b.found
        FROM (SELECT a.*, count(*) OVER () AS found, coalesce(sum(octet_length(a.body))
                  OVER (ORDER BY a.place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
              FROM (SELECT r.type, r.id, w.version, w.place, coalesce(h.updated, r.updated) AS updated,
                        coalesce(h.method, r.method) AS method,
                        CASE WHEN r.version = w.version THEN r.body ELSE h.body END AS body
                    FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS w (ordinal, version, place)
                    JOIN resource r ON r.tenant = $1 AND r.ordinal = w.ordinal
                    LEFT JOIN resource_history h ON r.version <> w.version AND h.tenant = $1 AND h.type = r.type AND h.id = r.id
                        AND h.version = w.version) a
              WHERE a.body IS NOT NULL) b
        WHERE b.bytes_before < $4 ORDER BY b.place";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Numbers(wanted.iter().map(|(ordinal, _)| *ordinal).collect()),
        Parameter::Numbers(wanted.iter().map(|(_, version)| *version).collect()),
        Parameter::Number(PAGE_BYTES),
    ];
    let rows: Vec<Row> = Statement::fixed(SQL, parameters).load(connection).await?;
    let is_cut =
        rows.last().is_some_and(|row| usize::try_from(row.found).is_ok_and(|found| found > rows.len()));
    let last = rows.last().and_then(|row| usize::try_from(row.place).ok());
    let taken = last.filter(|_| is_cut).unwrap_or(wanted.len());
    let versions = rows.into_iter().map(|row| row.version.try_into());
    Ok((versions.collect::<Result<_, _>>()?, taken))
}
