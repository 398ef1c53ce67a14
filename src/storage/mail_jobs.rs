//! Mails that are to be sent.
//!
//! Who sends works for the platform, and sees those of all tenants.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::schema::mail_job;
use super::{Connection, StorageError};

/// A mail's row.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = mail_job)]
pub struct MailJob {
    /// Tenant.
    pub tenant: i64,
    /// Row id.
    pub id: Uuid,
    /// What it is about.
    pub kind: String,
    /// The account whose address it goes to.
    pub account: Option<Uuid>,
    /// The address that it goes to, in lower case, if there is an account with it.
    pub email: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it is to be tried.
    pub due_at: DateTime<Utc>,
    /// How often it was.
    pub attempts: i32,
    /// Why it was not sent.
    pub fault: Option<String>,
    /// From when on it is not tried any more.
    pub dead_at: Option<DateTime<Utc>>,
}

/// Adds a mail.
///
/// # Errors
/// When the database fails.
pub async fn add(connection: &mut Connection, job: &MailJob) -> Result<(), StorageError> {
    diesel::insert_into(mail_job::table).values(job).execute(connection).await?;
    Ok(())
}

/// Takes the next mail that is due; nobody else does before `until`, also where this process ends before it is sent.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    connection: &mut Connection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<MailJob>, StorageError> {
    let due = mail_job::table
        .filter(mail_job::dead_at.is_null())
        .filter(mail_job::due_at.le(now))
        .order((mail_job::due_at, mail_job::id))
        .select(MailJob::as_select())
        .for_update()
        .skip_locked()
        .first(connection)
        .await
        .optional()?;
    let Some(job) = due else { return Ok(None) };
    let claimed = diesel::update(mail_job::table.find((job.tenant, job.id)))
        .set((mail_job::attempts.eq(mail_job::attempts + 1), mail_job::due_at.eq(until)))
        .returning(MailJob::as_returning());
    Ok(Some(claimed.get_result(connection).await?))
}

/// Removes a mail that was sent.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, job: &MailJob) -> Result<(), StorageError> {
    diesel::delete(mail_job::table.find((job.tenant, job.id))).execute(connection).await?;
    Ok(())
}

/// Notes why a mail was not sent: it is tried again at `due_at`, or not any more.
///
/// # Errors
/// When the database fails.
pub async fn note(
    connection: &mut Connection,
    job: &MailJob,
    fault: &str,
    due_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let dead_at = if due_at.is_none() { Some(now) } else { None };
    diesel::update(mail_job::table.find((job.tenant, job.id)))
        .set((
            mail_job::fault.eq(fault),
            mail_job::due_at.eq(due_at.unwrap_or(now)),
            mail_job::dead_at.eq(dead_at),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes the mails that died before `before`; says how many.
///
/// # Errors
/// When the database fails.
pub async fn remove_dead(connection: &mut Connection, before: DateTime<Utc>) -> Result<usize, StorageError> {
    Ok(diesel::delete(mail_job::table.filter(mail_job::dead_at.lt(before))).execute(connection).await?)
}
