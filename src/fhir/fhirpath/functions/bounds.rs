//! The least and the greatest that a value may stand for, by its precision.
//! <https://build.fhir.org/ig/HL7/FHIRPath/#lowboundaryprecision-integer-decimal--date--datetime--time>

use std::borrow::Cow;

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Answer, Call, Entry, entry};
use crate::fhir::fhirpath::evaluate::one;
use crate::fhir::fhirpath::item::{Item, Kind};
use crate::fhir::primitive::Primitive;

pub(super) static TABLE: &[Entry] = &[
    entry("lowBoundary", 0, 1, |call| bound(call, End::Low)),
    entry("highBoundary", 0, 1, |call| bound(call, End::High)),
];

/// Decimals have no more digits.
const MOST_DIGITS: i64 = 28;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Low,
    High,
}

impl End {
    /// One of two, by the end that is asked for.
    fn of<T>(self, low: T, high: T) -> T {
        match self {
            Self::Low => low,
            Self::High => high,
        }
    }
}

fn bound<'a>(call: &Call<'_, 'a>, end: End) -> Answer<'a> {
    let precision = call.integer(0)?;
    let Some(item) = one(&call.input)? else { return Ok(Vec::new()) };
    Ok(of_item(item, end, precision).into_iter().collect())
}

fn of_item<'a>(item: &Item<'a>, end: End, precision: Option<i64>) -> Option<Item<'a>> {
    if let Item::Node(node) = item
        && matches!(node.kind, Kind::Complex(definition) if definition.name == "Period")
    {
        let mut found = Vec::new();
        node.members(end.of("start", "end"), &mut found);
        return of_item(found.first()?, end, precision);
    }
    let is_moment = is_moment(item);
    match item.plain()? {
        Item::Decimal(number) => decimal(number, end, precision).map(Item::Decimal),
        Item::Integer(number) => decimal(Decimal::from(number), end, precision).map(Item::Decimal),
        Item::Quantity(number, unit) => {
            decimal(number, end, precision).map(|number| Item::Quantity(number, unit))
        }
        Item::Date(text) => {
            let made = if is_moment { moment(&text, end) } else { day(&text, end) };
            Some(Item::Date(Cow::Owned(cut(made?, precision)?)))
        }
        Item::Time(text) => Some(Item::Time(Cow::Owned(time(&text, end)?))),
        Item::Node(_) | Item::Boolean(_) | Item::Text(_) => None,
    }
}

/// Whether a date may have a time.
fn is_moment(item: &Item<'_>) -> bool {
    if let Item::Node(node) = item {
        return matches!(node.kind, Kind::Primitive(Primitive::DateTime | Primitive::Instant));
    }
    matches!(item, Item::Date(text) if text.contains('T'))
}

/// Half of the last digit less or more; with a precision, no nearer than so many digits allow.
fn decimal(number: Decimal, end: End, precision: Option<i64>) -> Option<Decimal> {
    let half = Decimal::new(5, number.scale().checked_add(1).filter(|scale| *scale <= 28)?);
    let made = end.of(number.checked_sub(half)?, number.checked_add(half)?);
    let Some(precision) = precision else { return Some(made) };
    let digits = u32::try_from(precision).ok().filter(|_| precision <= MOST_DIGITS)?;
    let rounding = end.of(RoundingStrategy::ToNegativeInfinity, RoundingStrategy::ToPositiveInfinity);
    Some(made.round_dp_with_strategy(digits, rounding))
}

/// The first or the last day.
fn day(text: &str, end: End) -> Option<String> {
    let mut parts = text.split('-');
    let year: i32 = parts.next()?.parse().ok()?;
    let month = parts.next().map(str::parse::<u32>).transpose().ok()?;
    if parts.next().is_some() {
        return Some(text.to_owned());
    }
    let month = month.unwrap_or(end.of(1, 12));
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let last = first.checked_add_months(chrono::Months::new(1))?.pred_opt()?;
    Some(end.of(first, last).format("%Y-%m-%d").to_string())
}

/// The first or the last millisecond. A day without a time zone begins where it begins first, and ends where it ends last.
fn moment(text: &str, end: End) -> Option<String> {
    let (day_part, rest) = text.split_once('T').unwrap_or((text, ""));
    let at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at_checked(at)?;
    let zone = if zone.is_empty() { end.of("+14:00", "-12:00") } else { zone };
    Some(format!("{}T{}{zone}", day(day_part, end)?, time(clock, end)?))
}

/// The first or the last millisecond of a time of day.
fn time(text: &str, end: End) -> Option<String> {
    let whole = end.of("00:00:00.000", "23:59:59.999");
    // What is written covers the beginning; what is not is filled up.
    if text.len() >= whole.len() {
        return Some(text.to_owned());
    }
    Some(format!("{text}{}", whole.get(text.len()..)?))
}

/// Only so many digits of a date: 4, 6 and 8 are year, month and day; a date with a time has 17.
fn cut(made: String, precision: Option<i64>) -> Option<String> {
    let length = match precision {
        None | Some(17) => return Some(made),
        Some(4) => 4,
        Some(6) => 7,
        Some(8) => 10,
        Some(_) => return None,
    };
    made.get(..length).map(str::to_owned)
}
