//! Seals on rows of the trail, and how far the sealer is.
//!
//! Rows have ordinals in the order in which their statements came; they may be committed in another. A row takes its ordinal when its
//! transaction has a number already, so a gap that was seen when all transactions with a number had one below `seen` will never be
//! filled once all of those have ended.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, QueryableByName, Selectable};
use diesel::sql_types::{Array, BigInt, Binary, Bool};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;

use super::AuditRow;
use crate::storage::resources::PAGE_BYTES;
use crate::storage::schema::audit_seal;
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, Store, TenantId, Transaction};

/// A seal.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_seal)]
pub struct SealRow {
    /// Tenant.
    pub tenant: i64,
    /// 1 for the first of the tenant, then one more each time.
    pub number: i64,
    /// When.
    pub sealed_at: DateTime<Utc>,
    /// How many rows.
    pub rows: i64,
    /// When the latest of them was recorded.
    pub latest: DateTime<Utc>,
    /// Of each row its id and digest; none once they were removed.
    pub digests: Option<Vec<u8>>,
    /// The hash of the digests.
    pub content: Vec<u8>,
    /// The hash of the seal before.
    pub previous: Vec<u8>,
    /// The hash of all of this but the digests.
    pub hash: Vec<u8>,
    /// Which key the code was made with.
    pub key: Vec<u8>,
    /// The keyed code of the hash.
    pub code: Vec<u8>,
    /// When the rows were removed.
    pub removed_at: Option<DateTime<Utc>>,
    /// Which key the code of the removal was made with.
    pub removed_key: Option<Vec<u8>>,
    /// The keyed code of the removal.
    pub removed_code: Option<Vec<u8>>,
}

/// Some ordinals that had no row when they were looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The first.
    pub low: i64,
    /// The last.
    pub high: i64,
    /// Once all transactions below this number have ended, there will be none.
    pub seen: i64,
}

/// How far the sealer is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The last ordinal that was looked at.
    pub ordinal: i64,
    /// Those before it that may still come, in their order.
    pub gaps: Vec<Gap>,
}

#[derive(QueryableByName)]
struct ProgressRow {
    #[diesel(sql_type = BigInt)]
    ordinal: i64,
    #[diesel(sql_type = Array<BigInt>)]
    low: Vec<i64>,
    #[diesel(sql_type = Array<BigInt>)]
    high: Vec<i64>,
    #[diesel(sql_type = Array<BigInt>)]
    seen: Vec<i64>,
    #[diesel(sql_type = BigInt)]
    ended: i64,
    #[diesel(sql_type = Bool)]
    held: bool,
}

impl ProgressRow {
    fn progress(self) -> Progress {
        let gaps = self.low.into_iter().zip(self.high).zip(self.seen);
        let gaps = gaps.map(|((low, high), seen)| Gap { low, high, seen }).collect();
        Progress { ordinal: self.ordinal, gaps }
    }
}

/// A transaction that sees the new rows of all tenants.
///
/// # Errors
/// When no connection can be had.
pub async fn begin(store: &Store) -> Result<Transaction, StorageError> {
    let mut transaction = store.begin(TenantId::PLATFORM).await?;
    transaction.batch_execute("SET LOCAL hygeia.sealing = 'on'").await?;
    Ok(transaction)
}

/// How far the sealer is, and below which number all transactions have ended. None where another process seals.
///
/// # Errors
/// When the database fails.
pub async fn hold(connection: &mut Connection) -> Result<Option<(Progress, i64)>, StorageError> {
    // The lock is taken before the row is read: a statement of its own would see what was there before it.
    const LOCK: &str = "
        SELECT pg_try_advisory_xact_lock(7310292719 # hashtext(current_schema()::text)::bigint) AS held,
            0::bigint AS ordinal, '{}'::bigint[] AS low, '{}'::bigint[] AS high, '{}'::bigint[] AS seen, 0::bigint AS ended";
    const READ: &str = "
        SELECT ordinal, low, high, seen, true AS held,
            pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS ended
        FROM audit_progress WHERE tenant = 0";
    let lock: ProgressRow = Statement::fixed(LOCK, Vec::new()).get_result(connection).await?;
    if !lock.held {
        return Ok(None);
    }
    let row: ProgressRow = Statement::fixed(READ, Vec::new()).get_result(connection).await?;
    let ended = row.ended;
    Ok(Some((row.progress(), ended)))
}

/// How far the sealer is.
///
/// # Errors
/// When the database fails.
pub async fn progress(connection: &mut Connection) -> Result<Progress, StorageError> {
    const SQL: &str = "
        SELECT ordinal, low, high, seen, true AS held, 0::bigint AS ended FROM audit_progress WHERE tenant = 0";
    let row: ProgressRow = Statement::fixed(SQL, Vec::new()).get_result(connection).await?;
    Ok(row.progress())
}

/// A number that no transaction has yet.
///
/// # Errors
/// When the database fails.
pub async fn next_transaction(connection: &mut Connection) -> Result<i64, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    const SQL: &str = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS number";
    let row: Row = Statement::fixed(SQL, Vec::new()).get_result(connection).await?;
    Ok(row.number)
}

