//! What a search finds among the resources that the transaction itself brings.

use std::collections::{HashMap, HashSet};

use super::Wanted;
use super::checked::Checked;
use crate::fhir::date::Interval;
use crate::records::conditional::Search;
use crate::records::index;
use crate::records::meets::Candidate;
use crate::storage::address::address;
use crate::storage::index_entries::IndexEntries;
use crate::storage::search::{Condition, TermTest};

/// For each search the positions of the entries whose resources match, in their order. Compared is what they create or update, as
/// it was sent: links between the entries are not rewritten yet.
pub(super) fn matches(checked: &Checked, now_us: i64) -> Vec<Vec<usize>> {
    let searched: HashSet<_> = checked.searches.iter().map(|search| search.resource_type).collect();
    let mut of_type: HashMap<_, OfType> = HashMap::new();
    for (at, planned) in checked.entries.iter().enumerate() {
        let resource_type = planned.entry.resource_type;
        if let Wanted::Create { resource, .. } | Wanted::Update { resource, .. } = &planned.entry.wanted
            && searched.contains(&resource_type)
        {
            let entries = index::entries(&checked.parameters, resource_type, resource);
            of_type.entry(resource_type).or_default().add(Own {
                at,
                address: address(resource_type.as_str(), planned.id()),
                entries,
            });
        }
    }
    let updated = Interval { low: now_us, high: now_us.saturating_add(1) };
    let found = |search: &Search| {
        of_type
            .get(&search.resource_type)
            .map(|of_type| of_type.matching(search, updated))
            .unwrap_or_default()
    };
    checked.searches.iter().map(found).collect()
}

/// What an entry brings.
struct Own {
    at: usize,
    address: i64,
    entries: IndexEntries,
}

#[derive(Default)]
struct OfType {
    resources: Vec<Own>,
    /// The resources that have a term: a search for terms need not look at all of them.
    by_term: HashMap<(i32, i64), Vec<usize>>,
}

impl OfType {
    fn add(&mut self, own: Own) {
        for term in &own.entries.terms {
            self.by_term.entry((term.slot, term.value)).or_default().push(self.resources.len());
        }
        self.resources.push(own);
    }

    fn matching(&self, search: &Search, updated: Interval) -> Vec<usize> {
        let meets = |own: &&Own| {
            let resource_type = search.resource_type.as_str();
            let candidate = Candidate { resource_type, address: own.address, updated, entries: &own.entries };
            search.conditions.iter().all(|condition| candidate.meets(condition))
        };
        let mut found: Vec<_> = match terms(search) {
            None => self.resources.iter().filter(meets).map(|own| own.at).collect(),
            Some(terms) => {
                let places = terms.iter().filter_map(|term| self.by_term.get(term)).flatten();
                places
                    .filter_map(|place| self.resources.get(*place))
                    .filter(meets)
                    .map(|own| own.at)
                    .collect()
            }
        };
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Slots and values of which a match has one.
fn terms(search: &Search) -> Option<Vec<(i32, i64)>> {
    let of_one = |tests: &[TermTest]| tests.iter().map(|test| Some((test.slot, test.value?))).collect();
    search.conditions.iter().filter_map(Condition::terms).find_map(of_one)
}
