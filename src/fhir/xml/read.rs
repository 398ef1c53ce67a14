//! From XML to the JSON value of a resource.

use serde_json::{Map, Value};

use super::attributes::{self, Attributes};
use super::source::{Child, Source, Space, Tag};
use super::{fault, is_char, narrative, values};
use crate::fhir::definitions::{Property, TypeDefinition, TypeKind, TypeRef, type_named};
use crate::fhir::json::{MAX_DEPTH, shown};
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::place::Place;
use crate::fhir::primitive::Primitive;

/// Reads a request body as the XML of a resource. What its values must be like is checked with those of JSON.
///
/// # Errors
/// What is wrong first.
pub fn parse_resource(bytes: &[u8]) -> Result<Value, Issue> {
    let text = std::str::from_utf8(bytes).map_err(|fault| {
        let offset = fault.valid_up_to();
        fault::structure(format!("The body is not UTF-8: byte {offset} starts no character."))
    })?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.trim_ascii().is_empty() {
        return Err(fault::structure("The body is empty; a resource is expected."));
    }
    if let Some((offset, _)) = text.char_indices().find(|(_, character)| !is_char(*character)) {
        return Err(fault::syntax(text, offset, "XML has no such character"));
    }
    let mut source = Source::new(text);
    let Child::Tag(root) = source.child(None)? else {
        return Err(fault::structure("The body holds no element; a resource is expected."));
    };
    let name = definition_of(&root).map_or("Resource", |definition| definition.name);
    let resource = resource(&mut source, &root, Place::root(name))?;
    match source.child(None)? {
        Child::Nothing => Ok(resource),
        Child::Tag(Tag { offset, .. }) => Err(fault::syntax(text, offset, "there is a second root element")),
        Child::End => Err(fault::syntax(text, source.offset(), "an end tag does not match its start tag")),
    }
}

/// The resource type that a tag names.
fn definition_of(tag: &Tag<'_>) -> Option<&'static TypeDefinition> {
    type_named(tag.name()).filter(|definition| definition.kind == TypeKind::Resource)
}

fn resource(source: &mut Source<'_>, tag: &Tag<'_>, place: Place<'_>) -> Result<Value, Issue> {
    attributes::read(source, tag, &[], place)?;
    let Some(definition) = definition_of(tag) else {
        let problem = format!("{} is not the name of an R4 resource type.", shown(tag.name()));
        return Err(fault::misshapen(place, problem));
    };
    let mut object = Map::new();
    object.insert("resourceType".to_owned(), definition.name.into());
    if !tag.empty {
        children(source, definition, &mut object, place)?;
    }
    Ok(Value::Object(object))
}

/// The repetitions of one element, which stand together.
struct Run {
    property: Property<'static>,
    values: Vec<Value>,
    /// The ids and extensions of primitives, as long as the values.
    companions: Vec<Value>,
}

impl Run {
    fn put(self, object: &mut Map<String, Value>) {
        let key = self.property.element_type.key;
        for (key, items) in [(key.to_owned(), self.values), (format!("_{key}"), self.companions)] {
            if items.iter().all(Value::is_null) {
                continue;
            }
            let first_only = !self.property.element.many;
            let value = if first_only { items.into_iter().next() } else { Some(Value::Array(items)) };
            object.extend(value.map(|value| (key, value)));
        }
    }
}

/// Reads the elements of an object up to its end tag.
fn children(
    source: &mut Source<'_>,
    definition: &'static TypeDefinition,
    object: &mut Map<String, Value>,
    place: Place<'_>,
) -> Result<(), Issue> {
    let mut run: Option<Run> = None;
    loop {
        let tag = match source.child(Some(place))? {
            Child::Tag(tag) => tag,
            Child::End => break,
            Child::Nothing => {
                return Err(fault::syntax(source.text, source.offset(), "an element is not ended"));
            }
        };
        let property = property(definition, &tag, place)?;
        if run.as_ref().is_none_or(|run| run.property.position != property.position) {
            if let Some(before) = run.take() {
                in_order(&before, &property, place)?;
                before.put(object);
            }
            run = Some(Run { property, values: Vec::new(), companions: Vec::new() });
        }
        let Some(run) = &mut run else { continue };
        let here = place_of(&place, property);
        if !property.element.many && !run.values.is_empty() {
            let problem = format!("{} must be there only once.", shown(tag.name()));
            return Err(fault::misshapen(here, problem));
        }
        let here = if property.element.many { here.item(run.values.len()) } else { here };
        let (value, companion) = element(source, &tag, property, here)?;
        run.values.push(value);
        run.companions.push(companion);
    }
    if let Some(run) = run {
        run.put(object);
    }
    Ok(())
}

fn property(
    definition: &'static TypeDefinition,
    tag: &Tag<'_>,
    place: Place<'_>,
) -> Result<Property<'static>, Issue> {
    let name = tag.name();
    match definition.property(name) {
        Some(property) if !definition.is_attribute(name) => Ok(property),
        Some(_) => {
            let problem = format!("{name} must be an attribute of {}.", definition.name);
            Err(fault::misshapen(place, problem))
        }
        None => {
            let problem = format!("{} has no element {}.", definition.name, shown(name));
            Err(fault::misshapen(place, problem))
        }
    }
}

