//! `_include` and `_revinclude`: resources beside those that match. <https://hl7.org/fhir/R4/search.html#revinclude>
//!
//! They belong to one page: what its matches point at, or what points at them. Each comes once, and only what the caller may
//! read. With `:iterate` what was added is looked at in its turn.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::fhir::ResourceType;
use crate::fhir::chain::points_at;
use crate::fhir::definitions::{resource_types, search_parameters};
use crate::fhir::include::{Direction, Include};
use crate::fhir::outcome::IssueType;
use crate::fhir::search_parameter::{SearchKind, SearchParameter};
use crate::fhir::search_values::{self, Indexed};
use crate::identity::Caller;
use crate::records::{Error, Records, Stored, index, may_read};
use crate::storage::address::address;
use crate::storage::search::{self as rows, Condition, TermTest};

/// So many resources are added to a page.
const MOST: usize = 1000;
/// So many bytes are read for a page before it is broken off, though one wish more than that may be read to its end.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// So many wishes a search may have.
const MOST_WISHES: usize = 32;
/// So often what was added is looked at in its turn.
const MOST_ROUNDS: usize = 8;

/// What is added to a page.
#[derive(Debug, Default)]
pub(super) struct Added {
    pub resources: Vec<Stored>,
    /// Whether there is more than is added.
    pub is_cut: bool,
}

/// The wishes among the parameters of a search.
pub(super) fn wishes(parameters: &[(String, String)]) -> Result<Vec<Include>, Error> {
    let wishes = parameters.iter().filter_map(|(name, value)| Include::parse(name, value));
    let wishes = wishes.collect::<Result<Vec<_>, _>>()?;
    if wishes.len() > MOST_WISHES {
        let text = format!("a search has at most {MOST_WISHES} of _include and _revinclude");
        return Err(Error::BadRequest(IssueType::TooCostly, text));
    }
    Ok(wishes)
}

/// Addresses by the type of what is there.
type Addresses = BTreeMap<ResourceType, Vec<i64>>;

/// What one round begins with.
struct Start {
    references: Vec<Reference>,
    addresses: Addresses,
}

/// A reference to a resource of this server.
struct Reference {
    source: ResourceType,
    /// The search parameter that it is a value of.
    code: Cow<'static, str>,
    target: ResourceType,
    address: i64,
}

impl Records {
    /// What the wishes add to the matches.
    pub(super) async fn added(
        &self,
        caller: &Caller,
        wishes: &[Include],
        matches: &[Stored],
    ) -> Result<Added, Error> {
        let mut added = Added::default();
        if wishes.is_empty() {
            return Ok(added);
        }
        let mut seen: HashSet<i64> = matches.iter().map(place).collect();
        let (mut looked_at, mut bytes) = (0, 0_usize);
        for round in 0..=MOST_ROUNDS {
            let start =
                if round == 0 { matches } else { added.resources.get(looked_at..).unwrap_or_default() };
            looked_at = added.resources.len();
            let wishes: Vec<_> = wishes.iter().filter(|wish| round == 0 || wish.iterate).collect();
            let follows = wishes.iter().any(|wish| wish.direction == Direction::To);
            let references = if follows { references(start)? } else { Vec::new() };
            let start = Start { references, addresses: addresses(start) };
            let mut next = Vec::new();
            for wish in wishes {
                let (found, is_cut) = self.of_wish(caller, wish, &start, &seen).await?;
                bytes = found.iter().fold(bytes, |sum, stored| sum.saturating_add(stored.body.len()));
                next.extend(found.into_iter().filter(|found| seen.insert(place(found))));
                added.is_cut |= is_cut;
                if bytes > MOST_BYTES || added.resources.len().saturating_add(next.len()) > MOST {
                    added.is_cut = true;
                    break;
                }
            }
            let is_last = next.is_empty() || added.is_cut;
            added.resources.extend(next);
            added.resources.truncate(MOST);
            if is_last {
                return Ok(added);
            }
        }
        added.is_cut = true;
        Ok(added)
    }

