//! Canonical references: `[url]` or `[url]|[version]`. <https://hl7.org/fhir/R4/references.html#canonical>

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Aim, Reference};
use crate::fhir::ResourceType;
use crate::fhir::chain::points_at;
use crate::fhir::definitions::resource_types;
use crate::fhir::include::Include;
use crate::identity::{Caller, Right};
use crate::records::access::may;
use crate::records::index::{is_named, names, slot};
use crate::records::{Error, Stored};
use crate::storage::search::{Condition, TermTest, TextTest};

/// So many URLs one wish looks for.
const MOST_URLS: usize = 500;

/// What a canonical reference names.
pub(super) fn aim(reference: &str) -> Aim {
    // A fragment names something within the resource.
    let whole = reference.split_once('#').map_or(reference, |(whole, _)| whole);
    let (url, version) = whole.split_once('|').map_or((whole, None), |(url, version)| (url, Some(version)));
    Aim::Canonical { url: url.to_owned(), version: version.map(str::to_owned) }
}

/// A resource that is named by its canonical URL.
pub(super) struct Canonical {
    pub of_type: ResourceType,
    url: String,
    version: Option<String>,
}

impl Canonical {
    fn of(stored: &Stored) -> Result<Option<Self>, Error> {
        let Some(of_type) = ResourceType::parse(&stored.resource_type).filter(|of_type| is_named(*of_type))
        else {
            return Ok(None);
        };
        let resource = stored.json()?;
        let text = |name| resource.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(text("url").map(|url| Self { of_type, url, version: text("version") }))
    }

    /// That a reference in this slot names the resource.
    pub(super) fn tests(&self, slot: i32) -> impl Iterator<Item = TermTest> {
        let values = names(&self.url, self.version.as_deref());
        values.map(move |value| TermTest { slot, value: Some(value), qualifier: None })
    }
}

/// Those of the resources that have canonical URLs.
pub(super) fn of_all(start: &[Stored]) -> Result<Vec<Canonical>, Error> {
    start.iter().filter_map(|stored| Canonical::of(stored).transpose()).collect()
}

/// The canonical references that a wish is for, with the types that each may name.
pub(super) struct Named<'r> {
    names: BTreeSet<(&'r str, Option<&'r str>, ResourceType)>,
    /// Whether there are more than are looked for.
    pub is_cut: bool,
}

impl<'r> Named<'r> {
    pub(super) fn by(caller: &Caller, wish: &Include<'_>, references: &'r [Reference<'_>]) -> Self {
        let mut named = Self { names: BTreeSet::new(), is_cut: false };
        let types: Vec<_> = resource_types()
            .filter(|of_type| is_named(*of_type) && may(caller, Right::Read, *of_type))
            .collect();
        let mut urls = BTreeSet::new();
        for reference in references {
            let Aim::Canonical { url, version } = &reference.aim else { continue };
            let may_name = |target: &&ResourceType| {
                points_at(reference.source, reference.parameter, **target)
                    && reference.is_wished(wish, **target)
            };
            if urls.len() >= MOST_URLS && !urls.contains(url) {
                named.is_cut = true;
                continue;
            }
            for of_type in types.iter().filter(may_name) {
                urls.insert(url);
                named.names.insert((url, version.as_deref(), *of_type));
            }
        }
        named
    }

    /// The types of what is named.
    pub(super) fn types(&self) -> Vec<ResourceType> {
        let types: BTreeSet<_> = self.names.iter().map(|(.., of_type)| *of_type).collect();
        types.into_iter().collect()
    }

    /// The resource has one of the URLs.
    pub(super) fn condition(&self) -> Condition {
        let types: BTreeSet<_> = self.names.iter().map(|(.., of_type)| *of_type).collect();
        let urls: BTreeSet<_> = self.names.iter().map(|(url, ..)| *url).collect();
        let is = |url: &str| TextTest::Is { compared: url.to_owned(), written: url.to_owned() };
        let slots = types.into_iter().map(|of_type| slot(of_type, "url"));
        Condition::Text(slots.collect(), urls.into_iter().map(is).collect())
    }

    /// Whether a resource that has one of the URLs has the version too, where one is named.
    pub(super) fn names(&self, stored: &Stored) -> Result<bool, Error> {
        let Some(Canonical { of_type, url, version }) = Canonical::of(stored)? else { return Ok(false) };
        let (url, version) = (url.as_str(), version.as_deref());
        Ok(self.names.contains(&(url, None, of_type)) || self.names.contains(&(url, version, of_type)))
    }
}
