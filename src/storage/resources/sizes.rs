//! How large versions are, without reading them.

use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use crate::storage::address::address;
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// How many bytes the bodies of these versions have, in their order; 0 of one that is not there. Type, id and number of each.
///
/// # Errors
/// When the database fails.
pub async fn sizes(
    connection: &mut Connection,
    tenant: TenantId,
    wanted: &[(&str, &str, i64)],
) -> Result<Vec<i64>, StorageError> {
    #[derive(QueryableByName)]
    struct Size {
        #[diesel(sql_type = BigInt)]
        bytes: i64,
    }
    // Postgres knows the length of a body without reading it.
    const SQL: &str = "
        SELECT coalesce(max(b.bytes), 0)::bigint AS bytes
        FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) WITH ORDINALITY AS w (type, id, number, address, place)
        LEFT JOIN LATERAL (
            SELECT octet_length(r.body) AS bytes FROM resource r
            WHERE r.tenant = $1 AND r.address = w.address AND r.type = w.type AND r.id = w.id AND r.version = w.number
            UNION ALL SELECT octet_length(h.body) FROM resource_history h
            WHERE h.tenant = $1 AND h.type = w.type AND h.id = w.id AND h.version = w.number) b ON true
        GROUP BY w.place ORDER BY w.place";
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Texts(wanted.iter().map(|(resource_type, ..)| *resource_type).collect()),
        Parameter::Texts(wanted.iter().map(|(_, id, _)| *id).collect()),
        Parameter::Numbers(wanted.iter().map(|(.., number)| *number).collect()),
        Parameter::Numbers(wanted.iter().map(|(resource_type, id, _)| address(resource_type, id)).collect()),
    ];
    let rows: Vec<Size> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(rows.into_iter().map(|row| row.bytes).collect())
}
