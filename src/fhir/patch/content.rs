//! The values that a FHIRPath Patch brings, as the parts of its Parameters tell them.

use serde_json::{Map, Value};

use super::elements::{Form, Item};
use crate::fhir::definitions::{Element, ElementType, TypeDefinition, TypeRef, type_named};
use crate::fhir::outcome::{Issue, IssueType};

/// A value for an element.
#[derive(Clone)]
pub(super) enum Content {
    /// A value of a datatype, or a resource.
    Typed { type_name: String, item: Item },
    /// An element without a datatype of its own: its elements, by name.
    Parts(Vec<(String, Content)>),
}

impl Content {
    /// Reads `value[x]`, `resource` or the parts of a parameter; none where it has none of them.
    pub fn read(parameter: &Map<String, Value>) -> Option<Self> {
        if let Some(parts) = parameter.get("part").and_then(Value::as_array) {
            let part = |part: &Value| {
                let part = part.as_object()?;
                Some((part.get("name")?.as_str()?.to_owned(), Self::read(part)?))
            };
            return parts.iter().map(part).collect::<Option<_>>().map(Self::Parts);
        }
        if let Some(resource) = parameter.get("resource") {
            let type_name = resource.get("resourceType")?.as_str()?.to_owned();
            let item = Item { value: resource.clone(), companion: Value::Null };
            return Some(Self::Typed { type_name, item });
        }
        let definition = type_named("Parameters.parameter")?;
        let of_value = |key: &String| {
            let property = definition.property(key.strip_prefix('_').unwrap_or(key))?;
            (property.element.name == "value").then_some(property.element_type)
        };
        let element_type = parameter.keys().find_map(of_value)?;
        let value = |key: &str| parameter.get(key).cloned().unwrap_or_default();
        let item =
            Item { value: value(element_type.key), companion: value(&format!("_{}", element_type.key)) };
        Some(Self::Typed { type_name: element_type.name.to_owned(), item })
    }

    /// The content as one repetition of an element.
    pub fn item(&self, element_type: &ElementType) -> Result<Item, Issue> {
        match (self, element_type.type_ref) {
            (Self::Typed { item, .. }, _) => Ok(item.clone()),
            (Self::Parts(parts), TypeRef::Complex(id)) => {
                let mut object = Map::new();
                for (name, content) in parts {
                    append(&mut object, id.definition(), name, content)?;
                }
                Ok(Item { value: Value::Object(object), companion: Value::Null })
            }
            (Self::Parts(_), TypeRef::Primitive(_) | TypeRef::Resource) => {
                Err(refused(format!("{} cannot be made of parts", element_type.key)))
            }
        }
    }
}

/// The element of this name, and the type of it that fits the content.
pub(super) fn property(
    definition: &'static TypeDefinition,
    name: &str,
    content: &Content,
) -> Result<(&'static Element, &'static ElementType), Issue> {
    let element = element(definition, name)?;
    let fits = |element_type: &&ElementType| match content {
        Content::Typed { type_name, .. } => element_type.name == type_name,
        Content::Parts(_) => matches!(element_type.type_ref, TypeRef::Complex(_)),
    };
    let found = if element.choice { element.types.iter().find(fits) } else { element.types.first() };
    match found {
        Some(element_type) => Ok((element, element_type)),
        None => Err(refused(format!("{}[x] cannot have a value of this type", element.name))),
    }
}

/// The element of this name.
pub(super) fn element(definition: &'static TypeDefinition, name: &str) -> Result<&'static Element, Issue> {
    definition.element(name).ok_or_else(|| {
        let shown = crate::fhir::json::shown(name);
        refused(format!("{} has no element {shown}", definition.name))
    })
}

/// How an element of this type is written in JSON.
pub(super) fn form(element: &Element, element_type: &ElementType) -> Form {
    let primitive = matches!(element_type.type_ref, TypeRef::Primitive(_));
    Form { key: element_type.key, many: element.many, primitive }
}

/// Adds the content to the object: at the end of a list, or where there is no value yet.
pub(super) fn append(
    object: &mut Map<String, Value>,
    definition: &'static TypeDefinition,
    name: &str,
    content: &Content,
) -> Result<(), Issue> {
    let (element, element_type) = property(definition, name, content)?;
    let taken = |of: &ElementType| form(element, of).count(object) > 0;
    if !element.many && element.types.iter().any(taken) {
        return Err(refused(format!("{} has a value already and takes one only", element.name)));
    }
    let form = form(element, element_type);
    let item = content.item(element_type)?;
    let mut items = form.take(object);
    items.push(item);
    form.put(object, items);
    Ok(())
}

pub(super) fn refused(text: impl Into<String>) -> Issue {
    Issue::error(IssueType::Processing, text)
}
