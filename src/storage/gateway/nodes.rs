//! Keys of machines that send what others measure, kept as SHA-256.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// A machine with a key.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Node {
    /// Tenant.
    #[diesel(sql_type = BigInt)]
    pub tenant: i64,
    /// Id of the Device.
    #[diesel(sql_type = Text)]
    pub device: String,
    /// The organisation that it belongs to: id of the Organization.
    #[diesel(sql_type = Text)]
    pub organization: String,
    /// What names the key.
    #[diesel(sql_type = SqlUuid)]
    pub key: Uuid,
}

/// Keeps the key of a machine.
///
/// # Errors
/// When the database fails.
pub async fn set(
    connection: &mut Connection,
    node: &Node,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO gateway_node (tenant, device, organization, key, hash, made_at) VALUES ($1, $2, $3, $4::uuid, $5, $6)
        ON CONFLICT (tenant, device) DO UPDATE SET key = excluded.key, hash = excluded.hash, made_at = excluded.made_at";
    let key = node.key.to_string();
    let parameters = vec![
        Parameter::Number(node.tenant),
        Parameter::Text(&node.device),
        Parameter::Text(&node.organization),
        Parameter::Text(&key),
        Parameter::Text(hash),
        Parameter::Time(now),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// The machine whose key has this hash, in a transaction that presents the hash.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, hash: &str) -> Result<Option<Node>, StorageError> {
    const SQL: &str = "SELECT tenant, device, organization, key FROM gateway_node WHERE hash = $1";
    let found: Vec<_> = Statement::fixed(SQL, vec![Parameter::Text(hash)]).load(connection).await?;
    Ok(found.into_iter().next())
}

/// Removes the key of a machine.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, device: &str) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM gateway_node WHERE tenant = $1 AND device = $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(device)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}
