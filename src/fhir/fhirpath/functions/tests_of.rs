//! Functions that answer yes or no about a list. <http://hl7.org/fhirpath/N1/#existence>

use super::{Answer, Call, Entry, entry, truth, whole};
use crate::fhir::fhirpath::context::Fault;
use crate::fhir::fhirpath::evaluate::{distinct, has, one, truth as truth_of};
use crate::fhir::fhirpath::item::Item;

pub(super) static TABLE: &[Entry] = &[
    entry("empty", 0, 0, |call| truth(call.input.is_empty())),
    entry("exists", 0, 1, exists),
    entry("all", 1, 1, all),
    entry("not", 0, 0, not),
    entry("allTrue", 0, 0, |call| every(call, true)),
    entry("allFalse", 0, 0, |call| every(call, false)),
    entry("anyTrue", 0, 0, |call| any(call, true)),
    entry("anyFalse", 0, 0, |call| any(call, false)),
    entry("count", 0, 0, |call| whole(call.input.len())),
    entry("isDistinct", 0, 0, is_distinct),
    entry("subsetOf", 1, 1, |call| truth(within(call, &call.input, &call.argument(0)?)?)),
    entry("supersetOf", 1, 1, |call| truth(within(call, &call.argument(0)?, &call.input)?)),
];

fn exists<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    if !call.has_argument() {
        return truth(!call.input.is_empty());
    }
    for (at, item) in call.input.iter().enumerate() {
        if truth_of(&call.each(item, at)?)? == Some(true) {
            return truth(true);
        }
    }
    truth(false)
}

fn all<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    for (at, item) in call.input.iter().enumerate() {
        if truth_of(&call.each(item, at)?)? != Some(true) {
            return truth(false);
        }
    }
    truth(true)
}

fn not<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    Ok(truth_of(&call.input)?.map(|is| Item::Boolean(!is)).into_iter().collect())
}

fn verdict(item: &Item<'_>) -> Result<bool, Fault> {
    if let Some(Item::Boolean(is)) = item.plain() { Ok(is) } else { Err(Fault::WrongType) }
}

fn every<'a>(call: &Call<'_, 'a>, wanted: bool) -> Answer<'a> {
    let mut is = true;
    for item in &call.input {
        is &= verdict(item)? == wanted;
    }
    truth(is)
}

fn any<'a>(call: &Call<'_, 'a>, wanted: bool) -> Answer<'a> {
    let mut is = false;
    for item in &call.input {
        is |= verdict(item)? == wanted;
    }
    truth(is)
}

fn is_distinct<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let kept = distinct(call.scope.context, call.input.iter().cloned())?;
    truth(kept.len() == call.input.len())
}

fn within<'a>(call: &Call<'_, 'a>, some: &[Item<'a>], all: &[Item<'a>]) -> Result<bool, Fault> {
    call.scope.context.step(some.len().saturating_mul(all.len()))?;
    Ok(some.iter().all(|item| has(all, item)))
}

/// The one thing of an input, for functions that need one.
pub(super) fn only<'i, 'a>(call: &'i Call<'_, 'a>) -> Result<Option<&'i Item<'a>>, Fault> {
    one(&call.input)
}
