//! Calls with API keys: each by itself, and summed up by hour.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};

/// A call with an API key.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Call {
    /// Its id, which opens with the time of the call.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// When it came in.
    #[diesel(sql_type = Timestamptz)]
    pub called_at: DateTime<Utc>,
    /// Id of the Organization that is the key's project.
    #[diesel(sql_type = Text)]
    pub project: String,
    /// The key's first characters.
    #[diesel(sql_type = Text)]
    pub key_prefix: String,
    /// The method.
    #[diesel(sql_type = Text)]
    pub method: String,
    /// The path below the mount, without the query.
    #[diesel(sql_type = Text)]
    pub path: String,
    /// The status that it was answered with.
    #[diesel(sql_type = Integer)]
    pub status: i32,
    /// How long it took.
    #[diesel(sql_type = BigInt)]
    pub duration_ms: i64,
    /// The type of device or document that was recognised.
    #[diesel(sql_type = Nullable<Text>)]
    pub device_type: Option<String>,
    /// How sure the reading was, in thousandths.
    #[diesel(sql_type = Nullable<Integer>)]
    pub confidence: Option<i32>,
    /// Why it was refused.
    #[diesel(sql_type = Nullable<Text>)]
    pub error_code: Option<String>,
}

/// Calls of one day that are alike.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Sum {
    /// The day's beginning, UTC.
    #[diesel(sql_type = Timestamptz)]
    pub day: DateTime<Utc>,
    /// The status that they were answered with.
    #[diesel(sql_type = Integer)]
    pub status: i32,
    /// The type of device or document; empty where none was recognised.
    #[diesel(sql_type = Text)]
    pub device_type: String,
    /// How many there were.
    #[diesel(sql_type = BigInt)]
    pub calls: i64,
    /// How many of them had a confidence.
    #[diesel(sql_type = BigInt)]
    pub confident: i64,
    /// The sum of these, in thousandths.
    #[diesel(sql_type = BigInt)]
    pub confidence: i64,
}

/// Calls of one day with the keys of one project that were answered alike.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Used {
    /// The day's beginning, UTC.
    #[diesel(sql_type = Timestamptz)]
    pub day: DateTime<Utc>,
    /// The project.
    #[diesel(sql_type = Text)]
    pub project: String,
    /// The status that they were answered with.
    #[diesel(sql_type = Integer)]
    pub status: i32,
    /// How many there were.
    #[diesel(sql_type = BigInt)]
    pub calls: i64,
    /// How long they took, together.
    #[diesel(sql_type = BigInt)]
    pub duration_ms: i64,
}

/// The calls of a surface with the keys of these projects, by day, project and status, within a span of time; `first` is the first of all
/// ids of its beginning.
///
/// # Errors
/// When the database fails.
pub async fn of_projects(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
    projects: &[String],
    (first, (from, to)): (Uuid, (DateTime<Utc>, DateTime<Utc>)),
) -> Result<Vec<Used>, StorageError> {
    const SQL: &str = "
        SELECT date_trunc('day', called_at, 'UTC') AS day, project, status, count(*) AS calls, sum(duration_ms)::bigint AS duration_ms
        FROM usage_call
        WHERE tenant = $1 AND surface = $2 AND id >= $3::uuid AND project = ANY ($4) AND called_at >= $5 AND called_at < $6
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
    let first = first.to_string();
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(surface),
        Parameter::Text(&first),
        Parameter::Texts(projects.iter().map(String::as_str).collect()),
        Parameter::Time(from),
        Parameter::Time(to),
    ];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// Notes a call, and sums it up. As with [`super::request_counts::take`], the commit does not wait for the disk: the hour's row would be
