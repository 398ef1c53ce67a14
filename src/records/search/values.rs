//! The values of a parameter, read. <https://hl7.org/fhir/R4/search.html#escaping>

use super::parameters::Asked;
use crate::fhir::ResourceType;
use crate::fhir::date::DateQuery;
use crate::fhir::decimal::NumberQuery;
use crate::fhir::definitions;
use crate::fhir::outcome::IssueType;
use crate::fhir::prefix::Prefix;
use crate::records::index::Term;
use crate::records::{Error, is_id};
use crate::storage::search::{DateTest, NumberTest, Relation, Unit};

/// So many alternatives a parameter may have.
pub(super) const MOST_VALUES: usize = 500;

/// `[code]`, `[system]|[code]`, `|[code]` or `[system]|`, hashed.
pub(super) fn token(value: &str, resource_type: ResourceType, parameter: &str) -> i64 {
    let parts: Vec<_> = split(value, '|').into_iter().map(unescaped).collect();
    let term = match parts.as_slice() {
        [system, code] if code.is_empty() => Term::System(system),
        [system, code] => Term::SystemCode(system, code),
        [code] => Term::Code(code),
        // More than one bar: the value cannot be in any index.
        _ => Term::Code(value),
    };
    term.hash(resource_type, parameter)
}

/// `[id]`, `[type]/[id]` or a URL, which may be one of this server's own.
pub(super) fn reference<'a>(value: &'a str, base_url: &str, target: Option<&'a str>) -> Term<'a> {
    let local = value.strip_prefix(base_url).and_then(|rest| rest.strip_prefix('/')).unwrap_or(value);
    match (local.split_once('/'), target) {
        (None, Some(target)) => Term::Resource(target, local),
        (None, None) if !local.contains(':') => Term::Id(local),
        (Some((resource_type, id)), _) if definitions::is_resource_type(resource_type) && is_id(id) => {
            Term::Resource(resource_type, id)
        }
        _ => Term::Url(value),
    }
}

pub(super) fn dates(asked: &Asked<'_>) -> Result<Vec<DateTest>, Error> {
    let test = |value: &String| {
        let Ok(query) = DateQuery::parse(value, asked.now_us) else {
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
    let test = |value: &String| {
        let parts: Vec<_> = split(value, '|').into_iter().map(unescaped).collect();
        let (amount, unit) = match parts.as_slice() {
            [amount] => (amount, Unit::Any),
            [amount, system, code] => (amount, unit(system, code)),
            _ => return asked.malformed(QUANTITY),
        };
        number(asked, amount, unit)
    };
    asked.values.iter().map(test).collect()
}

const QUANTITY: &str = "[number] or [number]|[system]|[code], with or without a prefix";

fn unit(system: &str, code: &str) -> Unit {
    match (system.is_empty(), code.is_empty()) {
        (true, true) => Unit::Any,
        (true, false) => Unit::Code(code.to_owned()),
        (false, true) => Unit::System(system.to_owned()),
        (false, false) => Unit::SystemCode(system.to_owned(), code.to_owned()),
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
        let term = |value| format!("{:?}", reference(value, "http://h/fhir", None));
        assert_eq!(term("http://h/fhir/Patient/1"), r#"Resource("Patient", "1")"#);
        assert_eq!(term("Patient/1"), r#"Resource("Patient", "1")"#);
        assert_eq!(term("1"), r#"Id("1")"#);
        assert_eq!(term("http://other/fhir/Patient/1"), r#"Url("http://other/fhir/Patient/1")"#);
        assert_eq!(term("urn:uuid:1"), r#"Url("urn:uuid:1")"#);
    }
}
