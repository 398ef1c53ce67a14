//! Pods whose rows have to follow what was written of their Devices or of who wears them.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, Store, TenantId};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    device: String,
}

/// Notes pods: `certain`, and those that have a row among `devices`, or that one of `patients` wears.
///
/// # Errors
/// When the database fails.
pub async fn note(
    connection: &mut Connection,
    tenant: TenantId,
    certain: &[&str],
    devices: &[&str],
    patients: &[&str],
) -> Result<(), StorageError> {
    // The pods' rows are not held: who holds one may wait for what this transaction has written.
    const SQL: &str = "
        INSERT INTO pod_astray (tenant, device)
        SELECT $1, known.device FROM (
            SELECT unnest($2::text[]) AS device
            UNION SELECT device FROM pod WHERE tenant = $1 AND (device = ANY ($3) OR patient = ANY ($4))
        ) AS known ORDER BY known.device COLLATE \"C\"
        ON CONFLICT DO NOTHING";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Texts(certain.to_vec()),
        Parameter::Texts(devices.to_vec()),
        Parameter::Texts(patients.to_vec()),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Which of these pods are noted.
///
/// # Errors
/// When the database fails.
pub async fn among(
    connection: &mut Connection,
    tenant: TenantId,
    devices: &[&str],
) -> Result<Vec<String>, StorageError> {
    const SQL: &str = "SELECT device FROM pod_astray WHERE tenant = $1 AND device = ANY ($2) ORDER BY device";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Texts(devices.to_vec())];
    let found: Vec<Row> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(found.into_iter().map(|row| row.device).collect())
}

/// Pods of the tenant that are noted, so many at most.
///
/// # Errors
/// When the database fails.
pub async fn all(
    connection: &mut Connection,
    tenant: TenantId,
    most: i64,
) -> Result<Vec<String>, StorageError> {
    const SQL: &str = "SELECT device FROM pod_astray WHERE tenant = $1 ORDER BY device LIMIT $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Number(most)];
    let found: Vec<Row> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(found.into_iter().map(|row| row.device).collect())
}

/// Takes notes of pods away: their rows have followed.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    connection: &mut Connection,
    tenant: TenantId,
    devices: &[&str],
) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM pod_astray WHERE tenant = $1 AND device = ANY ($2)";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Texts(devices.to_vec())];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// The tenants that have pods noted.
///
/// # Errors
/// When the database fails.
pub async fn tenants(store: &Store) -> Result<Vec<TenantId>, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        tenant: i64,
    }
    const SQL: &str = "SELECT DISTINCT tenant FROM pod_astray ORDER BY tenant";
    let mut connection = store.alone(TenantId::PLATFORM).await?;
    let found = Statement::fixed(SQL, Vec::new()).load::<Row>(&mut *connection).await;
    let found = connection.finish(found.map_err(StorageError::from)).await?;
    Ok(found.into_iter().map(|row| TenantId::from_row(row.tenant)).collect())
}