/// locked so long.
///
/// # Errors
/// When the database fails.
pub async fn add(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
    call: &Call,
) -> Result<(), StorageError> {
    const SQL: &str = "
        WITH noted AS (
            INSERT INTO usage_call (tenant, surface, id, called_at, project, key_prefix, method, path, status, duration_ms,
                                    device_type, confidence, error_code)
            VALUES ($1, $2, $3::uuid, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        )
        INSERT INTO usage_hour AS h (tenant, surface, hour, status, device_type, calls, confident, confidence)
        VALUES ($1, $2, date_trunc('hour', $4, 'UTC'), $9, coalesce($11, ''), 1, ($12 IS NOT NULL)::integer, coalesce($12, 0))
        ON CONFLICT (tenant, surface, hour, status, device_type) DO UPDATE SET
            calls = h.calls + 1, confident = h.confident + excluded.confident, confidence = h.confidence + excluded.confidence
        RETURNING set_config('synchronous_commit', 'off', true)";
    let id = call.id.to_string();
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(surface),
        Parameter::Text(&id),
        Parameter::Time(call.called_at),
        Parameter::Text(&call.project),
        Parameter::Text(&call.key_prefix),
        Parameter::Text(&call.method),
        Parameter::Text(&call.path),
        Parameter::Integer(call.status),
        Parameter::Number(call.duration_ms),
        Parameter::OptionalText(call.device_type.as_deref()),
        Parameter::OptionalInteger(call.confidence),
        Parameter::OptionalText(call.error_code.as_deref()),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// The calls of a surface in the tenant, newest first: `limit` after the first `offset`.
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<Call>, StorageError> {
    const SQL: &str = "
        SELECT id, called_at, project, key_prefix, method, path, status, duration_ms, device_type, confidence, error_code
        FROM usage_call WHERE tenant = $1 AND surface = $2 ORDER BY id DESC OFFSET $3 LIMIT $4";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(surface),
        Parameter::Number(offset),
        Parameter::Number(limit),
    ];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// How many calls of a surface from an hour on are kept in the tenant.
///
/// # Errors
/// When the database fails.
pub async fn count(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
    from: DateTime<Utc>,
) -> Result<i64, StorageError> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        calls: i64,
    }
    // The oldest call tells how far back they are there: more may have been removed than `from` says.
    const SQL: &str = "
        SELECT coalesce(sum(calls), 0)::bigint AS calls FROM usage_hour
        WHERE tenant = $1 AND surface = $2 AND hour >= greatest($3, (
            SELECT date_trunc('hour', called_at, 'UTC') FROM usage_call WHERE tenant = $1 AND surface = $2 ORDER BY id LIMIT 1))";
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Text(surface), Parameter::Time(from)];
    let count: Count = Statement::fixed(SQL, parameters).get_result(connection).await?;
    Ok(count.calls)
}

/// The calls of a surface in the tenant from an hour on, by day, status and type.
///
/// # Errors
/// When the database fails.
pub async fn sums(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
    from: DateTime<Utc>,
) -> Result<Vec<Sum>, StorageError> {
    const SQL: &str = "
        SELECT date_trunc('day', hour, 'UTC') AS day, status, device_type, sum(calls)::bigint AS calls,
               sum(confident)::bigint AS confident, sum(confidence)::bigint AS confidence
        FROM usage_hour WHERE tenant = $1 AND surface = $2 AND hour >= $3
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Text(surface), Parameter::Time(from)];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// Removes calls of the tenant with ids before `id`: the oldest of each surface, `most` at a time. Says how many.
///
/// # Errors
/// When the database fails.
pub async fn remove_before(
    connection: &mut Connection,
    tenant: TenantId,
    surfaces: &[&str],
    id: Uuid,
    most: i64,
) -> Result<usize, StorageError> {
    const SQL: &str = "
        DELETE FROM usage_call AS c USING unnest($2) AS s (surface), LATERAL (
            SELECT id FROM usage_call WHERE tenant = $1 AND surface = s.surface AND id < $3::uuid ORDER BY id LIMIT $4) AS o
        WHERE c.tenant = $1 AND c.surface = s.surface AND c.id = o.id";
    let id = id.to_string();
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Texts(surfaces.to_vec()),
        Parameter::Text(&id),
        Parameter::Number(most),
    ];
    Ok(Statement::fixed(SQL, parameters).execute(connection).await?)
}
