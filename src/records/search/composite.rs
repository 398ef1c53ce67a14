//! Composite parameters as conditions: `[value]$[value]`. <https://hl7.org/fhir/R4/search.html#composite>

use super::parameters::Asked;
use super::values::{numbers, quantities, split, token, unescaped};
use crate::fhir::definitions::is_resource_type;
use crate::fhir::search_parameter::{SearchKind, SearchParameter};
use crate::fhir::search_values::{Composite, Way, composite};
use crate::records::index::{number_slot, opened_by_code, opened_by_token, url_value};
use crate::records::{Error, index, is_id};
use crate::storage::address::{address, pair};
use crate::storage::search::{Condition, NumberTest, TermTest};

/// What the values of a composite ask for.
pub(super) fn condition(asked: &Asked<'_>, parameter: &SearchParameter) -> Result<Condition, Error> {
    if asked.modifier.is_some() {
        return asked.unsupported_modifier();
    }
    let own = || asked.context.parameters.composite(asked.resource_type, &parameter.code);
    let Some(composite) = composite(asked.resource_type, parameter).or_else(own) else {
        return asked.unsupported_modifier();
    };
    let mut ways = Vec::new();
    for value in &asked.values {
        let parts = split(value, '$');
        if parts.len() != composite.kinds.len() || parts.iter().any(|part| part.is_empty()) {
            let form = vec!["[value]"; composite.kinds.len()].join("$");
            return asked.malformed(&form);
        }
        for way in &composite.ways {
            asked.context.count()?;
            ways.push(match way {
                Way::Resource(parameters) => in_resource(asked, parameters, &parts)?,
                Way::Kept(owner) => Kept { asked, composite, owner, parts: &parts }.condition()?,
            });
        }
    }
    Ok(Condition::any(ways))
}

/// The resource has but one of each part.
fn in_resource(
    asked: &Asked<'_>,
    parameters: &[&'static SearchParameter],
    parts: &[&str],
) -> Result<Condition, Error> {
    let each = parameters.iter().zip(parts);
    let each = each.map(|(parameter, part)| asked.of(&parameter.code, part).condition(parameter));
    Ok(Condition::All(each.collect::<Result<_, _>>()?))
}

/// Parts that are kept together.
struct Kept<'a> {
    asked: &'a Asked<'a>,
    composite: &'a Composite,
    /// The name that they are kept under.
    owner: &'a str,
    parts: &'a [&'a str],
}

impl Kept<'_> {
    fn condition(&self) -> Result<Condition, Error> {
        let (Some(kind), Some(first)) = (self.composite.kinds.first(), self.parts.first()) else {
            return self.unsupported();
        };
        let first = self.opening(*kind, first)?;
        match (self.composite.kinds.get(1..), self.parts.get(1..)) {
            (Some([SearchKind::Token]), Some([second])) => self.pair(first, second),
            (Some([SearchKind::Quantity]), Some([amount])) => {
                let tests = quantities(&self.part(amount))?;
                Ok(Condition::Number(vec![self.number_slot(first)], tests))
            }
            (Some([SearchKind::Number, SearchKind::Number]), Some([from, to])) => {
                let pairs = self.number(from)?.into_iter().zip(self.number(to)?).collect();
                Ok(Condition::Span(vec![self.number_slot(first)], pairs))
            }
            _ => self.unsupported(),
        }
    }

    fn part(&self, value: &str) -> Asked<'_> {
        self.asked.of(self.owner, value)
    }

    fn number(&self, value: &str) -> Result<Vec<NumberTest>, Error> {
        numbers(&self.part(value))
    }

    fn number_slot(&self, first: i64) -> i32 {
        number_slot(self.asked.resource_type, self.owner, first)
    }

    /// What the first part opens.
    fn opening(&self, kind: SearchKind, value: &str) -> Result<i64, Error> {
        if kind == SearchKind::Reference {
            let value = unescaped(value);
            let base = self.asked.context.base_url;
            let local = value.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')).unwrap_or(&value);
            return Ok(match local.split_once('/') {
                Some((kind, id)) if is_resource_type(kind) && is_id(id) => address(kind, id),
                None if is_id(local) => address("DocumentReference", local),
                _ => url_value(&value),
            });
        }
        let parts: Vec<_> = split(value, '|').into_iter().map(unescaped).collect();
        match parts.as_slice() {
            [code] => Ok(opened_by_code(code)),
            [system, code] if !code.is_empty() => Ok(opened_by_token(system, code)),
            _ => self.asked.malformed("[code] or [system]|[code] before the first $"),
        }
    }

    fn pair(&self, first: i64, second: &str) -> Result<Condition, Error> {
        let slot = index::slot(self.asked.resource_type, self.owner);
        let test = token(second, slot);
        let Some(value) = test.value else {
            return self.asked.malformed("[code] or [system]|[code] after the $");
        };
        Ok(Condition::Term(vec![TermTest { value: Some(pair(first, value)), ..test }]))
    }

    fn unsupported(&self) -> Result<Condition, Error> {
        self.asked.unsupported_modifier()
    }
}
