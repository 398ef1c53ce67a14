//! Changes, held against the subscriptions that watch their types.
//!
//! A resource tells by what it is found by whether it matches, as it was at the change; only a condition that asks for other resources, or
//! for words, is put to the database, which knows it as it is by then.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::owner::Owner;
use super::wanted::{Change as Happened, Wanted, Watch};
use super::{JOBS, KIND, MOST_JOBS, Watched};
use crate::fhir::ResourceType;
use crate::fhir::date::Interval;
use crate::fhir::fhirpath::{Context, Expression, Item};
use crate::platform::delivery::{self, line};
use crate::records::meets::Candidate;
use crate::records::parameters::Parameters;
use crate::records::{Error, Records, Version, index};
use crate::storage::address::address;
use crate::storage::index_entries::IndexEntries;
use crate::storage::search::{Condition, heads};
use crate::storage::subscriptions::events::{self, Change};
use crate::storage::subscriptions::{self as rows, Subscription};
use crate::storage::{Connection, TenantId, jobs, resources};

/// So many changes share a transaction.
const BATCH: i64 = 200;

/// A change with the resource as it then was, and before.
struct Changed {
    change: Change,
    happened: Happened,
    now: Seen,
    /// None where there was none, or nothing is left of it.
    before: Option<Seen>,
}

/// A version, and what it was found by.
struct Seen {
    resource: Value,
    entries: IndexEntries,
    updated: Interval,
}

impl Records {
    /// Holds the first changes of each tenant that has some against its subscriptions; says whether there were any.
    ///
    /// # Errors
    /// When the database fails; what was not done is done later.
    pub(super) async fn match_step(&self) -> Result<bool, Error> {
        let mut stepped = false;
        let mut failed = None;
        for tenant in events::tenants(&self.store).await? {
            let mut transaction = self.store.begin(tenant).await?;
            let matched = self.match_some(tenant, &mut transaction).await;
            match transaction.finish(matched).await {
                Ok(done) => stepped |= done,
                // The others need not wait for it.
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(stepped), Err)
    }

    async fn match_some(&self, tenant: TenantId, connection: &mut Connection) -> Result<bool, Error> {
        let taken = events::take(connection, tenant, BATCH).await?;
        if taken.is_empty() {
            return Ok(false);
        }
        let types: BTreeSet<&str> = taken.iter().map(|change| change.type_.as_str()).collect();
        let types: Vec<_> = types.into_iter().collect();
        let subscriptions = rows::of_types(connection, tenant, &types).await?;
        if subscriptions.is_empty() {
            return Ok(true);
        }
        let parameters = self.known.current(connection, tenant).await?;
        let changed = changed(connection, tenant, &parameters, taken).await?;
        let (mut told, now) = (Vec::new(), self.clock.now());
        for subscription in &subscriptions {
            match self.matching_changes(connection, tenant, &parameters, (subscription, &changed)).await? {
                Some(matching) => {
                    told.extend(matching.into_iter().map(|change| (subscription.id.as_str(), change)));
                }
                // Why it cannot be served any more is found, and told, there.
                None => {
                    jobs::add(connection, tenant, (JOBS, &subscription.id), now, MOST_JOBS).await?;
                }
            }
        }
        if !told.is_empty() {
            let receivers = events::add(connection, tenant, KIND, &told, now).await?;
            let lines: Vec<_> = receivers.iter().map(|receiver| line(KIND, receiver)).collect();
            jobs::nudge(connection, tenant, (delivery::JOBS, &lines), now).await?;
        }
        Ok(true)
    }

    /// The changes that a subscription is told of; none where it cannot be served.
    async fn matching_changes<'c>(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        parameters: &Parameters,
        (subscription, changed): (&Subscription, &'c [Changed]),
    ) -> Result<Option<Vec<&'c Change>>, Error> {
        let owner = Owner::read(&subscription.owner)?;
        if !owner.is_there(tenant, connection).await? {
            return Ok(None);
        }
        let (caller, wanted) = (owner.caller(tenant)?, wanted_of(subscription)?);
        let mut matching = BTreeSet::new();
        for watch in &wanted.watches {
            let Ok(watched) = self.watched(parameters, &caller, watch) else { return Ok(None) };
            for (at, one) in changed.iter().enumerate() {
                let is_watched = one.change.type_ == watched.of_type.as_str()
                    && one.change.number > subscription.since
                    && watch.changes.contains(&one.happened);
                if is_watched
                    && !matching.contains(&at)
                    && self.is_told(connection, tenant, (watch, &watched), one).await?
                {
                    matching.insert(at);
                }
            }
        }
        Ok(Some(matching.into_iter().filter_map(|at| changed.get(at)).map(|one| &one.change).collect()))
    }

