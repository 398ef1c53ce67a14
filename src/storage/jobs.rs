//! Work that waits: at most one job of a kind about the same subject.
//!
//! All that is known of a job is in its row, so that any process may take it after another one ended.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz};
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, Store, TenantId};
use crate::core::trace;

/// Clocks of replicas differ by less.
const AHEAD: TimeDelta = TimeDelta::minutes(1);
/// Nobody has a job for longer at a time, and none but a line of deliveries waits for longer.
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// No delivery waits for longer until it is tried again.
const LONGEST_OF_DELIVERIES: TimeDelta = TimeDelta::hours(16);

/// A job that somebody has taken.
#[derive(Clone, Debug, QueryableByName)]
pub struct Taken {
    /// What it is about.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// How often it was taken or asked for anew: tells who took it from the next who does.
    #[diesel(sql_type = BigInt)]
    pub claims: i64,
    /// How often it was tried, with this time.
    #[diesel(sql_type = BigInt)]
    pub tries: i64,
    /// Where in a trace it was asked for.
    #[diesel(sql_type = Nullable<Text>)]
    pub trace: Option<String>,
}

/// How a job stands.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Standing {
    /// Whether somebody works on it.
    #[diesel(sql_type = Bool)]
    pub active: bool,
    /// When it is taken next.
    #[diesel(sql_type = Timestamptz)]
    pub due: DateTime<Utc>,
    /// How much of it is done, in percent.
    #[diesel(sql_type = BigInt)]
    pub progress: i64,
    /// How many of the tenant's were asked for before it and are still there.
    #[diesel(sql_type = BigInt)]
    pub ahead: i64,
}

/// A job, as those see it who look after it.
#[derive(Clone, Debug, QueryableByName)]
pub struct Listed {
    /// Its kind.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// What it is about.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// When it was asked for.
    #[diesel(sql_type = Timestamptz)]
    pub asked: DateTime<Utc>,
    /// When it is taken next; while somebody works on it, until when they have it.
    #[diesel(sql_type = Timestamptz)]
    pub due: DateTime<Utc>,
    /// Whether somebody works on it.
    #[diesel(sql_type = Bool)]
    pub active: bool,
    /// How often it was tried.
    #[diesel(sql_type = BigInt)]
    pub tries: i64,
    /// How much of it is done, in percent.
    #[diesel(sql_type = BigInt)]
    pub progress: i64,
}

#[derive(QueryableByName)]
struct TenantRow {
    #[diesel(sql_type = BigInt)]
    tenant: i64,
}

#[derive(QueryableByName)]
struct Added {
    #[diesel(sql_type = Bool)]
    added: bool,
}

/// Adds a job, or has the one about the same subject done anew: whoever works on that has lost it. Says no to one more where the tenant
/// has `most`.
///
/// # Errors
/// When the database fails.
pub async fn add(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, subject): (&str, &str),
    now: DateTime<Utc>,
    most: i64,
) -> Result<bool, StorageError> {
    const SQL: &str = "
        WITH room AS (
            SELECT count(*) < $5 OR EXISTS (SELECT FROM job WHERE tenant = $1 AND kind = $2 AND subject = $3) AS is_left
            FROM (SELECT FROM job WHERE tenant = $1 AND kind = $2 LIMIT $5) waiting
        ), added AS (
            INSERT INTO job (tenant, kind, subject, asked, due, trace) SELECT $1, $2, $3, $4, $4, $6 FROM room WHERE is_left
            ON CONFLICT (tenant, kind, subject) DO UPDATE SET
                asked = excluded.asked, due = excluded.due, claims = job.claims + 1, tries = 0, active = false, progress = 0,
                trace = excluded.trace
            RETURNING 1
        )
        SELECT EXISTS (SELECT FROM added) AS added";
    let trace = trace::here();
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(kind),
        Parameter::Text(subject),
        Parameter::Time(now),
        Parameter::Number(most),
        Parameter::OptionalText(trace.as_deref()),
    ];
    let row: Added = Statement::fixed(SQL, parameters).get_result(connection).await?;
    Ok(row.added)
}

