//! The issues of a body that is not the XML of a resource. Their texts name positions and elements, never values.

use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::place::Place;

/// The shape is wrong at no element in particular.
pub(super) fn structure(problem: impl Into<String>) -> Issue {
    Issue::error(IssueType::Structure, problem)
}

/// The shape of the element at the place is wrong.
pub(super) fn misshapen(place: Place<'_>, problem: impl Into<String>) -> Issue {
    structure(problem).at(place.to_string())
}

/// The text cannot be taken apart from this byte on.
pub(super) fn syntax(text: &str, offset: usize, problem: &str) -> Issue {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count().saturating_add(1);
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()).saturating_add(1);
    structure(format!("The body is not well-formed XML: {problem}, at line {line}, column {column}."))
}
