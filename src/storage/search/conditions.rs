//! Conditions as SQL. Values are always bound, never written into the text. `$1` is the tenant.

use std::collections::BTreeMap;

use super::compare::{compared, instant, interval, number, text};
use super::{Condition, Part, Rows as Kind, TermTest};
use crate::storage::index_entries::NO_MOMENT;
use crate::storage::statement::{Parameter, Statement};

/// The rows that a condition is put to, by their alias. All have an ordinal, a moment and its end.
#[derive(Clone, Copy)]
pub(super) struct Rows<'n> {
    alias: &'n str,
    /// Whether they are rows of `resource`, which have an address too.
    are_resources: bool,
}

impl<'n> Rows<'n> {
    pub(super) fn of_resources(alias: &'n str) -> Self {
        Self { alias, are_resources: true }
    }

    pub(super) fn of_terms(alias: &'n str) -> Self {
        Self { alias, are_resources: false }
    }

    pub(super) fn are_resources(&self) -> bool {
        self.are_resources
    }

    /// An alias for rows within a condition to these.
    fn inner(&self) -> String {
        format!("{}x", self.alias)
    }
}

pub(super) fn condition<'a>(statement: &mut Statement<'a>, wanted: &'a Condition, rows: &Rows<'_>) -> String {
    let t = rows.alias;
    match wanted {
        Condition::Address(_)
        | Condition::Type(_)
        | Condition::Updated(_)
        | Condition::Words(..)
        | Condition::PointedAtFrom { .. }
            if !rows.are_resources =>
        {
            let inner = rows.inner();
            let sql = condition(statement, wanted, &Rows::of_resources(&inner));
            format!(
                "EXISTS (SELECT FROM resource {inner} WHERE {inner}.tenant = $1 AND {inner}.ordinal = {t}.ordinal AND {sql})"
            )
        }
        Condition::Address(addresses) => address(statement, t, addresses),
        Condition::Type(types) => {
            format!("{t}.type = ANY ({})", statement.push(Parameter::Texts(types.clone())))
        }
        Condition::Updated(tests) => any(tests, |test| instant(statement, t, *test)),
        Condition::Moment(tests) => {
            let tests =
                any(tests, |test| interval(statement, &format!("{t}.moment"), &format!("{t}.until"), *test));
            format!("({t}.moment <> '{NO_MOMENT}'::bigint AND {tests})")
        }
        Condition::Term(tests) => {
            let inner = rows.inner();
            let sql = term(statement, &inner, tests);
            // The moment is the same in all rows of a resource; with it, the index knows the row.
            format!(
                "EXISTS (SELECT FROM resource_term {inner} WHERE {inner}.tenant = $1 AND {inner}.moment = {t}.moment
                 AND {inner}.ordinal = {t}.ordinal AND {sql})"
            )
        }
        Condition::Date(slots, tests) => exists(statement, rows, Kind::Dates, slots, |statement, x| {
            any(tests, |test| interval(statement, &format!("{x}.low"), &format!("{x}.high"), *test))
        }),
        Condition::Text(slots, tests) => exists(statement, rows, Kind::Texts, slots, |statement, x| {
            any(tests, |test| text(statement, x, test))
        }),
        Condition::Number(slots, tests) => exists(statement, rows, Kind::Numbers, slots, |statement, x| {
            any(tests, |test| number(statement, x, test))
        }),
        Condition::Span(slots, tests) => exists(statement, rows, Kind::Numbers, slots, |statement, x| {
            let (low, high) = (format!("{x}.low"), format!("{x}.high"));
            any(tests, |(from, to)| {
                let from = compared(statement, &low, &low, from);
                format!("{from} AND {}", compared(statement, &high, &high, to))
            })
        }),
        Condition::Present(kind, slots) => exists(statement, rows, *kind, slots, |_, _| "true".to_owned()),
        Condition::PointsAt { slots, names, target, conditions } => {
            points_at(statement, rows, slots, *names, (target, conditions))
        }
        Condition::PointedAtFrom { slots, names, conditions, .. } => {
            let inner = rows.inner();
            let of_slot = any_slot(&inner, slots);
            let inside = all(statement, conditions, &Rows::of_terms(&inner));
            let of_this = names.map_or_else(
                || format!("= {t}.address"),
                |names| {
                    format!(
                        "IN (SELECT {inner}n.value FROM resource_term {inner}n WHERE {inner}n.tenant = $1
                         AND {inner}n.slot = {names} AND {inner}n.moment = {t}.moment AND {inner}n.ordinal = {t}.ordinal)"
                    )
                },
            );
            format!(
                "EXISTS (SELECT FROM resource_term {inner} WHERE {inner}.tenant = $1 AND {of_slot}
                 AND {inner}.value {of_this} AND {inside})"
            )
        }
        Condition::All(conditions) => all(statement, conditions, rows),
        Condition::Any(conditions) if conditions.len() > 1 && wanted.is_found() => {
            // A union of what each finds by its indexes. Tests between which stands OR would be put to every row.
            let inner = rows.inner();
            let each = conditions.iter().map(|wanted| {
                let sql = condition(statement, wanted, &Rows::of_resources(&inner));
                format!("SELECT {inner}.ordinal FROM resource {inner} WHERE {inner}.tenant = $1 AND {sql}")
            });
            format!("{t}.ordinal IN ({})", each.collect::<Vec<_>>().join(" UNION ALL "))
        }
        Condition::Any(conditions) => any(conditions, |wanted| condition(statement, wanted, rows)),
        Condition::Words(part, words) => {
            let text = match part {
                Part::Narrative => format!(
                    r#"regexp_replace(substring({t}.body FROM '"text":\{{[^{{}}]*"div":"((?:[^"\\]|\\.)*)"'), '<[^>]*>', ' ', 'g')"#
                ),
                Part::Values => format!(r#"regexp_replace({t}.body, '"[A-Za-z_]+":', ' ', 'g')"#),
            };
            let words = words
                .iter()
                .map(|word| format!("strpos(lower({text}), {}) > 0", statement.push(Parameter::Text(word))));
            format!("({})", words.collect::<Vec<_>>().join(" AND "))
        }
        Condition::Not(wanted) => format!("NOT ({})", condition(statement, wanted, rows)),
    }
}

