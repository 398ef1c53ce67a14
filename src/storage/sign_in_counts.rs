//! How often a password or code was wrong, by what is counted: an account, or a client's address. The rows are the platform's.

use chrono::{DateTime, Utc};
use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;

use super::schema::sign_in_count;
use super::{Connection, StorageError, TenantId};

/// A counter's row.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sign_in_count, primary_key(tenant, key), treat_none_as_null = true)]
pub struct Count {
    /// Tenant: the platform.
    pub tenant: i64,
    /// SHA-256 of what is counted, hexadecimal.
    pub key: String,
    /// Attempts that failed.
    pub failures: i32,
    /// When the first of them did.
    pub since: DateTime<Utc>,
    /// When the last of them did.
    pub last: DateTime<Utc>,
    /// Attempts that are being looked at.
    pub pending: i32,
    /// Since when, the first of them.
    pub pending_since: DateTime<Utc>,
    /// Of an account at an address: so long the address is known for the person's own.
    pub known_until: Option<DateTime<Utc>>,
    /// When the row may be cleared away.
    pub expires_at: DateTime<Utc>,
}

impl Count {
    /// A counter at nought.
    #[must_use]
    pub fn new(key: String, now: DateTime<Utc>) -> Self {
        Self {
            tenant: TenantId::PLATFORM.number(),
            key,
            failures: 0,
            since: now,
            last: now,
            pending: 0,
            pending_since: now,
            known_until: None,
            expires_at: now,
        }
    }
}

/// Adds those of these counters that are not there. They come in the order of their keys, as whoever locks several must take them.
///
/// # Errors
/// When the database fails.
pub async fn add(connection: &mut Connection, counts: &[Count]) -> Result<(), StorageError> {
    diesel::insert_into(sign_in_count::table)
        .values(counts)
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(())
}

/// Those of these counters that there are, held until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn hold(connection: &mut Connection, keys: &[&str]) -> Result<Vec<Count>, StorageError> {
    Ok(sign_in_count::table
        .filter(sign_in_count::tenant.eq(TenantId::PLATFORM.number()))
        .filter(sign_in_count::key.eq_any(keys))
        .order(sign_in_count::key)
        .select(Count::as_select())
        .for_update()
        .load(connection)
        .await?)
}

/// Writes a counter that is held.
///
/// # Errors
/// When the database fails.
pub async fn write(connection: &mut Connection, count: &Count) -> Result<(), StorageError> {
    diesel::update(sign_in_count::table.find((count.tenant, &count.key)))
        .set(count)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes the counters that ended before `now`; says how many.
///
/// # Errors
/// When the database fails.
pub async fn remove_ended(connection: &mut Connection, now: DateTime<Utc>) -> Result<usize, StorageError> {
    Ok(diesel::delete(sign_in_count::table.filter(sign_in_count::expires_at.lt(now)))
        .execute(connection)
        .await?)
}
