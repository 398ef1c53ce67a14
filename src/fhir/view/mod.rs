//! ViewDefinitions of SQL on FHIR: tables made of resources. <https://sql-on-fhir.org/ig/StructureDefinition-ViewDefinition.html>
//!
//! A [`View`] is read once, with all that can be wrong with it told by its place, and then makes rows of one resource after another.
//! Whoever may ask may write any view, so that reading and evaluating are bounded: in depth, in columns, in rows, bytes and time a
//! resource. [`table`] writes rows as JSON, lines of JSON, CSV or Parquet.

mod cell;
mod column;
mod constants;
mod read;
mod rows;
mod select;
pub mod table;

use std::borrow::Cow;
use std::time::Instant;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::fhirpath::{Context, Expression, Item};
use super::outcome::Issue;
use super::resource_type::ResourceType;
pub use cell::{Cell, Row};
pub use column::{Column, Kind};
use select::Select;

/// A ViewDefinition that was read.
#[derive(Debug)]
pub struct View {
    /// The type of the resources that rows are made of.
    pub resource_type: ResourceType,
    /// The columns, in their order.
    pub columns: Vec<Column>,
    constants: Vec<(String, Item<'static>)>,
    wheres: Vec<Path>,
    selects: Vec<Select>,
}

/// An expression of a view, and where it stands.
#[derive(Debug)]
struct Path {
    expression: Expression,
    place: String,
}

impl View {
    /// Reads a ViewDefinition.
    ///
    /// # Errors
    /// All that is wrong with it, each with its place.
    pub fn read(definition: &Value) -> Result<Self, Vec<Issue>> {
        read::view(definition)
    }

    /// The rows of a resource; none of one of another type, or that a condition of the view leaves out.
    ///
    /// # Errors
    /// Where an expression fails on this resource, has several values for a column of one, or one of another type than the column's;
    /// and where there would be too many rows, or the time is over at `end`.
    pub fn rows(&self, resource: &Value, now: DateTime<Utc>, end: Instant) -> Result<Vec<Row>, Issue> {
        let item =
            Item::resource(resource).filter(|_| ResourceType::of(resource) == Some(self.resource_type));
        let Some(item) = item else { return Ok(Vec::new()) };
        let mut context = Context::of(item.clone(), item.clone(), now).until(end);
        for (name, value) in &self.constants {
            context.variables.insert(name.clone(), lent(value));
        }
        rows::of(self, context, &item, end)
    }
}

/// A constant whose text is borrowed: expressions take a copy of it each time that they name it.
fn lent<'v>(item: &'v Item<'static>) -> Item<'v> {
    match item {
        Item::Text(text) => Item::Text(Cow::Borrowed(&**text)),
        Item::Date(text) => Item::Date(Cow::Borrowed(&**text)),
        Item::Time(text) => Item::Time(Cow::Borrowed(&**text)),
        Item::Node(_) | Item::Boolean(_) | Item::Integer(_) | Item::Decimal(_) | Item::Quantity(..) => {
            item.clone()
        }
    }
}

#[cfg(test)]
mod tests;
