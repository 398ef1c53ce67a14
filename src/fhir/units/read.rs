//! From a UCUM code to what it comes to. <https://ucum.org/ucum#section-Grammar-of-Units-and-Unit-Terms>

use std::collections::BTreeMap;

use super::Unit;
use super::atoms::{self, Atom};
use crate::fhir::decimal::Ratio;

/// So deep parentheses and definitions may stand in one another.
const DEEPEST: u32 = 12;
/// The highest power of a unit.
const HIGHEST: i32 = 9;

/// Reads a whole code; `depth` counts the definitions on the way to it.
pub(super) fn unit(code: &str, depth: u32) -> Option<Unit> {
    let mut rest = code;
    let unit = term(&mut rest, depth)?;
    rest.is_empty().then_some(unit)
}

/// Components with `.` and `/` between them, up to the end or a closing parenthesis.
fn term(rest: &mut &str, depth: u32) -> Option<Unit> {
    if depth > DEEPEST {
        return None;
    }
    let mut product = Unit { factor: Ratio::ONE, dimension: BTreeMap::new() };
    let mut sign = 1;
    if let Some(after) = rest.strip_prefix('/') {
        (*rest, sign) = (after, -1);
    }
    loop {
        product = times(product, &component(rest, depth)?, sign)?;
        (*rest, sign) = match rest.chars().next() {
            Some('.') => (rest.get(1..)?, 1),
            Some('/') => (rest.get(1..)?, -1),
            _ => return Some(product),
        };
    }
}

fn component(rest: &mut &str, depth: u32) -> Option<Unit> {
    if let Some(inner) = rest.strip_prefix('(') {
        *rest = inner;
        let unit = term(rest, depth.saturating_add(1))?;
        *rest = rest.strip_prefix(')')?;
        return Some(unit);
    }
    let end = symbol_end(rest);
    let (symbol, after) = rest.split_at_checked(end).filter(|(symbol, _)| !symbol.is_empty())?;
    *rest = after;
    if symbol.bytes().all(|byte| byte.is_ascii_digit()) {
        let factor = Ratio::parse(symbol)?;
        return Some(Unit { factor, dimension: BTreeMap::new() });
    }
    let (symbol, exponent) = exponent(symbol)?;
    times(Unit { factor: Ratio::ONE, dimension: BTreeMap::new() }, &simple(symbol, depth)?, exponent)
}

/// Where a symbol ends: what stands in its brackets belongs to it.
fn symbol_end(text: &str) -> usize {
    let mut bracketed = false;
    let ends = |(_, character): &(usize, char)| {
        match character {
            '[' => bracketed = true,
            ']' => bracketed = false,
            _ => {}
        }
        !bracketed && matches!(character, '.' | '/' | '(' | ')' | '{' | '}')
    };
    text.char_indices().find(ends).map_or(text.len(), |(at, _)| at)
}

/// The symbol without its power, and the power.
fn exponent(symbol: &str) -> Option<(&str, i32)> {
    let name = symbol.trim_end_matches(|last: char| last.is_ascii_digit());
    let digits = symbol.get(name.len()..)?;
    if digits.is_empty() {
        return Some((symbol, 1));
    }
    let (name, sign) = match name.strip_suffix(['-', '+']) {
        Some(shorter) => (shorter, if name.ends_with('-') { -1 } else { 1 }),
        None => (name, 1),
    };
    // Powers of ten go farther than those of units.
    let highest = if matches!(name, "10*" | "10^") { 30 } else { HIGHEST };
    let power: i32 = digits.parse().ok().filter(|power| *power <= highest)?;
    Some((name, power.checked_mul(sign)?))
}

fn simple(symbol: &str, depth: u32) -> Option<Unit> {
    if let Some(atom) = atoms::find(symbol) {
        return defined(atom, depth);
    }
    atoms::PREFIXES.iter().find_map(|(prefix, power)| {
        let atom = atoms::find(symbol.strip_prefix(prefix)?).filter(|atom| atom.metric)?;
        let unit = defined(atom, depth)?;
        Some(Unit { factor: unit.factor.times(Ratio { power: *power, ..Ratio::ONE })?, ..unit })
    })
}

fn defined(atom: &'static Atom, depth: u32) -> Option<Unit> {
    let Some((number, of)) = atom.definition else {
        return Some(Unit { factor: Ratio::ONE, dimension: BTreeMap::from([(atom.base, 1)]) });
    };
    let unit = unit(of, depth.saturating_add(1))?;
    Some(Unit { factor: Ratio::parse(number)?.times(unit.factor)?, ..unit })
}

/// A product with a power of a unit.
fn times(product: Unit, unit: &Unit, power: i32) -> Option<Unit> {
    let Unit { mut factor, mut dimension } = product;
    for _ in 0..power.unsigned_abs() {
        factor = if power < 0 { factor.over(unit.factor)? } else { factor.times(unit.factor)? };
    }
    for (base, each) in &unit.dimension {
        let sum = dimension.entry(base).or_default();
        *sum = sum.checked_add(each.checked_mul(power)?)?;
    }
    dimension.retain(|_, power| *power != 0);
    Some(Unit { factor, dimension })
}
