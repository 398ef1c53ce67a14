//! Adding, multiplying and the like. <http://hl7.org/fhirpath/N1/#math>

use std::borrow::Cow;

use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::context::{Context, Fault};
use super::expression::Arithmetic;
use super::item::Item;

/// What an operator makes of two; nothing where the result is too large or a division is by zero.
pub(super) fn compute<'a>(
    context: &Context<'a>,
    operator: Arithmetic,
    one: &Item<'a>,
    other: &Item<'a>,
) -> Result<Option<Item<'a>>, Fault> {
    let (Some(one), Some(other)) = (one.plain(), other.plain()) else { return Err(Fault::WrongType) };
    match (&one, &other) {
        (Item::Integer(one), Item::Integer(other)) if operator != Arithmetic::Divide => {
            Ok(whole(operator, *one, *other))
        }
        (Item::Text(one), Item::Text(other)) if operator == Arithmetic::Add => {
            context.text(one.len().saturating_add(other.len()))?;
            Ok(Some(Item::Text(Cow::Owned(format!("{one}{other}")))))
        }
        (Item::Date(date), Item::Quantity(number, unit)) => {
            let number = if operator == Arithmetic::Subtract { -*number } else { *number };
            Ok(moved(date, number, unit).map(|date| Item::Date(Cow::Owned(date))))
        }
        (Item::Quantity(one, unit), Item::Quantity(other, other_unit)) => {
            Ok(quantity(operator, (*one, unit), (*other, other_unit)))
        }
        (one, other) => {
            let (Some(one), Some(other)) = (one.decimal(), other.decimal()) else {
                return Err(Fault::WrongType);
            };
            let is_whole = operator == Arithmetic::WholeDivide;
            let made = decimal(operator, one, other);
            Ok(made.map(|made| {
                let whole = made.to_i64().filter(|_| is_whole);
                whole.map_or(Item::Decimal(made), Item::Integer)
            }))
        }
    }
}

fn whole<'a>(operator: Arithmetic, one: i64, other: i64) -> Option<Item<'a>> {
    let made = match operator {
        Arithmetic::Add => one.checked_add(other),
        Arithmetic::Subtract => one.checked_sub(other),
        Arithmetic::Multiply => one.checked_mul(other),
        Arithmetic::WholeDivide => one.checked_div(other),
        Arithmetic::Modulo => one.checked_rem(other),
        Arithmetic::Divide => None,
    };
    made.map(Item::Integer)
}

fn decimal(operator: Arithmetic, one: Decimal, other: Decimal) -> Option<Decimal> {
    match operator {
        Arithmetic::Add => one.checked_add(other),
        Arithmetic::Subtract => one.checked_sub(other),
        Arithmetic::Multiply => one.checked_mul(other),
        Arithmetic::Divide => one.checked_div(other),
        Arithmetic::WholeDivide => one.checked_div(other).map(|made| made.trunc()),
        Arithmetic::Modulo => one.checked_rem(other),
    }
}

fn quantity<'a>(
    operator: Arithmetic,
    (one, unit): (Decimal, &str),
    (other, other_unit): (Decimal, &str),
) -> Option<Item<'a>> {
    let made = decimal(operator, one, other)?;
    let (is_same, of_none, by_none) = (unit == other_unit, unit == "1", other_unit == "1");
    let unit = match operator {
        Arithmetic::Add | Arithmetic::Subtract => is_same.then_some(unit)?,
        Arithmetic::Multiply if of_none => other_unit,
        Arithmetic::Divide if is_same => "1",
        Arithmetic::Multiply | Arithmetic::Divide => by_none.then_some(unit)?,
        Arithmetic::WholeDivide | Arithmetic::Modulo => return None,
    };
    Some(Item::Quantity(made, Cow::Owned(unit.to_owned())))
}

/// A date so much later, at its own precision; nothing for units that are no time.
fn moved(date: &str, number: Decimal, unit: &str) -> Option<String> {
    let amount = number.trunc().to_i64()?;
    let unit = super::literal::calendar_unit(unit).unwrap_or(unit);
    let months = match unit {
        "a" => Some(amount.checked_mul(12)?),
        "mo" => Some(amount),
        _ => None,
    };
    let seconds = match unit {
        "wk" => amount.checked_mul(7 * 86_400)?,
        "d" => amount.checked_mul(86_400)?,
        "h" => amount.checked_mul(3_600)?,
        "min" => amount.checked_mul(60)?,
        "s" => amount,
        _ if months.is_some() => 0,
        _ => return None,
    };
    if date.contains('T') {
        let at = DateTime::parse_from_rfc3339(date).ok()?;
        let later = match months {
            Some(months) if months >= 0 => at.checked_add_months(Months::new(u32::try_from(months).ok()?))?,
            Some(months) => at.checked_sub_months(Months::new(u32::try_from(months.checked_neg()?).ok()?))?,
            None => at.checked_add_signed(TimeDelta::try_seconds(seconds)?)?,
        };
        return Some(later.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
    }
    let length = date.len();
    let padded = match length {
        4 => format!("{date}-01-01"),
        7 => format!("{date}-01"),
        _ => date.to_owned(),
    };
    let day: NaiveDate = padded.parse().ok()?;
    let later = match months {
        Some(months) if months >= 0 => day.checked_add_months(Months::new(u32::try_from(months).ok()?))?,
        Some(months) => day.checked_sub_months(Months::new(u32::try_from(months.checked_neg()?).ok()?))?,
        None if seconds >= 0 => day.checked_add_days(Days::new(u64::try_from(seconds / 86_400).ok()?))?,
        None => day.checked_sub_days(Days::new(u64::try_from(seconds.checked_neg()? / 86_400).ok()?))?,
    };
    later.format("%Y-%m-%d").to_string().get(..length).map(str::to_owned)
}
