//! What was posted to whom, and what came of it.

use chrono::{DateTime, Utc};
use diesel::prelude::{Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;

use super::Line;
use crate::storage::schema::{delivery, delivery_attempt};
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// A delivery as the log tells of it: all but what was posted.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = delivery)]
pub struct Logged {
    /// Its id.
    pub id: String,
    /// What happened.
    pub event: String,
    /// What it happened to.
    pub subject: String,
    /// When it happened.
    pub made_at: DateTime<Utc>,
    /// When it is tried next, where it has not ended.
    pub due: Option<DateTime<Utc>>,
    /// `delivered`, `failed` or `stopped`, once it has ended.
    pub outcome: Option<String>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A try.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = delivery_attempt)]
pub struct Attempt {
    /// The delivery's id.
    pub delivery: String,
    /// Which one it is, from 1 on.
    pub number: i64,
    /// When it began.
    pub begun: DateTime<Utc>,
    /// How long it took; none while it goes on, or where the process ended in the midst of it.
    pub duration_ms: Option<i64>,
    /// The status of the answer, where there was one.
    pub status: Option<i64>,
    /// Why there was none, or why it did not do.
    pub fault: Option<String>,
}

/// Has a delivery that ended, or waits, posted now, as if it had not been tried yet; says whether there is one.
///
/// # Errors
/// When the database fails.
pub async fn again(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Option<Logged>, StorageError> {
    let changed = diesel::update(delivery::table.find((tenant.number(), kind, receiver, id)))
        .set((
            delivery::due.eq(Some(now)),
            delivery::tries.eq(0),
            delivery::outcome.eq(None::<String>),
            delivery::ended_at.eq(None::<DateTime<Utc>>),
        ))
        .returning(Logged::as_returning());
    Ok(changed.get_result(connection).await.optional()?)
}

/// How many deliveries of a line are kept.
///
/// # Errors
/// When the database fails.
pub async fn count(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
) -> Result<i64, StorageError> {
    Ok(delivery::table
        .filter(delivery::tenant.eq(tenant.number()))
        .filter(delivery::kind.eq(kind))
        .filter(delivery::receiver.eq(receiver))
        .count()
        .get_result(connection)
        .await?)
}

/// A page of a line's deliveries, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    (offset, limit): (i64, i64),
) -> Result<Vec<Logged>, StorageError> {
    Ok(delivery::table
        .filter(delivery::tenant.eq(tenant.number()))
        .filter(delivery::kind.eq(kind))
        .filter(delivery::receiver.eq(receiver))
        .order(delivery::number.desc())
        .offset(offset)
        .limit(limit)
        .select(Logged::as_select())
        .load(connection)
        .await?)
}

/// The tries of these deliveries of a line, in their order.
///
/// # Errors
/// When the database fails.
pub async fn attempts(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, receiver): Line<'_>,
    ids: &[&str],
) -> Result<Vec<Attempt>, StorageError> {
    Ok(delivery_attempt::table
        .filter(delivery_attempt::tenant.eq(tenant.number()))
        .filter(delivery_attempt::kind.eq(kind))
        .filter(delivery_attempt::receiver.eq(receiver))
        .filter(delivery_attempt::delivery.eq_any(ids))
        .order((delivery_attempt::delivery, delivery_attempt::number))
        .select(Attempt::as_select())
        .load(connection)
        .await?)
}

/// Removes deliveries of the tenant that ended before `before`, `most` at a time; says how many.
///
/// # Errors
/// When the database fails.
pub async fn remove_ended(
    connection: &mut Connection,
    tenant: TenantId,
    before: DateTime<Utc>,
    most: i64,
) -> Result<usize, StorageError> {
    const SQL: &str = "
        DELETE FROM delivery AS d USING (
            SELECT kind, receiver, id FROM delivery WHERE tenant = $1 AND ended_at < $2 ORDER BY ended_at LIMIT $3) AS o
        WHERE d.tenant = $1 AND d.kind = o.kind AND d.receiver = o.receiver AND d.id = o.id";
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Time(before), Parameter::Number(most)];
    Ok(Statement::fixed(SQL, parameters).execute(connection).await?)
}
