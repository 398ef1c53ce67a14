//! What stands in a row, and how an item becomes that.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Number, Value};

use super::column::Kind;
use crate::fhir::fhirpath::{self, Item, Node};
use crate::fhir::primitive::Primitive;

/// A row: a cell for each column.
pub type Row = Vec<Cell>;

/// What stands in a column of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number, with the digits that it is written with.
    Decimal(String),
    /// Text, also of dates and times.
    Text(String),
    /// An element with elements in it.
    Element(Value),
    /// All values of a column of several.
    List(Vec<Self>),
}

impl Cell {
    /// An item in a column of this type.
    ///
    /// # Errors
    /// Why it cannot stand there.
    pub(super) fn of(item: &Item<'_>, kind: &Kind) -> Result<Self, String> {
        let own = Self::natural(item);
        match kind {
            Kind::Unsaid if matches!(own, Self::Element(_)) => {
                Err("the value is no primitive, and the column has no type".to_owned())
            }
            Kind::Unsaid => Ok(own),
            Kind::Complex(name) => {
                let fits = own == Self::Null || matches!(own, Self::Element(_)) && item.is_a(name);
                if fits { Ok(own) } else { Err(own.misfit(name)) }
            }
            Kind::Boolean | Kind::Integer | Kind::Integer64 | Kind::Decimal => own.fitted(kind),
            Kind::Instant | Kind::Bytes | Kind::Text => own.fitted(kind),
        }
    }

    /// An item as what it is.
    fn natural(item: &Item<'_>) -> Self {
        match item {
            Item::Node(node) => of_node(node),
            Item::Boolean(is) => Self::Boolean(*is),
            Item::Integer(number) => Self::Integer(*number),
            Item::Decimal(number) => Self::Decimal(number.to_string()),
            Item::Text(text) | Item::Date(text) | Item::Time(text) => Self::Text(text.clone().into_owned()),
            Item::Quantity(number, unit) => {
                let mut quantity = Map::new();
                quantity.extend(number_of(&number.to_string()).map(|number| ("value".to_owned(), number)));
                quantity.insert("code".to_owned(), unit.clone().into_owned().into());
                Self::Element(Value::Object(quantity))
            }
        }
    }

    /// The same value, as a column of a primitive type has it.
    fn fitted(self, kind: &Kind) -> Result<Self, String> {
        match (kind, self) {
            (_, Self::Null) => Ok(Self::Null),
            (Kind::Boolean, own @ Self::Boolean(_))
            | (Kind::Integer64, own @ Self::Integer(_))
            | (Kind::Decimal, own @ Self::Decimal(_))
            | (Kind::Text, own @ Self::Text(_)) => Ok(own),
            (Kind::Instant, Self::Text(text)) if DateTime::parse_from_rfc3339(&text).is_ok() => {
                Ok(Self::Text(text))
            }
            (Kind::Bytes, Self::Text(text)) if is_base64(&text) => Ok(Self::Text(text)),
            (Kind::Integer, Self::Integer(number)) => match i32::try_from(number) {
                Ok(_) => Ok(Self::Integer(number)),
                Err(_) => Err("the number has more than 32 bits".to_owned()),
            },
            (Kind::Integer | Kind::Integer64, own @ Self::Decimal(_)) => own.whole(kind),
            (Kind::Decimal, Self::Integer(number)) => Ok(Self::Decimal(number.to_string())),
            // Every primitive has a text.
            (Kind::Text, own @ (Self::Boolean(_) | Self::Integer(_) | Self::Decimal(_))) => {
                Ok(Self::Text(own.text()))
            }
            (kind, other) => Err(other.misfit(kind.name())),
        }
    }

    /// A number such as `2.0`, which computing may come to, as a whole one.
    fn whole(self, kind: &Kind) -> Result<Self, String> {
        let number = Decimal::from_str_exact(&self.text()).ok().filter(|number| number.fract().is_zero());
        match number.and_then(|number| number.to_i64()) {
            Some(number) => Self::Integer(number).fitted(kind),
            None => Err(self.misfit(kind.name())),
        }
    }

    fn misfit(&self, name: &str) -> String {
        let is = match self {
            Self::Null => "nothing",
            Self::Boolean(_) => "a truth value",
            Self::Integer(_) => "a whole number",
            Self::Decimal(_) => "a decimal",
            Self::Text(_) => "a text",
            Self::Element(_) => "no primitive or of another type",
            Self::List(_) => "a list",
        };
        format!("the column's type is {name}, and the value is {is}")
    }

    /// The text of a single value, as CSV has it; nothing of nothing.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Boolean(is) => is.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Decimal(text) | Self::Text(text) => text.clone(),
            Self::Element(_) | Self::List(_) => self.json().to_string(),
        }
    }

    /// The value in JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Boolean(is) => Value::Bool(*is),
            Self::Integer(number) => Value::from(*number),
            Self::Decimal(text) => number_of(text).unwrap_or_else(|| Value::String(text.clone())),
            Self::Text(text) => Value::String(text.clone()),
            Self::Element(value) => value.clone(),
            Self::List(cells) => Value::Array(cells.iter().map(Self::json).collect()),
        }
    }

    /// About how many bytes it takes.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        let more = match self {
            Self::Null | Self::Boolean(_) | Self::Integer(_) => 0,
            Self::Decimal(text) | Self::Text(text) => text.len(),
            Self::Element(value) => size_bytes(value),
            Self::List(cells) => cells.iter().map(Self::size_bytes).sum(),
        };
        size_of::<Self>().saturating_add(more)
    }
}

fn size_bytes(value: &Value) -> usize {
    let more: usize = match value {
        Value::Null | Value::Bool(_) => 0,
        Value::Number(number) => number.as_str().len(),
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size_bytes).sum(),
        Value::Object(members) => {
            let names = members.keys().map(|name| size_of::<String>().saturating_add(name.len()));
            names.chain(members.values().map(size_bytes)).sum()
        }
    };
    size_of::<Value>().saturating_add(more)
}

fn is_base64(text: &str) -> bool {
    let letters: String = text.split_whitespace().collect();
    STANDARD.decode(letters).is_ok()
}

/// The number with just these digits.
fn number_of(text: &str) -> Option<Value> {
    text.parse::<Number>().ok().map(Value::Number)
}

/// An element: its JSON where it has elements in it, else its value, which an extension may stand for.
fn of_node(node: &Node<'_>) -> Cell {
    match (node.value, node.kind) {
        (Value::Null, _) => Cell::Null,
        (Value::Bool(is), _) => Cell::Boolean(*is),
        (Value::String(text), _) => Cell::Text(text.clone()),
        (Value::Number(number), fhirpath::Kind::Primitive(Primitive::Decimal)) => {
            Cell::Decimal(number.as_str().to_owned())
        }
        (Value::Number(number), _) => {
            number.as_i64().map_or_else(|| Cell::Decimal(number.as_str().to_owned()), Cell::Integer)
        }
        (value @ (Value::Array(_) | Value::Object(_)), _) => Cell::Element(value.clone()),
    }
}
