//! What a modifier makes of a parameter. <https://hl7.org/fhir/R4/search.html#modifiers>

use super::parameters::Asked;
use super::values::{MOST_VALUES, split, unescaped};
use crate::fhir::folding::fold;
use crate::fhir::outcome::IssueType;
use crate::fhir::search_parameter::{SearchKind, SearchParameter};
use crate::fhir::search_values;
use crate::records::Error;
use crate::records::index::{LATITUDE, OF_TYPE, TEXT, typed_value};
use crate::storage::address::qualifier;
use crate::storage::search::{Condition, DateTest, Relation, Rows, TermTest, TextTest};

/// `:not`: what does not match, also for want of a value.
pub(super) fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

/// `:missing`: whether there is no value at all.
pub(super) fn missing(asked: &Asked<'_>, kind: SearchKind) -> Result<Condition, Error> {
    let is_missing = match asked.values.as_slice() {
        [value] if value == "true" => true,
        [value] if value == "false" => false,
        _ => return asked.malformed("true or false"),
    };
    let slots = asked.slots("");
    let present = match (asked.code, kind) {
        // Every resource has these.
        ("_id" | "_lastUpdated", _) => not(Condition::Address(Vec::new())),
        (_, SearchKind::Date) if search_values::is_moment(asked.resource_type, asked.code) => {
            // Every period overlaps with all of time.
            let ever = DateTest { relation: Relation::Overlaps, low: i64::MIN, high: i64::MAX };
            Condition::Moment(vec![ever])
        }
        (_, SearchKind::Date) => Condition::Present(Rows::Dates, slots),
        (_, SearchKind::String | SearchKind::Uri) => Condition::Present(Rows::Texts, slots),
        (_, SearchKind::Number | SearchKind::Quantity) => Condition::Present(Rows::Numbers, slots),
        (_, SearchKind::Reference) => {
            let sources = asked.sources().into_iter().zip(slots);
            // A parameter that is for one type alone has no value where another is pointed at.
            let tests = sources.map(|(source, slot)| TermTest {
                slot,
                value: None,
                qualifier: source.target.map(qualifier),
            });
            Condition::Term(tests.collect())
        }
        (_, SearchKind::Token) => Condition::Present(Rows::Terms, slots),
        (_, SearchKind::Special) => Condition::Present(Rows::Numbers, asked.slots(LATITUDE)),
        (_, SearchKind::Composite) => return asked.unsupported_modifier(),
    };
    Ok(if is_missing { not(present) } else { present })
}

/// `:text` on a token: what a reader sees of it begins so.
pub(super) fn text(asked: &Asked<'_>) -> Condition {
    let tests = asked.plain_values().iter().map(|value| TextTest::StartsWith(fold(value))).collect();
    Condition::Text(asked.slots(TEXT), tests)
}

/// `:of-type` on an identifier: `[system of the type]|[type]|[value]`.
pub(super) fn of_type(asked: &Asked<'_>, parameter: &SearchParameter) -> Result<Condition, Error> {
    if !parameter.expression.contains("dentifier") {
        return asked.unsupported_modifier();
    }
    let slots = asked.slots(OF_TYPE);
    let mut terms = Vec::with_capacity(asked.values.len());
    for value in &asked.values {
        let parts: Vec<_> = split(value, '|').into_iter().map(unescaped).collect();
        let [system, code, value] = parts.as_slice() else {
            return asked.malformed("[system of the type]|[type]|[value]");
        };
        let value = Some(typed_value(system, code, value));
        terms.extend(slots.iter().map(|slot| TermTest { slot: *slot, value, qualifier: Some(0) }));
    }
    Ok(Condition::Term(terms))
}

/// A URI as it is written.
pub(super) fn exactly(uri: String) -> TextTest {
    TextTest::Is { compared: uri.clone(), written: uri }
}

/// `:below` on a URI: the URI, and those that go on from it after a `/`.
pub(super) fn below(asked: &Asked<'_>) -> Vec<TextTest> {
    let tests = asked.plain_values().into_iter().flat_map(|uri| {
        let folder = if uri.ends_with('/') { uri.clone() } else { format!("{uri}/") };
        // A URN has no hierarchy.
        let inside = uri.contains("://").then_some(TextTest::StartsWith(folder));
        [Some(exactly(uri)), inside].into_iter().flatten()
    });
    tests.collect()
}

/// `:above` on a URI: the URI, and those from which it goes on after a `/`.
pub(super) fn above(asked: &Asked<'_>) -> Result<Vec<TextTest>, Error> {
    let mut tests = Vec::new();
    for uri in asked.plain_values() {
        let path = uri.find("://").map_or(uri.len(), |at| at.saturating_add(3));
        for (at, slash) in uri.match_indices('/').filter(|(at, _)| *at >= path) {
            let with = at.saturating_add(slash.len());
            tests.extend([at, with].iter().filter_map(|end| Some(exactly(uri.get(..*end)?.to_owned()))));
        }
        tests.push(exactly(uri));
    }
    if tests.len() > MOST_VALUES {
        let text = format!("{} has too many parts", asked.name);
        return Err(Error::BadRequest(IssueType::TooCostly, text));
    }
    Ok(tests)
}
