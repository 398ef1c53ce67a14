//! Comparisons of dates, texts and numbers as SQL, for the columns of one row.

use chrono::{DateTime, Utc};

use super::{DateTest, NumberTest, Relation, TextTest, Unit};
use crate::fhir::folding::LAST;
use crate::storage::index_entries::{HEAD, head};
use crate::storage::statement::{Parameter, Statement};

pub(super) fn interval(statement: &mut Statement<'_>, x_low: &str, x_high: &str, test: DateTest) -> String {
    let low = statement.push(Parameter::Number(test.low));
    let high = statement.push(Parameter::Number(test.high));
    // Every interval ends after it begins, so the comparison in the middle follows from the last; with it, one index holds the range.
    let within = format!("({x_low} >= {low} AND {x_low} < {high} AND {x_high} <= {high})");
    match test.relation {
        Relation::Within => within,
        Relation::NotWithin => format!("NOT {within}"),
        Relation::After => format!("{x_high} > {high}"),
        Relation::Before => format!("{x_low} < {low}"),
        Relation::AfterOrWithin => format!("({x_high} > {high} OR {within})"),
        Relation::BeforeOrWithin => format!("({x_low} < {high} AND ({x_low} < {low} OR {x_high} <= {high}))"),
        Relation::StartsAfter => format!("{x_low} >= {high}"),
        Relation::EndsBefore => format!("({x_low} < {low} AND {x_high} <= {low})"),
        Relation::Overlaps => format!("({x_low} < {high} AND {x_high} > {low})"),
    }
}

/// The last change is a point in time, so the nine relations come down to its place before, in or after the interval.
pub(super) fn instant(statement: &mut Statement<'_>, t: &str, test: DateTest) -> String {
    let time = |micros| DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let low = statement.push(Parameter::Time(time(test.low)));
    let high = statement.push(Parameter::Time(time(test.high)));
    match test.relation {
        Relation::Within | Relation::Overlaps => format!("({t}.updated >= {low} AND {t}.updated < {high})"),
        Relation::NotWithin => format!("({t}.updated < {low} OR {t}.updated >= {high})"),
        Relation::After | Relation::StartsAfter => format!("{t}.updated >= {high}"),
        Relation::Before | Relation::EndsBefore => format!("{t}.updated < {low}"),
        Relation::AfterOrWithin => format!("{t}.updated >= {low}"),
        Relation::BeforeOrWithin => format!("{t}.updated < {high}"),
    }
}

pub(super) fn text<'a>(statement: &mut Statement<'a>, x: &str, test: &'a TextTest) -> String {
    match test {
        TextTest::StartsWith(start) if start.chars().count() <= HEAD => {
            format!("({})", head_range(statement, x, start))
        }
        TextTest::StartsWith(start) => {
            let (head, rest) = parted(statement, start);
            format!("({x}.head = {head} AND starts_with({x}.rest, {rest}))")
        }
        TextTest::Contains(part) => {
            format!(
                "strpos({x}.head || coalesce({x}.rest, ''), {}) > 0",
                statement.push(Parameter::Text(part))
            )
        }
        TextTest::EndsWith(end) => {
            let end = statement.push(Parameter::Text(end));
            format!("right({x}.head || coalesce({x}.rest, ''), length({end})) = {end}")
        }
        TextTest::Equals(text) => {
            let (head, rest) = parted(statement, text);
            format!("({x}.head = {head} AND coalesce({x}.rest, '') = {rest})")
        }
        TextTest::Is { compared, written } => {
            let head = statement.push(Parameter::Text(head(compared)));
            let written = statement.push(Parameter::Text(written));
            format!(
                "({x}.head = {head} AND coalesce({x}.written, {x}.head || coalesce({x}.rest, '')) = {written})"
            )
        }
    }
}

/// That the head of a text begins so. Two comparisons rather than LIKE: `%` and `_` are plain, and the index serves them.
pub(super) fn head_range<'a>(statement: &mut Statement<'a>, x: &str, start: &'a str) -> String {
    let low = statement.push(Parameter::Text(start));
    format!("{x}.head >= {low} AND {x}.head < ({low} || U&'\\+{:06X}')", u32::from(LAST))
}

/// The head of a text, and what comes after it.
fn parted<'a>(statement: &mut Statement<'a>, text: &'a str) -> (String, String) {
    let head = head(text);
    let rest = text.get(head.len()..).unwrap_or_default();
    (statement.push(Parameter::Text(head)), statement.push(Parameter::Text(rest)))
}

pub(super) fn number<'a>(statement: &mut Statement<'a>, x: &str, test: &'a NumberTest) -> String {
    let compared = compared(statement, &format!("{x}.low"), &format!("{x}.high"), test);
    match test.unit {
        Unit::Any => compared,
        Unit::System(system) => {
            format!("({compared} AND {x}.system = {})", statement.push(Parameter::Integer(system)))
        }
        Unit::SystemCode(system, code) => {
            let system = statement.push(Parameter::Integer(system));
            let code = statement.push(Parameter::Integer(code));
            format!("({compared} AND {x}.system = {system} AND {x}.code = {code})")
        }
        Unit::Code(code) => {
            let code = statement.push(Parameter::Integer(code));
            format!("({compared} AND ({x}.code = {code} OR {x}.unit = {code}))")
        }
    }
}

/// The comparison of a range, given by the columns of its ends.
pub(super) fn compared<'a>(
    statement: &mut Statement<'a>,
    x_low: &str,
    x_high: &str,
    test: &'a NumberTest,
) -> String {
    let low = statement.push(Parameter::Text(&test.low));
    let within = |statement: &mut Statement<'a>| {
        let high = statement.push(Parameter::Text(&test.high));
        // The second follows from the third; with it, one index holds the whole range.
        format!("({x_low} >= {low} AND {x_low} < {high} AND {x_high} < {high})")
    };
    // Nearly all values have no range: they are in the index of the low ends, and only the others in that of the high ends.
    let high_end = |beyond: &str| {
        format!("({x_low} {beyond} {low} OR ({x_high} <> {x_low} AND {x_high} {beyond} {low}))")
    };
    match test.relation {
        Relation::Within => within(statement),
        Relation::NotWithin => format!("NOT {}", within(statement)),
        Relation::After => high_end(">"),
        Relation::Before => format!("{x_low} < {low}"),
        Relation::AfterOrWithin => high_end(">="),
        Relation::BeforeOrWithin => format!("{x_low} <= {low}"),
        Relation::StartsAfter => format!("{x_low} > {low}"),
        // What ends before a number begins before it.
        Relation::EndsBefore => format!("({x_low} < {low} AND {x_high} < {low})"),
        Relation::Overlaps => {
            let high = statement.push(Parameter::Text(&test.high));
            format!("({x_low} <= {high} AND {})", high_end(">="))
        }
    }
}
