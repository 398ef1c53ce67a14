//! Which resource each entry is about, and each reference that is a search: found under the locks of all criteria.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::checked::{Checked, Conditional};
use super::found::{self, Found};
use super::{MOST_DELETED, Target, Wanted, among};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::records::Error;
use crate::records::aside::aside;
use crate::records::conditional::locks_of;
use crate::storage::search::Head;
use crate::storage::{Connection, TenantId, locks};

/// What an entry is about.
pub(super) enum Identity {
    /// A resource that is made under this id.
    New(String),
    /// A resource by its id; the version that a search found.
    Known(String, Option<i64>),
    /// A resource that is there, so that none is made.
    Found(Head),
    /// The resource that the entry at this position makes.
    SameAs(usize),
    /// All that a search found, with their versions; they are deleted.
    Several(Vec<(String, i64)>),
}

/// What a reference that is a search stands for.
pub(super) enum Referenced {
    /// A stored resource: its type and id, and its version.
    Stored(String, i64),
    /// The resource of the entry at this position.
    Entry(usize),
}

/// What all entries and references are about.
pub(super) struct Identities {
    pub of_entry: Vec<Identity>,
    pub references: HashMap<String, Referenced>,
    /// What conditional creates found.
    pub found: Found,
}

/// Takes the locks and searches. R4's order decides what can match: what is deleted does not, what is created does.
pub(super) async fn find(
    tenant: TenantId,
    checked: &Arc<Checked>,
    now_us: i64,
    connection: &mut Connection,
) -> Result<Identities, Error> {
    let searches: Vec<_> = checked
        .entries
        .iter()
        .filter_map(|planned| planned.search.and_then(|search| checked.searches.get(search)))
        .collect();
    locks::hold(connection, &locks_of(tenant, &searches)).await?;
    let all = Arc::clone(checked);
    let own = aside(checked.load(), move || among::matches(&all, now_us)).await?;
    let none = checked.entries.iter().map(|_| None).collect();
    let mut finding = Finding {
        tenant,
        checked,
        own,
        connection,
        found: HashMap::new(),
        gone: HashSet::new(),
        of_entry: none,
    };
    finding.deletes().await?;
    finding.creates().await?;
    finding.changes().await?;
    let missing = || Error::internal("an entry without an identity");
    let of_entry: Vec<_> =
        std::mem::take(&mut finding.of_entry).into_iter().collect::<Option<_>>().ok_or_else(missing)?;
    refuse_overlaps(checked, &of_entry)?;
    let references = finding.references(&of_entry).await?;
    let found = found::load(tenant, checked, &of_entry, finding.connection).await?;
    Ok(Identities { of_entry, references, found })
}

struct Finding<'a> {
    tenant: TenantId,
    checked: &'a Checked,
    /// For each search the entries that match.
    own: Vec<Vec<usize>>,
    connection: &'a mut Connection,
    /// What each search found in the store.
    found: HashMap<usize, Vec<Head>>,
    /// What this transaction deletes.
    gone: HashSet<(ResourceType, String)>,
    of_entry: Vec<Option<Identity>>,
}

