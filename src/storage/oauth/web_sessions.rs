//! Browsers in which somebody has signed in, known by a cookie of which the SHA-256 is kept.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::schema::web_session;
use crate::storage::{Connection, StorageError, TenantId};

/// A session's row.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = web_session)]
pub struct WebSession {
    /// Tenant.
    pub tenant: i64,
    /// Row id.
    pub id: Uuid,
    /// SHA-256 of the cookie's value, hexadecimal.
    pub hash: String,
    /// The account of the person.
    pub account: Uuid,
    /// When the person signed in.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Adds a session.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, session: &WebSession) -> Result<(), StorageError> {
    diesel::insert_into(web_session::table).values(session).execute(connection).await?;
    Ok(())
}

/// The session with this hash, in a transaction that presents it.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, hash: &str) -> Result<Option<WebSession>, StorageError> {
    Ok(web_session::table
        .filter(web_session::hash.eq(hash))
        .select(WebSession::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// The session with this id.
///
/// # Errors
/// When the database fails.
pub async fn find_by_id(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
) -> Result<Option<WebSession>, StorageError> {
    Ok(web_session::table
        .find((tenant.number(), id))
        .select(WebSession::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, id: Uuid) -> Result<(), StorageError> {
    diesel::delete(web_session::table.find((tenant.number(), id))).execute(connection).await?;
    Ok(())
}
