//! Removing rows that are old. The server's own role cannot: the schema's owner does it, at an operator's command.

use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;

use super::seals::SealRow;
use crate::core::Secret;
use crate::storage::schema::{audit_event, audit_seal};
use crate::storage::{Connection, StorageError, TenantId, connect};

/// A connection of the schema's owner.
///
/// # Errors
/// When the server cannot be reached.
pub async fn owner(url: &Secret<String>) -> Result<AsyncPgConnection, StorageError> {
    let opened = connect::open(url.expose()).await;
    opened.map_err(|error| StorageError::Unreachable(error.to_string()))
}

/// Turns to a tenant and begins a transaction, which the next `COMMIT` or the end of the connection ends.
///
/// # Errors
/// When the database fails.
pub async fn begin(connection: &mut Connection, tenant: TenantId) -> Result<(), StorageError> {
    let begin = format!("BEGIN; SET LOCAL hygeia.tenant = '{}'", tenant.number());
    Ok(connection.batch_execute(&begin).await?)
}

/// Ends it.
///
/// # Errors
/// When the database fails; then nothing was removed.
pub async fn commit(connection: &mut Connection) -> Result<(), StorageError> {
    Ok(connection.batch_execute("COMMIT").await?)
}

/// The next seal of a tenant after this one whose rows are all from before `before` and still there, held, so that of two processes that
/// remove the same rows one finds them gone.
///
/// # Errors
/// When the database fails.
pub async fn next(
    connection: &mut Connection,
    tenant: TenantId,
    after: i64,
    before: DateTime<Utc>,
) -> Result<Option<SealRow>, StorageError> {
    let seals: Vec<SealRow> = audit_seal::table
        .filter(audit_seal::tenant.eq(tenant.number()))
        .filter(audit_seal::number.gt(after))
        .filter(audit_seal::removed_at.is_null())
        .filter(audit_seal::latest.lt(before))
        .order(audit_seal::number)
        .limit(1)
        .select(SealRow::as_select())
        .for_update()
        .load(connection)
        .await?;
    Ok(seals.into_iter().next())
}

/// Removes rows, and gives their number.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    connection: &mut Connection,
    tenant: TenantId,
    ids: &[Uuid],
) -> Result<usize, StorageError> {
    let rows = audit_event::table
        .filter(audit_event::tenant.eq(tenant.number()))
        .filter(audit_event::id.eq_any(ids));
    Ok(diesel::delete(rows).execute(connection).await?)
}

/// Notes in a seal that its rows were removed.
///
/// # Errors
/// When the database fails.
pub async fn note(
    connection: &mut Connection,
    seal: &SealRow,
    removed_at: DateTime<Utc>,
    (key, code): (&[u8], &[u8]),
) -> Result<(), StorageError> {
    diesel::update(audit_seal::table.find((seal.tenant, seal.number)))
        .set((
            audit_seal::digests.eq(None::<Vec<u8>>),
            audit_seal::removed_at.eq(Some(removed_at)),
            audit_seal::removed_key.eq(Some(key)),
            audit_seal::removed_code.eq(Some(code)),
        ))
        .execute(connection)
        .await?;
    Ok(())
}
