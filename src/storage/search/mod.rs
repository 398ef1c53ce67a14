//! Finding the current versions that match a query, a page at a time.

mod aims;
mod base;
mod condition;
mod conditions;
mod heads;
mod merged;
mod sort;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::resources::{PAGE_BYTES, Version, VersionRow};
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};
use base::Base;

pub use condition::{Condition, DateTest, NumberTest, Part, Relation, Rows, TermTest, TextTest, Unit};
pub use heads::{Head, heads};
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
    /// So many before them are passed over.
    pub skip: i64,
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
pub struct Found {
    /// The version of the tenant's set of search parameters that was there when they were found.
    pub parameters: i64,
    /// In their order.
    pub matches: Vec<Match>,
    /// Whether there are fewer than asked for because their bodies come to [`PAGE_BYTES`].
    pub is_cut: bool,
}

/// The version of the set of search parameters, and a match where there is one.
#[derive(QueryableByName)]
struct MatchRow {
    #[diesel(sql_type = BigInt)]
    parameters: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    ordinal: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    type_: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    id: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    version: Option<i64>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    updated: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    method: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    body: Option<String>,
    #[diesel(sql_type = Nullable<Array<Nullable<Text>>>)]
    keys: Option<Vec<Option<String>>>,
    /// How many there are on the page, also of those that are cut off.
    #[diesel(sql_type = Nullable<BigInt>)]
    found: Option<i64>,
}

impl MatchRow {
    /// None for the row of a page without matches.
    fn matched(self) -> Option<Result<Match, StorageError>> {
        let Self { body, .. } = self;
        let row = VersionRow {
            type_: self.type_?,
            id: self.id?,
            version: self.version?,
            updated: self.updated?,
            method: self.method?,
            body,
        };
        let (keys, ordinal) = (self.keys?, self.ordinal?);
        Some(row.try_into().map(|version| Match { version, keys, ordinal }))
    }
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
    let aims = aims::aims(connection, wanted, page.sort).await?;
    let rows: Vec<MatchRow> = load(statement_of(wanted, page, aims.as_deref())?, connection).await?;
    let parameters = rows.iter().map(|row| row.parameters).max().unwrap_or_default();
    let found = rows.iter().filter_map(|row| row.found).max().unwrap_or_default();
    let matches = rows.into_iter().filter_map(MatchRow::matched).collect::<Result<Vec<_>, _>>()?;
    let is_cut = i64::try_from(matches.len()).unwrap_or(i64::MAX) < found;
    Ok(Found { parameters, matches, is_cut })
}

/// The version of the tenant's set of search parameters, read by the statement that depends on it.
const PARAMETERS: &str =
    "coalesce((SELECT version FROM search_parameter_set WHERE tenant = $1), 0) AS parameters";

/// The statement that gives a page. It has one row at least, for the version.
fn statement_of<'a>(
    wanted: &'a Wanted<'a>,
    page: &'a Page<'a>,
    aims: Option<&[i64]>,
) -> Result<Statement<'a>, StorageError> {
    // The page is found by narrow rows alone; bodies are fetched for what is on it.
    let sql = format!(
        "SELECT s.parameters, r.type AS type_, r.id, r.version, r.updated, r.method, r.body, r.keys, r.ordinal, r.found
         FROM (SELECT {PARAMETERS}) s LEFT JOIN (SELECT r.type, r.id, r.version, r.updated, r.method, r.body, p.*, "
    );
    let mut statement = Statement::composed(sql, vec![Parameter::Number(wanted.tenant.number())]);
    let sorted = sort::Sorted::new(page.sort);
    let after = page.after.map(|place| sorted.after(&mut statement, place)).transpose()?;
    let after = after.map(|after| format!(" AND {after}")).unwrap_or_default();
    // What is passed over must be found before.
    let limit = statement.limit(page.limit.saturating_add(page.skip));
    let shown = match page.skip {
        0 => limit.clone(),
        skip => format!("{} OFFSET {}", statement.limit(page.limit), statement.limit(skip)),
    };
    let base = Base::of(wanted, page.sort);
    let told = [after.as_str(), &sorted.order("t"), &limit];
    let only = aims::only(wanted, page.sort).zip(wanted.types.first());
    let only =
        only.and_then(|(only, resource_type)| aims::rows(&mut statement, resource_type, only, aims, told));
    let is_merged = only.is_none() && matches!(base, Base::Resources(_));
    let only = if is_merged { merged::rows(&mut statement, wanted, page.sort, told) } else { only };
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
    statement.push_sql(&format!(
        " ORDER BY {} LIMIT {shown}) p JOIN resource r ON r.tenant = $1 AND r.ordinal = p.ordinal) r
         ON r.bytes_before < {PAGE_BYTES} ORDER BY {}",
        sorted.order("t"),
        sorted.order("r"),
    ));
    Ok(statement)
}

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
    push_matches(&mut statement, wanted);
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
