//! What receivers are to get, and what came of each try.

pub mod kept;
pub mod log;

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName};
use diesel_async::RunQueryDsl;

use super::schema::{delivery, delivery_attempt};
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};
use crate::core::trace;

/// So many tries of a delivery are kept, the last ones: it can be asked for again without end.
const KEPT: i64 = 50;

/// The line of what one receiver gets: its kind and its id.
pub type Line<'a> = (&'a str, &'a str);

/// Something that receivers are to get.
#[derive(Clone, Copy)]
pub struct New<'a> {
    /// The receivers' kind.
    pub kind: &'a str,
    /// The one that is to get it; none where all are that listen to the event.
    pub receiver: Option<&'a str>,
    /// Its id, the same for each of them.
    pub id: &'a str,
    /// What happened.
    pub event: &'a str,
    /// What it happened to.
    pub subject: &'a str,
    /// What is posted.
    pub body: &'a str,
    /// When it happened.
    pub made_at: DateTime<Utc>,
}

/// What is to be posted next.
#[derive(Clone, QueryableByName)]
pub struct Next {
    /// The delivery's id.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// What happened.
    #[diesel(sql_type = Text)]
    pub event: String,
    /// What is posted.
    #[diesel(sql_type = Text)]
    pub body: String,
    /// How often it was tried.
    #[diesel(sql_type = BigInt)]
    pub tries: i64,
    /// Where to.
    #[diesel(sql_type = Text)]
    pub url: String,
    /// What it is signed with.
    #[diesel(sql_type = Nullable<Text>)]
    pub secret: Option<String>,
    /// Where in a trace it was made.
    #[diesel(sql_type = Nullable<Text>)]
    pub trace: Option<String>,
}

impl fmt::Debug for Next {
    /// The row's key, never what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Next({})", self.id)
    }
}

/// What came of a try.
#[derive(Clone, Debug)]
pub struct Tried {
    /// When it is tried again; none where it has ended.
    pub again: Option<DateTime<Utc>>,
    /// The word for how it has ended, where it has.
    pub outcome: Option<&'static str>,
    /// How long the try took.
    pub duration_ms: i64,
    /// The status of the answer.
    pub status: Option<i64>,
    /// What was wrong.
    pub fault: Option<String>,
}

#[derive(QueryableByName)]
struct OneText {
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(QueryableByName)]
struct OneTime {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    time: Option<DateTime<Utc>>,
}

/// Adds a delivery for each receiver that is to get it, but for those that have `most` waiting; tells which ones do.
///
/// # Errors
/// When the database fails.
pub async fn add(
    connection: &mut Connection,
    tenant: TenantId,
    new: New<'_>,
    most: i64,
) -> Result<Vec<String>, StorageError> {
    // Whoever closes or deletes a receiver just now is waited for, and what they did holds.
    const SQL: &str = "
        WITH listening AS (
            SELECT r.id FROM receiver r
            WHERE r.tenant = $1 AND r.kind = $2 AND r.active AND (r.until IS NULL OR r.until > $8)
              AND (r.id = $3 OR $3 IS NULL AND $5 = ANY (r.events))
            ORDER BY r.id FOR SHARE
        ), added AS (
            INSERT INTO delivery (tenant, kind, receiver, id, event, subject, body, made_at, due, trace)
            SELECT $1, $2, l.id, $4, $5, $6, $7, $8, $8, $10 FROM listening l
            WHERE (SELECT count(*) FROM (
                SELECT FROM delivery o WHERE o.tenant = $1 AND o.kind = $2 AND o.receiver = l.id AND o.due IS NOT NULL
                LIMIT $9) AS waiting) < $9
            ON CONFLICT DO NOTHING RETURNING receiver
        )
        SELECT receiver AS text FROM added ORDER BY receiver";
    let trace = trace::here();
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(new.kind),
        Parameter::OptionalText(new.receiver),
        Parameter::Text(new.id),
        Parameter::Text(new.event),
        Parameter::Text(new.subject),
        Parameter::Text(new.body),
        Parameter::Time(new.made_at),
        Parameter::Number(most),
        Parameter::OptionalText(trace.as_deref()),
    ];
    let added: Vec<OneText> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(added.into_iter().map(|row| row.text).collect())
}

