//! The values of a parameter, read. <https://hl7.org/fhir/R4/search.html#escaping>

use super::parameters::Asked;
use crate::fhir::date::DateQuery;
use crate::fhir::decimal::NumberQuery;
use crate::fhir::definitions;
use crate::fhir::outcome::IssueType;
use crate::fhir::prefix::Prefix;
use crate::fhir::units::{self, UCUM};
use crate::records::index::{code_value, system_qualifier, url_value};
use crate::records::{Error, is_id};
use crate::storage::address::{address, qualifier};
use crate::storage::search::{DateTest, NumberTest, Relation, TermTest, Unit};

/// So many comparisons of numbers a parameter may come to: each binds values to its statement, which takes 65,535.
const MOST_TESTS: usize = 2_000;
/// So many alternatives a parameter may have.
pub(super) const MOST_VALUES: usize = 500;

/// `[code]`, `[system]|[code]`, `|[code]` or `[system]|`.
pub(super) fn token(value: &str, slot: i32) -> TermTest {
    let parts: Vec<_> = split(value, '|').into_iter().map(unescaped).collect();
    let (value, qualifier) = match parts.as_slice() {
        [system, code] if code.is_empty() => (None, Some(system_qualifier(system))),
        [system, code] => (Some(code_value(code)), Some(system_qualifier(system))),
        [code] => (Some(code_value(code)), None),
        // More than one bar: the value cannot be in any index.
        _ => (Some(code_value(value)), None),
    };
    TermTest { slot, value, qualifier }
}

/// `[id]`, `[type]/[id]` or a URL, which may be one of this server's own. An id alone is one of each type that `targets` may
/// name; `only` is the type that is asked for.
pub(super) fn reference(
    value: &str,
    base_url: &str,
    targets: &[&str],
    only: Option<&str>,
    slot: i32,
) -> Vec<TermTest> {
    let local = value.strip_prefix(base_url).and_then(|rest| rest.strip_prefix('/')).unwrap_or(value);
    let at = |target: &str, id: &str| TermTest {
        slot,
        value: Some(address(target, id)),
        qualifier: Some(qualifier(target)),
    };
    match local.split_once('/') {
        None if !local.contains(':') => match only {
            Some(target) => vec![at(target, local)],
            None => targets.iter().map(|target| at(target, local)).collect(),
        },
        Some((target, rest)) if definitions::is_resource_type(target) => {
            let id = rest.split_once("/_history/").map_or(rest, |(id, _)| id);
            let is_asked = only.is_none_or(|only| only == target);
            if is_id(id) && is_asked { vec![at(target, id)] } else { Vec::new() }
        }
        _ => vec![TermTest { slot, value: Some(url_value(value)), qualifier: None }],
    }
}

pub(super) fn dates(asked: &Asked<'_>) -> Result<Vec<DateTest>, Error> {
    let test = |value: &String| {
        let Ok(query) = DateQuery::parse(value, asked.context.now_us) else {
            return asked.malformed("a date, with or without a prefix");
        };
        let (low, high) = (query.interval.low, query.interval.high);
        Ok(DateTest { relation: relation(query.prefix), low, high })
    };
    asked.values.iter().map(test).collect()
}

pub(super) fn numbers(asked: &Asked<'_>) -> Result<Vec<NumberTest>, Error> {
    asked.values.iter().map(|value| number(asked, value, Unit::Any)).collect()
}

/// `[number]` or `[number]|[system]|[code]`, where system and code may be empty.
pub(super) fn quantities(asked: &Asked<'_>) -> Result<Vec<NumberTest>, Error> {
    let mut tests = Vec::new();
    for value in &asked.values {
        let parts: Vec<_> = split(value, '|').into_iter().map(unescaped).collect();
        match parts.as_slice() {
            [amount] => tests.push(number(asked, amount, Unit::Any)?),
            [amount, system, code] => {
                tests.push(number(asked, amount, unit(system, code))?);
                if system == UCUM {
                    tests.extend(converted(amount, code));
                }
            }
            _ => return asked.malformed(QUANTITY),
        }
    }
    if tests.len() > MOST_TESTS {
        let text = format!("{} asks for more than {MOST_TESTS} amounts and units", asked.name);
        return Err(Error::BadRequest(IssueType::TooCostly, text));
    }
    Ok(tests)
}

