//! What Subscriptions by topic may ask for: the topics that a tenant stores.

use diesel::sql_types::Text;
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;

use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

#[derive(QueryableByName)]
struct OneText {
    #[diesel(sql_type = Text)]
    text: String,
}

/// Adds the topic that the resource with this id stands for, or changes it.
///
/// # Errors
/// When the database fails.
pub async fn put(
    connection: &mut Connection,
    tenant: TenantId,
    id: &str,
    (url, version, watches): (&str, Option<&str>, &str),
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO subscription_topic (tenant, id, url, watches, version) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant, id) DO UPDATE SET url = excluded.url, watches = excluded.watches, version = excluded.version";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(id),
        Parameter::Text(url),
        Parameter::Text(watches),
        Parameter::OptionalText(version),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Removes the topic that the resource with this id stood for.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, id: &str) -> Result<(), StorageError> {
    const SQL: &str = "DELETE FROM subscription_topic WHERE tenant = $1 AND id = $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(id)];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Which changes the topic with this canonical URL, and this version, where one is named, is about; the one that was stored last, where there
/// are several.
///
/// # Errors
/// When the database fails.
pub async fn watches(
    connection: &mut Connection,
    tenant: TenantId,
    (url, version): (&str, Option<&str>),
) -> Result<Option<String>, StorageError> {
    const SQL: &str = "
        SELECT watches AS text FROM subscription_topic WHERE tenant = $1 AND url = $2 AND ($3 IS NULL OR version = $3)
        ORDER BY id DESC LIMIT 1";
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Text(url), Parameter::OptionalText(version)];
    let row: Option<OneText> = Statement::fixed(SQL, parameters).get_result(connection).await.optional()?;
    Ok(row.map(|row| row.text))
}

/// The canonical URLs of all topics that the tenant stores, up to so many.
///
/// # Errors
/// When the database fails.
pub async fn urls(
    connection: &mut Connection,
    tenant: TenantId,
    most: i64,
) -> Result<Vec<String>, StorageError> {
    const SQL: &str =
        "SELECT DISTINCT url AS text FROM subscription_topic WHERE tenant = $1 ORDER BY 1 LIMIT $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Number(most)];
    let rows: Vec<OneText> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(rows.into_iter().map(|row| row.text).collect())
}
