//! The profiles, tags and security labels that resources have.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

#[derive(QueryableByName)]
struct Label {
    #[diesel(sql_type = Text)]
    list: String,
    #[diesel(sql_type = Text)]
    value: String,
}

/// The different values of `meta.profile`, `meta.security` and `meta.tag` of all current resources of these types, as JSON, with the name of
/// their list; `most` of them at most. It reads every resource of the types.
///
/// # Errors
/// When the database fails.
pub async fn labels(
    connection: &mut Connection,
    tenant: TenantId,
    types: &[&str],
    most: i64,
) -> Result<Vec<(String, String)>, StorageError> {
    // Who has none of the names is not read as JSON.
    const SQL: &str = r#"
        SELECT DISTINCT m.list, v.value::text AS value
        FROM resource r
        CROSS JOIN LATERAL (VALUES ('profile'), ('security'), ('tag')) AS m (list)
        CROSS JOIN LATERAL jsonb_array_elements(coalesce(r.body::jsonb -> 'meta' -> m.list, '[]'::jsonb)) AS v (value)
        WHERE r.tenant = $1 AND r.type = ANY ($2) AND r.body ~ '"(profile|security|tag)":'
        ORDER BY 1, 2 LIMIT $3"#;
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Texts(types.to_vec()), Parameter::Number(most)];
    let found: Vec<Label> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(found.into_iter().map(|label| (label.list, label.value)).collect())
}