/// Sees to it that a job about each of these subjects is there and done soon. One that somebody works on stays theirs: who ends it looks
/// for what came meanwhile, with the row in hand ([`hold`]).
///
/// # Errors
/// When the database fails.
pub async fn nudge(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, subjects): (&str, &[String]),
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO job (tenant, kind, subject, asked, due, trace)
        SELECT $1, $2, s.subject, $4, $4, $5 FROM unnest($3::text[]) AS s (subject) ORDER BY s.subject COLLATE \"C\"
        ON CONFLICT (tenant, kind, subject) DO UPDATE SET due = least(job.due, excluded.due),
            trace = CASE WHEN job.due > excluded.due THEN excluded.trace ELSE job.trace END
        WHERE NOT job.active";
    let trace = trace::here();
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(kind),
        Parameter::Texts(subjects.iter().map(String::as_str).collect()),
        Parameter::Time(now),
        Parameter::OptionalText(trace.as_deref()),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Holds a job until the transaction ends, and keeps it from others until `until`; says no where it was lost.
///
/// # Errors
/// When the database fails.
pub async fn hold(
    connection: &mut Connection,
    tenant: TenantId,
    kind: &str,
    taken: &Taken,
    until: DateTime<Utc>,
) -> Result<bool, StorageError> {
    const SQL: &str = "UPDATE job SET due = $5, active = true WHERE tenant = $1 AND kind = $2 AND subject = $3 AND claims = $4";
    let mut parameters = of(tenant, kind, taken);
    parameters.push(Parameter::Time(until));
    Ok(Statement::fixed(SQL, parameters).execute(connection).await? > 0)
}

/// Gives a job back behind the others, to be taken again from `due` on, as if it were new; unless it was lost.
///
/// # Errors
/// When the database fails.
pub async fn rest(
    connection: &mut Connection,
    tenant: TenantId,
    kind: &str,
    taken: &Taken,
    (now, due): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE job SET asked = $5, due = $6, active = false, progress = 0, tries = 0, trace = NULL
        WHERE tenant = $1 AND kind = $2 AND subject = $3 AND claims = $4";
    let mut parameters = of(tenant, kind, taken);
    parameters.extend([Parameter::Time(now), Parameter::Time(due)]);
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// The tenants that have jobs of a kind to be done now. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn tenants(store: &Store, kind: &str, now: DateTime<Utc>) -> Result<Vec<TenantId>, StorageError> {
    const SQL: &str = "SELECT DISTINCT tenant FROM job WHERE kind = $1 AND due <= $2 ORDER BY tenant";
    let mut transaction = store.begin(TenantId::PLATFORM).await?;
    let parameters = vec![Parameter::Text(kind), Parameter::Time(now)];
    let rows = Statement::fixed(SQL, parameters).load::<TenantRow>(&mut *transaction).await;
    let rows = transaction.finish(rows.map_err(StorageError::from)).await?;
    Ok(rows.into_iter().map(|row| TenantId::from_row(row.tenant)).collect())
}

/// Has what waits for a time that is too far ahead done now: who asked for it, or had it in hand and ended, had a clock that was. Tells how
/// many jobs and deliveries those are, of all tenants.
///
/// # Errors
/// When the database fails.
pub async fn bring_back(store: &Store, now: DateTime<Utc>) -> Result<u64, StorageError> {
    const TENANTS: &str = "
        SELECT DISTINCT tenant FROM job
        WHERE asked > $1 AND NOT active OR due > CASE WHEN kind = 'delivery' AND NOT active THEN $3 ELSE $2 END
        ORDER BY tenant";
    // A line of deliveries waits as long as the first of them does.
    const BACK: &str = "
        WITH posts AS (
            UPDATE delivery SET due = $2 WHERE tenant = $1 AND due > $3 AND (made_at > $3 OR due > $5)
            RETURNING kind || '/' || receiver AS subject
        ), jobs AS (
            UPDATE job SET asked = least(asked, $2), due = $2, active = false
            WHERE tenant = $1 AND (
                asked > $3 AND NOT active OR due > CASE WHEN kind = 'delivery' AND NOT active THEN $5 ELSE $4 END
                OR kind = 'delivery' AND NOT active AND due > $3 AND subject IN (SELECT subject FROM posts))
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM posts) + (SELECT count(*) FROM jobs) AS tenant";
    let times = [now + AHEAD, now + LONGEST, now + LONGEST_OF_DELIVERIES].map(Parameter::Time);
    let [soon, late, latest] = times;
    let mut transaction = store.begin(TenantId::PLATFORM).await?;
    let rows = Statement::fixed(TENANTS, vec![soon, late, latest]).load::<TenantRow>(&mut *transaction).await;
    let rows = transaction.finish(rows.map_err(StorageError::from)).await?;
    let mut all = 0_u64;
    for row in rows {
        let tenant = TenantId::from_row(row.tenant);
        let mut transaction = store.begin(tenant).await?;
        let times = [now, now + AHEAD, now + LONGEST, now + LONGEST_OF_DELIVERIES].map(Parameter::Time);
        let parameters = [Parameter::Number(tenant.number())].into_iter().chain(times).collect();
        let back = Statement::fixed(BACK, parameters).get_result::<TenantRow>(&mut *transaction).await;
        let back = transaction.finish(back.map_err(StorageError::from)).await?;
        all = all.saturating_add(u64::try_from(back.tenant).unwrap_or(0));
    }
    Ok(all)
}

