//! A search by what references point at, or by what points here, and by nothing else, such as `subject:Patient.birthdate=lt1970` or
//! `_has:Observation:patient:code=8867-4`.
//!
//! Along a chain, it is asked first what is pointed at. Where that is little, the rows that point at each are read in the order that is
//! asked for, as far as a page needs. Where it is much, nearly every row points at one of them: then the rows are read in their order
//! and put to the question, until the page is full.
//!
//! Against it: the first rows in the order are put to the question by one look-up each. Only where that fills no page are all those
//! collected that are pointed at.

use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use super::conditions::{Rows, all, any_slot, condition};
use super::{Condition, SortBy, SortKey, TermTest, Wanted, load};
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError};

/// So many are few.
const FEW: usize = 100;
/// So many rows are put to the question before all that are pointed at are collected.
const FIRST: i64 = 250;

/// The condition that such a search is made of.
pub(super) fn only<'a>(wanted: &Wanted<'a>, sort: &[SortKey]) -> Option<&'a Condition> {
    let in_order = matches!(sort, [SortKey { by: SortBy::Moment, .. }]);
    match wanted.conditions {
        [one @ (Condition::PointsAt { .. } | Condition::PointedAtFrom { .. })]
            if in_order && wanted.types.len() == 1 =>
        {
            Some(one)
        }
        _ => None,
    }
}

#[derive(QueryableByName)]
struct Aim {
    #[diesel(sql_type = BigInt)]
    address: i64,
}

/// What the references of such a search must point at, one more than are few at most; none where it is no chain.
pub(super) async fn aims(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    sort: &[SortKey],
) -> Result<Option<Vec<i64>>, StorageError> {
    let Some(Condition::PointsAt { names, target, conditions, .. }) = only(wanted, sort) else {
        return Ok(None);
    };
    let sql = names.map_or_else(
        || "SELECT a.address FROM resource a WHERE a.tenant = $1 AND a.type = ".to_owned(),
        |names| {
            format!(
                "SELECT n.value AS address FROM resource a JOIN resource_term n ON n.tenant = $1 AND n.slot = {names}
                 AND n.moment = a.moment AND n.ordinal = a.ordinal WHERE a.tenant = $1 AND a.type = "
            )
        },
    );
    let mut statement = Statement::composed(sql, vec![Parameter::Number(wanted.tenant.number())]);
    let target = statement.name(target);
    let inside = all(&mut statement, conditions, &Rows::of_resources("a"));
    let most = FEW.saturating_add(1);
    statement.push_sql(&format!("{target} AND a.body IS NOT NULL AND {inside} LIMIT {most}"));
    let aims: Vec<Aim> = load(statement, connection).await?;
    Ok(Some(aims.into_iter().map(|aim| aim.address).collect()))
}

/// The rows of one page, in any order: those after a place, at most `limit`, in the order of `t`.
pub(super) fn rows<'a>(
    statement: &mut Statement<'a>,
    resource_type: &'a str,
    only: &'a Condition,
    aims: Option<&[i64]>,
    told: [&str; 3],
) -> Option<String> {
    let [after, order, limit] = told;
    match (only, aims) {
        (Condition::PointedAtFrom { together, .. }, _) if !together.is_empty() => {
            Some(looked_up(statement, resource_type, only, together, told))
        }
        (Condition::PointsAt { slots, .. }, Some(aims)) if aims.len() <= FEW => {
            let of_slot = any_slot("t", slots);
            let aims = statement.push(Parameter::Numbers(aims.to_vec()));
            Some(format!(
                "(SELECT DISTINCT f.moment, f.until, f.ordinal FROM unnest({aims}::bigint[]) AS a (address) CROSS JOIN LATERAL (
                    SELECT DISTINCT ON (t.moment, t.ordinal) t.moment, t.until, t.ordinal FROM resource_term t
                    WHERE t.tenant = $1 AND {of_slot} AND t.value = a.address{after} ORDER BY {order} LIMIT {limit}
                ) f)"
            ))
        }
        (Condition::PointsAt { .. }, Some(_)) => {
            let resource_type = statement.name(resource_type);
            let points_at = condition(statement, only, &Rows::of_resources("t"));
            // The question stands in a select of its own, so that it is put to each row and not made a join over all.
            Some(format!(
                "(SELECT t.moment, t.until, t.ordinal FROM resource t WHERE t.tenant = $1 AND t.type = {resource_type}
                    AND t.body IS NOT NULL AND (SELECT {points_at}){after} ORDER BY {order} LIMIT {limit})"
            ))
        }
        _ => None,
    }
}

/// The rows of one page of what is pointed at.
fn looked_up<'a>(
    statement: &mut Statement<'a>,
    resource_type: &'a str,
    only: &'a Condition,
    together: &[TermTest],
    [after, order, limit]: [&str; 3],
) -> String {
    let resource_type = statement.name(resource_type);
    let tests: Vec<_> = together.iter().map(|test| kept_with(statement, test)).collect();
    let pointed_at = condition(statement, only, &Rows::of_resources("t"));
    let of_type = format!("t.tenant = $1 AND t.type = {resource_type} AND t.body IS NOT NULL");
    // A select of its own for each row, so that they are not made a join over all.
    format!(
        "(WITH first AS MATERIALIZED (
            SELECT t.moment, t.until, t.ordinal, t.address FROM resource t WHERE {of_type}{after} ORDER BY {order} LIMIT {FIRST}
        ), met AS MATERIALIZED (
            SELECT f.moment, f.until, f.ordinal FROM first f
            WHERE (SELECT true FROM resource_term x WHERE x.tenant = $1 AND ({}) LIMIT 1)
        ), done AS MATERIALIZED (
            SELECT (SELECT count(*) FROM first) < {FIRST} OR (SELECT count(*) FROM met) >= {limit} AS is_so
        )
        SELECT moment, until, ordinal FROM met WHERE (SELECT is_so FROM done)
        UNION ALL
        (SELECT t.moment, t.until, t.ordinal FROM resource t
        WHERE NOT (SELECT is_so FROM done) AND {of_type} AND {pointed_at}{after} ORDER BY {order} LIMIT {limit}))",
        tests.join(" OR ")
    )
}

/// That `x` holds a token that is kept with the address of `f`.
fn kept_with(statement: &mut Statement<'_>, test: &TermTest) -> String {
    let of_slot = any_slot("x", &[test.slot]);
    let value = statement.push(Parameter::Number(test.value.unwrap_or_default()));
    let qualifier = test.qualifier.map(|qualifier| {
        let qualifier = statement.push(Parameter::Integer(qualifier));
        format!(" AND x.qualifier = {qualifier}")
    });
    format!("{of_slot} AND x.value = {value} # f.address{}", qualifier.unwrap_or_default())
}
