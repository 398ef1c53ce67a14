//! The order of results, and going on after one of them. <https://hl7.org/fhir/R4/search.html#sort>
//!
//! A resource with several values of a key stands at the least of them, or in descending order at the greatest. One
//! without a value comes last. The id decides between equals, so that each resource has one place.

use chrono::DateTime;

use super::Place;
use crate::storage::StorageError;
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
    /// The beginning of a date of this parameter.
    Date(String),
    /// The first characters of a text or URI of this parameter.
    Text(String),
    /// A number or quantity of this parameter, whatever its unit.
    Number(String),
    /// The code or address of a token or reference of this parameter.
    Key(String),
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
    pub(super) fn new(statement: &mut Statement<'a>, keys: &'a [SortKey]) -> Self {
        let keys = keys.iter().enumerate();
        Self { keys: keys.map(|(n, key)| expressions(statement, n, key)).collect() }
    }

    /// The keys' values as an array of texts.
    pub(super) fn columns(&self) -> String {
        let texts = self.keys.iter().map(|Expressions { key, compared, .. }| match key.by {
            SortBy::Updated => format!("(extract(epoch FROM {compared}) * 1000000)::bigint::text"),
            SortBy::Id | SortBy::Date(_) | SortBy::Text(_) | SortBy::Number(_) | SortBy::Key(_) => {
                format!("{compared}::text")
            }
        });
        format!("ARRAY[{}]::text[]", texts.collect::<Vec<_>>().join(", "))
    }

    pub(super) fn joins(&self) -> String {
        self.keys.iter().map(|key| key.join.as_str()).collect()
    }

    pub(super) fn order(&self) -> String {
        let keys = self.keys.iter().map(|Expressions { key, compared, .. }| {
            format!("{compared} {} NULLS LAST, ", if key.descending { "DESC" } else { "ASC" })
        });
        format!("{}t.id", keys.collect::<String>())
    }

    /// The condition that a row comes after a place.
    pub(super) fn after(
        &self,
        statement: &mut Statement<'a>,
        place: Place<'a>,
    ) -> Result<String, StorageError> {
        let id = statement.push(Parameter::Text(place.id));
        let mut condition = format!("t.id > {id}");
        // From the last key to the first: what comes later decides between equals.
        for (Expressions { key, compared, .. }, value) in self.keys.iter().zip(place.keys).rev() {
            condition = match value {
                None => format!("({compared} IS NULL AND {condition})"),
                Some(value) => {
                    let value = bound(statement, &key.by, value)?;
                    let beyond = if key.descending { "<" } else { ">" };
                    format!(
                        "({compared} {beyond} {value} OR {compared} IS NULL OR ({compared} = {value} AND {condition}))"
                    )
                }
            };
        }
        Ok(condition)
    }
}

fn expressions<'a>(statement: &mut Statement<'a>, n: usize, key: &'a SortKey) -> Expressions<'a> {
    let (least, end) = if key.descending { ("max", "-1") } else { ("min", "0") };
    let mut rows = |table: &str, column: &str, parameter: &'a str| {
        let parameter = statement.push(Parameter::Text(parameter));
        let join = format!(
            " CROSS JOIN LATERAL (SELECT {least}(x.{column}) AS v FROM {table} x WHERE x.tenant = t.tenant
              AND x.type = t.type AND x.id = t.id AND x.parameter = {parameter}) s{n}"
        );
        (format!("s{n}.v"), join)
    };
    let (compared, join) = match &key.by {
        SortBy::Id => ("t.id".to_owned(), String::new()),
        SortBy::Updated => ("t.updated".to_owned(), String::new()),
        SortBy::Date(parameter) => rows("resource_date", "low", parameter),
        SortBy::Text(parameter) => rows("resource_text", "head", parameter),
        SortBy::Number(parameter) => rows("resource_number", "low", parameter),
        SortBy::Key(parameter) => {
            let parameter = statement.push(Parameter::Text(parameter));
            (format!("((t.keys -> {parameter} ->> {end}) COLLATE \"C\")"), String::new())
        }
    };
    Expressions { key, compared, join }
}

fn bound<'a>(statement: &mut Statement<'a>, by: &SortBy, value: &'a str) -> Result<String, StorageError> {
    let number = || value.parse::<i64>().ok();
    let parameter = match by {
        SortBy::Date(_) => number().map(Parameter::Number),
        SortBy::Updated => number().and_then(DateTime::from_timestamp_micros).map(Parameter::Time),
        SortBy::Id | SortBy::Text(_) | SortBy::Number(_) | SortBy::Key(_) => Some(Parameter::Text(value)),
    };
    let corrupt = || StorageError::Corrupt { table: "(cursor)", column: "keys", row: value.to_owned() };
    Ok(statement.push(parameter.ok_or_else(corrupt)?))
}
