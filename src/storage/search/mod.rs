//! Finding the current versions that match a query, a page at a time.

mod conditions;
mod sort;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::resources::{Version, VersionRow, select};
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};

pub use sort::{SortBy, SortKey};

/// One condition; all conditions of a query must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The logical id is one of these.
    Id(Vec<String>),
    /// The index holds at least one of these terms.
    Term(Vec<i64>),
    /// A value of the parameter stands so to the interval; any of the comparisons may hold.
    Date(String, Vec<DateTest>),
    /// The time of the last change stands so to the interval; any of the comparisons may hold.
    Updated(Vec<DateTest>),
    /// A text or URI of the parameter passes one of these tests.
    Text(String, Vec<TextTest>),
    /// A number or quantity of the parameter passes one of these tests.
    Number(String, Vec<NumberTest>),
    /// The parameter has a value in the rows of its kind.
    Present(Rows, String),
    /// The condition does not hold.
    Not(Box<Condition>),
}

/// Which rows hold the values of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Dates.
    Dates,
    /// Texts and URIs.
    Texts,
    /// Numbers and quantities.
    Numbers,
}

/// A comparison of intervals, in microseconds since 1970; R4 search, "prefixes".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTest {
    /// How the value must stand to the interval.
    pub relation: Relation,
    /// First microsecond of the searched interval.
    pub low: i64,
    /// First microsecond after it.
    pub high: i64,
}

/// How a resource's interval stands to the searched one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `eq`: lies within.
    Within,
    /// `ne`: does not lie within.
    NotWithin,
    /// `gt`: reaches beyond the end.
    After,
    /// `lt`: begins before the start.
    Before,
    /// `ge`: reaches beyond the end, or lies within.
    AfterOrWithin,
    /// `le`: begins before the start, or lies within.
    BeforeOrWithin,
    /// `sa`: begins after the end.
    StartsAfter,
    /// `eb`: ends before the start.
    EndsBefore,
    /// `ap`: overlaps.
    Overlaps,
}

/// How a text is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextTest {
    /// What is compared begins with this.
    StartsWith(String),
    /// What is compared has this in it.
    Contains(String),
    /// The text as it is written is `written`; it is compared as `compared`.
    Is {
        /// What is compared.
        compared: String,
        /// The text as it is written.
        written: String,
    },
}

/// A comparison of numbers, as texts that `fhir::decimal` makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberTest {
    /// How the value must stand to the searched one.
    pub relation: Relation,
    /// The searched number, or the beginning of its range.
    pub low: String,
    /// The end of its range, which belongs to the range for [`Relation::Overlaps`] alone.
    pub high: String,
    /// What the unit must be.
    pub unit: Unit,
}

/// What the unit of a quantity must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Anything.
    Any,
    /// One with a code of this system.
    System(String),
    /// This code of this system.
    SystemCode(String, String),
    /// This code, or what a reader sees as the unit.
    Code(String),
}

/// One page: the resources after `after`, in the order of the keys, then of their ids.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// What they are sorted by.
    pub sort: &'a [SortKey],
    /// Keys and id of the last one of the page before.
    pub after: Option<Place<'a>>,
    /// At most so many.
    pub limit: i64,
}

/// The place of a resource in the order.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The value of each key; none where the resource has no such value.
    pub keys: &'a [Option<String>],
    /// Logical id.
    pub id: &'a str,
}

/// A resource that matches.
pub struct Match {
    /// Its current version.
    pub version: Version,
    /// The values that it is sorted by.
    pub keys: Vec<Option<String>>,
}

#[derive(QueryableByName)]
struct MatchRow {
    #[diesel(embed)]
    version: VersionRow,
    #[diesel(sql_type = Array<Nullable<Text>>)]
    keys: Vec<Option<String>>,
}

/// The matching current versions of one page.
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    tenant: TenantId,
    resource_type: &str,
    conditions: &[Condition],
    page: &Page<'_>,
) -> Result<Vec<Match>, StorageError> {
    let start = vec![Parameter::Number(tenant.number()), Parameter::Text(resource_type)];
    let mut statement = Statement::composed(select!("").to_owned(), start);
    let sorted = sort::Sorted::new(&mut statement, page.sort);
    statement.push_sql(&format!(", {} AS keys {FROM}{}{WHERE}", sorted.columns(), sorted.joins()));
    conditions::push(&mut statement, conditions);
    if let Some(after) = page.after {
        let after = sorted.after(&mut statement, after)?;
        statement.push_sql(&format!(" AND {after}"));
    }
    let limit = statement.push(Parameter::Number(page.limit));
    statement.push_sql(&format!(" ORDER BY {} LIMIT {limit}", sorted.order()));
    let rows: Vec<MatchRow> = statement.load(connection).await?;
    rows.into_iter().map(|row| Ok(Match { version: row.version.try_into()?, keys: row.keys })).collect()
}

const FROM: &str = "FROM resource_term t JOIN resource r USING (tenant, type, id)";
const WHERE: &str = " WHERE t.tenant = $1 AND t.type = $2";

/// How many resources match.
///
/// # Errors
/// When the database fails.
pub async fn count(
    connection: &mut Connection,
    tenant: TenantId,
    resource_type: &str,
    conditions: &[Condition],
) -> Result<i64, StorageError> {
    // The index goes with the body in one transaction, so the bodies need not be visited.
    let sql = format!("SELECT count(*) AS n FROM resource_term t{WHERE}");
    let start = vec![Parameter::Number(tenant.number()), Parameter::Text(resource_type)];
    let mut statement = Statement::composed(sql, start);
    conditions::push(&mut statement, conditions);
    let total: Total = statement.get_result(connection).await?;
    Ok(total.n)
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    n: i64,
}
