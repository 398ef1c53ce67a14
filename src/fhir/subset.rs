//! A part of a resource: a summary or chosen elements. <https://hl7.org/fhir/R4/search.html#summary>

use serde_json::{Map, Value, json};

use super::definitions::{Element, TypeDefinition, TypeKind, TypeRef, definition};
use super::resource_type::ResourceType;

/// What every part of a resource has, that it can be told what it is and is not read against its meaning.
const ALWAYS: [&str; 5] = ["resourceType", "id", "meta", "implicitRules", "modifierExtension"];

/// A part of a resource. What the specification requires is part of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subset {
    /// The elements that the specification marks for a summary.
    Summary,
    /// The narrative alone.
    Text,
    /// All but the narrative.
    Data,
    /// The elements of these names, perhaps with a type and a point before them.
    Elements(Vec<String>),
}

impl Subset {
    /// The part of a resource, marked as one.
    #[must_use]
    pub fn of(&self, resource: &Value) -> Value {
        let root = ResourceType::of(resource).and_then(definition);
        let (Some(root), Some(object)) = (root, resource.as_object()) else { return resource.clone() };
        let mut part = Map::new();
        for (key, value) in object {
            let property = root.property(key.strip_prefix('_').unwrap_or(key));
            let element = property.map(|property| property.element);
            if ALWAYS.contains(&key.as_str()) || element.is_some_and(|element| self.keeps(root, key, element))
            {
                let value = match (self, property.map(|property| property.element_type.type_ref)) {
                    (Self::Summary, Some(type_ref)) => summary(type_ref, value),
                    _ => value.clone(),
                };
                part.insert(key.clone(), value);
            }
        }
        mark(&mut part);
        Value::Object(part)
    }

    fn keeps(&self, root: &TypeDefinition, key: &str, element: &Element) -> bool {
        match self {
            Self::Summary => element.summary || element.required,
            Self::Text => element.name == "text" || element.required,
            Self::Data => element.name != "text",
            Self::Elements(names) => {
                let is_named = |name: &String| {
                    let own = name.strip_prefix(root.name).and_then(|rest| rest.strip_prefix('.'));
                    [element.name, key].contains(&own.unwrap_or(name))
                };
                element.required || names.iter().any(is_named)
            }
        }
    }
}

/// Groups nested in a resource have marks of their own.
fn summary(type_ref: TypeRef, value: &Value) -> Value {
    let TypeRef::Complex(id) = type_ref else { return value.clone() };
    let group = id.definition();
    if group.kind != TypeKind::Group {
        return value.clone();
    }
    match value {
        Value::Array(items) => items.iter().map(|item| summary(type_ref, item)).collect(),
        Value::Object(members) => {
            let kept = members.iter().filter_map(|(key, value)| {
                let property = group.property(key.strip_prefix('_').unwrap_or(key))?;
                let element = property.element;
                let keep = element.summary || element.required || ALWAYS.contains(&key.as_str());
                keep.then(|| (key.clone(), summary(property.element_type.type_ref, value)))
            });
            Value::Object(kept.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn mark(part: &mut Map<String, Value>) {
    let meta = part.entry("meta").or_insert_with(|| json!({}));
    let Some(meta) = meta.as_object_mut() else { return };
    if let Some(tags) = meta.entry("tag").or_insert_with(|| json!([])).as_array_mut() {
        tags.push(json!({
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
            "code": "SUBSETTED",
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(subset: &Subset) -> String {
        let patient = r#"{"resourceType":"Patient","id":"1","meta":{"versionId":"2"},"text":{"status":"empty"},
            "extension":[{"url":"u","valueDecimal":1.50}],"name":[{"family":"A"}],"birthDate":"2000",
            "_birthDate":{"id":"b"},"deceasedBoolean":false,"contact":[{"gender":"male"}],
            "communication":[{"language":{"text":"de"},"preferred":true}],
            "link":[{"other":{"reference":"Patient/2"},"type":"seealso"}]}"#;
        let part = subset.of(&serde_json::from_str(patient).unwrap());
        assert_eq!(part["meta"]["tag"][0]["code"], "SUBSETTED");
        part.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_part_has_its_elements() {
        assert_eq!(
            part(&Subset::Summary),
            "resourceType id meta name birthDate _birthDate deceasedBoolean link"
        );
        assert_eq!(part(&Subset::Text), "resourceType id meta text");
        assert_eq!(
            part(&Subset::Data),
            "resourceType id meta extension name birthDate _birthDate deceasedBoolean contact communication link"
        );
        let elements = |names: [&str; 2]| Subset::Elements(names.map(str::to_owned).to_vec());
        assert_eq!(
            part(&elements(["birthDate", "Patient.deceased"])),
            "resourceType id meta birthDate _birthDate deceasedBoolean"
        );
        assert_eq!(part(&elements(["Observation.name", "no such"])), "resourceType id meta");
    }

    #[test]
    fn what_is_required_stays_and_nested_groups_have_their_own_marks() {
        let observation = json!({"resourceType": "Observation", "status": "final", "code": {"text": "x"},
            "note": [{"text": "n"}],
            "component": [{"code": {"text": "y"}, "valueInteger": 1, "referenceRange": [{"text": "r"}]}]});
        let text = Subset::Text.of(&observation);
        assert_eq!((&text["status"], &text["code"]["text"]), (&json!("final"), &json!("x")));
        assert!(text.get("component").is_none());
        let summary = Subset::Summary.of(&observation);
        assert_eq!(summary["component"], json!([{"code": {"text": "y"}, "valueInteger": 1}]));
        assert!(summary.get("note").is_none());
    }
}
