//! How much work waits, of all tenants: counts, and nothing of what it is about.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Double, Text};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{StorageError, Store, TenantId};
use crate::core::metrics::Waiting;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    due: i64,
    #[diesel(sql_type = BigInt)]
    stored: i64,
    #[diesel(sql_type = Double)]
    oldest_s: f64,
}

/// How much of each kind waits. The platform alone may ask.
///
/// # Errors
/// When the database fails.
pub async fn waiting(store: &Store, now: DateTime<Utc>) -> Result<Vec<Waiting>, StorageError> {
    const SQL: &str = "
        SELECT kind, count(*) FILTER (WHERE due <= $1) AS due, count(*) AS stored,
               coalesce(extract(epoch FROM $1 - min(due) FILTER (WHERE due <= $1)), 0)::float8 AS oldest_s
        FROM (
            SELECT kind, due FROM job
            UNION ALL SELECT 'mail', due_at FROM mail_job WHERE dead_at IS NULL
            UNION ALL SELECT 'export', asked FROM export_job WHERE listed IS NULL AND failure IS NULL
            UNION ALL SELECT 'reindex', asked FROM reindex_job WHERE finished IS NULL
        ) waits GROUP BY kind
        UNION ALL SELECT 'dead_mail', 0, count(*), 0 FROM mail_job WHERE dead_at IS NOT NULL
        ORDER BY kind";
    let mut transaction = store.begin(TenantId::PLATFORM).await?;
    let rows = Statement::fixed(SQL, vec![Parameter::Time(now)]).load::<Row>(&mut *transaction).await;
    let rows = transaction.finish(rows.map_err(StorageError::from)).await?;
    let waiting = |Row { kind, due, stored, oldest_s }| Waiting { kind, due, all: stored, oldest_s };
    Ok(rows.into_iter().map(waiting).collect())
}
