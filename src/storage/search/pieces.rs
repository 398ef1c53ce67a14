//! The order of time, in pieces that each are one range of an index.
//!
//! A search for what reaches beyond a time, such as `code=8867-4&date=ge2024`, asks for two things at once: for all that begins from then
//! on, and for what began before and lasts until then. As one condition it would be put to all that began before. Nearly all of that
//! is short, so the second part is asked by length: what lasts a second at most can have begun a second before, what lasts a day
//! a day before. What lasts longer has an index of its own.
//!
//! `_sort=date` is two pieces as well: what tells no moment stands at the beginning of the indexes, but at the end of this order.

use super::{Condition, DateTest, Place, Relation, SortBy, SortKey};
use crate::storage::StorageError;
use crate::storage::index_entries::NO_MOMENT;
use crate::storage::statement::{Parameter, Statement};

/// Microseconds that a moment lasts which is told to the second; rows of a longer time are in indexes of their own.
const SECOND: i64 = 1_000_000;
/// Those of a day; the indexes of longer times part here.
const DAY: i64 = 86_400 * SECOND;

/// The pieces of an order; no row is in two of them.
pub(super) struct Pieces {
    /// What more must hold of a row `t` for each; opens with `AND` unless it is empty.
    pub(super) each: Vec<String>,
    /// The place of the condition that they say.
    pub(super) said: Option<usize>,
    /// The order of the rows in each piece.
    pub(super) order: &'static str,
}

impl Pieces {
    /// All rows in the order of time, from the earliest, that meet the condition which parts them best.
    pub(super) fn of_all(statement: &mut Statement<'_>, conditions: &[Condition]) -> Self {
        let (each, said) = match reaching(conditions) {
            Some((at, reaching)) => (by_length(statement, &reaching), Some(at)),
            None => (vec![String::new()], None),
        };
        Self { each, said, order: "t.moment, t.ordinal" }
    }

    /// Those rows after a place; none where the order is not that of time. `after` says the place in the order of the keys.
    pub(super) fn after(
        statement: &mut Statement<'_>,
        conditions: &[Condition],
        sort: &[SortKey],
        place: Option<Place<'_>>,
        after: &str,
    ) -> Result<Option<Self>, StorageError> {
        match sort {
            [SortKey { by: SortBy::Moment, descending }] => {
                let mut pieces = Self::of_all(statement, conditions);
                pieces.each.iter_mut().for_each(|piece| piece.push_str(after));
                if *descending {
                    pieces.order = "t.moment DESC, t.ordinal DESC";
                }
                Ok(Some(pieces))
            }
            [SortKey { by: SortBy::MomentTold, descending: false }] => {
                let each = told_and_untold(statement, place)?;
                Ok(Some(Self { each, said: None, order: "t.moment, t.ordinal" }))
            }
            _ => Ok(None),
        }
    }

    /// Whether the order is one range.
    pub(super) fn is_whole(&self) -> bool {
        self.each.len() == 1
    }

    /// One select of rows `t` for each piece, made by `select` of what more must hold.
    pub(super) fn union(&self, select: impl Fn(&str) -> String) -> String {
        self.each.iter().map(|piece| select(piece)).collect::<Vec<_>>().join(" UNION ALL ")
    }
}

/// The order of an answer, said as the indexes have it where the conditions leave out what tells no moment.
pub(super) fn as_indexed(sort: &[SortKey], conditions: &[Condition]) -> Vec<SortKey> {
    let is_told = conditions.iter().any(|condition| matches!(condition, Condition::Moment(_)));
    let key = |key: &SortKey| match (&key.by, is_told) {
        (SortBy::MomentTold, true) => SortKey { by: SortBy::Moment, descending: key.descending },
        _ => key.clone(),
    };
    sort.iter().map(key).collect()
}

/// A search for what reaches beyond a time.
struct Reaching {
    /// What begins from here on is found.
    from: i64,
    /// Unless it begins from here on.
    before: Option<i64>,
    /// What begins earlier is found if it lasts beyond this.
    beyond: i64,
}

/// The condition by which the rows are parted, and its place.
fn reaching(conditions: &[Condition]) -> Option<(usize, Reaching)> {
    conditions.iter().enumerate().find_map(|(at, condition)| {
        let Condition::Moment(tests) = condition else { return None };
        let [DateTest { relation, low, high }] = *tests.as_slice() else { return None };
        // Every period ends after it begins.
        let reaching = match relation {
            Relation::After => Reaching { from: high, before: None, beyond: high },
            Relation::AfterOrWithin => Reaching { from: low, before: None, beyond: high },
            Relation::Overlaps => Reaching { from: low, before: Some(high), beyond: low },
            Relation::Within
            | Relation::NotWithin
            | Relation::Before
            | Relation::BeforeOrWithin
            | Relation::StartsAfter
            | Relation::EndsBefore => return None,
        };
        Some((at, reaching))
    })
}

/// What begins from the bound on, and what began before and lasts until then.
fn by_length(statement: &mut Statement<'_>, reaching: &Reaching) -> Vec<String> {
    let Reaching { from, before, beyond } = *reaching;
    let mut at = |moment: i64| statement.push(Parameter::Number(moment));
    let before = before.map(|before| format!(" AND t.moment < {}", at(before))).unwrap_or_default();
    let [second, day] = [SECOND, DAY].map(|length| at(from.saturating_sub(length)));
    let [from, beyond] = [from, beyond].map(at);
    vec![
        format!(" AND t.moment >= {from}{before}"),
        format!(" AND t.moment >= {second} AND t.moment < {from} AND t.until > {beyond}"),
        // These two say when a row is in which index as the migration says it.
        format!(
            " AND t.moment >= {day} AND t.moment < {second} AND t.until > {beyond}
             AND t.moment + '{SECOND}'::bigint < t.until AND t.until <= t.moment + '{DAY}'::bigint"
        ),
        format!(" AND t.moment < {second} AND t.until > {beyond} AND t.moment + '{DAY}'::bigint < t.until"),
    ]
}

/// What tells a moment, in the order of these, and after it what tells none.
fn told_and_untold(
    statement: &mut Statement<'_>,
    place: Option<Place<'_>>,
) -> Result<Vec<String>, StorageError> {
    let told = format!(" AND t.moment > '{NO_MOMENT}'::bigint");
    let untold = format!(" AND t.moment = '{NO_MOMENT}'::bigint");
    let Some(Place { keys, ordinal }) = place else { return Ok(vec![told, untold]) };
    let ordinal = statement.push(Parameter::Number(ordinal));
    let Some(key) = keys.first().and_then(Option::as_deref) else {
        return Ok(vec![format!("{untold} AND t.ordinal > {ordinal}")]);
    };
    let corrupt = |_| StorageError::Corrupt { table: "(cursor)", column: "keys", row: key.to_owned() };
    let moment = statement.push(Parameter::Number(key.parse().map_err(corrupt)?));
    // The first part follows from the second; with it, the index begins at the place.
    let told = format!("{told} AND t.moment >= {moment} AND (t.moment > {moment} OR t.ordinal > {ordinal})");
    Ok(vec![told, untold])
}
