//! Filling the files of an export, in the one transaction whose snapshot it shows.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use super::super::resources::{PAGE_BYTES, Version, VersionRow};
use super::super::search::{Wanted, push_matches};
use super::super::statement::{Parameter, Statement};
use super::super::{Connection, StorageError, TenantId};

/// So many resources one row holds.
const PART: i64 = 500;
/// The file that tells what was deleted.
const DELETED: &str = "deleted.ndjson";

/// Lets the statements of this transaction take so long.
///
/// # Errors
/// When the database fails.
pub async fn move_deadline(connection: &mut Connection, seconds: u16) -> Result<(), StorageError> {
    const SQL: &str = "SELECT set_config('statement_timeout', $1, true)";
    let timeout = format!("{seconds}s");
    Statement::fixed(SQL, vec![Parameter::Text(&timeout)]).execute(connection).await?;
    Ok(())
}

/// Lists the resources of one type that match, in files of about so many.
///
/// # Errors
/// When the database fails.
pub async fn list(
    connection: &mut Connection,
    job: &str,
    resource_type: &str,
    wanted: &Wanted<'_>,
    of_file: u32,
) -> Result<(), StorageError> {
    let sql = "
        WITH added AS (
            INSERT INTO export_part (tenant, job, file, number, ordinals, versions)
            SELECT $1, $2, $3 || '-' || (x.part / $5 + 1)::text || '.ndjson', x.part % $5,
                array_agg(x.ordinal ORDER BY x.ordinal), array_agg(x.version ORDER BY x.ordinal)
            FROM (SELECT r.ordinal, r.version, (row_number() OVER (ORDER BY r.ordinal) - 1) / $4 AS part
                  FROM resource r JOIN (SELECT t.ordinal ";
    let parameters = vec![
        Parameter::Number(wanted.tenant.number()),
        Parameter::Text(job),
        Parameter::Text(resource_type),
        Parameter::Number(PART),
        Parameter::Number(i64::from(of_file).div_euclid(PART).max(1)),
    ];
    let mut statement = Statement::composed(sql.to_owned(), parameters);
    push_matches(&mut statement, wanted);
    statement.push_sql(
        ") m ON m.ordinal = r.ordinal WHERE r.tenant = $1) x
            GROUP BY x.part
            RETURNING file, cardinality(ordinals) AS resources
        )
        INSERT INTO export_file (tenant, job, name, type, parts, resources)
        SELECT $1, $2, file, $3, count(*), sum(resources) FROM added GROUP BY file",
    );
    if statement.is_too_long() {
        return Err(StorageError::TooLarge);
    }
    statement.execute(connection).await?;
    Ok(())
}

/// A resource that was deleted.
pub struct Deletion {
    /// Its ordinal.
    pub ordinal: i64,
    /// The last version before that.
    pub last: Version,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(embed)]
    version: VersionRow,
    #[diesel(sql_type = BigInt)]
    ordinal: i64,
}

/// Up to `limit` resources of a type that were deleted after one time and before another, in the order of their ordinals after `after`;
/// fewer where their last bodies come to more than [`PAGE_BYTES`], but one at least.
///
/// # Errors
/// When the database fails.
pub async fn deletions(
    connection: &mut Connection,
    (tenant, resource_type): (TenantId, &str),
    (since, until): (DateTime<Utc>, DateTime<Utc>),
    after: i64,
    limit: i64,
) -> Result<Vec<Deletion>, StorageError> {
    const SQL: &str = "
        SELECT b.type AS type_, b.id, b.version, b.updated, b.method, b.body, b.ordinal
        FROM (SELECT a.*, coalesce(sum(octet_length(a.body))
                  OVER (ORDER BY a.ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
              FROM (SELECT r.ordinal, h.type, h.id, h.version, h.updated, h.method, h.body
                    FROM resource r JOIN resource_history h ON h.tenant = $1 AND h.type = r.type AND h.id = r.id
                        AND h.version = r.version - 1
                    WHERE r.tenant = $1 AND r.type = $2 AND r.body IS NULL AND r.updated > $3 AND r.updated < $4
                        AND r.ordinal > $5 AND h.body IS NOT NULL
                    ORDER BY r.ordinal LIMIT $6) a) b
        WHERE b.bytes_before < $7 ORDER BY b.ordinal";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(resource_type),
        Parameter::Time(since),
        Parameter::Time(until),
        Parameter::Number(after),
        Parameter::Number(limit),
        Parameter::Number(PAGE_BYTES),
    ];
    let rows: Vec<Row> = Statement::fixed(SQL, parameters).load(connection).await?;
    let deletion = |row: Row| Ok(Deletion { ordinal: row.ordinal, last: row.version.try_into()? });
    rows.into_iter().map(deletion).collect()
}

/// Adds a part to the file that tells what was deleted: of each resource its ordinal and its last version before that.
///
/// # Errors
/// When the database fails.
pub async fn add_deletions(
    connection: &mut Connection,
    (tenant, job): (TenantId, &str),
    number: i64,
    deleted: &[(i64, i64)],
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO export_part (tenant, job, file, number, ordinals, versions) VALUES ($1, $2, $3, $4, $5, $6)";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(job),
        Parameter::Text(DELETED),
        Parameter::Number(number),
        Parameter::Numbers(deleted.iter().map(|(ordinal, _)| *ordinal).collect()),
        Parameter::Numbers(deleted.iter().map(|(_, version)| *version).collect()),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Adds that file, if it has parts.
///
/// # Errors
/// When the database fails.
pub async fn end_deletions(
    connection: &mut Connection,
    tenant: TenantId,
    job: &str,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO export_file (tenant, job, name, type, parts, resources)
        SELECT $1, $2, $3, NULL, count(*), sum(cardinality(ordinals)) FROM export_part
        WHERE tenant = $1 AND job = $2 AND file = $3 HAVING count(*) > 0";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(job), Parameter::Text(DELETED)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}
