//! What a trail is held against its seals by.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// How many rows of a tenant there are, how many of them are not sealed, and since when the oldest of those waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct Counted {
    /// All.
    #[diesel(sql_type = BigInt)]
    pub all: i64,
    /// Those that are not sealed.
    #[diesel(sql_type = BigInt)]
    pub unsealed: i64,
    /// When the oldest of these was recorded.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub oldest: Option<DateTime<Utc>>,
}

/// Whether a row, `e`, is not sealed.
macro_rules! unsealed {
    () => {
        "(e.ordinal > p.ordinal OR EXISTS (
            SELECT FROM unnest(p.low, p.high) AS g (low, high) WHERE e.ordinal BETWEEN g.low AND g.high))"
    };
}
/// Counts the rows of the connection's tenant.
///
/// # Errors
/// When the database fails.
pub async fn count(connection: &mut Connection, tenant: TenantId) -> Result<Counted, StorageError> {
    const SQL: &str = concat!(
        "SELECT count(*) AS all, count(*) FILTER (WHERE unsealed) AS unsealed, min(recorded) FILTER (WHERE unsealed) AS oldest
         FROM (SELECT e.recorded, ",
        unsealed!(),
        " AS unsealed FROM audit_event e, audit_progress p WHERE e.tenant = $1 AND p.tenant = 0) e"
    );
    Ok(Statement::fixed(SQL, vec![Parameter::Number(tenant.number())]).get_result(connection).await?)
}

/// The rows of the connection's tenant that should be sealed and are in no seal.
///
/// # Errors
/// When the database fails.
pub async fn strangers(connection: &mut Connection, tenant: TenantId) -> Result<Vec<Uuid>, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    const SQL: &str = concat!(
        "SELECT e.id FROM audit_event e, audit_progress p
         WHERE e.tenant = $1 AND p.tenant = 0 AND NOT ",
        unsealed!(),
        " AND NOT EXISTS (SELECT FROM (
            SELECT encode(substring(s.digests FROM 32 * n + 1 FOR 16), 'hex')::uuid AS id
            FROM audit_seal s CROSS JOIN LATERAL generate_series(0, octet_length(s.digests) / 32 - 1) AS n
            WHERE s.tenant = $1 AND s.digests IS NOT NULL
         ) s WHERE s.id = e.id) ORDER BY e.id"
    );
    let rows: Vec<Row> =
        Statement::fixed(SQL, vec![Parameter::Number(tenant.number())]).load(connection).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
