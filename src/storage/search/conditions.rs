//! Conditions as SQL. Values are always bound, never written into the text.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::{Condition, DateTest, NumberTest, Relation, Rows, TextTest, Unit};
use crate::fhir::folding::LAST;
use crate::storage::index_entries::{HEAD, head};
use crate::storage::statement::{Parameter, Statement};

/// Adds each condition to a statement over `resource_term t`.
pub(super) fn push<'a>(statement: &mut Statement<'a>, conditions: &'a [Condition]) {
    for condition in conditions {
        let sql = condition_sql(statement, condition);
        statement.push_sql(&format!(" AND {sql}"));
    }
}

fn condition_sql<'a>(statement: &mut Statement<'a>, condition: &'a Condition) -> String {
    match condition {
        Condition::Id(ids) => {
            let ids = statement.push(Parameter::Texts(ids.iter().map(String::as_str).collect()));
            format!("t.id = ANY ({ids})")
        }
        Condition::Term(terms) => {
            format!("t.terms && {}", statement.push(Parameter::Numbers(Cow::Borrowed(terms))))
        }
        Condition::Date(parameter, tests) => {
            let tests = any(tests, |test| interval(statement, *test));
            exists(statement, Rows::Dates, parameter, Some(&tests))
        }
        Condition::Updated(tests) => any(tests, |test| instant(statement, *test)),
        Condition::Text(parameter, tests) => {
            let tests = any(tests, |test| text(statement, test));
            exists(statement, Rows::Texts, parameter, Some(&tests))
        }
        Condition::Number(parameter, tests) => {
            let tests = any(tests, |test| number(statement, test));
            exists(statement, Rows::Numbers, parameter, Some(&tests))
        }
        Condition::Present(rows, parameter) => exists(statement, *rows, parameter, None),
        Condition::Not(condition) => format!("NOT ({})", condition_sql(statement, condition)),
    }
}

/// Whether the resource has a row of the parameter that passes the tests, which call it `x`.
fn exists<'a>(statement: &mut Statement<'a>, rows: Rows, parameter: &'a str, tests: Option<&str>) -> String {
    let table = match rows {
        Rows::Dates => "resource_date",
        Rows::Texts => "resource_text",
        Rows::Numbers => "resource_number",
    };
    let parameter = statement.push(Parameter::Text(parameter));
    let tests = tests.map(|tests| format!(" AND {tests}")).unwrap_or_default();
    format!(
        "EXISTS (SELECT FROM {table} x WHERE x.tenant = t.tenant AND x.type = t.type AND x.id = t.id
         AND x.parameter = {parameter}{tests})"
    )
}

fn any<'a, T>(tests: &'a [T], one: impl FnMut(&'a T) -> String) -> String {
    format!("({})", tests.iter().map(one).collect::<Vec<_>>().join(" OR "))
}

fn interval(statement: &mut Statement<'_>, test: DateTest) -> String {
    let low = statement.push(Parameter::Number(test.low));
    let high = statement.push(Parameter::Number(test.high));
    let within = format!("(x.low >= {low} AND x.high <= {high})");
    match test.relation {
        Relation::Within => within,
        Relation::NotWithin => format!("NOT {within}"),
        Relation::After => format!("x.high > {high}"),
        Relation::Before => format!("x.low < {low}"),
        Relation::AfterOrWithin => format!("(x.high > {high} OR {within})"),
        Relation::BeforeOrWithin => format!("(x.low < {low} OR {within})"),
        Relation::StartsAfter => format!("x.low >= {high}"),
        Relation::EndsBefore => format!("x.high <= {low}"),
        Relation::Overlaps => format!("(x.low < {high} AND x.high > {low})"),
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

fn text<'a>(statement: &mut Statement<'a>, test: &'a TextTest) -> String {
    match test {
        TextTest::StartsWith(start) if start.chars().count() <= HEAD => {
            // Two comparisons rather than LIKE: `%` and `_` are plain, and the index serves them.
            let low = statement.push(Parameter::Text(start));
            format!("(x.head >= {low} AND x.head < ({low} || U&'\\+{:06X}'))", u32::from(LAST))
        }
        TextTest::StartsWith(start) => {
            let head = statement.push(Parameter::Text(head(start)));
            let start = statement.push(Parameter::Text(start));
            format!("(x.head = {head} AND starts_with(x.whole, {start}))")
        }
        TextTest::Contains(part) => {
            format!("strpos(coalesce(x.whole, x.head), {}) > 0", statement.push(Parameter::Text(part)))
        }
        TextTest::Is { compared, written } => {
            let head = statement.push(Parameter::Text(head(compared)));
            let written = statement.push(Parameter::Text(written));
            format!("(x.head = {head} AND coalesce(x.written, x.whole, x.head) = {written})")
        }
    }
}

fn number<'a>(statement: &mut Statement<'a>, test: &'a NumberTest) -> String {
    let low = statement.push(Parameter::Text(&test.low));
    let within = |statement: &mut Statement<'a>| {
        let high = statement.push(Parameter::Text(&test.high));
        // The second follows from the third; with it, one index holds the whole range.
        format!("(x.low >= {low} AND x.low < {high} AND x.high < {high})")
    };
    let compared = match test.relation {
        Relation::Within => within(statement),
        Relation::NotWithin => format!("NOT {}", within(statement)),
        Relation::After => format!("x.high > {low}"),
        Relation::Before => format!("x.low < {low}"),
        Relation::AfterOrWithin => format!("x.high >= {low}"),
        Relation::BeforeOrWithin => format!("x.low <= {low}"),
        Relation::StartsAfter => format!("x.low > {low}"),
        Relation::EndsBefore => format!("x.high < {low}"),
        Relation::Overlaps => {
            format!("(x.low <= {} AND x.high >= {low})", statement.push(Parameter::Text(&test.high)))
        }
    };
    match &test.unit {
        Unit::Any => compared,
        Unit::System(system) => {
            format!("({compared} AND x.system = {})", statement.push(Parameter::Text(system)))
        }
        Unit::SystemCode(system, code) => {
            let system = statement.push(Parameter::Text(system));
            let code = statement.push(Parameter::Text(code));
            format!("({compared} AND x.system = {system} AND x.code = {code})")
        }
        Unit::Code(code) => {
            let code = statement.push(Parameter::Text(code));
            format!("({compared} AND (x.code = {code} OR x.unit = {code}))")
        }
    }
}
