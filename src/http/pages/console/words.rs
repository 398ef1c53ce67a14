//! What resources say, as people read it. Pure.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::fhir::unconfirmed::stated;

/// Most characters of a line in a list.
const LINE: usize = 160;

/// A member that is a text.
pub fn text<'a>(resource: &'a Value, name: &str) -> Option<&'a str> {
    resource.get(name).and_then(Value::as_str)
}

/// A member that is a list.
pub fn list<'a>(resource: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    resource.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// A CodeableConcept.
pub fn concept(concept: &Value) -> Option<&str> {
    let coding = |name| list(concept, "coding").find_map(|one| text(one, name));
    text(concept, "text").or_else(|| coding("display")).or_else(|| coding("code"))
}

/// What a resource is, in few words: what it measures, concludes, or is called.
pub fn title(resource: &Value) -> String {
    let of_code = ["code", "type", "vaccineCode", "medicationCodeableConcept"]
        .iter()
        .find_map(|name| concept(resource.get(name)?));
    let said = of_code.or_else(|| list(resource, "type").find_map(concept));
    let said = said
        .map(str::to_owned)
        .or_else(|| name(resource))
        .or_else(|| text(resource, "description").map(str::to_owned));
    shortened(&said.or_else(|| text(resource, "resourceType").map(str::to_owned)).unwrap_or_default())
}

/// What a resource says, in a line.
pub fn summary(resource: &Value) -> String {
    if let Some(conclusion) = text(resource, "conclusion") {
        return shortened(conclusion);
    }
    let said = stated(resource).into_iter().map(|one| {
        let value = format!("{} {}", one.value, one.unit).trim().to_owned();
        if one.place == "value" { value } else { format!("{} {value}", one.of) }
    });
    let said = said.collect::<Vec<_>>().join(", ");
    shortened(if said.is_empty() { text(resource, "status").unwrap_or_default() } else { &said })
}

/// The name of whoever or whatever a resource is.
fn name(resource: &Value) -> Option<String> {
    match resource.get("name")? {
        Value::String(name) => Some(name.clone()),
        Value::Array(names) => names.first().map(|name| {
            let given = list(name, "given").chain(name.get("family")).filter_map(Value::as_str);
            text(name, "text").map_or_else(|| given.collect::<Vec<_>>().join(" "), str::to_owned)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

/// The first line of a text, as far as a list has room for it.
pub fn shortened(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    if line.chars().count() <= LINE {
        return line.to_owned();
    }
    let cut: String = line.chars().take(LINE).collect();
    format!("{}...", cut.trim_end())
}

/// A time, as people read it; it is UTC, and says so.
pub fn moment(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// When what a resource tells of happened, as it says itself.
pub fn happened(resource: &Value) -> Option<&str> {
    const NAMES: [&str; 10] = [
        "effectiveDateTime",
        "effectiveInstant",
        "occurrenceDateTime",
        "performedDateTime",
        "onsetDateTime",
        "recordedDate",
        "authoredOn",
        "started",
        "issued",
        "date",
    ];
    const PERIODS: [&str; 4] = ["effectivePeriod", "performedPeriod", "period", "executionPeriod"];
    let of_period = |name: &str| {
        let period = resource.get(name)?;
        text(period, "start").or_else(|| text(period, "end"))
    };
    let named = NAMES.iter().find_map(|name| text(resource, name));
    named.or_else(|| PERIODS.iter().find_map(|name| of_period(name)))
}

/// The local references of a resource, each once, in their order.
pub fn references(resource: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(resource, &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str().filter(|_| name == "reference") {
                    Some(to) if is_local(to) && !found.iter().any(|known| known == to) => {
                        found.push(to.to_owned())
                    }
                    Some(_) => {}
                    None => collect(member, found),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|one| collect(one, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_local(to: &str) -> bool {
    let Some((of, id)) = to.split_once('/') else { return false };
    crate::fhir::ResourceType::parse(of).is_some() && !id.contains('/')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn resources_are_told_in_words() {
        let pressure = json!({
            "resourceType": "Observation", "status": "preliminary",
            "code": { "coding": [{ "code": "85354-9", "display": "Blood pressure panel" }] },
            "component": [
                { "code": { "text": "Systolic" }, "valueQuantity": { "value": 128, "unit": "mmHg" } },
                { "code": { "text": "Diastolic" }, "valueQuantity": { "value": 76, "unit": "mmHg" } },
            ],
            "effectivePeriod": { "end": "2026-11-21T12:00:00Z" },
        });
        assert_eq!(title(&pressure), "Blood pressure panel");
        assert_eq!(summary(&pressure), "Systolic 128 mmHg, Diastolic 76 mmHg");
        assert_eq!(happened(&pressure), Some("2026-11-21T12:00:00Z"));
        let person =
            json!({ "resourceType": "Patient", "name": [{ "given": ["Alice"], "family": "Liddell" }] });
        assert_eq!(title(&person), "Alice Liddell");
        assert_eq!(title(&json!({ "resourceType": "Binary" })), "Binary");
        assert_eq!(summary(&json!({ "conclusion": "\n First.\nSecond." })), "First.");
        assert_eq!(shortened(&"x".repeat(200)).len(), 163);
    }

    #[test]
    fn references_of_ours_are_found_once() {
        let resource = json!({
            "subject": { "reference": "Patient/1" },
            "performer": [{ "reference": "Patient/1" }, { "reference": "https://elsewhere.example/Patient/2" },
                { "reference": "#contained" }, { "actor": { "reference": "Practitioner/3" } }],
            "basedOn": [{ "reference": "Nonsense/4" }],
        });
        assert_eq!(references(&resource), ["Patient/1", "Practitioner/3"]);
    }
}
