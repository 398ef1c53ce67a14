//! Sign-ins by a provider that wait for the second factor.

use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;

use crate::storage::schema::federated_step;
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
