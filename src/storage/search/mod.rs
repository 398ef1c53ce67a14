//! Finding the current versions that match a query, a page at a time.

mod base;
mod condition;
mod conditions;
mod sort;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::resources::{Version, VersionRow, select};
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};
use base::Base;

pub use condition::{Condition, DateTest, NumberTest, Relation, Rows, TermTest, TextTest, Unit};
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

/// One page: the resources after `after`, in the order of the keys, then of their ordinals.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// What they are sorted by.
    pub sort: &'a [SortKey],
    /// Where the page before ended.
    pub after: Option<Place<'a>>,
    /// At most so many.
    pub limit: i64,
}

/// The place of a resource in the order.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The value of each key; none where the resource has no such value.
    pub keys: &'a [Option<String>],
    /// The resource's ordinal.
    pub ordinal: i64,
}

/// A resource that matches.
pub struct Match {
    /// Its current version.
    pub version: Version,
    /// The values that it is sorted by.
    pub keys: Vec<Option<String>>,
    /// Its ordinal.
    pub ordinal: i64,
}

#[derive(QueryableByName)]
struct MatchRow {
    #[diesel(embed)]
    version: VersionRow,
    #[diesel(sql_type = Array<Nullable<Text>>)]
    keys: Vec<Option<String>>,
    #[diesel(sql_type = BigInt)]
    ordinal: i64,
}

/// The matching current versions of one page.
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    page: &Page<'_>,
) -> Result<Vec<Match>, StorageError> {
    // The page is found by narrow rows alone; bodies are fetched for what is on it.
    let mut statement = Statement::composed(
        select!(", p.keys, p.ordinal FROM (SELECT t.ordinal, ").to_owned(),
        vec![Parameter::Number(wanted.tenant.number())],
    );
    let base = Base::of(wanted, page.sort);
    let sorted = sort::Sorted::new(&mut statement, page.sort);
    statement.push_sql(&format!("{} {}", sorted.columns(), base.sql()));
    base.push_conditions(&mut statement, &sorted.joins());
    if let Some(after) = page.after {
        let after = sorted.after(&mut statement, after)?;
        statement.push_sql(&format!(" AND {after}"));
    }
    let limit = statement.push(Parameter::Number(page.limit));
    statement.push_sql(&format!(
        " ORDER BY {} LIMIT {limit}) p JOIN resource r ON r.tenant = $1 AND r.ordinal = p.ordinal ORDER BY {}",
        sorted.order("t"),
        sorted.order("p"),
    ));
    let rows: Vec<MatchRow> = statement.load(connection).await?;
    let found =
        |row: MatchRow| Ok(Match { version: row.version.try_into()?, keys: row.keys, ordinal: row.ordinal });
    rows.into_iter().map(found).collect()
}

/// How many resources match.
///
/// # Errors
/// When the database fails.
pub async fn count(connection: &mut Connection, wanted: &Wanted<'_>) -> Result<i64, StorageError> {
    let sql = "SELECT count(*) AS n ".to_owned();
    let mut statement = Statement::composed(sql, vec![Parameter::Number(wanted.tenant.number())]);
    let base = Base::of(wanted, &[]);
    statement.push_sql(base.sql());
    base.push_conditions(&mut statement, "");
    let total: Total = statement.get_result(connection).await?;
    Ok(total.n)
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    n: i64,
}
