//! Changes with the resources as they then were and before, and what those meet by themselves.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::wanted::Change as Happened;
use crate::fhir::date::Interval;
use crate::fhir::fhirpath::{Context, Expression, Item};
use crate::identity::TenantId;
use crate::records::meets::Candidate;
use crate::records::parameters::Parameters;
use crate::records::{Error, Version, index};
use crate::storage::address::address;
use crate::storage::index_entries::IndexEntries;
use crate::storage::search::Condition;
use crate::storage::subscriptions::changes::Change;
use crate::storage::{Connection, resources};

/// A change with the resource as it then was, and before.
pub(super) struct Changed {
    /// The change.
    pub change: Change,
    /// What it was.
    pub happened: Happened,
    /// The resource as it then was.
    pub now: Seen,
    /// None where there was none, or nothing is left of it.
    pub before: Option<Seen>,
}

/// A version, and what it was found by.
pub(super) struct Seen {
    resource: Value,
    entries: IndexEntries,
    updated: Interval,
}

/// Whether an expression holds of a resource as it is and was. What was not there is a resource without elements; where the expression
/// cannot be evaluated, it does not hold.
pub(super) fn holds(path: &Expression, is: Option<&Seen>, was: Option<&Seen>, now: DateTime<Utc>) -> bool {
    let of_type = is.or(was).and_then(|seen| seen.resource.get("resourceType").cloned());
    let nothing = serde_json::json!({ "resourceType": of_type });
    let current = is.map_or(&nothing, |seen| &seen.resource);
    let previous = was.map_or(&nothing, |seen| &seen.resource);
    let (Some(current), Some(previous)) = (Item::resource(current), Item::resource(previous)) else {
        return false;
    };
    let mut context = Context::of(current.clone(), current.clone(), now);
    context.variables.insert("current".to_owned(), current.clone());
    context.variables.insert("previous".to_owned(), previous);
    path.holds(&context, current).unwrap_or(false)
}

impl Seen {
    fn of(parameters: &Parameters, version: &Version) -> Result<Self, Error> {
        let resource: Value = match version.body.as_deref() {
            Some(body) => serde_json::from_str(body).map_err(Error::internal)?,
            None => Value::Null,
        };
        let low = version.updated.timestamp_micros();
        let updated = Interval { low, high: low.saturating_add(1) };
        Ok(Self { resource, entries: index::entries_of(parameters, version)?, updated })
    }

    /// Whether it meets a condition, as far as it tells by itself.
    pub(super) fn meets(&self, change: &Change, condition: &Condition) -> bool {
        let Change { type_, id, .. } = change;
        let candidate = Candidate {
            resource_type: type_,
            address: address(type_, id),
            updated: self.updated,
            entries: &self.entries,
        };
        candidate.meets(condition)
    }
}

/// The changes with their resources, as they then were and before; those of which nothing is left, because they were erased, are left out.
pub(super) async fn changed(
    connection: &mut Connection,
    tenant: TenantId,
    parameters: &Parameters,
    taken: &[Change],
) -> Result<Vec<Changed>, Error> {
    let both = |one: &Change| [one.version, one.version.saturating_sub(1)];
    let named: Vec<_> = taken
        .iter()
        .flat_map(|one| both(one).map(|version| (one.type_.as_str(), one.id.as_str(), version)))
        .collect();
    let versions = resources::versions(connection, tenant, &named).await?;
    let by_place: HashMap<_, _> = versions
        .iter()
        .map(|version| ((version.resource_type.as_str(), version.id.as_str(), version.number), version))
        .collect();
    let mut changed = Vec::with_capacity(taken.len());
    for change in taken {
        let at = |number: i64| by_place.get(&(change.type_.as_str(), change.id.as_str(), number));
        let [now, before] = both(change).map(at);
        let (Some(now), Some(happened)) = (now, Happened::parse(&change.change)) else { continue };
        let before = before.filter(|before| before.body.is_some());
        changed.push(Changed {
            change: change.clone(),
            happened,
            now: Seen::of(parameters, now)?,
            before: before.map(|before| Seen::of(parameters, before)).transpose()?,
        });
    }
    Ok(changed)
}

/// So many of the changes, from the first on, as can be read at once: one at least, and no more than come to so many bytes.
pub(super) async fn fitting(
    connection: &mut Connection,
    tenant: TenantId,
    mut changes: Vec<Change>,
    most_bytes: i64,
) -> Result<Vec<Change>, Error> {
    let both = |one: &Change| [one.version, one.version.saturating_sub(1)];
    let named = changes
        .iter()
        .flat_map(|one| both(one).map(|version| (one.type_.as_str(), one.id.as_str(), version)));
    let named: Vec<_> = named.collect();
    let sizes = resources::sizes(connection, tenant, &named).await?;
    let mut bytes = 0_i64;
    let fits = |sizes: &&[i64]| {
        bytes = bytes.saturating_add(sizes.iter().sum());
        bytes <= most_bytes
    };
    let fitting = sizes.chunks(2).take_while(fits).count().max(1);
    changes.truncate(fitting);
    Ok(changes)
}