/// The same amount in the other units that measure the same.
fn converted(amount: &str, code: &str) -> Vec<NumberTest> {
    let others = units::commensurable(code).into_iter();
    let tests = others.filter_map(|(other, conversion)| {
        let NumberQuery { prefix, low, high } = NumberQuery::converted(amount, conversion).ok()?;
        let unit = Unit::SystemCode(qualifier(UCUM), qualifier(other));
        Some(NumberTest { relation: relation(prefix), low, high, unit })
    });
    tests.collect()
}

const QUANTITY: &str = "[number] or [number]|[system]|[code], with or without a prefix";

fn unit(system: &str, code: &str) -> Unit {
    match (system.is_empty(), code.is_empty()) {
        (true, true) => Unit::Any,
        (true, false) => Unit::Code(qualifier(code)),
        (false, true) => Unit::System(qualifier(system)),
        (false, false) => Unit::SystemCode(qualifier(system), qualifier(code)),
    }
}

fn number(asked: &Asked<'_>, value: &str, unit: Unit) -> Result<NumberTest, Error> {
    let Ok(NumberQuery { prefix, low, high }) = NumberQuery::parse(value) else {
        return asked.malformed("a number, with or without a prefix");
    };
    Ok(NumberTest { relation: relation(prefix), low, high, unit })
}

fn relation(prefix: Prefix) -> Relation {
    match prefix {
        Prefix::Equal => Relation::Within,
        Prefix::NotEqual => Relation::NotWithin,
        Prefix::Greater => Relation::After,
        Prefix::Less => Relation::Before,
        Prefix::GreaterOrEqual => Relation::AfterOrWithin,
        Prefix::LessOrEqual => Relation::BeforeOrWithin,
        Prefix::StartsAfter => Relation::StartsAfter,
        Prefix::EndsBefore => Relation::EndsBefore,
        Prefix::Approximate => Relation::Overlaps,
    }
}

/// The values between commas, still with their escapes.
pub(in crate::records) fn alternatives(name: &str, value: &str) -> Result<Vec<String>, Error> {
    let values: Vec<String> = split(value, ',').into_iter().map(str::to_owned).collect();
    if values.iter().any(|value| value.is_empty()) {
        return Err(Error::BadRequest(IssueType::Value, format!("{name} has an empty value")));
    }
    if values.len() > MOST_VALUES {
        let text = format!("{name} has more than {MOST_VALUES} values");
        return Err(Error::BadRequest(IssueType::TooCostly, text));
    }
    Ok(values)
}

/// The parts between unescaped separators.
pub(super) fn split(text: &str, separator: char) -> Vec<&str> {
    let mut escaped = false;
    text.split(|character| {
        let parts = character == separator && !escaped;
        escaped = character == '\\' && !escaped;
        parts
    })
    .collect()
}

/// The text with `\,` `\|` `\$` and `\\` as the plain characters.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(if character == '\\' { characters.next().unwrap_or(character) } else { character });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_parts_values_unless_it_is_escaped() {
        assert_eq!(alternatives("code", r"a,b\,c,d\\").unwrap(), ["a", r"b\,c", r"d\\"]);
        assert_eq!(unescaped(r"b\,c\\"), r"b,c\");
        assert_eq!(alternatives("code", "a,,b").unwrap_err().to_string(), "code has an empty value");
    }

    #[test]
    fn a_reference_to_this_server_is_a_local_one() {
        let values = |text| {
            let tests = reference(text, "http://h/fhir", &["Group", "Patient"], None, 7);
            tests.into_iter().map(|test| test.value.unwrap()).collect::<Vec<_>>()
        };
        let patient = address("Patient", "1");
        assert_eq!(values("http://h/fhir/Patient/1"), [patient]);
        assert_eq!(values("Patient/1"), [patient]);
        assert_eq!(values("Patient/1/_history/2"), [patient]);
        assert_eq!(values("1"), [address("Group", "1"), patient]);
        assert_eq!(values("http://other/fhir/Patient/1"), [url_value("http://other/fhir/Patient/1")]);
        assert!(reference("Device/1", "", &[], Some("Patient"), 7).is_empty());
        assert_eq!(values("urn:uuid:1"), [url_value("urn:uuid:1")]);
    }
}