fn in_order(before: &Run, next: &Property<'_>, place: Place<'_>) -> Result<(), Issue> {
    if before.property.position < next.position {
        return Ok(());
    }
    let (name, before) = (next.element_type.key, before.property.element_type.key);
    let problem = format!("{name} must stand before {before}; R4 gives the elements of XML an order.");
    Err(fault::misshapen(place_of(&place, *next), problem))
}

fn place_of<'a>(place: &'a Place<'a>, property: Property<'a>) -> Place<'a> {
    let Property { element, element_type, .. } = property;
    if element.choice { place.choice(element.name, element_type.name) } else { place.name(element.name) }
}

/// Reads one element: its value, and the id and extensions of a primitive.
fn element(
    source: &mut Source<'_>,
    tag: &Tag<'_>,
    property: Property<'static>,
    place: Place<'_>,
) -> Result<(Value, Value), Issue> {
    // Levels are counted as those of the JSON that it becomes.
    if place.depth >= MAX_DEPTH {
        let problem = format!("Elements are nested more than {MAX_DEPTH} deep.");
        return Err(Issue::error(IssueType::TooCostly, problem).at(place.to_string()));
    }
    let value = match property.element_type.type_ref {
        TypeRef::Primitive(Primitive::Xhtml) => narrative::read(source, tag, place)?,
        TypeRef::Primitive(primitive) => return primitive_element(source, tag, primitive, place),
        TypeRef::Complex(id) => complex(source, tag, id.definition(), place)?,
        TypeRef::Resource => wrapped(source, tag, place)?,
    };
    Ok((value, Value::Null))
}

fn primitive_element(
    source: &mut Source<'_>,
    tag: &Tag<'_>,
    primitive: Primitive,
    place: Place<'_>,
) -> Result<(Value, Value), Issue> {
    let Attributes { id, value, .. } = attributes::read(source, tag, &["id", "value"], place)?;
    let mut companion = Map::new();
    companion.extend(id.map(|id| ("id".to_owned(), id.into())));
    if let (false, Some(definition)) = (tag.empty, type_named("Element")) {
        children(source, definition, &mut companion, place)?;
    }
    let companion = if companion.is_empty() { Value::Null } else { Value::Object(companion) };
    let value = match value {
        Some(text) => values::json(primitive, text).map_err(|must| {
            let problem = format!("{} {must}.", shown(tag.name()));
            Issue::error(IssueType::Value, problem).at(place.to_string())
        })?,
        None if companion.is_null() => return Err(nothing_in(tag, place)),
        None => Value::Null,
    };
    Ok((value, companion))
}

fn complex(
    source: &mut Source<'_>,
    tag: &Tag<'_>,
    definition: &'static TypeDefinition,
    place: Place<'_>,
) -> Result<Value, Issue> {
    let allowed: &[&str] = if definition.name == "Extension" { &["id", "url"] } else { &["id"] };
    let Attributes { id, url, .. } = attributes::read(source, tag, allowed, place)?;
    let mut object = Map::new();
    object.extend(id.map(|id| ("id".to_owned(), id.into())));
    object.extend(url.map(|url| ("url".to_owned(), url.into())));
    if !tag.empty {
        children(source, definition, &mut object, place)?;
    }
    if object.is_empty() { Err(nothing_in(tag, place)) } else { Ok(Value::Object(object)) }
}

/// Reads an element that holds one resource and nothing else.
fn wrapped(source: &mut Source<'_>, tag: &Tag<'_>, place: Place<'_>) -> Result<Value, Issue> {
    attributes::read(source, tag, &[], place)?;
    let one = || fault::misshapen(place, format!("{} must hold one resource.", tag.name()));
    if tag.empty {
        return Err(one());
    }
    let Child::Tag(inner) = source.child(Some(place))? else { return Err(one()) };
    let resource = resource(source, &inner, place)?;
    match source.child(Some(place))? {
        Child::End => Ok(resource),
        Child::Tag(_) | Child::Nothing => Err(one()),
    }
}

fn nothing_in(tag: &Tag<'_>, place: Place<'_>) -> Issue {
    let problem = format!("{} is empty; leave the element out.", shown(tag.name()));
    fault::misshapen(place, problem)
}

/// Whether a tag is the outermost one of a narrative.
pub(super) fn is_div(tag: &Tag<'_>) -> bool {
    tag.space == Space::Xhtml && tag.name() == "div"
}
