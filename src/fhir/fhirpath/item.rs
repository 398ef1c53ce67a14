//! What an expression comes to: elements of resources, and values.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::fhir::definitions::{TypeDefinition, TypeKind, type_named};
use crate::fhir::primitive::Primitive;

/// One thing.
#[derive(Clone, Debug)]
pub enum Item<'a> {
    /// An element or a resource.
    Node(Node<'a>),
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with digits behind its point, or with none.
    Decimal(Decimal),
    /// Text.
    Text(Cow<'a, str>),
    /// A date, with a time or without, as it is written.
    Date(Cow<'a, str>),
    /// A time of day, as it is written.
    Time(Cow<'a, str>),
    /// A number with its unit, as UCUM writes it.
    Quantity(Decimal, Cow<'a, str>),
}

/// An element or a resource, with its type.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// Its JSON; null where a primitive element has no value but an id or extensions.
    pub value: &'a Value,
    /// The id and extensions of a primitive element.
    pub beside: Option<&'a Value>,
    /// What it is.
    pub kind: Kind,
}

/// The type of an element.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A primitive.
    Primitive(Primitive),
    /// A resource, a datatype or a group of elements.
    Complex(&'static TypeDefinition),
}

impl<'a> Item<'a> {
    /// A resource; `None` where the JSON is none.
    #[must_use]
    pub fn resource(value: &'a Value) -> Option<Self> {
        let definition = type_named(value.get("resourceType")?.as_str()?)?;
        let is_resource = definition.kind == TypeKind::Resource;
        is_resource.then_some(Self::Node(Node { value, beside: None, kind: Kind::Complex(definition) }))
    }

    /// The value that a primitive element or a quantity stands for; anything else as it is.
    pub(super) fn plain(&self) -> Option<Self> {
        let Self::Node(node) = self else { return Some(self.clone()) };
        node.plain()
    }

    /// Its text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'a, str>> {
        match self.plain()? {
            Self::Text(text) | Self::Date(text) | Self::Time(text) => Some(text),
            Self::Node(_) | Self::Boolean(_) | Self::Integer(_) | Self::Decimal(_) | Self::Quantity(..) => {
                None
            }
        }
    }

    /// Its number, if it is a whole one.
    pub(super) fn integer(&self) -> Option<i64> {
        if let Some(Self::Integer(number)) = self.plain() { Some(number) } else { None }
    }

    /// Its number, if it is one.
    pub(super) fn decimal(&self) -> Option<Decimal> {
        match self.plain()? {
            Self::Integer(number) => Some(Decimal::from(number)),
            Self::Decimal(number) => Some(number),
            Self::Node(_)
            | Self::Boolean(_)
            | Self::Text(_)
            | Self::Date(_)
            | Self::Time(_)
            | Self::Quantity(..) => None,
        }
    }
}

impl<'a> Node<'a> {
    fn plain(&self) -> Option<Item<'a>> {
        match self.kind {
            Kind::Complex(definition) => self.quantity(definition),
            Kind::Primitive(primitive) => self.primitive(primitive),
        }
    }

    fn primitive(&self, primitive: Primitive) -> Option<Item<'a>> {
        match primitive {
            Primitive::Boolean => self.value.as_bool().map(Item::Boolean),
            Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => {
                self.value.as_i64().map(Item::Integer)
            }
            Primitive::Decimal => number(self.value).map(Item::Decimal),
            Primitive::Date | Primitive::DateTime | Primitive::Instant => self.written().map(Item::Date),
            Primitive::Time => self.written().map(Item::Time),
            Primitive::Base64Binary
            | Primitive::Canonical
            | Primitive::Code
            | Primitive::Id
            | Primitive::Markdown => self.written().map(Item::Text),
            Primitive::Oid
            | Primitive::String
            | Primitive::Uri
            | Primitive::Url
            | Primitive::Uuid
            | Primitive::Xhtml => self.written().map(Item::Text),
        }
    }

    fn written(&self) -> Option<Cow<'a, str>> {
        self.value.as_str().map(Cow::Borrowed)
    }

    /// A Quantity whose unit is told in UCUM, or that has none. <https://hl7.org/fhir/R4/fhirpath.html#quantity>
    fn quantity(&self, definition: &TypeDefinition) -> Option<Item<'a>> {
        let is_quantity = matches!(definition.name, "Quantity" | "Age" | "Count" | "Distance" | "Duration");
        if !is_quantity || self.value.get("comparator").is_some() {
            return None;
        }
        let value = number(self.value.get("value")?)?;
        let code = self.value.get("code").or_else(|| self.value.get("unit")).and_then(Value::as_str);
        Some(Item::Quantity(value, Cow::Borrowed(code.unwrap_or("1"))))
    }
}

/// A JSON number of at most 28 digits.
fn number(value: &Value) -> Option<Decimal> {
    let Value::Number(number) = value else { return None };
    let text = number.as_str();
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()
}
