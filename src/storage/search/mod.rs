//! Finding the current versions that match a query, a page at a time.

mod aims;
mod base;
mod condition;
mod conditions;
mod sort;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::resources::{PAGE_BYTES, Version, VersionRow, select};
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};
use base::Base;

pub use condition::{Condition, DateTest, NumberTest, Part, Relation, Rows, TermTest, TextTest, Unit};
pub use sort::{SortBy, SortKey};

/// So many values one statement can bind: the protocol counts them in 16 bits.
const MOST_PARAMETERS: usize = 65_535;

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

/// The matches of one page.
#[derive(Default)]
pub struct Found {
    /// In their order.
    pub matches: Vec<Match>,
    /// Whether there are fewer than asked for because their bodies come to [`PAGE_BYTES`].
    pub is_cut: bool,
}

#[derive(QueryableByName)]
struct MatchRow {
    #[diesel(embed)]
    version: VersionRow,
    #[diesel(sql_type = Array<Nullable<Text>>)]
    keys: Vec<Option<String>>,
    #[diesel(sql_type = BigInt)]
    ordinal: i64,
    /// How many there are on the page, also of those that are cut off.
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// The matching current versions of one page; fewer where their bodies come to more than [`PAGE_BYTES`], but one at least.
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    page: &Page<'_>,
) -> Result<Found, StorageError> {
    // The page is found by narrow rows alone; bodies are fetched for what is on it.
    let mut statement = Statement::composed(
        select!(", r.keys, r.ordinal, r.found FROM (SELECT r.type, r.id, r.version, r.updated, r.method, r.body, p.*, ")
            .to_owned(),
        vec![Parameter::Number(wanted.tenant.number())],
    );
    let sorted = sort::Sorted::new(&mut statement, page.sort);
    let after = page.after.map(|place| sorted.after(&mut statement, place)).transpose()?;
    let after = after.map(|after| format!(" AND {after}")).unwrap_or_default();
    let limit = statement.push(Parameter::Number(page.limit));
    let base = Base::of(wanted, page.sort);
    let told = [after.as_str(), &sorted.order("t"), &limit];
    let only = aims::only(wanted, page.sort).zip(wanted.types.first());
    let only = only.and_then(|(only, resource_type)| aims::rows(&mut statement, resource_type, only, told));
    statement.push_sql(&format!(
        "count(*) OVER () AS found, coalesce(sum(octet_length(r.body))
         OVER (ORDER BY {} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before FROM (SELECT t.ordinal, {} {}",
        sorted.order("p"),
        sorted.columns(),
        only.as_ref().map_or(base.sql().to_owned(), |rows| format!("FROM {rows} t")),
    ));
    if only.is_none() {
        base.push_conditions(&mut statement, &sorted.joins());
        statement.push_sql(&after);
    }
    let bytes = statement.push(Parameter::Number(PAGE_BYTES));
    statement.push_sql(&format!(
        " ORDER BY {} LIMIT {limit}) p JOIN resource r ON r.tenant = $1 AND r.ordinal = p.ordinal) r
         WHERE r.bytes_before < {bytes} ORDER BY {}",
        sorted.order("t"),
        sorted.order("r"),
    ));
    let rows: Vec<MatchRow> = load(statement, connection).await?;
    let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let is_cut = rows.iter().any(|row| shown < row.found);
    let found =
        |row: MatchRow| Ok(Match { version: row.version.try_into()?, keys: row.keys, ordinal: row.ordinal });
    let matches = rows.into_iter().map(found).collect::<Result<_, StorageError>>()?;
    Ok(Found { matches, is_cut })
}

/// Runs a statement, unless it binds more values than the protocol can count.
async fn load<T>(statement: Statement<'_>, connection: &mut Connection) -> Result<Vec<T>, StorageError>
where
    T: QueryableByName<diesel::pg::Pg> + Send + 'static,
{
    if statement.bound() > MOST_PARAMETERS {
        return Err(StorageError::TooLarge);
    }
    Ok(statement.load(connection).await?)
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
    let totals: Vec<Total> = load(statement, connection).await?;
    Ok(totals.iter().map(|total| total.n).sum())
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    n: i64,
}
