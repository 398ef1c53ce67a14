//! The links of a resource: what a transaction rewrites when the resources that they point at get their addresses.
//! <https://hl7.org/fhir/R4/http.html#trules>
//!
//! They are references, elements of the types uri, url, canonical, oid and uuid, and `<a href>` and `<img src>` in narrative, also
//! in extensions and contained resources. The address of an extension's definition is no link.

mod narrative;

use serde_json::{Map, Value};

use super::definitions::{TypeDefinition, TypeRef, definition, type_named};
use super::primitive::Primitive;
use super::resource_type::ResourceType;

/// Says of a reference that it is to name the version that the transaction makes.
const VERSION_SPECIFIC: &str = "http://hl7.org/fhir/StructureDefinition/resolve-as-version-specific";

/// Where a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// In `Reference.reference`.
    Reference {
        /// Whether it asks to name a version.
        version_specific: bool,
    },
    /// In an element that holds an address, or in a narrative.
    Address,
}

/// Shows each link of the resource to `visit`, which may change it.
pub fn visit(resource: &mut Value, visit: &mut dyn FnMut(Link, &mut String)) {
    let definition = ResourceType::of(resource).and_then(definition);
    if let (Some(definition), Value::Object(object)) = (definition, resource) {
        of_object(definition, object, visit);
    }
}

fn of_object(
    definition: &'static TypeDefinition,
    object: &mut Map<String, Value>,
    visit: &mut dyn FnMut(Link, &mut String),
) {
    let is_reference = definition.name == "Reference";
    let version_specific = is_reference && is_version_specific(object);
    for (key, value) in object.iter_mut() {
        let Some(property) = definition.property(key) else {
            if let (true, Some(element)) = (key.starts_with('_'), type_named("Element")) {
                each(value, &mut |companion| of_value(element, companion, visit));
            }
            continue;
        };
        match property.element_type.type_ref {
            TypeRef::Primitive(_) if is_reference && key == "reference" => {
                each(value, &mut |text| {
                    of_text(text, &mut |text| visit(Link::Reference { version_specific }, text))
                });
            }
            TypeRef::Primitive(primitive) => {
                if is_address(primitive) && !(definition.name == "Extension" && key == "url") {
                    each(value, &mut |text| of_text(text, &mut |text| visit(Link::Address, text)));
                } else if primitive == Primitive::Xhtml {
                    each(value, &mut |text| of_text(text, &mut |text| narrative::visit(text, visit)));
                }
            }
            TypeRef::Complex(id) => each(value, &mut |value| of_value(id.definition(), value, visit)),
            TypeRef::Resource => each(value, &mut |resource| self::visit(resource, visit)),
        }
    }
}

fn of_value(
    definition: &'static TypeDefinition,
    value: &mut Value,
    visit: &mut dyn FnMut(Link, &mut String),
) {
    if let Value::Object(object) = value {
        of_object(definition, object, visit);
    }
}

fn of_text(value: &mut Value, visit: &mut dyn FnMut(&mut String)) {
    if let Value::String(text) = value {
        visit(text);
    }
}

/// The value, or each of an array.
fn each(value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    if let Value::Array(items) = value {
        items.iter_mut().for_each(visit);
    } else {
        visit(value);
    }
}

fn is_version_specific(reference: &Map<String, Value>) -> bool {
    let extensions = reference.get("extension").and_then(Value::as_array);
    extensions.into_iter().flatten().any(|extension| {
        extension.get("url").and_then(Value::as_str) == Some(VERSION_SPECIFIC)
            && extension.get("valueBoolean").and_then(Value::as_bool) == Some(true)
    })
}

fn is_address(primitive: Primitive) -> bool {
    match primitive {
        Primitive::Canonical | Primitive::Oid | Primitive::Uri | Primitive::Url | Primitive::Uuid => true,
        Primitive::Base64Binary
        | Primitive::Boolean
        | Primitive::Code
        | Primitive::Date
        | Primitive::DateTime
        | Primitive::Decimal
        | Primitive::Id
        | Primitive::Instant
        | Primitive::Integer
        | Primitive::Markdown
        | Primitive::PositiveInt
        | Primitive::String
        | Primitive::Time
        | Primitive::UnsignedInt
        | Primitive::Xhtml => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The links in their order, each as it stands; `urn:x` becomes `Patient/1`.
    fn links(resource: &mut Value) -> Vec<String> {
        let mut links = Vec::new();
        visit(resource, &mut |link, text| {
            links.push(format!("{link:?} {text}"));
            if text == "urn:x" {
                *text = "Patient/1".to_owned();
            }
        });
        links
    }

    #[test]
    fn what_only_looks_like_a_link_is_left_alone() {
        let resource = json!({
            "resourceType": "Patient", "id": "urn:x", "name": [{ "family": "urn:x" }],
            "identifier": [{ "value": "urn:x" }],
            "extension": [{ "url": "urn:x", "valueString": "urn:x" }],
            "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">urn:x <b title=\"urn:x\"/></div>" },
        });
        let mut visited = resource.clone();
        assert_eq!(links(&mut visited), Vec::<String>::new());
        assert_eq!(visited, resource);
    }

    #[test]
    fn links_are_found_wherever_they_stand() {
        let specific = json!([{ "url": VERSION_SPECIFIC, "valueBoolean": true }]);
        let mut resource = json!({
            "resourceType": "Observation",
            "meta": { "profile": ["urn:a"], "source": "urn:b" },
            "contained": [{ "resourceType": "Encounter", "subject": { "reference": "urn:x" } }],
            "extension": [{ "url": "u", "extension": [
                { "url": "v", "valueReference": { "reference": "urn:x", "extension": specific } },
                { "url": "w", "valueOid": "urn:oid:1.2" },
                { "url": "w", "valueUuid": "urn:x" },
                { "url": "w", "valueUrl": "urn:x" }] }],
            "_status": { "extension": [{ "url": "u", "valueUri": "urn:x" }] },
            "performer": [{ "reference": "urn:x" }, { "identifier": { "system": "urn:c" } }],
            "text": { "status": "generated", "div": "<div><a href='urn:x'>p</a></div>" },
        });
        assert_eq!(
            links(&mut resource),
            [
                "Address urn:a",
                "Address urn:b",
                "Reference { version_specific: false } urn:x",
                "Reference { version_specific: true } urn:x",
                "Address urn:oid:1.2",
                "Address urn:x",
                "Address urn:x",
                "Address urn:x",
                "Reference { version_specific: false } urn:x",
                "Address urn:c",
                "Address urn:x",
            ]
        );
        assert!(!resource.to_string().contains("urn:x"), "{resource}");
    }
}
