//! The constants of a view, which its expressions name with a percent sign.
//! <https://sql-on-fhir.org/ig/StructureDefinition-ViewDefinition.html#using-constants>

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::fhir::fhirpath::Item;
use crate::fhir::outcome::{Issue, IssueType};

/// The place of what is gone through, as expressions name it.
pub(super) const ROW_INDEX: &str = "rowIndex";
/// Variables that every expression has: no constant may have their names.
const RESERVED: [&str; 7] = ["resource", "rootResource", "context", "ucum", "sct", "loinc", ROW_INDEX];

/// The name and the value of a constant.
pub(super) fn constant(definition: &Value, place: &str) -> Result<(String, Item<'static>), Issue> {
    let name = definition.get("name").and_then(Value::as_str).unwrap_or_default();
    if RESERVED.contains(&name) {
        let text = "this name is one of FHIRPath's own variables";
        return Err(Issue::error(IssueType::BusinessRule, text).at(format!("{place}.name")));
    }
    let values = definition.as_object().into_iter().flatten();
    let written = values.filter(|(name, _)| name.starts_with("value")).find_map(|(key, value)| {
        let kind = key.strip_prefix("value")?;
        item(kind, value)
    });
    let value = written.ok_or_else(|| {
        let text = "a constant has a value, and a number of at most 28 digits";
        Issue::error(IssueType::Value, text).at(place)
    })?;
    Ok((name.to_owned(), value))
}

/// Whether expressions may name the variable, by itself or as a constant.
pub(super) fn is_known(name: &str, constants: &[(String, Item<'static>)]) -> bool {
    RESERVED.contains(&name)
        || name.starts_with("vs-")
        || name.starts_with("ext-")
        || constants.iter().any(|(own, _)| own == name)
}

/// The value, by the type that its JSON name says.
fn item(kind: &str, value: &Value) -> Option<Item<'static>> {
    match (kind, value) {
        (_, Value::Bool(is)) => Some(Item::Boolean(*is)),
        ("Decimal", Value::Number(number)) => {
            let text = number.as_str();
            let number = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()?;
            Some(Item::Decimal(number))
        }
        (_, Value::Number(number)) => number.as_i64().map(Item::Integer),
        ("Date" | "DateTime" | "Instant", Value::String(text)) => Some(Item::Date(Cow::Owned(text.clone()))),
        ("Time", Value::String(text)) => Some(Item::Time(Cow::Owned(text.clone()))),
        (_, Value::String(text)) => Some(Item::Text(Cow::Owned(text.clone()))),
        (_, Value::Null | Value::Array(_) | Value::Object(_)) => None,
    }
}
