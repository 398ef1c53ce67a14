//! Functions that take parts of a list, and what is in its items. <http://hl7.org/fhirpath/N1/#subsetting>

use super::{Answer, Call, Entry, entry};
use crate::fhir::fhirpath::context::Fault;
use crate::fhir::fhirpath::evaluate::one;
use crate::fhir::fhirpath::item::Item;

pub(super) static TABLE: &[Entry] = &[
    entry("single", 0, 0, |call| Ok(one(&call.input)?.cloned().into_iter().collect())),
    entry("first", 0, 0, |call| Ok(call.input.first().cloned().into_iter().collect())),
    entry("last", 0, 0, |call| Ok(call.input.last().cloned().into_iter().collect())),
    entry("tail", 0, 0, |call| Ok(call.input.iter().skip(1).cloned().collect())),
    entry("skip", 1, 1, |call| Ok(call.input.iter().skip(number(call)?).cloned().collect())),
    entry("take", 1, 1, |call| Ok(call.input.iter().take(number(call)?).cloned().collect())),
    entry("children", 0, 0, children),
    entry("descendants", 0, 0, descendants),
];

/// The argument, or none where it is below zero.
fn number(call: &Call<'_, '_>) -> Result<usize, Fault> {
    let number = call.integer(0)?.ok_or(Fault::WrongType)?;
    Ok(usize::try_from(number.max(0)).unwrap_or(usize::MAX))
}

fn children<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let mut found = Vec::new();
    for item in &call.input {
        if let Item::Node(node) = item {
            node.children(&mut found);
        }
        call.scope.context.step(1)?;
    }
    call.scope.context.step(found.len())?;
    Ok(found)
}

fn descendants<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let mut found = children(call)?;
    let mut next = 0;
    while let Some(item) = found.get(next).cloned() {
        let known = found.len();
        if let Item::Node(node) = item {
            node.children(&mut found);
        }
        call.scope.context.step(found.len().saturating_sub(known).saturating_add(1))?;
        next = next.saturating_add(1);
    }
    Ok(found)
}
