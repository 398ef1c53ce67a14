//! `_include` and `_revinclude`: resources beside those that match. <https://hl7.org/fhir/R4/search.html#revinclude>
//!
//! They belong to one page: what its matches point at, or what points at them. Each comes once, and only what the caller may
//! read. With `:iterate` what was added is looked at in its turn. A canonical reference names what has its URL; with a version,
//! what has that too, else each version that there is.

mod canonical;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::fhir::ResourceType;
use crate::fhir::chain::points_at;
use crate::fhir::definitions::{resource_types, search_parameters};
use crate::fhir::include::{Direction, Include};
use crate::fhir::outcome::IssueType;
use crate::fhir::search_parameter::{SearchKind, SearchParameter};
use crate::fhir::search_values::{self, Indexed};
use crate::identity::{Caller, Right};
use crate::records::access::may;
use crate::records::parameters::Parameters;
use crate::records::{Error, Records, Stored, index};
use crate::storage::address::address;
use crate::storage::search::{self as rows, Condition, TermTest};
use canonical::Canonical;

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
pub(super) fn wishes<'p>(
    parameters: &'p Parameters,
    asked: &[(String, String)],
) -> Result<Vec<Include<'p>>, Error> {
    let find = |source: ResourceType, code: &str| parameters.find(source, code);
    let wishes = asked.iter().filter_map(|(name, value)| Include::parse(name, value, &find));
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
struct Start<'p> {
    references: Vec<Reference<'p>>,
    addresses: Addresses,
    canonicals: Vec<Canonical>,
}

/// A reference to a resource of this server.
struct Reference<'p> {
    source: ResourceType,
    /// The search parameter that it is a value of.
    parameter: &'p SearchParameter,
    aim: Aim,
}

/// What a reference names.
enum Aim {
    /// A resource by its type and id.
    Local { target: ResourceType, address: i64 },
    /// One by its canonical URL, and perhaps its version.
    Canonical { url: String, version: Option<String> },
}

impl Records {
    /// The resources with these types and ids, as far as there are such and the caller may read them, and whether they are more than a page
    /// takes.
    ///
    /// # Errors
    /// When the database fails.
    pub(in crate::records) async fn named(
        &self,
        caller: &Caller,
        named: &BTreeSet<(ResourceType, String)>,
    ) -> Result<(Vec<Stored>, bool), Error> {
        let parameters = self.current_parameters(caller.tenant).await?;
        let readable = named.iter().filter(|(of_type, _)| may(caller, Right::Read, *of_type));
        let (types, addresses): (BTreeSet<_>, Vec<_>) =
            readable.map(|(of_type, id)| (*of_type, address(of_type.as_str(), id))).unzip();
        let types: Vec<_> = types.into_iter().collect();
        self.meeting(caller, &parameters, &types, Condition::Address(addresses)).await
    }

    /// What resources refer to, as far as the caller may read it, and whether that is more than a page takes.
    ///
    /// # Errors
    /// When the database fails.
    pub(in crate::records) async fn referred(
        &self,
        caller: &Caller,
        of: &[Stored],
    ) -> Result<(Vec<Stored>, bool), Error> {
        let parameters = self.known.last(caller.tenant);
        let wishes = wishes(&parameters, &[("_include".to_owned(), "*".to_owned())])?;
        let Added { resources, is_cut } = self.added(caller, &parameters, &wishes, of).await?;
        Ok((resources, is_cut))
    }

