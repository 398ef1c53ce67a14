//! Functions of numbers, and the present time. <http://hl7.org/fhirpath/N1/#math>

use std::borrow::Cow;

use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Answer, Call, Entry, entry};
use crate::fhir::fhirpath::context::Fault;
use crate::fhir::fhirpath::item::Item;

pub(super) static TABLE: &[Entry] = &[
    entry("abs", 0, 0, |call| of(call, |number| Some(number.abs()))),
    entry("ceiling", 0, 0, |call| rounded(call, |number| number.ceil())),
    entry("floor", 0, 0, |call| rounded(call, |number| number.floor())),
    entry("truncate", 0, 0, |call| rounded(call, |number| number.trunc())),
    entry("round", 0, 1, round),
    entry("sqrt", 0, 0, |call| real(call, f64::sqrt)),
    entry("exp", 0, 0, |call| real(call, f64::exp)),
    entry("ln", 0, 0, |call| real(call, f64::ln)),
    entry("log", 1, 1, |call| two(call, f64::log)),
    entry("power", 1, 1, power),
    entry("now", 0, 0, |call| {
        date(call.scope.context.now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
    }),
    entry("today", 0, 0, |call| date(call.scope.context.now.format("%Y-%m-%d").to_string())),
    entry("timeOfDay", 0, 0, |call| {
        Ok(vec![Item::Time(Cow::Owned(call.scope.context.now.format("%H:%M:%S%.3f").to_string()))])
    }),
];

fn date<'a>(text: String) -> Answer<'a> {
    Ok(vec![Item::Date(Cow::Owned(text))])
}

fn number(call: &Call<'_, '_>) -> Result<Option<Decimal>, Fault> {
    call.single()?.map(|item| item.decimal().ok_or(Fault::WrongType)).transpose()
}

fn of<'a>(call: &Call<'_, 'a>, made: fn(Decimal) -> Option<Decimal>) -> Answer<'a> {
    if let Some(Item::Integer(whole)) = call.single()? {
        return Ok(whole.checked_abs().map(Item::Integer).into_iter().collect());
    }
    if let Some(Item::Quantity(number, unit)) = call.single()? {
        return Ok(made(number).map(|number| Item::Quantity(number, unit)).into_iter().collect());
    }
    Ok(number(call)?.and_then(made).map(Item::Decimal).into_iter().collect())
}

fn rounded<'a>(call: &Call<'_, 'a>, made: fn(&Decimal) -> Decimal) -> Answer<'a> {
    Ok(number(call)?.and_then(|number| made(&number).to_i64()).map(Item::Integer).into_iter().collect())
}

fn round<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let digits = call.integer(0)?.unwrap_or(0);
    let digits = u32::try_from(digits).map_err(|_| Fault::WrongType)?;
    let round =
        |number: Decimal| number.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    Ok(number(call)?.map(round).map(Item::Decimal).into_iter().collect())
}

fn real<'a>(call: &Call<'_, 'a>, made: fn(f64) -> f64) -> Answer<'a> {
    let made = number(call)?.and_then(|number| number.to_f64()).map(made);
    Ok(made.and_then(Decimal::from_f64).map(Item::Decimal).into_iter().collect())
}

fn two<'a>(call: &Call<'_, 'a>, made: fn(f64, f64) -> f64) -> Answer<'a> {
    let other = super::one(&call.argument(0)?)?.and_then(Item::decimal).and_then(|number| number.to_f64());
    let number = number(call)?.and_then(|number| number.to_f64());
    let made = number.zip(other).map(|(number, other)| made(number, other));
    Ok(made.and_then(Decimal::from_f64).map(Item::Decimal).into_iter().collect())
}

fn power<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let whole = call.single()?.and_then(|item| item.integer()).zip(call.integer(0)?);
    if let Some((base, exponent)) = whole.filter(|(_, exponent)| *exponent >= 0) {
        let made = u32::try_from(exponent).ok().and_then(|exponent| base.checked_pow(exponent));
        return Ok(made.map(Item::Integer).into_iter().collect());
    }
    two(call, f64::powf)
}
