//! Which types a tenant has resources of.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

#[derive(QueryableByName)]
struct TypeRow {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The types, in their order; one of which all are deleted may be among them.
///
/// # Errors
/// When the database fails.
pub async fn types(connection: &mut Connection, tenant: TenantId) -> Result<Vec<String>, StorageError> {
    // From one type to the next by the index: reading all rows to tell their types would take as long as there are rows.
    const SQL: &str = "
        WITH RECURSIVE found AS (
            (SELECT type AS name FROM resource WHERE tenant = $1 ORDER BY type LIMIT 1)
            UNION ALL
            SELECT next.type FROM found, LATERAL (
                SELECT type FROM resource WHERE tenant = $1 AND type > found.name ORDER BY type LIMIT 1) next
        )
        SELECT name FROM found";
    let parameters = vec![Parameter::Number(tenant.number())];
    let rows: Vec<TypeRow> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}
