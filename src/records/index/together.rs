//! Values that a composite finds together.
//!
//! The first part, with and without its system, opens what the others are kept by: a token is paired with it, a number gets a
//! slot that it names.

use super::{Index, code_value, slot, system_qualifier, url_value};
use crate::fhir::ResourceType;
use crate::fhir::search_values::{Indexed, Quantity, Reference, Token};
use crate::storage::address::{address, pair};

/// The first part of a composite: a token, whatever its system.
pub fn opened_by_code(code: &str) -> i64 {
    code_value(code)
}

/// The first part of a composite: a token with this system, or with none.
pub fn opened_by_token(system: &str, code: &str) -> i64 {
    pair(code_value(code), i64::from(system_qualifier(system)))
}

/// The slot of the numbers that stand together with a first part.
pub fn number_slot(resource_type: ResourceType, parameter: &str, first: i64) -> i32 {
    slot(resource_type, &format!("{parameter}${first:016x}"))
}

impl Index<'_> {
    /// Adds the parts of one occurrence.
    pub(super) fn together(&mut self, parameter: &str, parts: &[Vec<Indexed<'_>>]) {
        let Some((firsts, rest)) = parts.split_first() else { return };
        for first in firsts.iter().flat_map(opening) {
            match rest {
                [seconds] => seconds.iter().for_each(|second| self.beside(parameter, first, second)),
                [from, to] => self.span(parameter, first, from, to),
                _ => {}
            }
        }
    }

    fn beside(&mut self, parameter: &str, first: i64, second: &Indexed<'_>) {
        match second {
            Indexed::Token(Token { system, code: Some(code), .. }) => {
                let qualifier = system_qualifier(system.unwrap_or_default());
                self.term(parameter, pair(first, code_value(code)), qualifier, None);
            }
            Indexed::Quantity(quantity) => {
                let slot = number_slot(self.resource_type, parameter, first);
                self.number_in(slot, quantity);
            }
            Indexed::Token(_)
            | Indexed::Reference(_)
            | Indexed::Date(_)
            | Indexed::Text(_)
            | Indexed::Number(_)
            | Indexed::Uri(_)
            | Indexed::TypedIdentifier(_)
            | Indexed::Together(_)
            | Indexed::Position { .. } => {}
        }
    }

    /// Two numbers are kept as one range.
    fn span(&mut self, parameter: &str, first: i64, from: &[Indexed<'_>], to: &[Indexed<'_>]) {
        let slot = number_slot(self.resource_type, parameter, first);
        if let ([Indexed::Number(low)], [Indexed::Number(high)]) = (from, to) {
            let range = Quantity { low: Some(low), high: Some(high), ..Quantity::default() };
            self.number_in(slot, &range);
        }
    }
}

/// What a first part can be asked for by.
fn opening(value: &Indexed<'_>) -> Vec<i64> {
    match value {
        Indexed::Token(Token { system, code: Some(code), .. }) => {
            vec![opened_by_code(code), opened_by_token(system.unwrap_or_default(), code)]
        }
        Indexed::Reference(Reference { url: Some(url), .. }) => vec![url_value(url)],
        Indexed::Reference(Reference { target: Some((resource_type, id)), .. }) => {
            vec![address(resource_type.as_str(), id)]
        }
        Indexed::Token(_)
        | Indexed::Reference(_)
        | Indexed::Date(_)
        | Indexed::Text(_)
        | Indexed::Number(_)
        | Indexed::Quantity(_)
        | Indexed::Uri(_)
        | Indexed::TypedIdentifier(_)
        | Indexed::Together(_)
        | Indexed::Position { .. } => Vec::new(),
    }
}
