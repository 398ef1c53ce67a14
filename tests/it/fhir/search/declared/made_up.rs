//! A valid resource with a value in every element, from the definitions alone.

use hygeia::fhir::ResourceType;
use hygeia::fhir::definitions::{Element, ElementType, TypeDefinition, TypeRef, definition};
use hygeia::fhir::primitive::Primitive;
use serde_json::{Map, Value, json};

/// Elements that are left out: they hold other resources, or markup, or would make ranges of amounts.
const LEFT_OUT: [&str; 8] = [
    "contained",
    "extension",
    "modifierExtension",
    "id",
    "implicitRules",
    "comparator",
    "versionId",
    "lastUpdated",
];
/// So deep elements are filled that need not be there.
const DEPTH: usize = 5;

/// What sets one resource apart from another.
#[derive(Clone, Copy)]
struct Maker<'a> {
    /// Which of several types or codes is taken, in turn.
    variant: usize,
    /// What the values have in them.
    mark: &'a str,
}

/// A resource of the type.
pub fn resource(resource_type: ResourceType, variant: usize, mark: &str) -> Value {
    let maker = Maker { variant, mark };
    let mut resource = maker.object(definition(resource_type).unwrap(), 0);
    resource.insert("resourceType".to_owned(), resource_type.as_str().into());
    if resource_type.as_str() == "SearchParameter" && resource["status"] == "active" {
        // An active one would become part of the search, for which its expression must be one.
        resource["status"] = "unknown".into();
    }
    if resource_type.as_str() == "Subscription" {
        // One that is asked for would have to be served, and would not stay as it is.
        resource["status"] = if mark == "a" { "off" } else { "error" }.into();
    }
    Value::Object(resource)
}

impl Maker<'_> {
    fn object(self, of: &TypeDefinition, depth: usize) -> Map<String, Value> {
        let mut object = Map::new();
        for element in &of.elements {
            let is_narrative = element.types.iter().any(|one| one.name == "Narrative");
            let is_left_out = is_narrative || LEFT_OUT.contains(&element.name) || depth >= DEPTH;
            if is_left_out && !element.required {
                continue;
            }
            let Some(one) = element.types.get(self.variant % element.types.len()) else { continue };
            if let Some(value) = self.value(element, one, depth) {
                let value = if element.many { json!([value]) } else { value };
                object.insert(one.key.to_owned(), value);
            }
        }
        object
    }

    fn value(self, element: &Element, one: &ElementType, depth: usize) -> Option<Value> {
        Some(match one.type_ref {
            TypeRef::Resource => {
                let patient = ResourceType::parse("Patient").unwrap();
                if !element.required && element.name != "resource" {
                    return None;
                }
                json!({ "resourceType": patient.as_str(), "id": format!("{}{}", self.mark, self.variant) })
            }
            TypeRef::Primitive(primitive) => self.primitive(element, primitive),
            TypeRef::Complex(_) if one.name == "Reference" => {
                let kinds = if one.targets.is_empty() {
                    vec!["Patient", "Practitioner", "Device"]
                } else {
                    one.targets.clone()
                };
                let kind = kinds[self.variant % kinds.len()];
                let kind = if ResourceType::parse(kind).is_some() { kind } else { "Patient" };
                json!({ "reference": format!("{kind}/{}{}", self.mark, self.variant) })
            }
            TypeRef::Complex(_)
                if element.value_set.is_some() && matches!(one.name, "CodeableConcept" | "Coding") =>
            {
                let (system, code) = self.code(element);
                let coding = json!({ "system": system, "code": code });
                if one.name == "Coding" { coding } else { json!({ "coding": [coding] }) }
            }
            TypeRef::Complex(id) => {
                let mut object = self.object(id.definition(), depth + 1);
                if object.is_empty() && element.required {
                    object = self.object(id.definition(), DEPTH - 2);
                }
                if object.is_empty() {
                    return None;
                }
                Value::Object(object)
            }
        })
    }

    /// A code that the element must be taken from, with its system.
    fn code(self, element: &Element) -> (&'static str, &'static str) {
        let systems = element.value_set.iter().flat_map(|set| &set.systems);
        let codes: Vec<_> =
            systems.flat_map(|(system, codes)| codes.iter().map(|code| (*system, *code))).collect();
        let at = if self.mark == "a" { self.variant } else { self.variant + 1 };
        codes[at % codes.len()]
    }

    fn primitive(self, element: &Element, primitive: Primitive) -> Value {
        let Self { variant, mark } = self;
        let is_a = mark == "a";
        let (year, number) = if is_a { ("2001", 3 + variant) } else { ("2002", 53 + variant) };
        match primitive {
            Primitive::Boolean => is_a.into(),
            Primitive::Date => format!("{year}-02-03").into(),
            Primitive::DateTime => format!("{year}-02-03").into(),
            Primitive::Instant => format!("{year}-02-03T10:00:00Z").into(),
            Primitive::Time => "10:00:00".into(),
            Primitive::Decimal | Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => {
                number.into()
            }
            Primitive::Base64Binary => "YQ==".into(),
            Primitive::Uri | Primitive::Url | Primitive::Canonical => {
                format!("http://{mark}.example/{}", element.name).into()
            }
            Primitive::Oid => format!("urn:oid:1.2.{number}").into(),
            Primitive::Uuid => format!("urn:uuid:00000000-0000-4000-8000-0000000000{number:02}").into(),
            Primitive::Code if element.value_set.is_some() => self.code(element).1.into(),
            Primitive::Code | Primitive::Id | Primitive::String | Primitive::Markdown => {
                format!("{mark}-{}-{variant}", element.name).into()
            }
            Primitive::Xhtml => json!("<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"),
        }
    }
}
