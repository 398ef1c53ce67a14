//! Functions of text. <http://hl7.org/fhirpath/N1/#string-manipulation>

use std::borrow::Cow;

use super::convert::{text_of, written};
use super::{Answer, Call, Entry, entry, truth, whole};
use crate::fhir::fhirpath::context::Fault;
use crate::fhir::fhirpath::item::Item;

/// Longer texts are not made.
const LONGEST: usize = 1 << 20;

pub(super) static TABLE: &[Entry] = &[
    entry("startsWith", 1, 1, |call| asked(call, |text, other| text.starts_with(other))),
    entry("endsWith", 1, 1, |call| asked(call, |text, other| text.ends_with(other))),
    entry("contains", 1, 1, |call| asked(call, |text, other| text.contains(other))),
    entry("matches", 1, 1, |call| matching(call, false)),
    entry("matchesFull", 1, 1, |call| matching(call, true)),
    entry("replace", 2, 2, replace),
    entry("replaceMatches", 2, 2, replace_matches),
    entry("indexOf", 1, 1, index_of),
    entry("substring", 1, 2, substring),
    entry("upper", 0, 0, |call| made(call, |text| text.to_uppercase())),
    entry("lower", 0, 0, |call| made(call, |text| text.to_lowercase())),
    entry("trim", 0, 0, |call| made(call, |text| text.trim().to_owned())),
    entry("length", 0, 0, |call| {
        text_of(call)?.map_or_else(|| Ok(Vec::new()), |text| whole(text.chars().count()))
    }),
    entry("toChars", 0, 0, letters),
    entry("split", 1, 1, split),
    entry("join", 0, 1, join),
];

fn text<'a>(call: &Call<'_, 'a>, text: String) -> Answer<'a> {
    call.scope.context.text(text.len())?;
    Ok(vec![Item::Text(Cow::Owned(text))])
}

/// The input and the first argument, where both are there.
fn pair(call: &Call<'_, '_>) -> Result<Option<(String, String)>, Fault> {
    Ok(text_of(call)?.zip(call.text(0)?))
}

fn asked<'a>(call: &Call<'_, 'a>, is: fn(&str, &str) -> bool) -> Answer<'a> {
    pair(call)?.map_or_else(|| Ok(Vec::new()), |(text, other)| truth(is(&text, &other)))
}

fn made<'a>(call: &Call<'_, 'a>, of: fn(&str) -> String) -> Answer<'a> {
    text_of(call)?.map_or_else(|| Ok(Vec::new()), |input| text(call, of(&input)))
}

fn matching<'a>(call: &Call<'_, 'a>, full: bool) -> Answer<'a> {
    let Some((text, written)) = pair(call)? else { return Ok(Vec::new()) };
    call.scope.context.step(text.len() / 16)?;
    let written = if full { format!("^(?:{written})$") } else { written };
    truth(call.scope.context.pattern(&written)?.is_match(&text))
}

fn replace<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let (Some((input, from)), Some(to)) = (pair(call)?, call.text(1)?) else { return Ok(Vec::new()) };
    if input.len().saturating_mul(to.len().max(1)) > LONGEST.saturating_mul(16) {
        return Err(Fault::TooCostly);
    }
    text(call, input.replace(&from, &to))
}

fn replace_matches<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let (Some((input, from)), Some(to)) = (pair(call)?, call.text(1)?) else { return Ok(Vec::new()) };
    if input.len().saturating_mul(to.len().max(1)) > LONGEST.saturating_mul(16) {
        return Err(Fault::TooCostly);
    }
    text(call, call.scope.context.pattern(&from)?.replace_all(&input, to.as_str()).into_owned())
}

fn index_of<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let Some((input, other)) = pair(call)? else { return Ok(Vec::new()) };
    let at = input.find(&other).and_then(|at| input.get(..at)).map(|before| before.chars().count());
    at.map_or_else(|| Ok(vec![Item::Integer(-1)]), whole)
}

fn substring<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let (Some(input), Some(start)) = (text_of(call)?, call.integer(0)?) else { return Ok(Vec::new()) };
    let Ok(start) = usize::try_from(start) else { return Ok(Vec::new()) };
    if start >= input.chars().count() {
        return Ok(Vec::new());
    }
    let length =
        call.integer(1)?.map_or(usize::MAX, |length| usize::try_from(length.max(0)).unwrap_or(usize::MAX));
    text(call, input.chars().skip(start).take(length).collect())
}

fn letters<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let input = text_of(call)?.unwrap_or_default();
    call.scope.context.step(input.len())?;
    Ok(input.chars().map(|letter| Item::Text(Cow::Owned(letter.to_string()))).collect())
}

fn split<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let Some((input, by)) = pair(call)? else { return Ok(Vec::new()) };
    call.scope.context.step(input.len())?;
    Ok(input.split(by.as_str()).map(|part| Item::Text(Cow::Owned(part.to_owned()))).collect())
}

/// Of nothing, it is an empty text: so the tests of SQL on FHIR have it.
fn join<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let parts: Vec<_> = call.input.iter().filter_map(written).collect();
    text(call, parts.join(&call.text(0)?.unwrap_or_default()))
}
