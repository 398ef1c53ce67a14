//! What the entries of a batch did, until the batch is over. Each entry is a transaction of its own, and the trail has one row of the
//! whole: a part is committed with its entry, and gone when the row is there.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::AuditRow;
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// Adds what an entry did, in its transaction.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, event: Uuid, row: &AuditRow) -> Result<(), StorageError> {
    const SQL: &str =
        "INSERT INTO audit_part (tenant, event, id, recorded, told) VALUES ($1, $2::uuid, $3::uuid, $4, $5)";
    let told = serde_json::to_string(row).map_err(|_| corrupt(event))?;
    let (event, id) = (event.to_string(), row.id.to_string());
    let parameters = vec![
        Parameter::Number(row.tenant),
        Parameter::Text(&event),
        Parameter::Text(&id),
        Parameter::Time(row.recorded),
        Parameter::Text(&told),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Takes the parts of a batch out, in the order of the entries.
///
/// # Errors
/// When the database fails.
pub async fn take(
    connection: &mut Connection,
    tenant: TenantId,
    event: Uuid,
) -> Result<Vec<AuditRow>, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
        #[diesel(sql_type = Text)]
        told: String,
    }
    const SQL: &str = "DELETE FROM audit_part WHERE tenant = $1 AND event = $2::uuid RETURNING id, told";
    let name = event.to_string();
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(&name)];
    let mut rows: Vec<Row> = Statement::fixed(SQL, parameters).load(connection).await?;
    rows.sort_unstable_by_key(|row| row.id);
    rows.iter().map(|row| serde_json::from_str(&row.told).map_err(|_| corrupt(event))).collect()
}

/// Batches of all tenants that have parts from before this time. The transaction must be the sealer's.
///
/// # Errors
/// When the database fails.
pub async fn left(
    connection: &mut Connection,
    before: DateTime<Utc>,
) -> Result<Vec<(TenantId, Uuid)>, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        tenant: i64,
        #[diesel(sql_type = SqlUuid)]
        event: Uuid,
    }
    const SQL: &str =
        "SELECT tenant, event FROM audit_part GROUP BY tenant, event HAVING max(recorded) < $1 LIMIT 1000";
    let rows: Vec<Row> = Statement::fixed(SQL, vec![Parameter::Time(before)]).load(connection).await?;
    Ok(rows.into_iter().map(|row| (TenantId::from_row(row.tenant), row.event)).collect())
}

fn corrupt(event: Uuid) -> StorageError {
    StorageError::Corrupt { table: "audit_part", column: "told", row: event.to_string() }
}
