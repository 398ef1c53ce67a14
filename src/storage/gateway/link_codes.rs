//! Codes by which organisations let applications in, kept as SHA-256.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;

use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// Whose a code is.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Opens {
    /// The organisation's tenant.
    #[diesel(sql_type = BigInt)]
    pub tenant: i64,
    /// The organisation: id of the Organization.
    #[diesel(sql_type = Text)]
    pub organization: String,
}

/// Keeps a code in the place of the organisation's last one.
///
/// # Errors
/// When the database fails.
pub async fn set(
    connection: &mut Connection,
    tenant: TenantId,
    organization: &str,
    hash: &str,
    (made_at, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO gateway_link_code (tenant, organization, hash, made_at, expires_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant, organization) DO UPDATE
        SET hash = excluded.hash, made_at = excluded.made_at, expires_at = excluded.expires_at";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(organization),
        Parameter::Text(hash),
        Parameter::Time(made_at),
        Parameter::Time(expires_at),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Whose the code with this hash is, if it is good now, in a transaction that presents the hash.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Opens>, StorageError> {
    const SQL: &str =
        "SELECT tenant, organization FROM gateway_link_code WHERE hash = $1 AND expires_at > $2";
    let parameters = vec![Parameter::Text(hash), Parameter::Time(now)];
    let found: Vec<_> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(found.into_iter().next())
}
