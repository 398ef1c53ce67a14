//! What was kept of an extraction, as one Bundle. <https://hl7.org/fhir/R4/bundle.html>

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{list, text};
use crate::vendors::smartscan::codes::EXTRACTION_ID;

/// Types that many extractions share: who it was for is no part of it.
const SHARED: [&str; 3] = ["Organization", "Patient", "Practitioner"];

/// Whether a Task is an extraction's.
#[must_use]
pub fn is_extraction(task: &Value) -> bool {
    list(task, "identifier").any(|identifier| text(identifier, "system") == Some(EXTRACTION_ID))
}

/// The resources that these name and that are not among them: the ids by type.
#[must_use]
pub fn named_by(found: &[Value]) -> BTreeMap<String, BTreeSet<String>> {
    let own = |one: &Value| Some(format!("{}/{}", text(one, "resourceType")?, text(one, "id")?));
    let known: BTreeSet<_> = found.iter().filter_map(own).collect();
    let mut references = BTreeSet::new();
    found.iter().for_each(|resource| collect(resource, &mut references));
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for reference in references.into_iter().filter(|reference| !known.contains(*reference)) {
        // Only relative references are written; what else there is was put there by others.
        if let Some((of_type, id)) = reference.split_once('/')
            && !SHARED.contains(&of_type)
            && !id.contains('/')
        {
            named.entry(of_type.to_owned()).or_default().insert(id.to_owned());
        }
    }
    named
}

fn collect<'a>(value: &'a Value, references: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("reference").and_then(Value::as_str));
            members.values().for_each(|member| collect(member, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The Bundle, in which each resource has its address below `base`.
#[must_use]
pub fn collection(resources: &[Value], base: &str) -> Value {
    let entry = |resource: &Value| {
        let of_type = text(resource, "resourceType").unwrap_or_default();
        let id = text(resource, "id").unwrap_or_default();
        json!({ "fullUrl": format!("{base}/{of_type}/{id}"), "resource": resource })
    };
    let entries: Vec<_> = resources.iter().map(entry).collect();
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_task_with_the_identifier_is_an_extraction() {
        let task = |system: &str| json!({ "resourceType": "Task", "identifier": [{ "system": system, "value": "1" }] });
        assert!(is_extraction(&task("urn:vendor:smartscan:extraction")));
        assert!(!is_extraction(&task("urn:other")));
        assert!(!is_extraction(&json!({ "resourceType": "Task", "identifier": "x" })));
    }

    #[test]
    fn what_is_named_is_found_once_without_what_is_shared() {
        let found = [
            json!({ "resourceType": "Task", "id": "t", "owner": { "reference": "Organization/o" },
                "output": [{ "valueReference": { "reference": "Observation/a" } }, { "valueReference": { "reference": "Observation/b" } }] }),
            json!({ "resourceType": "Observation", "id": "a", "device": { "reference": "Device/d" },
                "subject": { "reference": "Patient/p" }, "focus": [{ "reference": "http://other/Device/x" }, { "reference": 1 }] }),
        ];
        let named: Vec<_> =
            named_by(&found).into_iter().map(|(of_type, ids)| (of_type, Vec::from_iter(ids))).collect();
        assert_eq!(
            named,
            [("Device".to_owned(), vec!["d".to_owned()]), ("Observation".to_owned(), vec!["b".to_owned()])]
        );
    }

    #[test]
    fn each_entry_has_its_address() {
        let bundle = collection(&[json!({ "resourceType": "Task", "id": "t" })], "https://x.example/fhir");
        assert_eq!(bundle["entry"][0]["fullUrl"], "https://x.example/fhir/Task/t");
        assert_eq!((&bundle["type"], &bundle["resourceType"]), (&json!("collection"), &json!("Bundle")));
    }
}
