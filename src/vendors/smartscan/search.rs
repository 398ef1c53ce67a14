//! Searches that operations are made of.

use crate::records::search::Query;

/// Up to `count` resources by one parameter.
#[must_use]
pub fn by(parameter: &str, value: String, count: u16) -> Query {
    Query { parameters: vec![(parameter.to_owned(), value)], count, strict: true, ..Query::default() }
}
