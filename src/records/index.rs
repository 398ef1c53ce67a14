//! What a resource can be found by: the same hashes and folded texts are made from its values here and from a query in
//! `search`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use xxhash_rust::xxh3::Xxh3;

use crate::fhir::ResourceType;
use crate::fhir::decimal::sortable;
use crate::fhir::folding::fold;
use crate::fhir::search_values::{self, Indexed, Quantity, Reference, Token};
use crate::storage::index_entries::{IndexEntries, NO_HIGH, NO_LOW, NumberEntry, TextEntry, head};

/// What a reader sees of a token is kept under the parameter's name with this at its end.
pub const TEXT: &str = ":text";
/// A reference's business identifier is kept under the parameter's name with this at its end.
pub const IDENTIFIER: &str = ":identifier";

/// One thing that a value can be searched by.
#[derive(Clone, Copy, Debug)]
pub enum Term<'a> {
    /// A token's code, whatever its system.
    Code(&'a str),
    /// A token's system, whatever its code.
    System(&'a str),
    /// A token's system (empty for none) and code.
    SystemCode(&'a str, &'a str),
    /// The system and code of an identifier's type, and its value.
    TypedIdentifier(&'a str, &'a str, &'a str),
    /// A reference's type and id.
    Resource(&'a str, &'a str),
    /// A reference's id, whatever its type.
    Id(&'a str),
    /// A reference as it is written.
    Url(&'a str),
    /// Any token or reference at all.
    Present,
}

impl Term<'_> {
    /// The term's hash under a parameter of a type. 64 bits: with 10^9 terms about one in 40 chances of any collision.
    pub fn hash(self, resource_type: ResourceType, parameter: &str) -> i64 {
        let (kind, parts): (_, &[&str]) = match &self {
            Self::Code(code) => ("c", &[code, ""]),
            Self::System(system) => ("s", &[system, ""]),
            Self::SystemCode(system, code) => ("sc", &[system, code]),
            Self::TypedIdentifier(system, code, value) => ("t", &[system, code, value]),
            Self::Resource(resource_type, id) => ("r", &[resource_type, id]),
            Self::Id(id) => ("i", &[id, ""]),
            Self::Url(url) => ("u", &[url, ""]),
            Self::Present => ("p", &[]),
        };
        let mut hash = Xxh3::new();
        for part in [resource_type.as_str(), parameter, kind].iter().chain(parts) {
            hash.update(part.as_bytes());
            // NUL cannot be part of a FHIR string, so no two lists of parts run together to the same bytes.
            hash.update(&[0]);
        }
        i64::from_ne_bytes(hash.digest().to_ne_bytes())
    }
}

/// Everything that the resource can be found by.
pub fn entries(resource_type: ResourceType, resource: &Value) -> IndexEntries {
    let mut index = Index { resource_type, entries: IndexEntries::default(), keys: BTreeMap::new() };
    for found in search_values::search_values(resource_type, resource) {
        index.add(found.parameter.code, &found.value);
    }
    let Index { mut entries, keys, .. } = index;
    entries.terms.sort_unstable();
    entries.terms.dedup();
    entries.texts.sort_unstable();
    entries.texts.dedup();
    entries.numbers.sort_unstable();
    entries.numbers.dedup();
    entries.keys = json!(keys).to_string();
    entries
}

struct Index {
    resource_type: ResourceType,
    entries: IndexEntries,
    /// The least value of each token or reference parameter, and the greatest if it is another.
    keys: BTreeMap<&'static str, Vec<String>>,
}

impl Index {
    fn add(&mut self, parameter: &'static str, value: &Indexed<'_>) {
        match value {
            Indexed::Token(token) => self.token(parameter, *token),
            Indexed::TypedIdentifier(typed) => {
                self.term(parameter, Term::TypedIdentifier(typed.type_system, typed.type_code, typed.value))
            }
            Indexed::Reference(reference) => self.reference(parameter, reference),
            Indexed::Date(interval) => {
                self.entries.dates.push((parameter.to_owned(), interval.low, interval.high));
            }
            Indexed::Text(text) => self.text(parameter.to_owned(), text),
            Indexed::Uri(uri) => {
                self.entries.texts.push(TextEntry::new(parameter.to_owned(), (*uri).to_owned(), uri));
            }
            Indexed::Number(digits) => {
                let amount = Quantity { low: Some(digits), high: Some(digits), ..Quantity::default() };
                self.number(parameter, &amount);
            }
            Indexed::Quantity(quantity) => self.number(parameter, quantity),
        }
    }

    fn term(&mut self, parameter: &str, term: Term<'_>) {
        self.entries.terms.push(term.hash(self.resource_type, parameter));
    }

    fn token(&mut self, parameter: &'static str, token: Token<'_>) {
        self.term(parameter, Term::Present);
        self.token_terms(parameter, token);
        if let Some(text) = token.text {
            self.text(format!("{parameter}{TEXT}"), text);
        }
        if let Some(code) = token.code {
            self.key(parameter, head(code).to_owned());
        }
    }

    fn token_terms(&mut self, parameter: &str, token: Token<'_>) {
        if let Some(code) = token.code {
            self.term(parameter, Term::Code(code));
            self.term(parameter, Term::SystemCode(token.system.unwrap_or_default(), code));
        }
        if let Some(system) = token.system {
            self.term(parameter, Term::System(system));
        }
    }

    fn reference(&mut self, parameter: &'static str, reference: &Reference<'_>) {
        self.term(parameter, Term::Present);
        if let Some(url) = reference.url {
            self.term(parameter, Term::Url(url));
            self.key(parameter, head(url).to_owned());
        } else if let Some((target, id)) = reference.target {
            self.term(parameter, Term::Id(id));
            self.term(parameter, Term::Resource(target.as_str(), id));
            self.key(parameter, format!("{target}/{id}"));
        }
        if let Some(identifier) = reference.identifier {
            self.token_terms(&format!("{parameter}{IDENTIFIER}"), identifier);
        }
    }

    fn text(&mut self, parameter: String, text: &str) {
        self.entries.texts.push(TextEntry::new(parameter, fold(text), text));
    }

    fn number(&mut self, parameter: &str, quantity: &Quantity<'_>) {
        let end = |digits: Option<&str>, open: &str| digits.map_or(Some(open.to_owned()), sortable);
        // What is valid has no number that cannot be read.
        let (Some(low), Some(high)) = (end(quantity.low, NO_LOW), end(quantity.high, NO_HIGH)) else {
            return;
        };
        let text = |part: Option<&str>| part.map(str::to_owned);
        self.entries.numbers.push(NumberEntry {
            parameter: parameter.to_owned(),
            low,
            high,
            system: text(quantity.system),
            code: text(quantity.code),
            unit: text(quantity.unit),
        });
    }

    fn key(&mut self, parameter: &'static str, value: String) {
        let ends = self.keys.entry(parameter).or_default();
        ends.push(value);
        ends.sort_unstable();
        ends.dedup();
        if ends.len() > 2 {
            ends.remove(1);
        }
    }
}
