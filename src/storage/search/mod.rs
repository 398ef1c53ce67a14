//! Finding the current versions that match a query, a page at a time.

mod aims;
mod base;
mod compare;
mod condition;
mod conditions;
mod heads;
mod last;
mod listed;
mod look_up;
mod merged;
mod page;
mod pieces;
mod sort;
mod turns;

use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};
use base::Base;

pub use condition::{Condition, DateTest, NumberTest, Part, Relation, Rows, TermTest, TextTest, Unit};
pub use heads::{Head, heads};
pub use last::{Grouped, last_of_each};
pub use listed::listed;
pub use page::{Found, Match, Page, Place, page};
pub use sort::{SortBy, SortKey};

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Whose.
    pub tenant: TenantId,
    /// Resources of these types; of any, where there are none.
    pub types: &'a [&'a str],
    /// All must hold.
    pub conditions: &'a [Condition],
}

/// The version of the tenant's set of search parameters, read by the statement that depends on it.
const PARAMETERS: &str =
    "coalesce((SELECT version FROM search_parameter_set WHERE tenant = $1), 0) AS parameters";

/// Runs a statement, unless it binds more values than the protocol can count.
async fn load<T>(statement: Statement<'_>, connection: &mut Connection) -> Result<Vec<T>, StorageError>
where
    T: QueryableByName<diesel::pg::Pg> + Send + 'static,
{
    if statement.is_too_long() {
        return Err(StorageError::TooLarge);
    }
    Ok(statement.kept_if_often_used().load(connection).await?)
}

/// How many resources match.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Total {
    /// So many.
    #[diesel(sql_type = BigInt)]
    pub matches: i64,
    /// The version of the tenant's set of search parameters that was there when they were counted.
    #[diesel(sql_type = BigInt)]
    pub parameters: i64,
}

/// Counts the resources that match.
///
/// # Errors
/// When the database fails.
pub async fn count(connection: &mut Connection, wanted: &Wanted<'_>) -> Result<Total, StorageError> {
    let sql = format!("SELECT count(*) AS matches, {PARAMETERS} ");
    let mut statement = Statement::composed(sql, vec![Parameter::Number(wanted.tenant.number())]);
    let pieces = pieces::Pieces::of_all(&mut statement, wanted.conditions);
    match Base::of(wanted, &[]).in_pieces(&mut statement, &pieces, None) {
        Some(rows) => statement.push_sql(&format!("FROM ({rows}) t")),
        None => push_matches(&mut statement, wanted),
    }
    let totals: Vec<Total> = load(statement, connection).await?;
    // An aggregate has one row.
    totals.into_iter().next().ok_or(StorageError::Contention)
}

/// Adds `FROM` and `WHERE` of all that matches to a statement whose first parameter is the tenant. The rows are called `t`, and have
/// an ordinal.
pub(super) fn push_matches<'a>(statement: &mut Statement<'a>, wanted: &'a Wanted<'a>) {
    let base = Base::of(wanted, &[]);
    statement.push_sql(base.sql());
    base.push_conditions(statement, "");
}