/// What is to be posted next on a line: of each subject only the first may be.
///
/// # Errors
/// When the database fails.
pub async fn next(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Next>, StorageError> {
    const SQL: &str = "
        SELECT d.id, d.event, d.body, d.tries, d.trace, r.url, r.secret
        FROM delivery d JOIN receiver r ON r.tenant = d.tenant AND r.kind = d.kind AND r.id = d.receiver
        WHERE d.tenant = $1 AND d.kind = $2 AND d.receiver = $3 AND d.due <= $4 AND NOT EXISTS (
            SELECT FROM delivery b WHERE b.tenant = $1 AND b.kind = $2 AND b.receiver = $3 AND b.subject = d.subject
              AND b.number < d.number AND b.due IS NOT NULL)
        ORDER BY d.due, d.number LIMIT 1";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(kind),
        Parameter::Text(receiver),
        Parameter::Time(now),
    ];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// The same where all of a line is about one subject: only the first may be.
///
/// # Errors
/// When the database fails.
pub async fn next_in_order(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Next>, StorageError> {
    // Of many that wait none but the first is looked at.
    const SQL: &str = "
        SELECT d.id, d.event, d.body, d.tries, d.trace, r.url, r.secret
        FROM (SELECT * FROM delivery WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND due IS NOT NULL
              ORDER BY subject, number LIMIT 1) d
        JOIN receiver r ON r.tenant = d.tenant AND r.kind = d.kind AND r.id = d.receiver
        WHERE d.due <= $4";
    let mut parameters = line(tenant, kind, receiver);
    parameters.push(Parameter::Time(now));
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await.optional()?)
}

/// When something is to be posted next on a line of one subject; none where nothing is left.
///
/// # Errors
/// When the database fails.
pub async fn due_in_order(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
) -> Result<Option<DateTime<Utc>>, StorageError> {
    const SQL: &str = "
        SELECT due AS time FROM delivery WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND due IS NOT NULL
        ORDER BY subject, number LIMIT 1";
    let row: Option<OneTime> =
        Statement::fixed(SQL, line(tenant, kind, receiver)).get_result(connection).await.optional()?;
    Ok(row.and_then(|row| row.time))
}

/// When something is to be posted next on a line; none where nothing is left.
///
/// # Errors
/// When the database fails.
pub async fn due(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
) -> Result<Option<DateTime<Utc>>, StorageError> {
    const SQL: &str = "
        SELECT min(first.due) AS time FROM (
            SELECT DISTINCT ON (subject) due FROM delivery
            WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND due IS NOT NULL ORDER BY subject, number
        ) AS first";
    let parameters = line(tenant, kind, receiver);
    let row: OneTime = Statement::fixed(SQL, parameters).get_result(connection).await?;
    Ok(row.time)
}

/// Notes that a delivery is tried; tells which try that is. Of those before, so many are kept that there are `KEPT` with it.
///
/// # Errors
/// When the database fails.
pub async fn begin(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    id: &str,
    now: DateTime<Utc>,
) -> Result<i64, StorageError> {
    #[derive(QueryableByName)]
    struct Number {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    const SQL: &str = "
        WITH tried AS (
            UPDATE delivery SET tries = tries + 1 WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND id = $4
        ), forgotten AS (
            DELETE FROM delivery_attempt WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND delivery = $4 AND number <= (
                SELECT max(number) + 1 - $6 FROM delivery_attempt
                WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND delivery = $4)
        )
        INSERT INTO delivery_attempt (tenant, kind, receiver, delivery, number, begun)
        SELECT $1, $2, $3, $4, coalesce(max(number), 0) + 1, $5 FROM delivery_attempt
        WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND delivery = $4
        RETURNING number";
    let mut parameters = line(tenant, kind, receiver);
    parameters.extend([Parameter::Text(id), Parameter::Time(now), Parameter::Number(KEPT)]);
    let row: Number = Statement::fixed(SQL, parameters).get_result(connection).await?;
    Ok(row.number)
}

/// Which try of a delivery.
#[derive(Clone, Copy, Debug)]
pub struct Try<'a> {
    /// The delivery's id.
    pub id: &'a str,
    /// The try's number.
    pub number: i64,
    /// How often the delivery had been tried with it, since it was to be posted anew.
    pub tries: i64,
}

/// Notes what came of a try. What was stopped meanwhile stays so, unless it came through; and what is to be posted anew since then, or was
/// tried again, is as it was. Says no where this try therefore decides nothing.
///
/// # Errors
/// When the database fails.
pub async fn end(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    Try { id, number, tries }: Try<'_>,
    tried: &Tried,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let attempt = delivery_attempt::table.find((tenant.number(), kind, receiver, id, number));
    diesel::update(attempt)
        .set((
            delivery_attempt::duration_ms.eq(tried.duration_ms),
            delivery_attempt::status.eq(tried.status),
            delivery_attempt::fault.eq(tried.fault.as_deref()),
        ))
        .execute(connection)
        .await?;
    let row = diesel::update(delivery::table.find((tenant.number(), kind, receiver, id))).set((
        delivery::due.eq(tried.again),
        delivery::outcome.eq(tried.outcome),
        delivery::ended_at.eq(tried.outcome.map(|_| now)),
    ));
    let changed = if tried.outcome == Some("delivered") {
        row.execute(connection).await?
    } else {
        let later = delivery_attempt::table
            .filter(delivery_attempt::tenant.eq(tenant.number()))
            .filter(delivery_attempt::kind.eq(kind))
            .filter(delivery_attempt::receiver.eq(receiver))
            .filter(delivery_attempt::delivery.eq(id))
            .filter(delivery_attempt::number.gt(number));
        let is_latest = not(exists(later));
        row.filter(delivery::due.is_not_null())
            .filter(delivery::tries.eq(tries))
            .filter(is_latest)
            .execute(connection)
            .await?
    };
    Ok(changed > 0)
}

/// Notes that these deliveries have come through with another one.
///
/// # Errors
/// When the database fails.
pub async fn end_also(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    ids: &[String],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE delivery SET due = NULL, outcome = 'delivered', ended_at = $5
        WHERE tenant = $1 AND kind = $2 AND receiver = $3 AND id = ANY ($4)";
    let mut parameters = line(tenant, kind, receiver);
    parameters.push(Parameter::Texts(ids.iter().map(String::as_str).collect()));
    parameters.push(Parameter::Time(now));
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Adds a delivery to a line, which is told of nothing but that line.
///
/// # Errors
/// When the database fails.
pub async fn add_one(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    (id, event): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO delivery (tenant, kind, receiver, id, event, subject, body, made_at, due)
        VALUES ($1, $2, $3, $4, $5, '', '', $6, $6) ON CONFLICT DO NOTHING";
    let mut parameters = line(tenant, kind, receiver);
    parameters.extend([Parameter::Text(id), Parameter::Text(event), Parameter::Time(now)]);
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// How a delivery of a line ended, where it has.
///
/// # Errors
/// When the database fails.
pub async fn outcome(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    id: &str,
) -> Result<Option<String>, StorageError> {
    let row = delivery::table.find((tenant.number(), kind, receiver, id)).select(delivery::outcome);
    Ok(row.first::<Option<String>>(connection).await.optional()?.flatten())
}

fn line<'a>(tenant: TenantId, kind: &'a str, receiver: &'a str) -> Vec<Parameter<'a>> {
    vec![Parameter::Number(tenant.number()), Parameter::Text(kind), Parameter::Text(receiver)]
}
