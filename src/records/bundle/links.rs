//! Rewriting links between the entries of a transaction, and references that are searches.
//! <https://hl7.org/fhir/R4/http.html#trules>

use std::collections::HashMap;

use serde_json::Value;

use super::checked::Checked;
use super::identities::{Identities, Identity, Referenced};
use crate::fhir::ResourceType;
use crate::fhir::links::{self, Link};
use crate::fhir::reference::Literal;

/// Where each link goes.
pub(super) struct Links {
    /// By the fullUrl of an entry.
    by_url: HashMap<String, Address>,
    /// By the text of a reference that is a search.
    by_search: HashMap<String, Address>,
}

#[derive(Clone)]
struct Address {
    /// Type and id.
    local: String,
    version: i64,
}

impl Links {
    /// `number` gives the number of the current version of a resource that is there.
    pub(super) fn new(
        checked: &Checked,
        identities: &Identities,
        number: impl Fn(ResourceType, &str) -> Option<i64>,
    ) -> Self {
        let of_entry = |position: usize| address(checked, identities, &number, position);
        let mut by_url = HashMap::new();
        for (position, planned) in checked.entries.iter().enumerate() {
            if let (Some(url), Some(address)) = (&planned.entry.full_url, of_entry(position)) {
                by_url.insert(url.clone(), address);
            }
        }
        let by_search = identities.references.iter().filter_map(|(text, referenced)| {
            let address = match referenced {
                Referenced::Stored(local, version) => Address { local: local.clone(), version: *version },
                Referenced::Entry(position) => of_entry(*position)?,
            };
            Some((text.clone(), address))
        });
        Self { by_search: by_search.collect(), by_url }
    }

    /// Rewrites the links of a resource whose entry has this fullUrl.
    pub(super) fn rewrite(&self, resource: &mut Value, full_url: Option<&str>) {
        if self.by_url.is_empty() && self.by_search.is_empty() {
            return;
        }
        let base = full_url.and_then(base);
        links::visit(resource, &mut |link, text| {
            let found = match link {
                Link::Address => self.by_url.get(text.as_str()),
                Link::Reference { .. } => self.reference(text, base),
            };
            if let Some(address) = found {
                *text = match link {
                    Link::Reference { version_specific: true } => {
                        format!("{}/_history/{}", address.local, address.version)
                    }
                    Link::Reference { version_specific: false } | Link::Address => address.local.clone(),
                };
            }
        });
    }

    fn reference(&self, text: &str, base: Option<&str>) -> Option<&Address> {
        if let Some(address) = self.by_url.get(text).or_else(|| self.by_search.get(text)) {
            return Some(address);
        }
        // R4 bundle.html#references: a relative reference is one below the base of the entry that has it.
        match Literal::parse(text) {
            Some(Literal::Relative { version: None, .. }) => self.by_url.get(&format!("{}/{text}", base?)),
            _ => None,
        }
    }
}

/// The base of a RESTful address.
fn base(full_url: &str) -> Option<&str> {
    match Literal::parse(full_url) {
        Some(Literal::Absolute { url, named: Some((resource_type, id)) }) => {
            url.strip_suffix(id)?.strip_suffix('/')?.strip_suffix(resource_type.as_str())?.strip_suffix('/')
        }
        _ => None,
    }
}

/// Where the resource of an entry will be.
fn address(
    checked: &Checked,
    identities: &Identities,
    number: &impl Fn(ResourceType, &str) -> Option<i64>,
    position: usize,
) -> Option<Address> {
    let resource_type = checked.entries.get(position)?.entry.resource_type;
    match identities.of_entry.get(position)? {
        Identity::New(id) | Identity::Known(id, _) => {
            let version = number(resource_type, id).unwrap_or(0).saturating_add(1);
            Some(Address { local: format!("{resource_type}/{id}"), version })
        }
        Identity::Found(found) => {
            Some(Address { local: format!("{resource_type}/{}", found.id), version: found.number })
        }
        Identity::SameAs(other) => address(checked, identities, number, *other),
        Identity::Several(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::base;

    #[test]
    fn only_a_restful_address_has_a_base() {
        assert_eq!(base("https://h/fhir/Patient/1"), Some("https://h/fhir"));
        assert_eq!(base("https://h/fhir/Patient/1/_history/2"), Some("https://h/fhir"));
        for url in ["urn:uuid:1", "https://h/fhir/x/1", "Patient/1", "https://h/fhir/Patient"] {
            assert_eq!(base(url), None, "{url}");
        }
    }
}
