//! Fixed values and patterns. <https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_>

use serde_json::Value;

use crate::fhir::decimal::sortable;

/// Whether a value is the same as another, in all that it has.
pub(super) fn is_same(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Object(one), Value::Object(other)) => one.len() == other.len() && matches(value, wanted),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (value, wanted) => matches(value, wanted),
    }
}

/// Whether a value has at least what a pattern has: members of objects, and for each item of a list one that matches it.
pub(super) fn matches(value: &Value, pattern: &Value) -> bool {
    match (value, pattern) {
        (Value::Object(value), Value::Object(pattern)) => {
            pattern.iter().all(|(name, wanted)| value.get(name).is_some_and(|value| matches(value, wanted)))
        }
        (Value::Array(value), Value::Array(pattern)) => {
            pattern.iter().all(|wanted| value.iter().any(|value| matches(value, wanted)))
        }
        (Value::Number(value), Value::Number(wanted)) => {
            value == wanted || sortable(value.as_str()) == sortable(wanted.as_str())
        }
        (value, wanted) => value == wanted,
    }
}
