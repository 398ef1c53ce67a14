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
    /// The browser's name.
    pub browser: Option<String>,
    /// Where the person signed in from.
    pub address: Option<String>,
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

/// The session with this id, held: it does not end before this transaction does.
///
/// # Errors
/// When the database fails.
pub async fn find_held(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
) -> Result<Option<WebSession>, StorageError> {
    Ok(web_session::table
        .find((tenant.number(), id))
        .select(WebSession::as_select())
        .for_key_share()
        .first(connection)
        .await
        .optional()?)
}

/// Locks all sessions of an account until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock_of_account(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
) -> Result<(), StorageError> {
    let of_account = web_session::table
        .filter(web_session::tenant.eq(tenant.number()))
        .filter(web_session::account.eq(account))
        .order(web_session::id)
        .select(web_session::id)
        .for_update();
    of_account.load::<Uuid>(connection).await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, id: Uuid) -> Result<(), StorageError> {
    diesel::delete(web_session::table.find((tenant.number(), id))).execute(connection).await?;
    Ok(())
}

/// The sessions of an account, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn of_account(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<WebSession>, StorageError> {
    Ok(web_session::table
        .filter(web_session::tenant.eq(tenant.number()))
        .filter(web_session::account.eq(account))
        .filter(web_session::expires_at.gt(now))
        .order((web_session::created_at.desc(), web_session::id))
        .select(WebSession::as_select())
        .load(connection)
        .await?)
}

/// Ends one session of an account, or all but one. Says whether there was any.
///
/// # Errors
/// When the database fails.
pub async fn remove_of_account(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
    which: Which,
) -> Result<bool, StorageError> {
    let all = diesel::delete(web_session::table)
        .filter(web_session::tenant.eq(tenant.number()))
        .filter(web_session::account.eq(account));
    let removed = match which {
        Which::All => all.execute(connection).await?,
        Which::One(id) => all.filter(web_session::id.eq(id)).execute(connection).await?,
        Which::AllBut(id) => all.filter(web_session::id.ne(id)).execute(connection).await?,
    };
    Ok(removed > 0)
}

/// Which sessions of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All.
    All,
    /// This one.
    One(Uuid),
    /// All but this one.
    AllBut(Uuid),
}