/// So many addresses are counted in the text of a statement.
const COUNTED: usize = 8;

fn address(statement: &mut Statement<'_>, t: &str, addresses: &[i64]) -> String {
    let Some(last) = addresses.last().filter(|_| addresses.len() <= COUNTED) else {
        return format!("{t}.address = ANY ({})", statement.push(Parameter::Numbers(addresses.to_vec())));
    };
    // Of a counted list Postgres knows how few rows it finds, and keeps the plan. Its length is rounded up, so that the forms are
    // few.
    let padded = addresses.iter().chain(std::iter::repeat(last)).take(addresses.len().next_power_of_two());
    let padded: Vec<_> = padded.map(|one| statement.push(Parameter::Number(*one))).collect();
    format!("{t}.address IN ({})", padded.join(", "))
}

pub(super) fn all<'a>(statement: &mut Statement<'a>, conditions: &'a [Condition], rows: &Rows<'_>) -> String {
    if conditions.is_empty() {
        return "true".to_owned();
    }
    let all = conditions.iter().map(|wanted| condition(statement, wanted, rows));
    format!("({})", all.collect::<Vec<_>>().join(" AND "))
}

/// Whether a reference leads to what meets the conditions: by its address, or by one of its names, which have this slot.
fn points_at<'a>(
    statement: &mut Statement<'a>,
    rows: &Rows<'_>,
    slots: &[i32],
    names: Option<i32>,
    (target, conditions): (&'a str, &'a [Condition]),
) -> String {
    let (t, x) = (rows.alias, rows.inner());
    let aim = format!("{x}r");
    let of_slot = any_slot(&x, slots);
    let target = statement.name(target);
    let inside = all(statement, conditions, &Rows::of_resources(&aim));
    let meets = match names {
        None => format!("resource {aim} ON {aim}.tenant = $1 AND {aim}.address = {x}.value"),
        Some(names) => format!(
            "resource_term {x}n ON {x}n.tenant = $1 AND {x}n.slot = {names} AND {x}n.value = {x}.value
             JOIN resource {aim} ON {aim}.tenant = $1 AND {aim}.ordinal = {x}n.ordinal"
        ),
    };
    format!(
        "EXISTS (SELECT FROM resource_term {x} JOIN {meets}
         WHERE {x}.tenant = $1 AND {x}.moment = {t}.moment AND {x}.ordinal = {t}.ordinal AND {of_slot}
         AND {aim}.type = {target} AND {aim}.body IS NOT NULL AND {inside})"
    )
}

