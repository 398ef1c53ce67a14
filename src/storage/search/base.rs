//! The rows that a search starts from.
//!
//! Where a token or reference with one value is asked for, its rows in `resource_term` are the matches, in the order of time:
//! the search reads of them what its page needs. Else it starts from `resource`, and Postgres chooses the way.

use super::conditions::{Rows as Aliased, condition, term};
use super::pieces::Pieces;
use super::{Condition, SortBy, SortKey, TermTest, Wanted};
use crate::storage::statement::{Parameter, Statement};

/// Where the rows come from. They are called `t`, and have a tenant, a moment, its end and an ordinal.
pub(super) enum Base<'a> {
    /// The resources of the types.
    Resources(&'a Wanted<'a>),
    /// The rows of one value; the condition at this place says which.
    Term(&'a Wanted<'a>, usize, TermTest),
}

impl<'a> Base<'a> {
    pub(super) fn of(wanted: &'a Wanted<'a>, sort: &[SortKey]) -> Self {
        let of_resource = |key: &SortKey| matches!(key.by, SortBy::Id | SortBy::Updated);
        if sort.iter().any(of_resource) || wanted.conditions.iter().any(is_of_resource) {
            return Self::Resources(wanted);
        }
        let one = |(at, condition): (usize, &Condition)| match condition.terms()? {
            [test] if test.value.is_some_and(|value| value != 0) && test.qualifier.is_some() => {
                Some((at, *test))
            }
            _ => None,
        };
        // The caller puts what has the fewest matches first: what stands behind a text or a number may have many more.
        let leading = wanted.conditions.iter().enumerate().take_while(|(_, c)| c.terms().is_some());
        let first = { leading }.find_map(one);
        first.map_or(Self::Resources(wanted), |(at, test)| Self::Term(wanted, at, test))
    }

    /// The `FROM`, without its joins.
    pub(super) fn sql(&self) -> &'static str {
        match self {
            Self::Resources(_) => "FROM resource t",
            Self::Term(..) => "FROM resource_term t",
        }
    }

    /// Adds the joins and the `WHERE` with all conditions.
    pub(super) fn push_conditions(&self, statement: &mut Statement<'a>, joins: &str) {
        statement.push_sql(&format!("{joins} WHERE t.tenant = $1"));
        let (wanted, rows, driver) = match self {
            Self::Resources(wanted) => {
                if let Some(of_types) = of_types(statement, wanted.types) {
                    statement.push_sql(&of_types);
                }
                statement.push_sql(" AND t.body IS NOT NULL");
                (wanted, Aliased::of_resources("t"), None)
            }
            Self::Term(wanted, at, test) => {
                let sql = term(statement, "t", std::slice::from_ref(test));
                statement.push_sql(&format!(" AND {sql}"));
                (wanted, Aliased::of_terms("t"), Some(*at))
            }
        };
        for (at, wanted) in wanted.conditions.iter().enumerate() {
            if Some(at) != driver {
                let sql = condition(statement, wanted, &rows);
                statement.push_sql(&format!(" AND {sql}"));
            }
        }
    }
}

impl<'a> Base<'a> {
    /// The same rows, piece by piece, as selects that are put together; of each at most as many as `limit` says. None where
    /// the order is one piece anyway, or an index of values may lead to the rows sooner than the order does.
    pub(super) fn in_pieces(
        &self,
        statement: &mut Statement<'a>,
        pieces: &Pieces,
        limit: Option<&str>,
    ) -> Option<String> {
        if pieces.is_whole() {
            return None;
        }
        let (wanted, of_rows, rows, driver) = match self {
            Self::Resources(wanted) => {
                let [of_type] = wanted.types else { return None };
                // What must not be, such as what a Consent denies, leads to no rows by itself.
                let leads_nowhere = |one: &Condition| matches!(one, Condition::Moment(_) | Condition::Not(_));
                if !wanted.conditions.iter().all(leads_nowhere) {
                    return None;
                }
                let of_type = statement.name(of_type);
                let of_rows = format!("t.type = {of_type} AND t.body IS NOT NULL");
                (wanted, of_rows, Aliased::of_resources("t"), None)
            }
            Self::Term(wanted, at, test) => {
                let of_rows = term(statement, "t", std::slice::from_ref(test));
                (wanted, of_rows, Aliased::of_terms("t"), Some(*at))
            }
        };
        let others = wanted.conditions.iter().enumerate();
        let others = others.filter(|(at, _)| Some(*at) != driver && Some(*at) != pieces.said);
        let others: String =
            others.map(|(_, one)| format!(" AND {}", condition(statement, one, &rows))).collect();
        let (from, order) = (self.sql(), pieces.order);
        let limit = limit.map(|limit| format!(" ORDER BY {order} LIMIT {limit}")).unwrap_or_default();
        Some(pieces.union(|piece| {
            format!(
                "(SELECT t.moment, t.until, t.ordinal {from} WHERE t.tenant = $1 AND {of_rows}{others}{piece}{limit})"
            )
        }))
    }
}

fn of_types<'a>(statement: &mut Statement<'a>, types: &'a [&'a str]) -> Option<String> {
    match types {
        [] => None,
        [one] => Some(format!(" AND t.type = {}", statement.name(one))),
        several => {
            Some(format!(" AND t.type = ANY ({})", statement.push(Parameter::Texts(several.to_vec()))))
        }
    }
}

/// Whether a condition asks for what the resource's own row alone tells.
pub(super) fn is_of_resource(condition: &Condition) -> bool {
    match condition {
        Condition::Address(_)
        | Condition::Type(_)
        | Condition::Updated(_)
        | Condition::PointedAtFrom { .. } => true,
        Condition::All(conditions) | Condition::Any(conditions) => conditions.iter().any(is_of_resource),
        Condition::Not(condition) => is_of_resource(condition),
        Condition::Term(_)
        | Condition::Date(..)
        | Condition::Moment(_)
        | Condition::Text(..)
        | Condition::Number(..)
        | Condition::Span(..)
        | Condition::Present(..)
        // What is found by other means is few; the bodies of these are read.
        | Condition::Words(..)
        | Condition::PointsAt { .. } => false,
    }
}