/// Notes how far the sealer is.
///
/// # Errors
/// When the database fails.
pub async fn advance(connection: &mut Connection, progress: &Progress) -> Result<(), StorageError> {
    const SQL: &str =
        "UPDATE audit_progress SET ordinal = $1, low = $2, high = $3, seen = $4 WHERE tenant = 0";
    let of = |part: fn(&Gap) -> i64| Parameter::Numbers(progress.gaps.iter().map(part).collect());
    let parameters =
        vec![Parameter::Number(progress.ordinal), of(|gap| gap.low), of(|gap| gap.high), of(|gap| gap.seen)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// A row with its ordinal.
#[derive(Clone, Debug, QueryableByName)]
pub struct Numbered {
    /// The ordinal.
    #[diesel(sql_type = BigInt)]
    pub ordinal: i64,
    /// The row.
    #[diesel(embed)]
    pub row: AuditRow,
}

/// Rows that are not sealed, and whether there may be more of them.
pub struct New {
    /// In the order of their ordinals.
    pub rows: Vec<Numbered>,
    /// Whether not all that were asked for are there.
    pub is_cut: bool,
}

/// Up to `limit` rows that are not sealed, and those that filled a gap; fewer where they come to more than [`PAGE_BYTES`], but one at
/// least.
///
/// # Errors
/// When the database fails.
pub async fn new_rows(
    connection: &mut Connection,
    progress: &Progress,
    limit: i64,
) -> Result<New, StorageError> {
    const SQL: &str = "
        SELECT *, type AS type_ FROM (
            SELECT *, count(*) OVER () AS found, coalesce(sum(pg_column_size(entities))
                OVER (ORDER BY ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
            FROM (
                (SELECT e.* FROM unnest($1::bigint[], $2::bigint[]) AS g (low, high)
                    JOIN audit_event e ON e.ordinal >= g.low AND e.ordinal <= g.high LIMIT $4)
                UNION ALL
                (SELECT e.* FROM audit_event e WHERE e.ordinal > $3 ORDER BY e.ordinal LIMIT $4)
            ) e
        ) e WHERE bytes_before < $5 ORDER BY ordinal";
    let of = |part: fn(&Gap) -> i64| Parameter::Numbers(progress.gaps.iter().map(part).collect());
    let parameters = vec![
        of(|gap| gap.low),
        of(|gap| gap.high),
        Parameter::Number(progress.ordinal),
        Parameter::Number(limit),
        Parameter::Number(PAGE_BYTES),
    ];
    let rows: Vec<NewRow> = Statement::fixed(SQL, parameters).load(connection).await?;
    let found = rows.iter().map(|row| row.found).max().unwrap_or_default();
    let is_cut = found >= limit || i64::try_from(rows.len()).is_ok_and(|shown| shown < found);
    Ok(New { rows: rows.into_iter().map(|row| row.numbered).collect(), is_cut })
}

#[derive(QueryableByName)]
struct NewRow {
    #[diesel(embed)]
    numbered: Numbered,
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// The end of a tenant's chain.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Head {
    /// Tenant.
    #[diesel(sql_type = BigInt)]
    pub tenant: i64,
    /// The last seal's number.
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    /// Its hash.
    #[diesel(sql_type = Binary)]
    pub hash: Vec<u8>,
}

/// The ends of these tenants' chains, of those that have one.
///
/// # Errors
/// When the database fails.
pub async fn heads(connection: &mut Connection, tenants: Vec<i64>) -> Result<Vec<Head>, StorageError> {
    const SQL: &str = "
        SELECT s.* FROM unnest($1::bigint[]) AS t (tenant) CROSS JOIN LATERAL (
            SELECT s.tenant, s.number, s.hash FROM audit_seal s WHERE s.tenant = t.tenant ORDER BY s.number DESC LIMIT 1
        ) s";
    Ok(Statement::fixed(SQL, vec![Parameter::Numbers(tenants)]).load(connection).await?)
}

/// Adds seals.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, seals: &[SealRow]) -> Result<(), StorageError> {
    // A statement takes 65,535 values.
    for some in seals.chunks(1_000) {
        diesel::insert_into(audit_seal::table).values(some).execute(connection).await?;
    }
    Ok(())
}

/// Up to `limit` seals of a tenant after this one, in their order.
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    tenant: TenantId,
    after: i64,
    limit: i64,
) -> Result<Vec<SealRow>, StorageError> {
    let query = audit_seal::table
        .filter(audit_seal::tenant.eq(tenant.number()))
        .filter(audit_seal::number.gt(after))
        .order(audit_seal::number)
        .limit(limit);
    Ok(query.select(SealRow::as_select()).load(connection).await?)
}

/// The rows with these ids, in any order.
///
/// # Errors
/// When the database fails.
pub async fn rows(
    connection: &mut Connection,
    tenant: TenantId,
    ids: &[Uuid],
) -> Result<Vec<Numbered>, StorageError> {
    const SQL: &str = "
        SELECT e.*, e.type AS type_ FROM audit_event e WHERE e.tenant = $1 AND e.id = ANY ($2::text[]::uuid[])";
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Texts(ids.iter().map(String::as_str).collect())];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}
