//! Applications, which sign in with an id and a key that is kept as SHA-256.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// An application's row.
#[derive(Clone, QueryableByName)]
pub struct Application {
    /// Tenant.
    #[diesel(sql_type = BigInt)]
    pub tenant: i64,
    /// Its id, which is no secret.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Who registered it: it acts for that person.
    #[diesel(sql_type = SqlUuid)]
    pub account: Uuid,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// What its owner says it is.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// SHA-256 of its key, hexadecimal.
    #[diesel(sql_type = Text)]
    pub key_hash: String,
    /// When it was registered.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
}

impl fmt::Debug for Application {
    /// The row's key, never what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Application({})", self.id)
    }
}

/// Keeps a new application.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, row: &Application) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO gateway_application (tenant, id, account, name, kind, key_hash, created_at)
        VALUES ($1, $2::uuid, $3::uuid, $4, $5, $6, $7)";
    let (id, account) = (row.id.to_string(), row.account.to_string());
    let parameters = vec![
        Parameter::Number(row.tenant),
        Parameter::Text(&id),
        Parameter::Text(&account),
        Parameter::Text(&row.name),
        Parameter::Text(&row.kind),
        Parameter::Text(&row.key_hash),
        Parameter::Time(row.created_at),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// The application with this id, in a transaction that presents it.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, id: Uuid) -> Result<Option<Application>, StorageError> {
    let id = id.to_string();
    const SQL: &str = "SELECT * FROM gateway_application WHERE id = $1::uuid";
    let found: Vec<_> = Statement::fixed(SQL, vec![Parameter::Text(&id)]).load(connection).await?;
    Ok(found.into_iter().next())
}

/// The applications of an account, oldest first; with an id that one alone.
///
/// # Errors
/// When the database fails.
pub async fn list(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
    id: Option<Uuid>,
) -> Result<Vec<Application>, StorageError> {
    const SQL: &str = "
        SELECT * FROM gateway_application WHERE tenant = $1 AND account = $2::uuid AND ($3 IS NULL OR id = $3::uuid)
        ORDER BY created_at, id";
    let (account, id) = (account.to_string(), id.map(|id| id.to_string()));
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(&account),
        Parameter::OptionalText(id.as_deref()),
    ];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// Puts another key in the place of an application's.
///
/// # Errors
/// When the database fails.
pub async fn set_key(connection: &mut Connection, row: &Application, hash: &str) -> Result<(), StorageError> {
    const SQL: &str = "UPDATE gateway_application SET key_hash = $3 WHERE tenant = $1 AND id = $2::uuid";
    let id = row.id.to_string();
    let parameters = vec![Parameter::Number(row.tenant), Parameter::Text(&id), Parameter::Text(hash)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}