/// Whether the resource has a row in one of the slots that passes the tests, which get its alias.
fn exists<'a>(
    statement: &mut Statement<'a>,
    rows: &Rows<'_>,
    kind: Kind,
    slots: &[i32],
    tests: impl FnOnce(&mut Statement<'a>, &str) -> String,
) -> String {
    let (t, x) = (rows.alias, rows.inner());
    let table = match kind {
        Kind::Terms => "resource_term",
        Kind::Dates => "resource_date",
        Kind::Texts => "resource_text",
        Kind::Numbers => "resource_number",
    };
    let of_slot = any_slot(&x, slots);
    let tests = tests(statement, &x);
    format!(
        "EXISTS (SELECT FROM {table} {x} WHERE {x}.tenant = $1 AND {x}.ordinal = {t}.ordinal AND {of_slot} AND {tests})"
    )
}

/// That a row is in one of the slots. They stand in the text: how many rows a slot has decides how a search is best done, and a
/// plan that is kept must know it.
pub(super) fn any_slot(x: &str, slots: &[i32]) -> String {
    match slots {
        [slot] => format!("{x}.slot = {slot}"),
        [] => "false".to_owned(),
        several => {
            let several: Vec<_> = several.iter().map(i32::to_string).collect();
            format!("{x}.slot IN ({})", several.join(", "))
        }
    }
}

/// Tests of one qualifier: in which slots, and for which values; any value, where there are none.
struct Group {
    qualifier: Option<i32>,
    slots: Vec<i32>,
    values: Vec<i64>,
}

/// Tests that differ in the value alone, or in the slot alone, are one comparison.
fn grouped(tests: &[TermTest]) -> Vec<Group> {
    let mut of_slot: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for TermTest { slot, value, qualifier } in tests {
        of_slot.entry((*slot, *qualifier, value.is_none())).or_default().extend(value);
    }
    let mut groups: BTreeMap<_, Vec<i32>> = BTreeMap::new();
    for ((slot, qualifier, _), mut values) in of_slot {
        values.sort_unstable();
        values.dedup();
        groups.entry((qualifier, values)).or_default().push(slot);
    }
    groups.into_iter().map(|((qualifier, values), slots)| Group { qualifier, slots, values }).collect()
}

/// Whether the row `x` of `resource_term` passes one of the tests.
pub(super) fn term(statement: &mut Statement<'_>, x: &str, tests: &[TermTest]) -> String {
    any(&grouped(tests), |Group { qualifier, slots, values }| {
        let mut sql = any_slot(x, slots);
        match values.as_slice() {
            [] => {}
            [value] => {
                sql.push_str(&format!(" AND {x}.value = {}", statement.push(Parameter::Number(*value))))
            }
            several => {
                let several = statement.push(Parameter::Numbers(several.to_vec()));
                sql.push_str(&format!(" AND {x}.value = ANY ({several})"));
            }
        }
        if let Some(qualifier) = qualifier {
            let qualifier = statement.push(Parameter::Integer(*qualifier));
            sql.push_str(&format!(" AND {x}.qualifier = {qualifier}"));
        }
        sql
    })
}

fn any<'a, T>(tests: &'a [T], mut one: impl FnMut(&'a T) -> String) -> String {
    match tests {
        [] => "false".to_owned(),
        [test] => one(test),
        several => {
            let all = several.iter().map(|test| format!("({})", one(test)));
            format!("({})", all.collect::<Vec<_>>().join(" OR "))
        }
    }
}
