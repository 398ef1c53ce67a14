//! How often something was asked for, by what is counted and the windows that it is counted in.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Timestamptz};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};

/// What a request takes of a bucket. Windows are told apart by their place.
#[derive(Clone, Copy, Debug)]
pub struct Taking<'a> {
    /// Whose bucket it is.
    pub tenant: TenantId,
    /// SHA-256 of what is counted, hexadecimal.
    pub bucket: &'a str,
    /// Of each window when it began, in seconds since 1970.
    pub since: &'a [i64],
    /// Of each window how much may be taken.
    pub most: &'a [i64],
    /// How much is to be taken of each.
    pub cost: i64,
    /// When the longest window ends.
    pub ends_at: DateTime<Utc>,
}

/// What was taken of a bucket.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Taken {
    /// Of each window when it began, in seconds since 1970.
    #[diesel(sql_type = Array<BigInt>)]
    pub since: Vec<i64>,
    /// Of each window how much was taken since.
    #[diesel(sql_type = Array<BigInt>)]
    pub taken: Vec<i64>,
    /// Whether the last request had room in all of them.
    #[diesel(sql_type = Bool)]
    pub admitted: bool,
}

/// Takes from all windows of a bucket where there is room in each, otherwise from none. Of many at once exactly as many are admitted as
/// there is room for.
///
/// The row is locked only for a moment: the commit does not wait for the disk. What a crash of Postgres (not one of ours) undoes are the
/// counts of its last tenths of a second.
///
/// # Errors
/// When the database fails.
pub async fn take(connection: &mut Connection, taking: Taking<'_>) -> Result<Taken, StorageError> {
    // A window that a replica whose clock is ahead has begun goes on: it is not begun again by one whose clock is behind.
    const SQL: &str = "
        INSERT INTO request_count AS c (tenant, bucket, since, taken, admitted, ends_at)
        VALUES ($1, $2, $3::bigint[],
                array_fill(CASE WHEN $5 <= ALL ($4::bigint[]) THEN $5 ELSE 0 END, ARRAY[cardinality($3::bigint[])]),
                $5 <= ALL ($4::bigint[]), $6)
        ON CONFLICT (tenant, bucket) DO UPDATE SET
            (since, taken, admitted) = (
                SELECT array_agg(w.since ORDER BY w.place),
                       array_agg(CASE WHEN w.room THEN w.taken + $5 ELSE w.taken END ORDER BY w.place),
                       bool_and(w.room)
                FROM (
                    SELECT n.place, greatest(o.since, n.since) AS since, t.taken,
                           bool_and(t.taken + $5 <= n.most) OVER () AS room
                    FROM unnest($3::bigint[], $4::bigint[]) WITH ORDINALITY AS n (since, most, place)
                    LEFT JOIN unnest(c.since, c.taken) WITH ORDINALITY AS o (since, taken, place) USING (place)
                    CROSS JOIN LATERAL (SELECT CASE WHEN o.since >= n.since THEN o.taken ELSE 0 END) AS t (taken)
                ) AS w
            ),
            ends_at = greatest(c.ends_at, excluded.ends_at)
        RETURNING since, taken, admitted, set_config('synchronous_commit', 'off', true)";
    let parameters = vec![
        Parameter::Number(taking.tenant.number()),
        Parameter::Text(taking.bucket),
        Parameter::Numbers(taking.since.to_vec()),
        Parameter::Numbers(taking.most.to_vec()),
        Parameter::Number(taking.cost),
        Parameter::Time(taking.ends_at),
    ];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await?)
}

/// What was taken of a bucket; none where nothing was.
///
/// # Errors
/// When the database fails.
pub async fn look(
    connection: &mut Connection,
    tenant: TenantId,
    bucket: &str,
) -> Result<Option<Taken>, StorageError> {
    const SQL: &str = "SELECT since, taken, admitted FROM request_count WHERE tenant = $1 AND bucket = $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(bucket)];
    let found: Vec<Taken> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(found.into_iter().next())
}

/// Removes the counts of all tenants whose windows have ended; says how many.
///
/// # Errors
/// When the database fails.
pub async fn remove_ended(connection: &mut Connection, now: DateTime<Utc>) -> Result<usize, StorageError> {
    let remove = diesel::sql_query("DELETE FROM request_count WHERE ends_at < $1");
    Ok(remove.bind::<Timestamptz, _>(now).execute(connection).await?)
}
