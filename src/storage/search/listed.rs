//! Which resources match, as ordinals with the numbers of their current versions, for who reads many of them one portion after another.

use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use super::base::Base;
use super::{Wanted, load};
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    ordinal: i64,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Up to `limit` resources that match, with ordinals above `after`, in their order: each with its ordinal and its version.
///
/// # Errors
/// When the database fails.
pub async fn listed(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, StorageError> {
    let base = Base::of(wanted, &[]);
    let sql = "SELECT r.ordinal, r.version AS number FROM (SELECT t.ordinal ";
    let mut statement = Statement::composed(sql.to_owned(), vec![Parameter::Number(wanted.tenant.number())]);
    statement.push_sql(base.sql());
    base.push_conditions(&mut statement, "");
    let after = statement.push(Parameter::Number(after));
    statement.push_sql(&format!(
        " AND t.ordinal > {after} ORDER BY t.ordinal LIMIT {limit}) p JOIN resource r ON r.tenant = $1 AND r.ordinal = p.ordinal
         ORDER BY p.ordinal"
    ));
    let rows: Vec<Row> = load(statement, connection).await?;
    Ok(rows.into_iter().map(|row| (row.ordinal, row.number)).collect())
}
