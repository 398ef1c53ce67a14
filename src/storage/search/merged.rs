//! A search that starts from a token with several values, such as `code=8867-4,8310-5`, or with a code of any system.
//!
//! The rows of each value are read in the order that is asked for, as far as a page needs, and merged.

use std::collections::BTreeSet;

use super::base::is_of_resource;
use super::conditions::{Rows, any_slot, condition};
use super::pieces::Pieces;
use super::{TermTest, Wanted};
use crate::storage::statement::{Parameter, Statement};

/// The tests of a token that many values or any system may pass, where it is what tells most: such rows come in the order of time
/// for each value, but not for all.
fn several<'w>(wanted: &Wanted<'w>) -> Option<&'w [TermTest]> {
    if wanted.conditions.iter().any(is_of_resource) {
        return None;
    }
    let is_told = |test: &TermTest| test.value.is_some_and(|value| value != 0);
    // The caller puts what has the fewest matches first.
    let tests = wanted.conditions.first()?.terms()?;
    (!tests.is_empty() && tests.iter().all(is_told)).then_some(tests)
}

/// The rows of one page for such a condition: the first of each value.
pub(super) fn rows<'a>(
    statement: &mut Statement<'a>,
    wanted: &Wanted<'a>,
    pieces: &Pieces,
    limit: &str,
) -> Option<String> {
    let tests = several(wanted)?;
    let slots: BTreeSet<i32> = tests.iter().map(|test| test.slot).collect();
    let slots: Vec<i32> = slots.into_iter().collect();
    let each = [
        Parameter::Integers(tests.iter().map(|test| test.slot).collect()),
        Parameter::Numbers(tests.iter().filter_map(|test| test.value).collect()),
        Parameter::OptionalIntegers(tests.iter().map(|test| test.qualifier).collect()),
    ];
    let [slot, value, qualifier] = each.map(|column| statement.push(column));
    let of_slot = any_slot("t", &slots);
    // One resource may have several rows of a value, with other systems: it counts once for the limit.
    let others = wanted.conditions.iter().enumerate().skip(1).filter(|(at, _)| Some(*at) != pieces.said);
    let others: String =
        others.map(|(_, one)| format!(" AND {}", condition(statement, one, &Rows::of_terms("t")))).collect();
    let order = pieces.order;
    let each = pieces.union(|piece| {
        format!(
            "(SELECT DISTINCT ON (t.moment, t.ordinal) t.moment, t.until, t.ordinal FROM resource_term t
            WHERE t.tenant = $1 AND {of_slot} AND t.slot = a.slot AND t.value = a.value
                AND (a.qualifier IS NULL OR t.qualifier = a.qualifier){others}{piece} ORDER BY {order} LIMIT {limit})"
        )
    });
    Some(format!(
        "(SELECT DISTINCT f.moment, f.until, f.ordinal
        FROM unnest({slot}::integer[], {value}::bigint[], {qualifier}::integer[]) AS a (slot, value, qualifier) CROSS JOIN LATERAL ({each}) f)"
    ))
}
