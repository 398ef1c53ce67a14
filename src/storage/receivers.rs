//! Who is posted to. A receiver that follows stands for the Subscription of the same id: whatever is written to that changes it.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::upsert::excluded;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;

use super::schema::{delivery, receiver};
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};

/// A receiver's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = receiver)]
pub struct Receiver {
    /// Tenant.
    pub tenant: i64,
    /// By which rules it is posted to.
    pub kind: String,
    /// Its id, one a kind.
    pub id: String,
    /// Where it is.
    pub url: String,
    /// What its deliveries are signed with, where they are.
    pub secret: Option<String>,
    /// What it listens to.
    pub events: Vec<String>,
    /// Whether it gets anything.
    pub active: bool,
    /// From when on it gets nothing.
    pub until: Option<DateTime<Utc>>,
    /// Whether it stands for a Subscription.
    pub follows: bool,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

impl fmt::Debug for Receiver {
    /// The row's key, never what it holds: an address can be a secret too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Receiver({}/{})", self.kind, self.id)
    }
}

/// What the write of a Subscription says of its receiver.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Where it wants to be posted to; none where it wants nothing.
    pub url: Option<String>,
    /// What it listens to.
    pub events: Vec<String>,
    /// From when on it gets nothing.
    pub until: Option<DateTime<Utc>>,
}

/// Adds a receiver, or changes where the one with this id is and what it listens to; its secret and its time stay. Says no to one more
/// where the tenant has `most` of the kind.
///
/// # Errors
/// When the database fails.
pub async fn put(connection: &mut Connection, new: &Receiver, most: i64) -> Result<bool, StorageError> {
    let of_kind = || {
        receiver::table.filter(receiver::tenant.eq(new.tenant)).filter(receiver::kind.eq(new.kind.as_str()))
    };
    let known = of_kind().filter(receiver::id.eq(new.id.as_str())).select(receiver::id);
    let is_known = known.first::<String>(connection).await.optional()?.is_some();
    if !is_known && of_kind().count().get_result::<i64>(connection).await? >= most {
        return Ok(false);
    }
    diesel::insert_into(receiver::table)
        .values(new)
        .on_conflict((receiver::tenant, receiver::kind, receiver::id))
        .do_update()
        .set((
            receiver::url.eq(excluded(receiver::url)),
            receiver::events.eq(excluded(receiver::events)),
            receiver::active.eq(excluded(receiver::active)),
        ))
        .execute(connection)
        .await?;
    Ok(true)
}

/// The receiver of a kind with this id.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, id): (&str, &str),
) -> Result<Option<Receiver>, StorageError> {
    Ok(receiver::table
        .find((tenant.number(), kind, id))
        .select(Receiver::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// All receivers of a kind, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn all(
    connection: &mut Connection,
    tenant: TenantId,
    kind: &str,
) -> Result<Vec<Receiver>, StorageError> {
    Ok(receiver::table
        .filter(receiver::tenant.eq(tenant.number()))
        .filter(receiver::kind.eq(kind))
        .order((receiver::made_at, receiver::id))
        .select(Receiver::as_select())
        .load(connection)
        .await?)
}

/// Has the receivers that stand for this Subscription, but those of the kind `but`, follow what it says now. One that is to be posted to
/// elsewhere than where its secret was given for gets nothing. Says whether there are any.
///
/// # Errors
/// When the database fails.
pub async fn follow(
    connection: &mut Connection,
    tenant: TenantId,
    id: &str,
    followed: &Followed,
    but: &str,
) -> Result<bool, StorageError> {
    const SQL: &str = "
        UPDATE receiver SET active = url IS NOT DISTINCT FROM $3, events = $4, until = $5::timestamptz
        WHERE tenant = $1 AND id = $2 AND follows AND kind <> $6";
    let until = followed.until.map(|until| until.to_rfc3339());
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(id),
        Parameter::OptionalText(followed.url.as_deref()),
        Parameter::Texts(followed.events.iter().map(String::as_str).collect()),
        Parameter::OptionalText(until.as_deref()),
        Parameter::Text(but),
    ];
    Ok(Statement::fixed(SQL, parameters).execute(connection).await? > 0)
}

/// Adds the receiver of a Subscription, or changes all of it but its secret and its time.
///
/// # Errors
/// When the database fails.
pub async fn set(connection: &mut Connection, new: &Receiver) -> Result<(), StorageError> {
    diesel::insert_into(receiver::table)
        .values(new)
        .on_conflict((receiver::tenant, receiver::kind, receiver::id))
        .do_update()
        .set((
            receiver::url.eq(excluded(receiver::url)),
            receiver::events.eq(excluded(receiver::events)),
            receiver::active.eq(excluded(receiver::active)),
            receiver::until.eq(excluded(receiver::until)),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Holds the receiver of a kind with this id until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn hold(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, id): (&str, &str),
) -> Result<(), StorageError> {
    const SQL: &str = "SELECT FROM receiver WHERE tenant = $1 AND kind = $2 AND id = $3 FOR UPDATE";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(kind), Parameter::Text(id)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Has the receiver of a kind with this id get nothing any more.
///
/// # Errors
/// When the database fails.
pub async fn close(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, id): (&str, &str),
) -> Result<(), StorageError> {
    diesel::update(receiver::table.find((tenant.number(), kind, id)))
        .set(receiver::active.eq(false))
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes the receiver of a kind with this id, with all that it was to get.
///
/// # Errors
/// When the database fails.
pub async fn remove_of(
    connection: &mut Connection,
    tenant: TenantId,
    (kind, id): (&str, &str),
) -> Result<(), StorageError> {
    diesel::delete(receiver::table.find((tenant.number(), kind, id))).execute(connection).await?;
    Ok(())
}

/// Removes the receivers that stand for this Subscription, with all that they were to get.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, id: &str) -> Result<(), StorageError> {
    diesel::delete(receiver::table)
        .filter(receiver::tenant.eq(tenant.number()))
        .filter(receiver::id.eq(id))
        .filter(receiver::follows)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends what receivers with this id that get nothing were still to get.
///
/// # Errors
/// When the database fails.
pub async fn stop(
    connection: &mut Connection,
    tenant: TenantId,
    id: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        UPDATE delivery AS d SET due = NULL, outcome = 'stopped', ended_at = $3
        FROM receiver AS r
        WHERE r.tenant = $1 AND r.id = $2 AND NOT (r.active AND (r.until IS NULL OR r.until > $3))
          AND d.tenant = $1 AND d.kind = r.kind AND d.receiver = $2 AND d.due IS NOT NULL";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(id), Parameter::Time(now)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Removes receivers of a kind that stand for nothing and were made before `before`, once nothing of theirs is kept any more.
///
/// # Errors
/// When the database fails.
pub async fn remove_idle(
    connection: &mut Connection,
    tenant: TenantId,
    before: DateTime<Utc>,
) -> Result<usize, StorageError> {
    let kept = delivery::table
        .filter(delivery::tenant.eq(receiver::tenant))
        .filter(delivery::kind.eq(receiver::kind))
        .filter(delivery::receiver.eq(receiver::id));
    Ok(diesel::delete(receiver::table)
        .filter(receiver::tenant.eq(tenant.number()))
        .filter(diesel::dsl::not(receiver::follows))
        .filter(receiver::made_at.lt(before))
        .filter(diesel::dsl::not(diesel::dsl::exists(kept)))
        .execute(connection)
        .await?)
}
