//! Whether something is of a type. <https://hl7.org/fhir/R4/fhirpath.html#types>

use super::item::{Item, Kind};
use crate::fhir::definitions::{TypeDefinition, TypeKind};
use crate::fhir::primitive::Primitive;

impl Item<'_> {
    /// Whether it is of the type with this name, or of one that builds on it.
    #[must_use]
    pub fn is_a(&self, name: &str) -> bool {
        match self {
            Self::Node(node) => match node.kind {
                Kind::Primitive(primitive) => primitive_is(primitive, name),
                Kind::Complex(definition) => complex_is(definition, name),
            },
            Self::Boolean(_) => name == "Boolean",
            Self::Integer(_) => name == "Integer",
            Self::Decimal(_) => name == "Decimal",
            Self::Text(_) => name == "String",
            Self::Date(text) => name == if text.contains('T') { "DateTime" } else { "Date" },
            Self::Time(_) => name == "Time",
            Self::Quantity(..) => name == "Quantity",
        }
    }
}

/// The name as FHIR writes it, the type that it builds on, and the System type that it is converted to.
fn primitive_is(primitive: Primitive, name: &str) -> bool {
    let (own, base, system) = match primitive {
        Primitive::Base64Binary => ("base64Binary", "", "String"),
        Primitive::Boolean => ("boolean", "", "Boolean"),
        Primitive::Canonical => ("canonical", "uri", "String"),
        Primitive::Code => ("code", "string", "String"),
        Primitive::Date => ("date", "", "Date"),
        Primitive::DateTime => ("dateTime", "", "DateTime"),
        Primitive::Decimal => ("decimal", "", "Decimal"),
        Primitive::Id => ("id", "string", "String"),
        Primitive::Instant => ("instant", "", "DateTime"),
        Primitive::Integer => ("integer", "", "Integer"),
        Primitive::Markdown => ("markdown", "string", "String"),
        Primitive::Oid => ("oid", "uri", "String"),
        Primitive::PositiveInt => ("positiveInt", "integer", "Integer"),
        Primitive::String => ("string", "", "String"),
        Primitive::Time => ("time", "", "Time"),
        Primitive::UnsignedInt => ("unsignedInt", "integer", "Integer"),
        Primitive::Uri => ("uri", "", "String"),
        Primitive::Url => ("url", "uri", "String"),
        Primitive::Uuid => ("uuid", "uri", "String"),
        Primitive::Xhtml => ("xhtml", "", "String"),
    };
    name == own || (!base.is_empty() && name == base) || name == system || name == "Element"
}

fn complex_is(definition: &TypeDefinition, name: &str) -> bool {
    if definition.name == name {
        return true;
    }
    match definition.kind {
        TypeKind::Resource | TypeKind::AbstractResource => {
            let has_text = definition.element("text").is_some() && definition.element("contained").is_some();
            name == "Resource" || (name == "DomainResource" && has_text)
        }
        TypeKind::Datatype => {
            let is_quantity = matches!(definition.name, "Age" | "Count" | "Distance" | "Duration");
            name == "Element" || (name == "Quantity" && is_quantity)
        }
        TypeKind::Group => matches!(name, "Element" | "BackboneElement"),
    }
}