    /// What the wishes add to the matches.
    pub(super) async fn added(
        &self,
        caller: &Caller,
        parameters: &Parameters,
        wishes: &[Include<'_>],
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
            let references = if follows { references(parameters, start)? } else { Vec::new() };
            let are_pointed_at = wishes.iter().any(|wish| wish.direction == Direction::From);
            let canonicals = if are_pointed_at { canonical::of_all(start)? } else { Vec::new() };
            let start = Start { references, addresses: addresses(start), canonicals };
            let mut next = Vec::new();
            for wish in wishes {
                let (found, is_cut) = self.of_wish(caller, parameters, wish, &start, &seen).await?;
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
        parameters: &Parameters,
        wish: &Include<'_>,
        start: &Start<'_>,
        seen: &HashSet<i64>,
    ) -> Result<(Vec<Stored>, bool), Error> {
        match wish.direction {
            Direction::To => {
                let aims = pointed_at(caller, wish, &start.references);
                // What is there already is not read again.
                let (types, addresses): (BTreeSet<_>, Vec<_>) =
                    aims.into_iter().filter(|(_, address)| !seen.contains(address)).unzip();
                let types: Vec<_> = types.into_iter().collect();
                let by_address = Condition::Address(addresses);
                let (mut found, is_cut) = self.meeting(caller, parameters, &types, by_address).await?;
                let named = canonical::Named::by(caller, wish, &start.references);
                let (by_url, is_cut_too) =
                    self.meeting(caller, parameters, &named.types(), named.condition()).await?;
                for stored in by_url {
                    if named.names(&stored)? {
                        found.push(stored);
                    }
                }
                Ok((found, is_cut || is_cut_too || named.is_cut))
            }
            Direction::From => {
                let may = |source: &ResourceType| may(caller, Right::Read, *source);
                let sources: Vec<_> = match wish.source {
                    Some(source) => Some(source).into_iter().filter(may).collect(),
                    None => resource_types().filter(may).collect(),
                };
                let tests = pointing(parameters, wish, &sources, start);
                self.meeting(caller, parameters, &sources, Condition::Term(tests)).await
            }
        }
    }

    /// The resources of these types that meet a condition, as far as the caller may read them, and whether there are more than are
    /// read.
    async fn meeting(
        &self,
        caller: &Caller,
        parameters: &Parameters,
        types: &[ResourceType],
        condition: Condition,
    ) -> Result<(Vec<Stored>, bool), Error> {
        let nothing = [
            Condition::Address(Vec::new()),
            Condition::Term(Vec::new()),
            Condition::Text(Vec::new(), Vec::new()),
        ];
        if nothing.contains(&condition) {
            return Ok((Vec::new(), false));
        }
        let mut conditions = vec![condition];
        conditions.extend(self.access(caller, parameters).among(Right::Read, types));
        // An address tells the type by itself.
        let is_by_address = matches!(conditions.as_slice(), [Condition::Address(_), ..]);
        let names: Vec<_> = types.iter().filter(|_| !is_by_address).map(|one| one.as_str()).collect();
        let wanted = rows::Wanted { tenant: caller.tenant, types: &names, conditions: &conditions };
        let limit = i64::try_from(MOST).unwrap_or(i64::MAX).saturating_add(1);
        let page = rows::Page { sort: &[], after: None, limit, skip: 0 };
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::page(&mut connection, &wanted, &page).await;
        let rows::Found { matches, is_cut, parameters: seen } = connection.finish(found).await?;
        // What was found by other limits than these is not shown.
        if !matches.is_empty() && !parameters.is_version(seen) {
            return Err(Error::Conflict);
        }
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
fn references<'p>(parameters: &'p Parameters, start: &[Stored]) -> Result<Vec<Reference<'p>>, Error> {
    let mut references = Vec::new();
    for stored in start {
        let Some(source) = ResourceType::parse(&stored.resource_type) else { continue };
        let resource = stored.json()?;
        let mut push = |parameter: &'p SearchParameter, value: &Indexed<'_>| {
            let Indexed::Reference(reference) = value else { return };
            let local = |(target, id): (ResourceType, &str)| Aim::Local {
                target,
                address: address(target.as_str(), id),
            };
            let aim = match (reference.target, reference.url) {
                (Some(target), None) => Some(local(target)),
                (None, Some(url)) if search_values::has_canonicals(source, &parameter.code) => {
                    Some(canonical::aim(url))
                }
                (_, Some(url)) => parameters.local(url).map(local),
                (None, None) => None,
            };
            references.extend(aim.map(|aim| Reference { source, parameter, aim }));
        };
        for found in search_values::search_values(source, &resource) {
            push(found.parameter, &found.value);
        }
        parameters.own_values(source, &resource, &mut |parameter, value| push(parameter, &value));
    }
    Ok(references)
}

/// The addresses that the references name, as far as the caller may read what is there.
fn pointed_at(
    caller: &Caller,
    wish: &Include<'_>,
    references: &[Reference<'_>],
) -> BTreeSet<(ResourceType, i64)> {
    let addresses = references.iter().filter_map(|reference| {
        let Aim::Local { target, address } = reference.aim else { return None };
        let is_shown = reference.is_wished(wish, target) && may(caller, Right::Read, target);
        is_shown.then_some((target, address))
    });
    addresses.collect()
}

impl Reference<'_> {
    /// Whether the wish is for what this one points at, where that is of this type.
    fn is_wished(&self, wish: &Include<'_>, target: ResourceType) -> bool {
        let is_between = wish.source.is_none_or(|source| source == self.source)
            && wish.target.is_none_or(|wished| wished == target);
        let is_named = || {
            wish.parameter.is_none_or(|parameter| {
                search_values::sources(self.source, &parameter.code).iter().any(|source| {
                    source.code == self.parameter.code
                        && source.target.is_none_or(|only| only == target.as_str())
                })
            })
        };
        is_between && is_named()
    }
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

/// That a reference of one of the sources points at one of the addresses, or names one of the canonical URLs.
fn pointing(
    parameters: &Parameters,
    wish: &Include<'_>,
    sources: &[ResourceType],
    start: &Start<'_>,
) -> Vec<TermTest> {
    let mut tests = Vec::new();
    for source in sources {
        let wished = |parameter: &&SearchParameter| {
            parameter.kind == SearchKind::Reference
                && wish.parameter.is_none_or(|wished| wished == *parameter)
        };
        let all = search_parameters(*source).iter().copied().chain(parameters.own(*source));
        for parameter in all.filter(wished) {
            let takes = |target: ResourceType| {
                wish.target.is_none_or(|wished| wished == target) && points_at(*source, parameter, target)
            };
            for (target, addresses) in start.addresses.iter().filter(|(target, _)| takes(**target)) {
                let kept = search_values::sources(*source, &parameter.code).into_iter();
                for kept in kept.filter(|kept| kept.target.is_none_or(|only| only == target.as_str())) {
                    let slot = index::slot(*source, kept.code);
                    let test = |value: &i64| TermTest { slot, value: Some(*value), qualifier: None };
                    tests.extend(addresses.iter().map(test));
                }
            }
            for kept in search_values::sources(*source, &parameter.code) {
                if search_values::has_canonicals(*source, kept.code) {
                    let named = start.canonicals.iter().filter(|named| takes(named.of_type));
                    tests.extend(named.flat_map(|named| named.tests(index::slot(*source, kept.code))));
                }
            }
        }
    }
    tests.sort_unstable_by_key(|test| (test.slot, test.value));
    tests.dedup();
    tests
}