    /// What one wish adds, and whether there is more.
    async fn of_wish(
        &self,
        caller: &Caller,
        wish: &Include,
        start: &Start,
        seen: &HashSet<i64>,
    ) -> Result<(Vec<Stored>, bool), Error> {
        let (types, condition) = match wish.direction {
            Direction::To => {
                let addresses = pointed_at(caller, wish, &start.references);
                // What is there already is not read again.
                let addresses = addresses.into_iter().filter(|address| !seen.contains(address));
                (Vec::new(), Condition::Address(addresses.collect()))
            }
            Direction::From => {
                let may = |source: &ResourceType| may_read(caller, source.as_str());
                let sources: Vec<_> = match wish.source {
                    Some(source) => Some(source).into_iter().filter(may).collect(),
                    None => resource_types().filter(may).collect(),
                };
                let tests = pointing(wish, &sources, &start.addresses);
                (sources.into_iter().map(ResourceType::as_str).collect(), Condition::Term(tests))
            }
        };
        if [Condition::Address(Vec::new()), Condition::Term(Vec::new())].contains(&condition) {
            return Ok((Vec::new(), false));
        }
        let conditions = [condition];
        let wanted = rows::Wanted { tenant: caller.tenant, types: &types, conditions: &conditions };
        let limit = i64::try_from(MOST).unwrap_or(i64::MAX).saturating_add(1);
        let page = rows::Page { sort: &[], after: None, limit };
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::page(&mut connection, &wanted, &page).await;
        let rows::Found { matches, is_cut, .. } = connection.finish(found).await?;
        let is_cut = is_cut || matches.len() > MOST;
        let stored = matches.into_iter().filter_map(|found| Stored::from_version(found.version));
        Ok((stored.collect(), is_cut))
    }
}

/// What a resource is known by.
fn place(stored: &Stored) -> i64 {
    address(&stored.resource_type, &stored.id)
}

/// The references that these resources have to others of this server.
fn references(start: &[Stored]) -> Result<Vec<Reference>, Error> {
    let mut references = Vec::new();
    for stored in start {
        let Some(source) = ResourceType::parse(&stored.resource_type) else { continue };
        let resource = stored.json()?;
        for found in search_values::search_values(source, &resource) {
            let Indexed::Reference(reference) = &found.value else { continue };
            if let (Some((target, id)), None) = (reference.target, reference.url) {
                let address = address(target.as_str(), id);
                references.push(Reference { source, code: found.parameter.code.clone(), target, address });
            }
        }
    }
    Ok(references)
}

/// The addresses that the references name, as far as the caller may read what is there.
fn pointed_at(caller: &Caller, wish: &Include, references: &[Reference]) -> BTreeSet<i64> {
    let wished = |reference: &&Reference| {
        let is_between = wish.source.is_none_or(|source| source == reference.source)
            && wish.target.is_none_or(|target| target == reference.target);
        let is_named = || {
            wish.parameter.is_none_or(|parameter| {
                search_values::sources(reference.source, &parameter.code).iter().any(|source| {
                    source.code == reference.code
                        && source.target.is_none_or(|only| only == reference.target.as_str())
                })
            })
        };
        is_between && is_named() && may_read(caller, reference.target.as_str())
    };
    references.iter().filter(wished).map(|reference| reference.address).collect()
}

fn addresses(start: &[Stored]) -> Addresses {
    let mut addresses = Addresses::new();
    for stored in start {
        if let Some(resource_type) = ResourceType::parse(&stored.resource_type) {
            addresses.entry(resource_type).or_default().push(place(stored));
        }
    }
    addresses
}

/// That a reference of one of the sources points at one of the addresses.
fn pointing(wish: &Include, sources: &[ResourceType], addresses: &Addresses) -> Vec<TermTest> {
    let mut tests = Vec::new();
    for source in sources {
        let wished = |parameter: &&&SearchParameter| {
            parameter.kind == SearchKind::Reference
                && wish.parameter.is_none_or(|wished| wished == **parameter)
        };
        for parameter in search_parameters(*source).iter().filter(wished) {
            let targets = addresses.iter().filter(|(target, _)| {
                wish.target.is_none_or(|wished| wished == **target) && points_at(*source, parameter, **target)
            });
            for (target, addresses) in targets {
                let kept = search_values::sources(*source, &parameter.code).into_iter();
                for kept in kept.filter(|kept| kept.target.is_none_or(|only| only == target.as_str())) {
                    let slot = index::slot(*source, kept.code);
                    let test = |value: &i64| TermTest { slot, value: Some(*value), qualifier: None };
                    tests.extend(addresses.iter().map(test));
                }
            }
        }
    }
    tests.sort_unstable_by_key(|test| (test.slot, test.value));
    tests.dedup();
    tests
}
