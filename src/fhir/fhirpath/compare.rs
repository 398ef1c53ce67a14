//! Whether two things are the same, and which comes first. <http://hl7.org/fhirpath/N1/#equality>

use std::cmp::Ordering;

use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::item::{Item, Node};
use crate::fhir::date;
use crate::fhir::units;

/// Converted numbers that differ by less than this share of them are the same.
const SLACK: f64 = 1e-12;

/// Whether two lists are the same; unknown where one is empty, or where dates differ in precision.
pub(super) fn equal(left: &[Item<'_>], right: &[Item<'_>]) -> Option<bool> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    if left.len() != right.len() {
        return Some(false);
    }
    let mut all = Some(true);
    for (one, other) in left.iter().zip(right) {
        match same(one, other) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

/// Whether two things are the same.
pub(super) fn same(one: &Item<'_>, other: &Item<'_>) -> Option<bool> {
    if let (Item::Node(one), Item::Node(other)) = (one, other)
        && (one.value.is_object() || other.value.is_object())
    {
        return Some(same_json(one.value, other.value));
    }
    match (one.plain(), other.plain()) {
        (Some(one), Some(other)) => same_plain(&one, &other),
        (None, None) => Some(same_beside(one, other)),
        (Some(_), None) | (None, Some(_)) => Some(false),
    }
}

fn same_plain(one: &Item<'_>, other: &Item<'_>) -> Option<bool> {
    match (one, other) {
        (Item::Boolean(one), Item::Boolean(other)) => Some(one == other),
        (Item::Text(one), Item::Text(other)) => Some(one == other),
        (Item::Date(one), Item::Date(other) | Item::Text(other)) | (Item::Text(one), Item::Date(other)) => {
            dates(one, other).map_or_else(
                |unlike| if unlike { None } else { Some(one == other) },
                |order| Some(order.is_eq()),
            )
        }
        (Item::Time(one), Item::Time(other) | Item::Text(other)) | (Item::Text(one), Item::Time(other)) => {
            Some(times(one).eq(times(other)))
        }
        (Item::Quantity(..), Item::Quantity(..)) => quantities(one, other).map(Ordering::is_eq),
        (one, other) => {
            Some(matches!((one.decimal(), other.decimal()), (Some(one), Some(other)) if one == other))
        }
    }
}

/// Which of two comes first; unknown where that cannot be told.
pub(super) fn order(one: &Item<'_>, other: &Item<'_>) -> Option<Ordering> {
    let (one, other) = (one.plain()?, other.plain()?);
    match (&one, &other) {
        (Item::Text(one), Item::Text(other)) => Some(one.cmp(other)),
        (Item::Date(one), Item::Date(other) | Item::Text(other)) | (Item::Text(one), Item::Date(other)) => {
            dates(one, other).ok()
        }
        (Item::Time(one), Item::Time(other) | Item::Text(other)) | (Item::Text(one), Item::Time(other)) => {
            Some(times(one).cmp(times(other)))
        }
        (Item::Quantity(..), Item::Quantity(..)) => quantities(&one, &other),
        (one, other) => Some(one.decimal()?.cmp(&other.decimal()?)),
    }
}

/// Which date is earlier. The error says whether both are dates: then their precisions differ, and one lies in the other.
fn dates(one: &str, other: &str) -> Result<Ordering, bool> {
    let (one, other) = (date::read(one).ok_or(false)?, date::read(other).ok_or(false)?);
    if one.interval == other.interval && one.precision == other.precision {
        return Ok(Ordering::Equal);
    }
    if one.interval.high <= other.interval.low {
        return Ok(Ordering::Less);
    }
    if other.interval.high <= one.interval.low {
        return Ok(Ordering::Greater);
    }
    // Seconds and their fractions are of one precision.
    let fine = one.precision == date::Precision::Second && other.precision == date::Precision::Second;
    if fine { Ok(one.interval.low.cmp(&other.interval.low)) } else { Err(true) }
}

/// A time of day without the zeros at the end of its fraction.
fn times(text: &str) -> std::str::Bytes<'_> {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').bytes() } else { text.bytes() }
}

/// Quantities are compared as they are where their units are the same, and converted where UCUM knows how.
fn quantities(one: &Item<'_>, other: &Item<'_>) -> Option<Ordering> {
    let (Item::Quantity(one, unit), Item::Quantity(other, other_unit)) = (one, other) else { return None };
    if unit == other_unit {
        return Some(one.cmp(other));
    }
    let (one, other) = (one.to_f64()? * units::factor(unit, other_unit)?, other.to_f64()?);
    if (one - other).abs() <= SLACK * one.abs().max(other.abs()) {
        Some(Ordering::Equal)
    } else {
        one.partial_cmp(&other)
    }
}

/// Whether two lists say the same, whatever their order. <http://hl7.org/fhirpath/N1/#equivalence>
pub(super) fn equivalent(left: &[Item<'_>], right: &[Item<'_>]) -> bool {
    left.len() == right.len() && left.iter().all(|one| right.iter().any(|other| alike(one, other)))
}

fn alike(one: &Item<'_>, other: &Item<'_>) -> bool {
    match (one.plain(), other.plain()) {
        (Some(Item::Text(one)), Some(Item::Text(other))) => folded(&one).eq(folded(&other)),
        (Some(Item::Decimal(one)), Some(other @ (Item::Decimal(_) | Item::Integer(_)))) => {
            close(one, other.decimal())
        }
        (Some(one @ Item::Integer(_)), Some(Item::Decimal(other))) => close(other, one.decimal()),
        _ => same(one, other).unwrap_or(false),
    }
}

/// Decimals are alike where they are the same at the coarser precision of the two.
fn close(one: rust_decimal::Decimal, other: Option<rust_decimal::Decimal>) -> bool {
    let Some(other) = other else { return false };
    let digits = one.scale().min(other.scale());
    one.round_dp(digits) == other.round_dp(digits)
}

/// Words in lower case, blanks made one.
fn folded(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().map(str::to_lowercase)
}

/// JSON values are the same where numbers have the same value, whatever the order of members.
fn same_json(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, value)| other.get(name).is_some_and(|other| same_json(value, other)))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_json(one, other))
        }
        (Value::Number(one), Value::Number(other)) => {
            one == other
                || crate::fhir::decimal::sortable(one.as_str())
                    == crate::fhir::decimal::sortable(other.as_str())
        }
        (one, other) => one == other,
    }
}

/// Elements without a value are the same where their extensions are.
fn same_beside(one: &Item<'_>, other: &Item<'_>) -> bool {
    match (beside(one), beside(other)) {
        (Some(one), Some(other)) => same_json(one, other),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn beside<'a>(item: &Item<'a>) -> Option<&'a Value> {
    if let Item::Node(Node { beside, .. }) = item { *beside } else { None }
}
