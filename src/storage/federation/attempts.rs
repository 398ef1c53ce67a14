//! Sign-ins that were begun, each good for one return. They belong to the platform.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;

use crate::storage::schema::federated_attempt;
use crate::storage::{Connection, StorageError, TenantId};

/// A begun sign-in's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = federated_attempt)]
pub struct Attempt {
    /// Tenant: the platform.
    pub tenant: i64,
    /// SHA-256 of the `state`, hexadecimal.
    pub hash: String,
    /// SHA-256 of the browser's cookie, hexadecimal.
    pub browser: String,
    /// The provider that the browser was sent to.
    pub provider: String,
    /// The surface that the person signs in to.
    pub surface: String,
    /// Where they go on afterwards.
    pub return_to: String,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
}

/// Adds a begun sign-in.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, attempt: &Attempt) -> Result<(), StorageError> {
    diesel::insert_into(federated_attempt::table).values(attempt).execute(connection).await?;
    Ok(())
}

/// Takes a begun sign-in away: of several that ask for one, one gets it.
///
/// # Errors
/// When the database fails.
pub async fn take(connection: &mut Connection, hash: &str) -> Result<Option<Attempt>, StorageError> {
    let row = federated_attempt::table.find((TenantId::PLATFORM.number(), hash));
    let taken = diesel::delete(row).returning(Attempt::as_returning());
    Ok(taken.get_result(connection).await.optional()?)
}
