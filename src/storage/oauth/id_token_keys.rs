//! Keys that id tokens are signed with, one of which is current. They belong to the platform.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::schema::id_token_key;
use crate::storage::{Connection, StorageError};

/// A key's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = id_token_key)]
pub struct KeyRow {
    /// Tenant: the platform.
    pub tenant: i64,
    /// Row id: the `kid`.
    pub id: Uuid,
    /// The private RSA key, PKCS#1 in DER.
    pub secret: Vec<u8>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it signs nothing.
    pub replaced_at: Option<DateTime<Utc>>,
}

/// Adds a current key, unless there is one.
///
/// # Errors
/// When the database fails.
pub async fn insert_first(connection: &mut Connection, key: &KeyRow) -> Result<(), StorageError> {
    diesel::insert_into(id_token_key::table).values(key).on_conflict_do_nothing().execute(connection).await?;
    Ok(())
}

/// Puts a key in the place of the current one.
///
/// # Errors
/// When the database fails.
pub async fn replace(connection: &mut Connection, key: &KeyRow) -> Result<(), StorageError> {
    diesel::update(id_token_key::table.filter(id_token_key::replaced_at.is_null()))
        .set(id_token_key::replaced_at.eq(key.created_at))
        .execute(connection)
        .await?;
    diesel::insert_into(id_token_key::table).values(key).execute(connection).await?;
    Ok(())
}

/// The keys that are current or were so after `since`, the current one first (Postgres has nulls before all else so).
///
/// # Errors
/// When the database fails.
pub async fn since(connection: &mut Connection, since: DateTime<Utc>) -> Result<Vec<KeyRow>, StorageError> {
    Ok(id_token_key::table
        .filter(id_token_key::replaced_at.is_null().or(id_token_key::replaced_at.gt(since)))
        .order((id_token_key::replaced_at.desc(), id_token_key::id))
        .select(KeyRow::as_select())
        .load(connection)
        .await?)
}

/// Removes the keys that were replaced before `before`.
///
/// # Errors
/// When the database fails.
pub async fn remove_replaced(
    connection: &mut Connection,
    before: DateTime<Utc>,
) -> Result<usize, StorageError> {
    Ok(diesel::delete(id_token_key::table.filter(id_token_key::replaced_at.le(before)))
        .execute(connection)
        .await?)
}
