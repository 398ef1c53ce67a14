//! The order of results, and going on after one of them. <https://hl7.org/fhir/R4/search.html#sort>
//!
//! A resource with several values of a key stands at the least of them, or in descending order at the greatest. One
//! without a value comes last. The ordinal decides between equals, so that each resource has one place.

use chrono::DateTime;

use super::Place;
use super::conditions::any_slot;
use crate::storage::StorageError;
use crate::storage::index_entries::NO_MOMENT;
use crate::storage::statement::{Parameter, Statement};

/// One key of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// What is compared.
    pub by: SortBy,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// What resources are sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// The logical id.
    Id,
    /// The time of the last change.
    Updated,
    /// The moment that the resource is about, as the indexes have it: what tells none comes before all others.
    Moment,
    /// The same, but what tells none comes after all others.
    MomentTold,
    /// The beginning of a date in these slots.
    Date(Vec<i32>),
    /// The first characters of a text or URI in these slots.
    Text(Vec<i32>),
    /// A number or quantity in these slots, whatever its unit.
    Number(Vec<i32>),
    /// The code of a token, or an arbitrary but lasting order of the targets of references, in these slots.
    Term(Vec<i32>),
}

/// The pieces of a statement that sort its rows.
pub(super) struct Sorted<'a> {
    keys: Vec<Expressions<'a>>,
}

struct Expressions<'a> {
    key: &'a SortKey,
    /// What is compared, in SQL.
    compared: String,
    /// The join that it needs.
    join: String,
}

impl<'a> Sorted<'a> {
    pub(super) fn new(keys: &'a [SortKey]) -> Self {
        let keys = keys.iter().enumerate();
        Self { keys: keys.map(|(n, key)| expressions(n, key)).collect() }
    }

    /// What is compared, as `k0`, `k1` ..., and the same as an array of texts.
    pub(super) fn columns(&self) -> String {
        let keys = self.keys.iter().enumerate();
        let compared: String = keys.map(|(n, key)| format!("{} AS k{n}, ", key.compared)).collect();
        let texts = self.keys.iter().map(|Expressions { key, compared, .. }| match key.by {
            SortBy::Updated => format!("(extract(epoch FROM {compared}) * 1000000)::bigint::text"),
            SortBy::Id | SortBy::Moment | SortBy::MomentTold | SortBy::Date(_) | SortBy::Text(_) => {
                format!("{compared}::text")
            }
            SortBy::Number(_) | SortBy::Term(_) => format!("{compared}::text"),
        });
        format!("{compared}ARRAY[{}]::text[] AS keys", texts.collect::<Vec<_>>().join(", "))
    }

    pub(super) fn joins(&self) -> String {
        self.keys.iter().map(|key| key.join.as_str()).collect()
    }

    /// The order of the rows `t`, or of the page `p` that was made of them.
    pub(super) fn order(&self, alias: &str) -> String {
        let keys = self.keys.iter().enumerate().map(|(n, Expressions { key, compared, .. })| {
            let compared = if alias == "t" { compared.clone() } else { format!("{alias}.k{n}") };
            match (key.descending, &key.by) {
                // Never null; said otherwise, the index would not have this order.
                (false, SortBy::Moment | SortBy::Updated) => format!("{compared}, "),
                (true, SortBy::Moment | SortBy::Updated) => format!("{compared} DESC, "),
                (true, _) => format!("{compared} DESC NULLS LAST, "),
                (false, _) => format!("{compared} NULLS LAST, "),
            }
        });
        let last = if self.is_read_backwards() { " DESC" } else { "" };
        format!("{}{alias}.ordinal{last}", keys.collect::<String>())
    }

    /// Whether an index that is in the order of the key and the ordinal is read from its end: then the ordinals descend, too.
    fn is_read_backwards(&self) -> bool {
        let key = self.keys.first().map(|expressions| expressions.key);
        key.is_some_and(|key| key.descending && matches!(key.by, SortBy::Moment | SortBy::Updated))
    }

    /// The condition that a row comes after a place.
    pub(super) fn after(
        &self,
        statement: &mut Statement<'a>,
        place: Place<'a>,
    ) -> Result<String, StorageError> {
        let ordinal = statement.push(Parameter::Number(place.ordinal));
        let beyond = if self.is_read_backwards() { "<" } else { ">" };
        let mut condition = format!("t.ordinal {beyond} {ordinal}");
        // From the last key to the first: what comes later decides between equals.
        for (Expressions { key, compared, .. }, value) in self.keys.iter().zip(place.keys).rev() {
            let beyond = if key.descending { "<" } else { ">" };
            condition = match (value, &key.by) {
                (None, _) => format!("({compared} IS NULL AND {condition})"),
                (Some(value), SortBy::Moment | SortBy::Updated) => {
                    let value = bound(statement, &key.by, value)?;
                    // The first part follows from the second; with it, the index begins at the place.
                    format!("({compared} {beyond}= {value} AND ({compared} {beyond} {value} OR {condition}))")
                }
                (Some(value), _) => {
                    let value = bound(statement, &key.by, value)?;
                    format!(
                        "({compared} {beyond} {value} OR {compared} IS NULL OR ({compared} = {value} AND {condition}))"
                    )
                }
            };
        }
        Ok(condition)
    }
}

fn expressions(n: usize, key: &SortKey) -> Expressions<'_> {
    let least = if key.descending { "max" } else { "min" };
    let rows = |table: &str, value: &str, slots: &[i32]| {
        let of_slot = any_slot("x", slots);
        let join = format!(
            " CROSS JOIN LATERAL (SELECT {least}({value}) AS v FROM {table} x WHERE x.tenant = $1
              AND x.ordinal = t.ordinal AND {of_slot}) s{n}"
        );
        (format!("s{n}.v"), join)
    };
    let (compared, join) = match &key.by {
        SortBy::Id => ("t.id".to_owned(), String::new()),
        SortBy::Updated => ("t.updated".to_owned(), String::new()),
        SortBy::Moment => ("t.moment".to_owned(), String::new()),
        SortBy::MomentTold => (format!("nullif(t.moment, '{NO_MOMENT}'::bigint)"), String::new()),
        SortBy::Date(slots) => rows("resource_date", "x.low", slots),
        SortBy::Text(slots) => rows("resource_text", "x.head", slots),
        SortBy::Number(slots) => rows("resource_number", "x.low", slots),
        SortBy::Term(slots) => {
            let value = "CASE WHEN x.value <> 0 THEN coalesce(x.code, x.value::text COLLATE \"C\") END";
            rows("resource_term", value, slots)
        }
    };
    Expressions { key, compared, join }
}

fn bound<'a>(statement: &mut Statement<'a>, by: &SortBy, value: &'a str) -> Result<String, StorageError> {
    let number = || value.parse::<i64>().ok();
    let parameter = match by {
        SortBy::Date(_) | SortBy::Moment | SortBy::MomentTold => number().map(Parameter::Number),
        SortBy::Updated => number().and_then(DateTime::from_timestamp_micros).map(Parameter::Time),
        SortBy::Id | SortBy::Text(_) | SortBy::Number(_) | SortBy::Term(_) => Some(Parameter::Text(value)),
    };
    let corrupt = || StorageError::Corrupt { table: "(cursor)", column: "keys", row: value.to_owned() };
    Ok(statement.push(parameter.ok_or_else(corrupt)?))
}
