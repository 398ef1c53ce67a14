//! Sign-ins by a provider that wait for the second factor.

use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::schema::{account_token, federated_step};
use crate::storage::{Connection, StorageError, TenantId};

/// A step's row, beside its `account_token`, with which it ends.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = federated_step)]
pub struct Step {
    /// Tenant.
    pub tenant: i64,
    /// SHA-256 of the secret that the page carries, hexadecimal.
    pub token: String,
    /// The provider that recognised the person.
    pub provider: String,
    /// Its issuer.
    pub issuer: String,
    /// Whom the provider knows: the `hash` of a federated identity.
    pub identity: String,
    /// SHA-256 of the issuer and its id of the session, hexadecimal.
    pub sid: Option<String>,
    /// What the provider said of the person.
    pub id_token: String,
    /// Whether the account is to be linked to whom the provider knows.
    pub links: bool,
}

/// Adds a step.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, step: &Step) -> Result<(), StorageError> {
    diesel::insert_into(federated_step::table).values(step).execute(connection).await?;
    Ok(())
}

/// The step beside the secret with this hash.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    token: &str,
) -> Result<Option<Step>, StorageError> {
    Ok(federated_step::table
        .find((tenant.number(), token))
        .select(Step::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// The steps of whom this is the identity, or the provider's session, in a transaction that presents it.
///
/// # Errors
/// When the database fails.
pub async fn of(connection: &mut Connection, presented: &str) -> Result<Vec<Step>, StorageError> {
    Ok(federated_step::table
        .filter(federated_step::identity.eq(presented).or(federated_step::sid.eq(presented)))
        .select(Step::as_select())
        .load(connection)
        .await?)
}

/// Ends a step with its secret.
///
/// # Errors
/// When the database fails.
pub async fn end(connection: &mut Connection, step: &Step) -> Result<(), StorageError> {
    diesel::delete(account_token::table.find((step.tenant, &step.token))).execute(connection).await?;
    Ok(())
}

/// Ends the steps of an account with this identity.
///
/// # Errors
/// When the database fails.
pub async fn end_of_account(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
    identity: &str,
) -> Result<(), StorageError> {
    let with_it: Vec<String> = federated_step::table
        .filter(federated_step::tenant.eq(tenant.number()))
        .filter(federated_step::identity.eq(identity))
        .select(federated_step::token)
        .load(connection)
        .await?;
    let secrets = account_token::table
        .filter(account_token::tenant.eq(tenant.number()))
        .filter(account_token::account.eq(account))
        .filter(account_token::hash.eq_any(with_it));
    diesel::delete(secrets).execute(connection).await?;
    Ok(())
}