    /// Whether a change is one that is watched.
    async fn is_told(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        (watch, watched): (&Watch, &Watched),
        one: &Changed,
    ) -> Result<bool, Error> {
        let was = one.before.as_ref();
        let is = Some(&one.now).filter(|_| one.happened != Happened::Delete);
        let Some(shown) = is.or(was) else { return Ok(false) };
        let of = (tenant, watched.of_type);
        if !is_met(connection, of, &watched.always, (shown, &one.change)).await? {
            return Ok(false);
        }
        let current = match is {
            Some(is) => is_met(connection, of, &watched.current, (is, &one.change)).await?,
            None => watch.deleted,
        };
        let is_met = match (&watch.before, &watched.before) {
            (Some(before), Some(conditions)) => {
                let met = match was {
                    // What asks for other resources knows them as they are by now.
                    Some(was) => is_met(connection, of, conditions, (was, &one.change)).await?,
                    None => before.created,
                };
                if before.both { current && met } else { current || met }
            }
            _ => current,
        };
        Ok(is_met && watched.fhirpath.as_ref().is_none_or(|path| holds(path, is, was, self.clock.now())))
    }
}

/// Whether a version meets the conditions, as far as it tells by itself; what it cannot tell is put to the database.
async fn is_met(
    connection: &mut Connection,
    (tenant, of_type): (TenantId, ResourceType),
    conditions: &[Condition],
    (seen, change): (&Seen, &Change),
) -> Result<bool, Error> {
    let (alone, others): (Vec<_>, Vec<_>) = conditions.iter().partition(|one| one.is_told_alone());
    if !alone.into_iter().all(|condition| seen.meets(change, condition)) {
        return Ok(false);
    }
    Ok(others.is_empty() || is_found(connection, tenant, of_type, &others, change).await?)
}

/// Whether an expression holds of a resource as it is and was. What was not there is a resource without elements; where the expression
/// cannot be evaluated, it does not hold.
fn holds(path: &Expression, is: Option<&Seen>, was: Option<&Seen>, now: DateTime<Utc>) -> bool {
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

    fn meets(&self, change: &Change, condition: &Condition) -> bool {
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

/// What a subscription asks for.
pub(super) fn wanted_of(subscription: &Subscription) -> Result<Wanted, Error> {
    serde_json::from_str(&subscription.wanted).map_err(Error::internal)
}

/// The changes with their resources, as they then were and before; those of which nothing is left, because they were erased, are left out.
async fn changed(
    connection: &mut Connection,
    tenant: TenantId,
    parameters: &Parameters,
    taken: Vec<Change>,
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
    for change in &taken {
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

/// Whether a resource meets conditions that it cannot tell by itself.
async fn is_found(
    connection: &mut Connection,
    tenant: TenantId,
    of_type: ResourceType,
    conditions: &[&Condition],
    change: &Change,
) -> Result<bool, Error> {
    let this = Condition::Address(vec![address(&change.type_, &change.id)]);
    let conditions: Vec<_> = conditions.iter().map(|one| (*one).clone()).chain([this]).collect();
    Ok(!heads(connection, tenant, (of_type.as_str(), &conditions), 1).await?.is_empty())
}
