//! A search by what references point at, and by nothing else, such as `subject:Patient.birthdate=lt1970`.
//!
//! Where few resources are pointed at, the rows that point at each are read in the order that is asked for, as far as a page needs.
//! Where there are many, nearly every row points at one of them: then the rows are read in their order and put to the question, until
//! the page is full. Which it is, the statement finds out itself.

use super::conditions::{Rows, all, any_slot, condition};
use super::{Condition, SortBy, SortKey, Wanted};
use crate::storage::statement::{Parameter, Statement};

/// So many are few.
const FEW: i64 = 100;

/// The condition that such a search is made of.
pub(super) fn only<'a>(wanted: &Wanted<'a>, sort: &[SortKey]) -> Option<&'a Condition> {
    let in_order = matches!(sort, [SortKey { by: SortBy::Moment, .. }]);
    match wanted.conditions {
        [one @ Condition::PointsAt { .. }] if in_order && wanted.types.len() == 1 => Some(one),
        _ => None,
    }
}

/// The rows of one page, in any order: those after a place, at most `limit`, in the order of `t`.
pub(super) fn rows<'a>(
    statement: &mut Statement<'a>,
    resource_type: &'a str,
    only: &'a Condition,
    [after, order, limit]: [&str; 3],
) -> Option<String> {
    let Condition::PointsAt { slots, target, conditions } = only else { return None };
    let target = statement.push(Parameter::Text(target));
    let inside = all(statement, conditions, &Rows::of_resources("a"));
    let of_slot = any_slot(statement, "t", slots);
    let resource_type = statement.push(Parameter::Text(resource_type));
    let points_at = condition(statement, only, &Rows::of_resources("t"));
    let most = statement.push(Parameter::Number(FEW.saturating_add(1)));
    let few = statement.push(Parameter::Number(FEW));
    // The question stands in a select of its own, so that it is put to each row and not made a join over all.
    Some(format!(
        "(WITH aims AS MATERIALIZED (
            SELECT a.address FROM resource a
            WHERE a.tenant = $1 AND a.type = {target} AND a.body IS NOT NULL AND {inside} LIMIT {most}
        )
        SELECT DISTINCT u.moment, u.until, u.ordinal FROM (
            (SELECT f.moment, f.until, f.ordinal FROM aims CROSS JOIN LATERAL (
                SELECT t.moment, t.until, t.ordinal FROM resource_term t
                WHERE t.tenant = $1 AND {of_slot} AND t.value = aims.address{after} ORDER BY {order} LIMIT {limit}
            ) f WHERE (SELECT count(*) FROM aims) <= {few})
            UNION ALL
            (SELECT t.moment, t.until, t.ordinal FROM resource t
            WHERE (SELECT count(*) FROM aims) > {few} AND t.tenant = $1 AND t.type = {resource_type}
                AND t.body IS NOT NULL AND (SELECT {points_at}){after} ORDER BY {order} LIMIT {limit})
        ) u)"
    ))
}
