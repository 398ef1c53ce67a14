//! A search by a text, a number or a date that is kept apart from the order of time, such as `name=li` or
//! `code-value-quantity=8867-4$gt100`.
//!
//! There are two ways to a page of it. Where few rows have such a value, these are looked up and put in order. Where many have, a page
//! is soon full when the rows are read in their order and put to the question. Which way is short is not known before: so each is
//! gone for a while in turn, further each time, and the search takes little longer than the better of both would. What is still
//! undecided then is left to Postgres, which collects all that has such a value.

use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use super::base::is_of_resource;
use super::conditions::{Rows, condition, term};
use super::look_up::{can_look_up, look_up};
use super::pieces::Pieces;
use super::{Condition, SortBy, SortKey, TermTest, Wanted, load};
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError};

/// How far a way is gone before the other is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// At most so many rows are looked up.
    LookUp(usize),
    /// At most so many rows are read in their order.
    Read(usize),
}

/// The steps of a search that has nothing better to start from.
const STEPS: [Step; 4] = [Step::LookUp(250), Step::Read(2_500), Step::LookUp(5_000), Step::Read(50_000)];

/// A search that is made so.
pub(super) struct InTurns<'w> {
    resource_type: &'w str,
    /// The token or reference whose rows are read, and its place; all of the type, where there is none.
    read: Option<(usize, TermTest)>,
    /// What is looked up.
    looked_up: &'w Condition,
    conditions: &'w [Condition],
}

impl<'w> InTurns<'w> {
    /// The search, if it can be made so: there is one such value, and beside it at most one token and a time.
    pub(super) fn of(wanted: &Wanted<'w>, sort: &[SortKey]) -> Option<Self> {
        let [SortKey { by: SortBy::Moment | SortBy::MomentTold, .. }] = sort else { return None };
        let [resource_type] = wanted.types else { return None };
        let (mut read, mut looked_up) = (None, None);
        for (at, condition) in wanted.conditions.iter().enumerate() {
            match condition {
                Condition::Text(..) | Condition::Number(..) | Condition::Date(..)
                    if looked_up.is_none() && can_look_up(condition) =>
                {
                    looked_up = Some(condition);
                }
                Condition::Term(tests) if read.is_none() => match tests.as_slice() {
                    [test] if test.value.is_some_and(|value| value != 0) => read = Some((at, *test)),
                    _ => return None,
                },
                Condition::Moment(_) => {}
                Condition::Not(inner) if !is_of_resource(inner) => {}
                Condition::Address(_)
                | Condition::Type(_)
                | Condition::Term(_)
                | Condition::Updated(_)
                | Condition::Text(..)
                | Condition::Number(..)
                | Condition::Span(..)
                | Condition::Date(..)
                | Condition::Present(..)
                | Condition::PointsAt { .. }
                | Condition::PointedAtFrom { .. }
                | Condition::All(_)
                | Condition::Any(_)
                | Condition::Not(_)
                | Condition::Words(..) => return None,
            }
        }
        Some(Self { resource_type, read, looked_up: looked_up?, conditions: wanted.conditions })
    }

    /// What is done in turn. A code of a system or a reference has few rows, or is what is asked for first of all.
    pub(super) fn steps(&self) -> &'static [Step] {
        let all = STEPS.as_slice();
        let is_told = self.read.is_some_and(|(_, test)| test.qualifier.is_some());
        if is_told { all.get(1..).unwrap_or_default() } else { all }
    }

    /// The rows of one page among those with these ordinals.
    pub(super) fn among<'a>(
        &self,
        statement: &mut Statement<'a>,
        ordinals: &[i64],
        [after, order, limit]: [&str; 3],
    ) -> String
    where
        'w: 'a,
    {
        let resource_type = statement.name(self.resource_type);
        let ordinals = statement.push(Parameter::Numbers(ordinals.to_vec()));
        let tests = self.tests(statement, None, &Rows::of_resources("t"));
        format!(
            "(SELECT t.moment, t.until, t.ordinal FROM unnest({ordinals}::bigint[]) AS a (ordinal)
                JOIN resource t ON t.tenant = $1 AND t.ordinal = a.ordinal
                WHERE t.type = {resource_type} AND t.body IS NOT NULL{tests}{after} ORDER BY {order} LIMIT {limit})"
        )
    }

    /// The rows of one page among the first `most` in the order, and the condition that there are more of these.
    pub(super) fn read<'a>(
        &self,
        statement: &mut Statement<'a>,
        pieces: &Pieces,
        most: usize,
        [order, limit]: [&str; 2],
    ) -> (String, String)
    where
        'w: 'a,
    {
        let (from, of_rows, distinct) = match &self.read {
            Some((_, test)) => {
                let of_term = term(statement, "t", std::slice::from_ref(test));
                // A resource has a row for each system that its code is of.
                let distinct =
                    if test.qualifier.is_none() { "DISTINCT ON (t.moment, t.ordinal) " } else { "" };
                ("resource_term", of_term, distinct)
            }
            None => {
                let resource_type = statement.name(self.resource_type);
                ("resource", format!("t.type = {resource_type} AND t.body IS NOT NULL"), "")
            }
        };
        let in_order = &pieces.order;
        let each = pieces.union(|piece| {
            format!(
                "(SELECT {distinct}t.moment, t.until, t.ordinal FROM {from} t WHERE t.tenant = $1 AND {of_rows}{piece}
                  ORDER BY {in_order} LIMIT {most})"
            )
        });
        let first = format!("(SELECT t.* FROM ({each}) t ORDER BY {order} LIMIT {most})");
        let tests = self.tests(statement, pieces.said, &Rows::of_terms("t"));
        let rows = format!(
            "(SELECT t.moment, t.until, t.ordinal FROM {first} t WHERE true{tests} ORDER BY {order} LIMIT {limit})"
        );
        (rows, format!("(SELECT count(*) FROM {first} t) >= {most}"))
    }

    /// All conditions but the one that the rows are read by and the one that is `said`. Each stands in a select of its own, so that it
    /// is put to each row and not made a join over all.
    fn tests<'a>(&self, statement: &mut Statement<'a>, said: Option<usize>, rows: &Rows<'_>) -> String
    where
        'w: 'a,
    {
        let read = self.read.as_ref().map(|(at, _)| *at).filter(|_| !rows.are_resources());
        let conditions = self.conditions.iter().enumerate();
        let conditions = conditions.filter(|(at, _)| Some(*at) != said && Some(*at) != read);
        conditions.map(|(_, one)| format!(" AND (SELECT {})", condition(statement, one, rows))).collect()
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    ordinal: i64,
}

/// The ordinals of all that has such a value, and perhaps of more; none where these are more than `most`.
pub(super) async fn few(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    in_turns: &InTurns<'_>,
    most: usize,
) -> Result<Option<Vec<i64>>, StorageError> {
    let mut statement = Statement::composed(String::new(), vec![Parameter::Number(wanted.tenant.number())]);
    let Some(rows) = look_up(&mut statement, in_turns.looked_up, most) else { return Ok(None) };
    statement.push_sql(&rows);
    let found: Vec<Found> = load(statement, connection).await?;
    if found.len() > most {
        return Ok(None);
    }
    let mut ordinals: Vec<i64> = found.into_iter().map(|found| found.ordinal).collect();
    ordinals.sort_unstable();
    ordinals.dedup();
    Ok(Some(ordinals))
}
