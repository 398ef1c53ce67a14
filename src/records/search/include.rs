//! `_include` and `_revinclude`: resources beside those that match. <https://hl7.org/fhir/R4/search.html#revinclude>
//!
//! They belong to one page: what its matches point at, or what points at them. Each comes once, and only what the caller may
//! read. With `:iterate` what was added is looked at in its turn.

use std::collections::{BTreeMap, HashSet};

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
        let name = |stored: &Stored| (stored.resource_type.clone(), stored.id.clone());
        let mut seen: HashSet<_> = matches.iter().map(name).collect();
        let mut looked_at = 0;
        for round in 0..=MOST_ROUNDS {
            let start =
                if round == 0 { matches } else { added.resources.get(looked_at..).unwrap_or_default() };
            looked_at = added.resources.len();
            let wishes = wishes.iter().filter(|wish| round == 0 || wish.iterate);
            let mut next = Vec::new();
            for wish in wishes {
                let (found, is_cut) = self.of_wish(caller, wish, start).await?;
                next.extend(found.into_iter().filter(|found| seen.insert(name(found))));
                added.is_cut |= is_cut;
                if added.resources.len().saturating_add(next.len()) > MOST {
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
        start: &[Stored],
    ) -> Result<(Vec<Stored>, bool), Error> {
        let (types, condition) = match wish.direction {
            Direction::To => (Vec::new(), Condition::Address(pointed_at(caller, wish, start)?)),
            Direction::From => {
                let may = |source: &ResourceType| may_read(caller, source.as_str());
                let sources: Vec<_> = match wish.source {
                    Some(source) => Some(source).into_iter().filter(may).collect(),
                    None => resource_types().filter(may).collect(),
                };
                let tests = pointing(wish, &sources, &addresses(start));
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
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = rows::page(&mut transaction, &wanted, &page).await;
        let rows::Found { matches, is_cut } = transaction.finish(found).await?;
        let stored = matches.into_iter().filter_map(|found| Stored::from_version(found.version));
        Ok((stored.collect(), is_cut))
    }
}

/// The addresses that references of these resources name, as far as the caller may read what is there.
fn pointed_at(caller: &Caller, wish: &Include, start: &[Stored]) -> Result<Vec<i64>, Error> {
    let mut addresses = Vec::new();
    for stored in start {
        let Some(resource_type) = ResourceType::parse(&stored.resource_type) else { continue };
        if wish.source.is_some_and(|source| source != resource_type) {
            continue;
        }
        let sources = wish.parameter.map(|parameter| search_values::sources(resource_type, &parameter.code));
        let resource = stored.json()?;
        for found in search_values::search_values(resource_type, &resource) {
            let Indexed::Reference(reference) = &found.value else { continue };
            let (Some((target, id)), None) = (reference.target, reference.url) else { continue };
            let is_wished = sources.as_ref().is_none_or(|sources| {
                sources.iter().any(|source| {
                    source.code == found.parameter.code
                        && source.target.is_none_or(|only| only == target.as_str())
                })
            });
            let is_target = wish.target.is_none_or(|wished| wished == target);
            if is_wished && is_target && may_read(caller, target.as_str()) {
                addresses.push(address(target.as_str(), id));
            }
        }
    }
    addresses.sort_unstable();
    addresses.dedup();
    Ok(addresses)
}

fn addresses(start: &[Stored]) -> Addresses {
    let mut addresses = Addresses::new();
    for stored in start {
        if let Some(resource_type) = ResourceType::parse(&stored.resource_type) {
            addresses.entry(resource_type).or_default().push(address(&stored.resource_type, &stored.id));
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
