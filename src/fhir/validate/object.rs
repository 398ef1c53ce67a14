//! Objects: their names, how often each may occur, and what stands in them.

use serde_json::{Map, Value};

use super::{MAX_DEPTH, Place, Walk};
use crate::fhir::definitions::{Element, Property, TypeDefinition, TypeKind, TypeRef};
use crate::fhir::json::shown;
use crate::fhir::outcome::IssueType;
use crate::fhir::primitive::Primitive;

/// Which elements of an object were met; a bit each.
#[derive(Clone, Copy, Default)]
struct Met(u128);

impl Met {
    /// Notes an element and says whether it was there before.
    fn again(&mut self, position: usize) -> bool {
        let bit = u32::try_from(position).ok().and_then(|position| 1_u128.checked_shl(position)).unwrap_or(0);
        let again = self.0 & bit != 0;
        self.0 |= bit;
        again
    }
}

impl Walk {
    /// Checks an object against its type.
    pub(super) fn object(
        &mut self,
        definition: &TypeDefinition,
        object: &Map<String, Value>,
        place: Place<'_>,
    ) {
        if place.depth > MAX_DEPTH {
            return self.report(IssueType::TooCostly, place, "The resource is nested too deeply.");
        }
        if object.is_empty() {
            return self.report(
                IssueType::Structure,
                place,
                "An object must not be empty; leave the element out.",
            );
        }
        let mut met = Met::default();
        for (key, value) in object {
            if self.is_full() {
                return;
            }
            if key == "resourceType" && definition.kind == TypeKind::Resource {
                continue;
            }
            match definition.property(key) {
                Some(property) => self.property(property, &mut met, object, value, place),
                None => self.companion_or_unknown(definition, &mut met, object, (key, value), place),
            }
        }
        for (position, element) in definition.elements.iter().enumerate() {
            if element.required && !met.again(position) {
                let name = written(element);
                self.report(IssueType::Required, place.name(element.name), format!("{name} is missing."));
            }
        }
        self.rules(definition, object, place);
    }

    fn property(
        &mut self,
        property: Property<'_>,
        met: &mut Met,
        object: &Map<String, Value>,
        value: &Value,
        place: Place<'_>,
    ) {
        let Property { element, element_type, .. } = property;
        self.note(property, met, place);
        let here = place_of(&place, property);
        match element_type.type_ref {
            TypeRef::Primitive(_) => {
                let companion = companion_of(object, element_type.key);
                self.primitive(property, Some(value), companion, here);
            }
            TypeRef::Complex(_) | TypeRef::Resource if element.many => self.array(property, value, here),
            TypeRef::Complex(_) | TypeRef::Resource => self.complex(property, value, here),
        }
    }

    /// A name that starts with `_` carries the id and extensions of the primitive element beside it.
    fn companion_or_unknown(
        &mut self,
        definition: &TypeDefinition,
        met: &mut Met,
        object: &Map<String, Value>,
        (key, value): (&str, &Value),
        place: Place<'_>,
    ) {
        let companion = key.strip_prefix('_').and_then(|name| Some((name, definition.property(name)?)));
        match companion {
            Some((name, property)) if takes_no_companion(definition, property) => {
                let problem = format!("{name} must not have an id or extensions.");
                self.report(IssueType::Structure, place_of(&place, property), problem);
            }
            Some((name, property)) if matches!(property.element_type.type_ref, TypeRef::Primitive(_)) => {
                // With its value beside it, it is checked there.
                if !object.contains_key(name) {
                    self.note(property, met, place);
                    self.primitive(property, None, Some(value), place_of(&place, property));
                }
            }
            _ => {
                let (type_name, key) = (definition.name, shown(key));
                self.report(IssueType::Structure, place, format!("{type_name} has no element {key}."));
            }
        }
    }

    fn note(&mut self, property: Property<'_>, met: &mut Met, place: Place<'_>) {
        let element = property.element;
        if met.again(property.position) {
            let text = format!("{} must have only one of its types.", written(element));
            self.report(IssueType::Structure, place.name(element.name), text);
        }
    }

    fn array(&mut self, property: Property<'_>, value: &Value, place: Place<'_>) {
        let name = property.element_type.key;
        let Some(items) = value.as_array() else {
            return self.report(IssueType::Structure, place, format!("{name} must be an array."));
        };
        if items.is_empty() {
            self.report(
                IssueType::Structure,
                place,
                format!("{name} must not be an empty array; leave it out."),
            );
        }
        for (at, item) in items.iter().enumerate() {
            if self.is_full() {
                return;
            }
            self.complex(property, item, place.item(at));
        }
    }

    fn complex(&mut self, property: Property<'_>, value: &Value, place: Place<'_>) {
        let Property { element, element_type, .. } = property;
        match (element_type.type_ref, value) {
            (TypeRef::Resource, _) => self.resource(value, place, element.name == "contained"),
            (TypeRef::Complex(id), Value::Object(object)) => {
                self.object(id.definition(), object, place);
                self.bound(property, object, place);
                if element_type.name == "Reference" {
                    self.reference(&element_type.targets, object, place);
                }
            }
            (TypeRef::Complex(_), Value::Array(_)) => {
                self.report(
                    IssueType::Structure,
                    place,
                    format!("{} must not be an array.", element_type.key),
                );
            }
            (TypeRef::Complex(_) | TypeRef::Primitive(_), _) => {
                self.report(
                    IssueType::Structure,
                    place,
                    format!("{} must be a JSON object.", element_type.key),
                );
            }
        }
    }
}

/// Some primitives are but text: attributes of XML, and narratives.
fn takes_no_companion(definition: &TypeDefinition, property: Property<'_>) -> bool {
    definition.is_attribute(property.element_type.key)
        || property.element_type.type_ref == TypeRef::Primitive(Primitive::Xhtml)
}

fn companion_of<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    // Most objects have no companion at all; looking for a `_` costs less than building the name.
    if !object.keys().any(|name| name.starts_with('_')) {
        return None;
    }
    object.iter().find_map(|(name, value)| (name.strip_prefix('_') == Some(key)).then_some(value))
}

fn place_of<'a>(place: &'a Place<'a>, property: Property<'a>) -> Place<'a> {
    if property.element.choice {
        place.choice(property.element.name, property.element_type.name)
    } else {
        place.name(property.element.name)
    }
}

/// The element's name as the specification writes it.
fn written(element: &Element) -> String {
    if element.choice { format!("{}[x]", element.name) } else { element.name.to_owned() }
}