impl Finding<'_> {
    async fn deletes(&mut self) -> Result<(), Error> {
        for (position, planned) in self.checked.entries.iter().enumerate() {
            let Wanted::Delete { target, .. } = &planned.entry.wanted else { continue };
            let resource_type = planned.entry.resource_type;
            let identity = match (target, planned.search) {
                (Target::Where(_), Some(search)) => {
                    let most = MOST_DELETED.saturating_add(1);
                    let found = self.stored(search, most).await?;
                    if found.len() >= most {
                        let text = format!("a conditional delete deletes at most {MOST_DELETED} resources");
                        return Err(Error::TooMany(text).in_entry(planned.entry.at));
                    }
                    Identity::Several(found.iter().map(|found| (found.id.clone(), found.number)).collect())
                }
                (Target::Where(_) | Target::Id(_), _) => Identity::Known(planned.id().to_owned(), None),
            };
            match &identity {
                Identity::Several(all) => {
                    self.gone.extend(all.iter().map(|(id, _)| (resource_type, id.clone())));
                }
                Identity::New(id) | Identity::Known(id, _) => {
                    self.gone.insert((resource_type, id.clone()));
                }
                Identity::Found(_) | Identity::SameAs(_) => {}
            }
            self.set(position, identity);
        }
        Ok(())
    }

    async fn creates(&mut self) -> Result<(), Error> {
        for (position, planned) in self.checked.entries.iter().enumerate() {
            let Wanted::Create { .. } = &planned.entry.wanted else { continue };
            let new = Identity::New(planned.new_id.clone());
            let Some(search) = planned.search else {
                self.set(position, new);
                continue;
            };
            let mut stored = self.remaining(search).await?;
            let made = self.made(search, position);
            let identity = match (stored.len(), made.as_slice()) {
                (0, []) => new,
                (0, [one]) => Identity::SameAs(*one),
                (1, []) => stored.pop().map_or(new, Identity::Found),
                _ => return Err(Error::MultipleMatches.in_entry(planned.entry.at)),
            };
            self.set(position, identity);
        }
        Ok(())
    }

    async fn changes(&mut self) -> Result<(), Error> {
        for (position, planned) in self.checked.entries.iter().enumerate() {
            let (Wanted::Update { target, .. } | Wanted::Patch { target, .. }) = &planned.entry.wanted else {
                continue;
            };
            let refuse = |error: Error| Err(error.in_entry(planned.entry.at));
            let (Target::Where(_), Some(search)) = (target, planned.search) else {
                self.set(position, Identity::Known(planned.id().to_owned(), None));
                continue;
            };
            let stored = self.remaining(search).await?;
            let made = self.made(search, usize::MAX);
            let identity = match (stored.as_slice(), made.as_slice()) {
                ([], []) if matches!(planned.entry.wanted, Wanted::Patch { .. }) => {
                    return refuse(Error::NotFound);
                }
                ([], []) => Identity::New(planned.id().to_owned()),
                ([one], []) => Identity::Known(one.id.clone(), Some(one.number)),
                ([], [one]) => return refuse(self.overlap(*one)),
                _ => return refuse(Error::MultipleMatches),
            };
            self.set(position, identity);
        }
        Ok(())
    }

    async fn references(&mut self, of_entry: &[Identity]) -> Result<HashMap<String, Referenced>, Error> {
        let (ours, updated) = ours(self.checked, of_entry);
        let mut references = HashMap::with_capacity(self.checked.references.len());
        for (text, Conditional { search, at }) in &self.checked.references {
            let of = self.checked.searches.get(*search).map(|search| search.resource_type);
            let of = of.ok_or_else(|| Error::internal("a reference without a search"))?;
            let mut stored = self.remaining(*search).await?;
            // What is updated is compared as it will be, not as it was.
            stored.retain(|found| !updated.contains(&(of.as_str(), found.id.as_str())));
            let own = self.own.get(*search).into_iter().flatten().filter(|position| ours.contains(position));
            let referenced = match (stored.as_slice(), own.collect::<Vec<_>>().as_slice()) {
                ([one], []) => Referenced::Stored(format!("{of}/{}", one.id), one.number),
                ([], [one]) => Referenced::Entry(**one),
                ([], []) => return Err(Error::NoMatch.in_entry(*at)),
                _ => return Err(Error::MultipleMatches.in_entry(*at)),
            };
            references.insert(text.clone(), referenced);
        }
        Ok(references)
    }

    /// Up to `limit` stored resources that a search finds; it is run once.
    async fn stored(&mut self, search: usize, limit: usize) -> Result<&[Head], Error> {
        if !self.found.contains_key(&search) {
            let Some(compiled) = self.checked.searches.get(search) else { return Ok(&[]) };
            let limit = i64::try_from(limit).map_err(Error::internal)?;
            let found = compiled.find(self.tenant, self.connection, limit).await?;
            self.found.insert(search, found);
        }
        Ok(self.found.get(&search).map_or(&[], Vec::as_slice))
    }

    /// Stored resources that a search finds and this transaction does not delete: two are enough to know that it is not one.
    async fn remaining(&mut self, search: usize) -> Result<Vec<Head>, Error> {
        let Some(resource_type) = self.checked.searches.get(search).map(|search| search.resource_type) else {
            return Ok(Vec::new());
        };
        // So many of those that are found may not count.
        let changed = self.checked.entries.iter().filter(|planned| {
            planned.entry.resource_type == resource_type
                && !matches!(planned.entry.wanted, Wanted::Create { .. })
        });
        let gone = self.gone.iter().filter(|(of, _)| *of == resource_type);
        let limit = 2_usize.saturating_add(changed.count()).saturating_add(gone.count());
        let found = self.stored(search, limit).await?.to_vec();
        Ok(found
            .into_iter()
            .filter(|found| !self.gone.contains(&(resource_type, found.id.clone())))
            .collect())
    }

    /// The entries before `position` that make a resource which matches.
    fn made(&self, search: usize, position: usize) -> Vec<usize> {
        let is_made =
            |at: &usize| *at < position && matches!(self.of_entry.get(*at), Some(Some(Identity::New(_))));
        self.own.get(search).into_iter().flatten().copied().filter(is_made).collect()
    }

    fn overlap(&self, other: usize) -> Error {
        overlap(self.checked.entries.get(other).map_or(0, |planned| planned.entry.at))
    }

    fn set(&mut self, position: usize, identity: Identity) {
        if let Some(place) = self.of_entry.get_mut(position) {
            *place = Some(identity);
        }
    }
}

/// The positions of the entries whose resources will be there as they are sent, and the addresses of those that are there already.
fn ours<'a>(
    checked: &Checked,
    of_entry: &'a [Identity],
) -> (HashSet<usize>, HashSet<(&'static str, &'a str)>) {
    let (mut ours, mut updated) = (HashSet::new(), HashSet::new());
    for (position, (planned, identity)) in checked.entries.iter().zip(of_entry).enumerate() {
        match identity {
            Identity::New(_) => {
                ours.insert(position);
            }
            Identity::Known(id, _) if matches!(planned.entry.wanted, Wanted::Update { .. }) => {
                ours.insert(position);
                updated.insert((planned.entry.resource_type.as_str(), id.as_str()));
            }
            Identity::Known(..) | Identity::Found(_) | Identity::SameAs(_) | Identity::Several(_) => {}
        }
    }
    (ours, updated)
}

/// R4: a transaction fails when the identities of its changes overlap.
fn refuse_overlaps(checked: &Checked, of_entry: &[Identity]) -> Result<(), Error> {
    let mut changed = HashMap::new();
    for (planned, identity) in checked.entries.iter().zip(of_entry) {
        let ids: Vec<&str> = match identity {
            Identity::New(id) | Identity::Known(id, _) => vec![id],
            Identity::Several(all) => all.iter().map(|(id, _)| id.as_str()).collect(),
            Identity::Found(_) | Identity::SameAs(_) => Vec::new(),
        };
        for id in ids {
            if let Some(other) = changed.insert((planned.entry.resource_type, id), planned.entry.at) {
                return Err(overlap(other).in_entry(planned.entry.at));
            }
        }
    }
    Ok(())
}

fn overlap(other: usize) -> Error {
    let text = format!("Bundle.entry[{other}] changes the same resource");
    Error::BadRequest(IssueType::Duplicate, text)
}
