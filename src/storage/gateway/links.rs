//! Which organisations let an application in. A row is the organisation's tenant's.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// A link's row.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Link {
    /// The organisation's tenant.
    #[diesel(sql_type = BigInt)]
    pub tenant: i64,
    /// The organisation: id of the Organization.
    #[diesel(sql_type = Text)]
    pub organization: String,
    /// The application.
    #[diesel(sql_type = SqlUuid)]
    pub application: Uuid,
    /// Since when.
    #[diesel(sql_type = Timestamptz)]
    pub linked_at: DateTime<Utc>,
}

/// Adds a link; one that is there stays as it is.
///
/// # Errors
/// When the database fails.
pub async fn add(connection: &mut Connection, link: &Link) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO gateway_link (tenant, organization, application, linked_at) VALUES ($1, $2, $3::uuid, $4)
        ON CONFLICT DO NOTHING";
    let application = link.application.to_string();
    let parameters = vec![
        Parameter::Number(link.tenant),
        Parameter::Text(&link.organization),
        Parameter::Text(&application),
        Parameter::Time(link.linked_at),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// The links of an application in all tenants, oldest first, in a transaction that presents its id.
///
/// # Errors
/// When the database fails.
pub async fn of(connection: &mut Connection, application: Uuid) -> Result<Vec<Link>, StorageError> {
    const SQL: &str =
        "SELECT * FROM gateway_link WHERE application = $1::uuid ORDER BY linked_at, organization";
    let application = application.to_string();
    Ok(Statement::fixed(SQL, vec![Parameter::Text(&application)]).load(connection).await?)
}

/// The links of an organisation, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_organization(
    connection: &mut Connection,
    tenant: TenantId,
    organization: &str,
) -> Result<Vec<Link>, StorageError> {
    const SQL: &str = "
        SELECT * FROM gateway_link WHERE tenant = $1 AND organization = $2 ORDER BY linked_at, application";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(organization)];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// Removes a link, in its own tenant; whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    connection: &mut Connection,
    tenant: TenantId,
    organization: &str,
    application: Uuid,
) -> Result<bool, StorageError> {
    const SQL: &str =
        "DELETE FROM gateway_link WHERE tenant = $1 AND organization = $2 AND application = $3::uuid";
    let application = application.to_string();
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(organization),
        Parameter::Text(&application),
    ];
    Ok(Statement::fixed(SQL, parameters).execute(connection).await? == 1)
}
