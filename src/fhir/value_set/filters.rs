//! `ValueSet.compose.include.filter`: which concepts a property selects. <https://hl7.org/fhir/R4/valueset-filter-operator.html>

use std::collections::BTreeSet;

use serde_json::Value;

use super::concepts::{Concepts, Kin};
use super::{items, text};
use crate::fhir::chain::shown;
use crate::fhir::search_fault::SearchFault;

/// The codes that a filter selects.
pub(super) fn select<'v>(
    concepts: &'v Concepts,
    filter: &'v Value,
) -> Result<BTreeSet<&'v str>, SearchFault> {
    let part = |name| text(filter, name).unwrap_or_default();
    let (property, operator, value) = (part("property"), part("op"), part("value"));
    let all = || concepts.codes();
    let below = || concepts.kin(value, Kin::Below);
    let where_value = |wanted: &dyn Fn(&str) -> bool| {
        let has = |code: &&str| values(concepts, code, property).iter().any(|value| wanted(value));
        all().filter(has).collect::<BTreeSet<_>>()
    };
    let is_of_property = matches!(operator, "=" | "in" | "not-in" | "exists" | "regex");
    if is_of_property && concepts.are_bare() && !matches!(property, "code" | "concept") {
        let text = format!(
            "the property {} of a code system of the specification is not known: store that CodeSystem",
            shown(property)
        );
        return Err(SearchFault::unsupported(text));
    }
    let listed = |found: &str| value.split(',').any(|one| one.trim() == found);
    Ok(match operator {
        "is-a" => below(),
        "descendent-of" => below().into_iter().filter(|code| *code != value).collect(),
        "is-not-a" => {
            let below = below();
            all().filter(|code| !below.contains(code)).collect()
        }
        "generalizes" => concepts.kin(value, Kin::Above),
        "=" => where_value(&|found| found == value),
        "in" => where_value(&listed),
        "not-in" => {
            let listed = where_value(&listed);
            all().filter(|code| !listed.contains(code)).collect()
        }
        "exists" => {
            let wanted = value == "true";
            all().filter(|code| values(concepts, code, property).is_empty() != wanted).collect()
        }
        "regex" => {
            let pattern = regex::RegexBuilder::new(&format!("^(?:{value})$")).size_limit(100_000).build();
            let Ok(pattern) = pattern else {
                let text = format!("the value set's pattern {} cannot be read", shown(value));
                return Err(SearchFault::unsupported(text));
            };
            where_value(&|found| pattern.is_match(found))
        }
        other => {
            let text = format!("the value set's filter operator {} is not supported", shown(other));
            return Err(SearchFault::unsupported(text));
        }
    })
}

/// What a concept has for a property.
fn values(concepts: &Concepts, code: &str, property: &str) -> Vec<String> {
    let Some(concept) = concepts.concept(code) else { return Vec::new() };
    match property {
        "code" | "concept" => vec![code.to_owned()],
        "display" | "definition" => text(concept, property).map(str::to_owned).into_iter().collect(),
        _ => {
            let of_name = items(concept, "property").filter(|found| text(found, "code") == Some(property));
            of_name.filter_map(value_of).collect()
        }
    }
}

fn value_of(property: &Value) -> Option<String> {
    let (_, value) = property.as_object()?.iter().find(|(name, _)| name.starts_with("value"))?;
    Some(match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Object(coding) => coding.get("code")?.as_str()?.to_owned(),
        Value::Null | Value::Array(_) => return None,
    })
}
