//! Functions that make a value of another type. <http://hl7.org/fhirpath/N1/#conversion>

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{Answer, Call, Entry, entry, truth};
use crate::fhir::date;
use crate::fhir::fhirpath::context::Fault;
use crate::fhir::fhirpath::item::Item;
use crate::fhir::fhirpath::literal::calendar_unit;

pub(super) static TABLE: &[Entry] = &[
    entry("toBoolean", 0, 0, |call| converted(call, boolean)),
    entry("convertsToBoolean", 0, 0, |call| converts(call, boolean)),
    entry("toInteger", 0, 0, |call| converted(call, integer)),
    entry("convertsToInteger", 0, 0, |call| converts(call, integer)),
    entry("toDecimal", 0, 0, |call| converted(call, decimal)),
    entry("convertsToDecimal", 0, 0, |call| converts(call, decimal)),
    entry("toString", 0, 0, |call| converted(call, string)),
    entry("convertsToString", 0, 0, |call| converts(call, string)),
    entry("toDate", 0, 0, |call| converted(call, day)),
    entry("convertsToDate", 0, 0, |call| converts(call, day)),
    entry("toDateTime", 0, 0, |call| converted(call, moment)),
    entry("convertsToDateTime", 0, 0, |call| converts(call, moment)),
    entry("toTime", 0, 0, |call| converted(call, time)),
    entry("convertsToTime", 0, 0, |call| converts(call, time)),
    entry("toQuantity", 0, 1, |call| converted(call, quantity)),
    entry("convertsToQuantity", 0, 1, |call| converts(call, quantity)),
];

type Conversion = for<'a> fn(&Item<'a>) -> Option<Item<'a>>;

fn converted<'a>(call: &Call<'_, 'a>, to: Conversion) -> Answer<'a> {
    Ok(call.single()?.and_then(|item| to(&item)).into_iter().collect())
}

fn converts<'a>(call: &Call<'_, 'a>, to: Conversion) -> Answer<'a> {
    let Some(item) = super::tests_of::only(call)? else { return Ok(Vec::new()) };
    truth(item.plain().is_some_and(|item| to(&item).is_some()))
}

fn boolean<'a>(item: &Item<'a>) -> Option<Item<'a>> {
    let is = match item {
        Item::Boolean(is) => Some(*is),
        Item::Text(text) => match text.to_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "1" | "1.0" => Some(true),
            "false" | "f" | "no" | "n" | "0" | "0.0" => Some(false),
            _ => None,
        },
        Item::Integer(_) | Item::Decimal(_) => match item.decimal()? {
            number if number == Decimal::ONE => Some(true),
            number if number == Decimal::ZERO => Some(false),
            _ => None,
        },
        Item::Node(_) | Item::Date(_) | Item::Time(_) | Item::Quantity(..) => None,
    };
    is.map(Item::Boolean)
}

fn integer<'a>(item: &Item<'a>) -> Option<Item<'a>> {
    match item {
        Item::Integer(_) => Some(item.clone()),
        Item::Boolean(is) => Some(Item::Integer(i64::from(*is))),
        Item::Text(text) => text.parse().ok().map(Item::Integer),
        Item::Node(_) | Item::Decimal(_) | Item::Date(_) | Item::Time(_) | Item::Quantity(..) => None,
    }
}

fn decimal<'a>(item: &Item<'a>) -> Option<Item<'a>> {
    match item {
        Item::Decimal(_) => Some(item.clone()),
        Item::Integer(number) => Some(Item::Decimal(Decimal::from(*number))),
        Item::Boolean(is) => Some(Item::Decimal(Decimal::from(i64::from(*is)))),
        Item::Text(text) => Decimal::from_str_exact(text).ok().map(Item::Decimal),
        Item::Node(_) | Item::Date(_) | Item::Time(_) | Item::Quantity(..) => None,
    }
}

fn string<'a>(item: &Item<'a>) -> Option<Item<'a>> {
    written(item).map(|text| Item::Text(Cow::Owned(text)))
}

/// A value as text.
pub(in crate::fhir::fhirpath) fn written(item: &Item<'_>) -> Option<String> {
    match item.plain()? {
        Item::Text(text) | Item::Date(text) | Item::Time(text) => Some(text.into_owned()),
        Item::Boolean(is) => Some(is.to_string()),
        Item::Integer(number) => Some(number.to_string()),
        Item::Decimal(number) => Some(number.to_string()),
        Item::Quantity(number, unit) => Some(format!("{number} '{unit}'")),
        Item::Node(_) => None,
    }
}

fn day<'a>(item: &Item<'a>) -> Option<Item<'a>> {
    let text = item.text()?;
    let (day, _) = text.split_once('T').unwrap_or((&text, ""));
    date::read(&text)?;
    Some(Item::Date(Cow::Owned(day.to_owned())))
}

fn moment<'a>(item: &Item<'a>) -> Option<Item<'a>> {
    let text = item.text()?;
    date::read(&text)?;
    Some(Item::Date(text))
}

fn time<'a>(item: &Item<'a>) -> Option<Item<'a>> {
    let text = item.text()?;
    date::is_time(&text).then_some(Item::Time(text))
}

fn quantity<'a>(item: &Item<'a>) -> Option<Item<'a>> {
    match item {
        Item::Quantity(..) => Some(item.clone()),
        Item::Text(text) => {
            let (number, unit) = text.split_once(' ').unwrap_or((text, "'1'"));
            let quoted = unit.trim().strip_prefix('\'').and_then(|unit| unit.strip_suffix('\''));
            let unit = quoted.or_else(|| calendar_unit(unit.trim()))?;
            Some(Item::Quantity(Decimal::from_str_exact(number).ok()?, Cow::Owned(unit.to_owned())))
        }
        Item::Integer(_) | Item::Decimal(_) | Item::Boolean(_) => {
            let Item::Decimal(number) = decimal(item)? else { return None };
            Some(Item::Quantity(number, Cow::Borrowed("1")))
        }
        Item::Node(_) | Item::Date(_) | Item::Time(_) => None,
    }
}

/// What a function that needs text was given.
pub(super) fn text_of(call: &Call<'_, '_>) -> Result<Option<String>, Fault> {
    Ok(super::tests_of::only(call)?.and_then(Item::text).map(Cow::into_owned))
}
