//! Steps from an element to those in it. <https://hl7.org/fhir/R4/fhirpath.html#polymorphism>

use serde_json::{Map, Value};

use super::item::{Item, Kind, Node};
use crate::fhir::definitions::{Element, ElementType, TypeDefinition, TypeRef, type_named};

static NULL: Value = Value::Null;

impl<'a> Node<'a> {
    /// The elements of this name.
    pub fn members(&self, name: &str, found: &mut Vec<Item<'a>>) {
        match self.kind {
            Kind::Complex(definition) => {
                let (Some(object), Some(element)) = (self.value.as_object(), definition.element(name)) else {
                    return;
                };
                element_of(object, element, found);
            }
            Kind::Primitive(_) => {
                let Some(object) = self.beside.and_then(Value::as_object) else { return };
                let Some(element) = type_named("Element").and_then(|definition| definition.element(name))
                else {
                    return;
                };
                element_of(object, element, found);
            }
        }
    }

    /// All elements in it.
    pub(super) fn children(&self, found: &mut Vec<Item<'a>>) {
        let (object, definition) = match self.kind {
            Kind::Complex(definition) => (self.value.as_object(), Some(definition)),
            Kind::Primitive(_) => (self.beside.and_then(Value::as_object), type_named("Element")),
        };
        let (Some(object), Some(definition)) = (object, definition) else { return };
        for element in &definition.elements {
            element_of(object, element, found);
        }
    }

    /// Whether it is a resource of this type, or any type with this name.
    pub(super) fn is_named(&self, name: &str) -> bool {
        matches!(self.kind, Kind::Complex(definition) if definition.name == name)
    }
}

fn element_of<'a>(object: &'a Map<String, Value>, element: &'static Element, found: &mut Vec<Item<'a>>) {
    for of in &element.types {
        let value = object.get(of.key);
        let beside = match of.type_ref {
            TypeRef::Primitive(_) => beside(object, of.key),
            TypeRef::Complex(_) | TypeRef::Resource => None,
        };
        if value.is_none() && beside.is_none() {
            continue;
        }
        match (value, beside) {
            (Some(Value::Array(items)), beside) => {
                for (at, item) in items.iter().enumerate() {
                    found.extend(node(of, item, beside.and_then(|beside| beside.get(at))));
                }
            }
            (None, Some(Value::Array(items))) => {
                found.extend(items.iter().filter_map(|beside| node(of, &NULL, Some(beside))));
            }
            (value, beside) => found.extend(node(of, value.unwrap_or(&NULL), beside)),
        }
    }
}

/// The id and extensions of a primitive element.
fn beside<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    // Most objects have none at all; looking for the sign costs less than building the name.
    let has_any = object.keys().any(|name| name.starts_with('_'));
    has_any.then(|| {
        object.iter().find_map(|(name, value)| (name.strip_prefix('_') == Some(key)).then_some(value))
    })?
}

fn node<'a>(of: &'static ElementType, value: &'a Value, beside: Option<&'a Value>) -> Option<Item<'a>> {
    let beside = beside.filter(|beside| beside.is_object());
    let kind = match of.type_ref {
        TypeRef::Primitive(primitive) => Kind::Primitive(primitive),
        TypeRef::Complex(id) => Kind::Complex(id.definition()),
        TypeRef::Resource => return Item::resource(value),
    };
    (!value.is_null() || beside.is_some()).then_some(Item::Node(Node { value, beside, kind }))
}

/// A resource of which but the type is known, such as what a reference points at.
pub(super) fn unseen<'a>(definition: &'static TypeDefinition) -> Item<'a> {
    Item::Node(Node { value: &NULL, beside: None, kind: Kind::Complex(definition) })
}
