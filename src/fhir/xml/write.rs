//! From the JSON value of a resource to XML.

use serde_json::{Map, Value};

use super::{FHIR, narrative, values};
use crate::fhir::definitions::{Property, TypeDefinition, TypeKind, TypeRef, type_named};
use crate::fhir::place::Place;
use crate::fhir::primitive::Primitive;

/// A value that R4 has no place for; none that was validated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no XML for the value at {0}")]
pub struct NotWritten(pub String);

/// Writes a resource; `pretty` sets each element on a line of its own.
///
/// # Errors
/// When it is not a resource of R4.
pub fn write(resource: &Value, pretty: bool) -> Result<String, NotWritten> {
    let mut writer = Writer { out: r#"<?xml version="1.0" encoding="UTF-8"?>"#.to_owned(), pretty, level: 0 };
    writer.resource(resource, Place::root("Resource"))?;
    Ok(writer.out)
}

struct Writer {
    out: String,
    pretty: bool,
    level: usize,
}

impl Writer {
    /// Begins a start tag; it is still to be ended.
    fn open(&mut self, name: &str) {
        self.new_line();
        self.out.push('<');
        self.out.push_str(name);
    }

    fn attribute(&mut self, name: &str, text: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        values::escape(text, &mut self.out);
        self.out.push('"');
    }

    /// Ends the start tag, writes what stands in the element, and its end tag.
    fn around(
        &mut self,
        name: &str,
        content: impl FnOnce(&mut Self) -> Result<(), NotWritten>,
    ) -> Result<(), NotWritten> {
        self.out.push('>');
        let before = self.out.len();
        self.level = self.level.saturating_add(1);
        content(self)?;
        self.level = self.level.saturating_sub(1);
        if self.out.len() == before {
            self.out.pop();
            self.out.push_str("/>");
            return Ok(());
        }
        self.new_line();
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        Ok(())
    }

    fn new_line(&mut self) {
        if self.pretty {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.level));
        }
    }

    fn resource(&mut self, resource: &Value, place: Place<'_>) -> Result<(), NotWritten> {
        let object = resource.as_object().ok_or_else(|| not_written(place))?;
        let name = object.get("resourceType").and_then(Value::as_str).unwrap_or_default();
        let definition = type_named(name).filter(|definition| definition.kind == TypeKind::Resource);
        let definition = definition.ok_or_else(|| not_written(place))?;
        self.open(name);
        let root = Place::root(name);
        let is_root = place.depth == 0;
        if is_root {
            self.attribute("xmlns", FHIR);
        }
        let place = if is_root { root } else { place };
        self.around(name, |writer| writer.elements(definition, object, place))
    }

    /// Writes the elements of an object in the order of its type.
    fn elements(
        &mut self,
        definition: &'static TypeDefinition,
        object: &Map<String, Value>,
        place: Place<'_>,
    ) -> Result<(), NotWritten> {
        let has_companions = object.keys().any(|key| key.starts_with('_'));
        let mut found = Vec::with_capacity(object.len());
        for (key, value) in object {
            if (key == "resourceType" && definition.kind == TypeKind::Resource)
                || definition.is_attribute(key)
            {
                continue;
            }
            if let Some(property) = definition.property(key) {
                let companion = if has_companions { object.get(&format!("_{key}")) } else { None };
                found.push((property, Some(value), companion));
                continue;
            }
            let name = key.strip_prefix('_').ok_or_else(|| not_written(place))?;
            let property = definition.property(name).ok_or_else(|| not_written(place))?;
            if !object.contains_key(name) {
                found.push((property, None, Some(value)));
            }
        }
        found.sort_by_key(|(property, ..)| property.position);
        for (property, value, companion) in found {
            self.property(property, value, companion, place)?;
        }
        Ok(())
    }

    fn property(
        &mut self,
        property: Property<'static>,
        value: Option<&Value>,
        companion: Option<&Value>,
        place: Place<'_>,
    ) -> Result<(), NotWritten> {
        let Property { element, element_type, .. } = property;
        let here = if element.choice {
            place.choice(element.name, element_type.name)
        } else {
            place.name(element.name)
        };
        if !element.many {
            return self.element(property, value, companion, here);
        }
        let (values, companions) = (items(value, here)?, items(companion, here)?);
        for at in 0..values.len().max(companions.len()) {
            self.element(property, values.get(at), companions.get(at), here.item(at))?;
        }
        Ok(())
    }

    fn element(
        &mut self,
        property: Property<'static>,
        value: Option<&Value>,
        companion: Option<&Value>,
        place: Place<'_>,
    ) -> Result<(), NotWritten> {
        let name = property.element_type.key;
        let value = value.filter(|value| !value.is_null());
        match (property.element_type.type_ref, value) {
            (TypeRef::Primitive(Primitive::Xhtml), Some(Value::String(text))) => self.narrative(text, place),
            (TypeRef::Primitive(_), _) => {
                let companion = companion.filter(|companion| !companion.is_null());
                self.primitive(name, value, companion, place)
            }
            (TypeRef::Complex(id), Some(Value::Object(object))) => {
                self.open(name);
                self.complex(name, id.definition(), object, place)
            }
            (TypeRef::Resource, Some(resource)) => {
                self.open(name);
                self.around(name, |writer| writer.resource(resource, place))
            }
            (TypeRef::Complex(_) | TypeRef::Resource, _) => Err(not_written(place)),
        }
    }

    fn primitive(
        &mut self,
        name: &str,
        value: Option<&Value>,
        companion: Option<&Value>,
        place: Place<'_>,
    ) -> Result<(), NotWritten> {
        if value.is_none() && companion.is_none() {
            return Ok(());
        }
        self.open(name);
        let companion = match companion {
            Some(Value::Object(companion)) => Some(companion),
            Some(_) => return Err(not_written(place)),
            None => None,
        };
        if let Some(id) = companion.and_then(|companion| companion.get("id")) {
            self.attribute("id", id.as_str().ok_or_else(|| not_written(place))?);
        }
        match value {
            None => {}
            Some(Value::String(text)) => self.attribute("value", text),
            Some(Value::Number(number)) => self.attribute("value", number.as_str()),
            Some(Value::Bool(truth)) => self.attribute("value", if *truth { "true" } else { "false" }),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) => return Err(not_written(place)),
        }
        match (companion, type_named("Element")) {
            (Some(companion), Some(definition)) => {
                self.around(name, |writer| writer.elements(definition, companion, place))
            }
            (None, _) | (_, None) => self.around(name, |_| Ok(())),
        }
    }

    /// Writes the rest of an element whose start tag was begun.
    fn complex(
        &mut self,
        name: &str,
        definition: &'static TypeDefinition,
        object: &Map<String, Value>,
        place: Place<'_>,
    ) -> Result<(), NotWritten> {
        for attribute in ["id", "url"] {
            if let Some(text) = object.get(attribute).filter(|_| definition.is_attribute(attribute)) {
                self.attribute(attribute, text.as_str().ok_or_else(|| not_written(place))?);
            }
        }
        self.around(name, |writer| writer.elements(definition, object, place))
    }

    /// Copies a narrative, once it is sure that it ends where it should.
    fn narrative(&mut self, text: &str, place: Place<'_>) -> Result<(), NotWritten> {
        let text = text.trim();
        narrative::check(text).map_err(|_| not_written(place))?;
        self.new_line();
        self.out.push_str(text);
        Ok(())
    }
}

fn items<'a>(list: Option<&'a Value>, place: Place<'_>) -> Result<&'a [Value], NotWritten> {
    match list {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(not_written(place)),
    }
}

fn not_written(place: Place<'_>) -> NotWritten {
    NotWritten(place.to_string())
}
