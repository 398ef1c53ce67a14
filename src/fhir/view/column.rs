//! The columns of a view, and what their types mean.
//! <https://sql-on-fhir.org/ig/StructureDefinition-ViewDefinition.html#column-types>

use super::cell::Cell;
use crate::fhir::definitions::{TypeKind, type_named};
use crate::fhir::fhirpath::Item;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::primitive::Primitive;

/// The types of FHIR have URLs that begin like this, which may be left out.
const FHIR: &str = "http://hl7.org/fhir/StructureDefinition/";
/// The types of FHIRPath have these.
const SYSTEM: &str = "http://hl7.org/fhirpath/System.";

/// A column of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name, which no other column has.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Whether it has a list of values.
    pub collection: bool,
    /// Where the view says it.
    pub(super) place: String,
    /// Whether it tells the place of what is gone through, which is 0 where there is nothing.
    pub(super) counts: bool,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `boolean`.
    Boolean,
    /// `integer`, `positiveInt` or `unsignedInt`: whole numbers of 32 bits.
    Integer,
    /// `integer64`.
    Integer64,
    /// `decimal`.
    Decimal,
    /// `instant`.
    Instant,
    /// `base64Binary`.
    Bytes,
    /// Any other primitive: dates and times of whatever precision too.
    Text,
    /// A type with elements in it.
    Complex(&'static str),
    /// No type is said: any primitive.
    Unsaid,
}

impl Column {
    /// What stands in it where nothing is gone through.
    ///
    /// # Errors
    /// When it counts, and has a type that no number has.
    pub(super) fn of_nothing(&self) -> Result<Cell, Issue> {
        if !self.counts {
            return Ok(Cell::Null);
        }
        let zero = Cell::of(&Item::Integer(0), &self.kind)
            .map_err(|text| Issue::error(IssueType::Processing, text).at(format!("{}.path", self.place)))?;
        Ok(if self.collection { Cell::List(vec![zero]) } else { zero })
    }
}

impl Kind {
    /// The type that a view names; none where there is no such type.
    pub(super) fn parse(written: &str) -> Option<Self> {
        if let Some(name) = written.strip_prefix(SYSTEM) {
            return Self::of_system(name);
        }
        let name = written.strip_prefix(FHIR).unwrap_or(written);
        if name == "integer64" {
            return Some(Self::Integer64);
        }
        if let Some(primitive) = Primitive::parse(name) {
            return Some(Self::of_primitive(primitive));
        }
        let definition = type_named(name)?;
        (definition.kind != TypeKind::AbstractResource).then_some(Self::Complex(definition.name))
    }

    fn of_system(name: &str) -> Option<Self> {
        Some(match name {
            "Boolean" => Self::Boolean,
            "Integer" => Self::Integer,
            "Decimal" => Self::Decimal,
            "String" | "Date" | "DateTime" | "Time" => Self::Text,
            "Quantity" => Self::Complex("Quantity"),
            _ => return None,
        })
    }

    fn of_primitive(primitive: Primitive) -> Self {
        match primitive {
            Primitive::Boolean => Self::Boolean,
            Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => Self::Integer,
            Primitive::Decimal => Self::Decimal,
            Primitive::Instant => Self::Instant,
            Primitive::Base64Binary => Self::Bytes,
            Primitive::Canonical | Primitive::Code | Primitive::Date | Primitive::DateTime => Self::Text,
            Primitive::Id | Primitive::Markdown | Primitive::Oid | Primitive::String => Self::Text,
            Primitive::Time | Primitive::Uri | Primitive::Url | Primitive::Uuid | Primitive::Xhtml => {
                Self::Text
            }
        }
    }

    /// The type, for who reads what is wrong.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Integer64 => "integer64",
            Self::Decimal => "decimal",
            Self::Instant => "instant",
            Self::Bytes => "base64Binary",
            Self::Text => "string",
            Self::Complex(name) => name,
            Self::Unsaid => "any primitive",
        }
    }
}
