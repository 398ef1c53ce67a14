//! Browser sessions that began at a provider.

use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, SelectableHelper,
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::schema::{federated_session, web_session};
use crate::storage::{Connection, StorageError, TenantId};

/// A session's row, beside its `web_session`, with which it ends.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = federated_session)]
pub struct Session {
    /// Tenant.
    pub tenant: i64,
    /// The browser session.
    pub session: Uuid,
    /// The provider that it began at.
    pub provider: String,
    /// Whom the provider knows: the `hash` of a federated identity.
    pub identity: String,
    /// SHA-256 of the issuer and its id of the session, hexadecimal.
    pub sid: Option<String>,
    /// What the provider said of the person.
    pub id_token: String,
}

/// Adds a session.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, session: &Session) -> Result<(), StorageError> {
    diesel::insert_into(federated_session::table).values(session).execute(connection).await?;
    Ok(())
}

/// The session beside this browser session.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    session: Uuid,
) -> Result<Option<Session>, StorageError> {
    Ok(federated_session::table
        .find((tenant.number(), session))
        .select(Session::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// The sessions of whom this is the identity, or the provider's session, in a transaction that presents it.
///
/// # Errors
/// When the database fails.
pub async fn of(connection: &mut Connection, presented: &str) -> Result<Vec<Session>, StorageError> {
    Ok(federated_session::table
        .filter(federated_session::identity.eq(presented).or(federated_session::sid.eq(presented)))
        .select(Session::as_select())
        .load(connection)
        .await?)
}

/// The browser sessions of an account that began with this identity.
///
/// # Errors
/// When the database fails.
pub async fn begun_with(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
    identity: &str,
) -> Result<Vec<Uuid>, StorageError> {
    let is_beside =
        web_session::tenant.eq(federated_session::tenant).and(web_session::id.eq(federated_session::session));
    Ok(federated_session::table
        .inner_join(web_session::table.on(is_beside))
        .filter(federated_session::tenant.eq(tenant.number()))
        .filter(web_session::account.eq(account))
        .filter(federated_session::identity.eq(identity))
        .order(federated_session::session)
        .select(federated_session::session)
        .load(connection)
        .await?)
}
