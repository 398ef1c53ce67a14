//! Functions that filter and make lists. <http://hl7.org/fhirpath/N1/#filtering-and-projection>

use super::{Answer, Call, Entry, entry};
use crate::fhir::fhirpath::context::Fault;
use crate::fhir::fhirpath::evaluate::{distinct, has, one, truth as truth_of};
use crate::fhir::fhirpath::item::Item;

pub(super) static TABLE: &[Entry] = &[
    entry("where", 1, 1, filter),
    entry("select", 1, 1, select),
    entry("repeat", 1, 1, repeat),
    entry("distinct", 0, 0, |call| distinct(call.scope.context, call.input.iter().cloned())),
    entry("union", 1, 1, |call| {
        distinct(call.scope.context, call.input.iter().cloned().chain(call.argument(0)?))
    }),
    entry("combine", 1, 1, |call| Ok(call.input.iter().cloned().chain(call.argument(0)?).collect())),
    entry("intersect", 1, 1, intersect),
    entry("exclude", 1, 1, exclude),
    entry("aggregate", 1, 2, aggregate),
    entry("iif", 2, 3, choose),
    entry("trace", 1, 2, |call| Ok(call.input.clone())),
];

fn filter<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let mut kept = Vec::new();
    for (at, item) in call.input.iter().enumerate() {
        if truth_of(&call.each(item, at)?)? == Some(true) {
            kept.push(item.clone());
        }
    }
    Ok(kept)
}

fn select<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let mut made = Vec::new();
    for (at, item) in call.input.iter().enumerate() {
        made.extend(call.each(item, at)?);
    }
    Ok(made)
}

fn repeat<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let (mut found, mut next) = (Vec::new(), call.input.clone());
    while !next.is_empty() {
        let mut made = Vec::new();
        for (at, item) in next.iter().enumerate() {
            for item in call.each(item, at)? {
                call.scope.context.step(found.len())?;
                if !has(&found, &item) {
                    found.push(item.clone());
                    made.push(item);
                }
            }
        }
        next = made;
    }
    Ok(found)
}

fn intersect<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let other = with(call)?;
    distinct(call.scope.context, call.input.iter().filter(|item| has(&other, item)).cloned())
}

fn exclude<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let other = with(call)?;
    Ok(call.input.iter().filter(|item| !has(&other, item)).cloned().collect())
}

/// The other list, counted as being compared with the whole input.
fn with<'a>(call: &Call<'_, 'a>) -> Result<Vec<Item<'a>>, Fault> {
    let other = call.argument(0)?;
    call.scope.context.step(other.len().saturating_mul(call.input.len()))?;
    Ok(other)
}

fn aggregate<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let mut total = call.argument(1)?;
    let Some(term) = call.arguments.first() else { return Ok(total) };
    for (at, item) in call.input.iter().enumerate() {
        let mut scope = call.scope.at(item, at);
        scope.total = total;
        total = scope.evaluate(term)?;
    }
    Ok(total)
}

/// `iif`: only the branch that is taken is evaluated.
fn choose<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let scope = match one(&call.input) {
        Ok(Some(item)) => call.scope.at(item, 0),
        Ok(None) | Err(_) => call.scope.inside(call.input.clone()),
    };
    let branch =
        |at: usize| call.arguments.get(at).map_or_else(|| Ok(Vec::new()), |term| scope.evaluate(term));
    if truth_of(&branch(0)?)? == Some(true) { branch(1) } else { branch(2) }
}
