//! What a resource can be found by: the same hashes are made from its values here and from a query in `search`.

use serde_json::Value;
use xxhash_rust::xxh3::Xxh3;

use crate::fhir::ResourceType;
use crate::fhir::search_values::{self, Indexed};
use crate::storage::resources::IndexEntries;

/// One thing that a value can be searched by.
#[derive(Clone, Copy, Debug)]
pub enum Term<'a> {
    /// A token's code, whatever its system.
    Code(&'a str),
    /// A token's system, whatever its code.
    System(&'a str),
    /// A token's system (empty for none) and code.
    SystemCode(&'a str, &'a str),
    /// A reference's type and id.
    Resource(&'a str, &'a str),
    /// A reference's id, whatever its type.
    Id(&'a str),
    /// A reference as it is written.
    Url(&'a str),
}

impl Term<'_> {
    /// The term's hash under a parameter of a type. 64 bits: with 10^9 terms about one in 40 chances of any collision.
    pub fn hash(self, resource_type: ResourceType, parameter: &str) -> i64 {
        let (kind, a, b) = match self {
            Self::Code(code) => ("c", code, ""),
            Self::System(system) => ("s", system, ""),
            Self::SystemCode(system, code) => ("sc", system, code),
            Self::Resource(resource_type, id) => ("r", resource_type, id),
            Self::Id(id) => ("i", id, ""),
            Self::Url(url) => ("u", url, ""),
        };
        let mut hash = Xxh3::new();
        for part in [resource_type.as_str(), parameter, kind, a, b] {
            hash.update(part.as_bytes());
            // NUL cannot be part of a FHIR string, so no two lists of parts run together to the same bytes.
            hash.update(&[0]);
        }
        i64::from_ne_bytes(hash.digest().to_ne_bytes())
    }
}

/// Everything that the resource can be found by.
pub fn entries(resource_type: ResourceType, resource: &Value) -> IndexEntries {
    let mut entries = IndexEntries::default();
    for found in search_values::search_values(resource_type, resource) {
        let parameter = found.parameter.code;
        let mut term = |term: Term<'_>| entries.terms.push(term.hash(resource_type, parameter));
        match &found.value {
            Indexed::Token(token) => {
                if let Some(code) = token.code {
                    term(Term::Code(code));
                    term(Term::SystemCode(token.system.unwrap_or_default(), code));
                }
                if let Some(system) = token.system {
                    term(Term::System(system));
                }
            }
            Indexed::Reference(reference) => {
                if let Some(url) = reference.url {
                    term(Term::Url(url));
                } else if let Some((target, id)) = reference.target {
                    term(Term::Id(id));
                    term(Term::Resource(target.as_str(), id));
                }
            }
            Indexed::Date(interval) => {
                entries.dates.push((parameter.to_owned(), interval.low, interval.high));
            }
            // Searching by these is not offered yet: see `search::is_supported`.
            Indexed::Text(_) | Indexed::Number(_) | Indexed::Quantity(_) | Indexed::Uri(_) => {}
        }
    }
    entries.terms.sort_unstable();
    entries.terms.dedup();
    entries
}
