//! Which resources of one type match, without their bodies: a write that depends on a search must know all of them, however
//! large they are.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};

use super::base::Base;
use super::{Condition, Wanted, load};
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// A resource that matches.
#[derive(Clone, Debug, QueryableByName)]
pub struct Head {
    /// Its logical id.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// The number of its current version.
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    /// The length of its body.
    #[diesel(sql_type = BigInt)]
    pub size_bytes: i64,
}

/// Up to `limit` resources of a type that meet all conditions, in the order of their making.
///
/// # Errors
/// When the database fails.
pub async fn heads(
    connection: &mut Connection,
    tenant: TenantId,
    (resource_type, conditions): (&str, &[Condition]),
    limit: i64,
) -> Result<Vec<Head>, StorageError> {
    let types = [resource_type];
    let wanted = Wanted { tenant, types: &types, conditions };
    let base = Base::of(&wanted, &[]);
    // Postgres knows the length of a body without reading it.
    let sql = "SELECT r.id, r.version AS number, coalesce(octet_length(r.body), 0)::bigint AS size_bytes FROM (SELECT t.ordinal ";
    let mut statement = Statement::composed(sql.to_owned(), vec![Parameter::Number(tenant.number())]);
    statement.push_sql(base.sql());
    base.push_conditions(&mut statement, "");
    statement.push_sql(&format!(
        " ORDER BY t.ordinal LIMIT {limit}) p JOIN resource r ON r.tenant = $1 AND r.ordinal = p.ordinal ORDER BY p.ordinal"
    ));
    load(statement, connection).await
}
