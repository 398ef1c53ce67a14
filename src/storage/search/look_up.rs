//! The rows that have a value, as far as they are read, through the index of its kind.
//!
//! Each comparison becomes ranges of one index, and each range is read in the order of that index: so Postgres has no other way than to
//! read it, stops where it is told to, and needs no estimate of how many there are.

use super::compare::head_range;
use super::{Condition, DateTest, NumberTest, Relation, TextTest};
use crate::storage::index_entries::head;
use crate::storage::statement::{Parameter, Statement};

/// So many ranges are read at most for one condition.
const MOST_RANGES: usize = 64;

/// A range of the index of a slot.
struct Range {
    /// What must hold of a row `x`.
    sql: String,
    /// The column that its index is in the order of.
    column: &'static str,
}

/// Whether an index leads to the rows that meet a condition.
pub(super) fn can_look_up(wanted: &Condition) -> bool {
    look_up(&mut Statement::composed(String::new(), Vec::new()), wanted, 0).is_some()
}

/// A select of the ordinals of all rows that may meet a condition, at most one more than `most`; what it finds must still be put to the
/// condition. None where no index leads to them.
pub(super) fn look_up<'a>(
    statement: &mut Statement<'a>,
    wanted: &'a Condition,
    most: usize,
) -> Option<String> {
    let (table, slots, ranges) = match wanted {
        Condition::Text(slots, tests) => {
            let ranges: Option<Vec<_>> = tests.iter().map(|test| of_text(statement, test)).collect();
            ("resource_text", slots, ranges?)
        }
        Condition::Number(slots, tests) => {
            let ranges: Option<Vec<_>> = tests.iter().map(|test| of_number(statement, test)).collect();
            ("resource_number", slots, ranges?.into_iter().flatten().collect())
        }
        Condition::Date(slots, tests) => {
            let ranges: Option<Vec<_>> = tests.iter().map(|test| of_date(statement, *test)).collect();
            ("resource_date", slots, ranges?.into_iter().flatten().collect())
        }
        Condition::Address(_)
        | Condition::Type(_)
        | Condition::Term(_)
        | Condition::Moment(_)
        | Condition::Updated(_)
        | Condition::Span(..)
        | Condition::Present(..)
        | Condition::PointsAt { .. }
        | Condition::PointedAtFrom { .. }
        | Condition::All(_)
        | Condition::Any(_)
        | Condition::Not(_)
        | Condition::Words(..) => return None,
    };
    if slots.len().saturating_mul(ranges.len()) > MOST_RANGES {
        return None;
    }
    let more = most.saturating_add(1);
    let each = slots.iter().flat_map(|slot| {
        ranges.iter().map(move |Range { sql, column }| {
            format!(
                "(SELECT x.ordinal FROM {table} x WHERE x.tenant = $1 AND x.slot = {slot} AND {sql}
                  ORDER BY x.{column} LIMIT {more})"
            )
        })
    });
    let each: Vec<_> = each.collect();
    Some(format!("SELECT x.ordinal FROM ({}) x LIMIT {more}", each.join(" UNION ALL ")))
}

fn of_text<'a>(statement: &mut Statement<'a>, test: &'a TextTest) -> Option<Range> {
    let sql = match test {
        TextTest::StartsWith(start) => head_range(statement, "x", head(start)),
        TextTest::Equals(text) | TextTest::Is { compared: text, .. } => {
            format!("x.head = {}", statement.push(Parameter::Text(head(text))))
        }
        TextTest::Contains(_) | TextTest::EndsWith(_) => return None,
    };
    Some(Range { sql, column: "head" })
}

/// Whatever the unit: how many have one, no index tells.
fn of_number<'a>(statement: &mut Statement<'a>, test: &'a NumberTest) -> Option<Vec<Range>> {
    let low = statement.push(Parameter::Text(&test.low));
    let from_low = |sql: String| Range { sql, column: "low" };
    // Nearly all values have no range: the index of the high ends has the others alone.
    let beyond = |than: &str| {
        let by_high = format!("x.high <> x.low AND x.high {than} {low}");
        vec![from_low(format!("x.low {than} {low}")), Range { sql: by_high, column: "high" }]
    };
    Some(match test.relation {
        Relation::Within => {
            let high = statement.push(Parameter::Text(&test.high));
            vec![from_low(format!("x.low >= {low} AND x.low < {high}"))]
        }
        Relation::NotWithin => return None,
        Relation::After => beyond(">"),
        Relation::AfterOrWithin | Relation::Overlaps => beyond(">="),
        Relation::Before | Relation::EndsBefore => vec![from_low(format!("x.low < {low}"))],
        Relation::BeforeOrWithin => vec![from_low(format!("x.low <= {low}"))],
        Relation::StartsAfter => vec![from_low(format!("x.low > {low}"))],
    })
}

/// What lasts beyond a time may have begun whenever: that is looked for only where little begins from then on.
fn of_date(statement: &mut Statement<'_>, test: DateTest) -> Option<Vec<Range>> {
    let mut at = |time: i64| statement.push(Parameter::Number(time));
    let [low, high] = [test.low, test.high].map(&mut at);
    let ranges = match test.relation {
        Relation::Within => vec![format!("x.low >= {low} AND x.low < {high}")],
        Relation::NotWithin => return None,
        Relation::Before | Relation::EndsBefore => vec![format!("x.low < {low}")],
        Relation::BeforeOrWithin => vec![format!("x.low < {high}")],
        Relation::StartsAfter => vec![format!("x.low >= {high}")],
        Relation::After => vec![format!("x.low >= {high}"), format!("x.low < {high} AND x.high > {high}")],
        Relation::AfterOrWithin => {
            vec![format!("x.low >= {low}"), format!("x.low < {low} AND x.high > {high}")]
        }
        Relation::Overlaps => {
            vec![format!("x.low >= {low} AND x.low < {high}"), format!("x.low < {low} AND x.high > {low}")]
        }
    };
    Some(ranges.into_iter().map(|sql| Range { sql, column: "low" }).collect())
}
