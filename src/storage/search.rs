//! Finding the current versions that match a query, a page at a time.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use super::resources::{Version, VersionRow, select};
use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};

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

/// One page: the resources after `after`, in the order of their ids.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// The last id of the page before.
    pub after: Option<&'a str>,
    /// At most so many.
    pub limit: i64,
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
) -> Result<Vec<Version>, StorageError> {
    let mut statement = matching(select!(""), tenant, resource_type, conditions);
    if let Some(after) = page.after {
        let after = statement.push(Parameter::Text(after));
        and(&mut statement, &format!("t.id > {after}"));
    }
    let limit = statement.push(Parameter::Number(page.limit));
    statement.push_sql(&format!(" ORDER BY t.id LIMIT {limit}"));
    let rows: Vec<VersionRow> = statement.load(connection).await?;
    rows.into_iter().map(Version::try_from).collect()
}

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
    let total: Total =
        matching("SELECT count(*) AS n", tenant, resource_type, conditions).get_result(connection).await?;
    Ok(total.n)
}

#[derive(diesel::QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn matching<'a>(
    select: &str,
    tenant: TenantId,
    resource_type: &'a str,
    conditions: &'a [Condition],
) -> Statement<'a> {
    let mut statement = Statement::composed(
        format!(
            "{select} FROM resource_term t JOIN resource r USING (tenant, type, id) WHERE t.tenant = $1 AND t.type = $2"
        ),
        vec![Parameter::Number(tenant.number()), Parameter::Text(resource_type)],
    );
    for condition in conditions {
        let sql = match condition {
            Condition::Id(ids) => format!(
                "t.id = ANY ({})",
                statement.push(Parameter::Texts(ids.iter().map(String::as_str).collect()))
            ),
            Condition::Term(terms) => {
                format!("t.terms && {}", statement.push(Parameter::Numbers(Cow::Borrowed(terms))))
            }
            Condition::Date(parameter, tests) => {
                let parameter = statement.push(Parameter::Text(parameter));
                let tests = any(tests, |test| interval(&mut statement, *test));
                format!(
                    "EXISTS (SELECT FROM resource_date d WHERE d.tenant = t.tenant AND d.type = t.type AND d.id = t.id
                     AND d.parameter = {parameter} AND {tests})"
                )
            }
            Condition::Updated(tests) => any(tests, |test| instant(&mut statement, *test)),
        };
        and(&mut statement, &sql);
    }
    statement
}

fn and(statement: &mut Statement<'_>, condition: &str) {
    statement.push_sql(" AND ");
    statement.push_sql(condition);
}

fn any(tests: &[DateTest], mut one: impl FnMut(&DateTest) -> String) -> String {
    let tests: Vec<_> = tests.iter().map(&mut one).collect();
    format!("({})", tests.join(" OR "))
}

fn interval(statement: &mut Statement<'_>, test: DateTest) -> String {
    let low = statement.push(Parameter::Number(test.low));
    let high = statement.push(Parameter::Number(test.high));
    let within = format!("(d.low >= {low} AND d.high <= {high})");
    match test.relation {
        Relation::Within => within,
        Relation::NotWithin => format!("NOT {within}"),
        Relation::After => format!("d.high > {high}"),
        Relation::Before => format!("d.low < {low}"),
        Relation::AfterOrWithin => format!("(d.high > {high} OR {within})"),
        Relation::BeforeOrWithin => format!("(d.low < {low} OR {within})"),
        Relation::StartsAfter => format!("d.low >= {high}"),
        Relation::EndsBefore => format!("d.high <= {low}"),
        Relation::Overlaps => format!("(d.low < {high} AND d.high > {low})"),
    }
}

/// The last change is a point in time, so the nine relations come down to its place before, in or after the interval.
fn instant(statement: &mut Statement<'_>, test: DateTest) -> String {
    let time = |micros| DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let low = statement.push(Parameter::Time(time(test.low)));
    let high = statement.push(Parameter::Time(time(test.high)));
    match test.relation {
        Relation::Within | Relation::Overlaps => format!("(t.updated >= {low} AND t.updated < {high})"),
        Relation::NotWithin => format!("(t.updated < {low} OR t.updated >= {high})"),
        Relation::After | Relation::StartsAfter => format!("t.updated >= {high}"),
        Relation::Before | Relation::EndsBefore => format!("t.updated < {low}"),
        Relation::AfterOrWithin => format!("t.updated >= {low}"),
        Relation::BeforeOrWithin => format!("t.updated < {high}"),
    }
}