/// Takes the tenant's oldest job that is due; nobody else does before `until`, also where this process ends before it is done.
///
/// # Errors
/// When the database fails.
pub async fn take(
    connection: &mut Connection,
    tenant: TenantId,
    kind: &str,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<Taken>, StorageError> {
    const SQL: &str = "
        UPDATE job SET due = $4, claims = claims + 1, tries = tries + 1, active = true, progress = 0
        WHERE tenant = $1 AND kind = $2 AND subject = (
            SELECT subject FROM job WHERE tenant = $1 AND kind = $2 AND due <= $3
            ORDER BY asked, subject LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING subject, claims, tries, trace";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(kind),
        Parameter::Time(now),
        Parameter::Time(until),
    ];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// Notes how much of a job is done, unless it was lost.
///
/// # Errors
/// When the database fails.
pub async fn advance(
    connection: &mut Connection,
    tenant: TenantId,
    kind: &str,
    taken: &Taken,
    progress: i64,
) -> Result<(), StorageError> {
    const SQL: &str =
        "UPDATE job SET progress = $5 WHERE tenant = $1 AND kind = $2 AND subject = $3 AND claims = $4";
    let mut parameters = of(tenant, kind, taken);
    parameters.push(Parameter::Number(progress));
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Gives a job back, to be taken again from `due` on, unless it was lost. Where it `was_tried`, that was one of its tries.
///
/// # Errors
/// When the database fails.
pub async fn put_off(
    connection: &mut Connection,
    tenant: TenantId,
    kind: &str,
    taken: &Taken,
    (due, was_tried): (DateTime<Utc>, bool),
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE job SET due = $5, active = false, progress = 0, tries = tries - $6
        WHERE tenant = $1 AND kind = $2 AND subject = $3 AND claims = $4";
    let mut parameters = of(tenant, kind, taken);
    parameters.extend([Parameter::Time(due), Parameter::Number(i64::from(!was_tried))]);
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Removes a job that is done, unless it was lost.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    connection: &mut Connection,
    tenant: TenantId,
    kind: &str,
    taken: &Taken,
) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM job WHERE tenant = $1 AND kind = $2 AND subject = $3 AND claims = $4";
    Statement::fixed(SQL, of(tenant, kind, taken)).execute(connection).await?;
    Ok(())
}

/// How the job about a subject stands; none where there is none.
///
/// # Errors
/// When the database fails.
pub async fn standing(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, subject): (&str, &str),
) -> Result<Option<Standing>, StorageError> {
    const SQL: &str = "
        SELECT active, due, progress, (
            SELECT count(*) FROM job before WHERE before.tenant = $1 AND before.kind = $2 AND before.asked < job.asked
        ) AS ahead
        FROM job WHERE tenant = $1 AND kind = $2 AND subject = $3";
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Text(kind), Parameter::Text(subject)];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// The tenant's jobs of all kinds, those that were tried most often first, then the oldest.
///
/// # Errors
/// When the database fails.
pub async fn all(
    connection: &mut Connection,
    tenant: TenantId,
    (skip, most): (i64, i64),
) -> Result<Vec<Listed>, StorageError> {
    const SQL: &str = "
        SELECT kind, subject, asked, due, active, tries, progress FROM job
        WHERE tenant = $1 ORDER BY tries DESC, asked, kind, subject OFFSET $2 LIMIT $3";
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Number(skip), Parameter::Number(most)];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// Has a job done now that did not come off and that nobody works on, as if it had not been tried; says whether there is one.
///
/// # Errors
/// When the database fails.
pub async fn again(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, subject): (&str, &str),
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    const SQL: &str = "
        UPDATE job SET due = $4, tries = 0
        WHERE tenant = $1 AND kind = $2 AND subject = $3 AND tries > 0 AND NOT (active AND due > $4)";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(kind),
        Parameter::Text(subject),
        Parameter::Time(now),
    ];
    Ok(Statement::fixed(SQL, parameters).execute(connection).await? > 0)
}

fn of<'a>(tenant: TenantId, kind: &'a str, taken: &'a Taken) -> Vec<Parameter<'a>> {
    vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(kind),
        Parameter::Text(&taken.subject),
        Parameter::Number(taken.claims),
    ]
}
