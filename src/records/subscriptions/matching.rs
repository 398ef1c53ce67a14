//! Changes, held against the subscriptions that watch their types.
//!
//! A resource tells by what it is found by whether it matches, as it was at the change (`seen`); only conditions that ask for other resources,
//! or for words, are put to the database, about all changes of a portion together, on a connection of their own: where they fail, that is
//! the fault of one subscription. What cannot be held against it yet waits, and whatever comes later waits behind it.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use chrono::TimeDelta;

use super::criteria::{Reading, Watched};
use super::owner::{Owner, standings};
use super::seen::{Changed, Seen, changed, fitting, holds};
use super::wanted::{Change as Happened, Wanted, Watch};
use super::{JOBS, KIND, MOST_JOBS};
use crate::identity::TenantId;
use crate::platform::delivery::{self, line};
use crate::records::parameters::Parameters;
use crate::records::{Error, Records};
use crate::storage::address::address;
use crate::storage::search::{Condition, heads};
use crate::storage::subscriptions::changes::{self, Change};
use crate::storage::subscriptions::{self as rows, Subscription, events};
use crate::storage::{Connection, StorageError, jobs};

/// So many changes share a transaction, and so many bytes of their versions.
const MOST: i64 = 200;
const MOST_BYTES: i64 = 4 * 1024 * 1024;
/// So many subscriptions for which changes wait are seen to in one.
const WAITING: i64 = 4;
/// So long the database is asked in one; what is not asked by then waits.
const PATIENCE: Duration = Duration::from_secs(10);
/// What waits for a search parameter is looked at again so soon, and what waits because of a fault.
const SOON: TimeDelta = TimeDelta::seconds(2);
const LATER: TimeDelta = TimeDelta::seconds(60);

/// Somebody who watches, and what becomes of changes to that.
struct Watcher<'s> {
    subscription: &'s Subscription,
    wanted: Wanted,
    reading: Reading,
}

/// What came of holding changes against a subscription.
enum Held<'c> {
    /// It is told of these.
    Told(Vec<&'c Change>),
    /// They wait.
    Waits,
    /// They cannot be held against it; why not.
    Fault(String),
}

/// What one transaction does.
struct Done<'c> {
    /// When the database may not be asked any more.
    end: Instant,
    told: Vec<(&'c str, &'c Change)>,
    /// What waits for whom, and why, where that is a fault.
    waits: Vec<(&'c Subscription, Vec<&'c Change>, Option<String>)>,
    /// What waited, and does not any more.
    settled: Vec<(&'c str, &'c [Change])>,
}

impl Records {
    /// Holds the first changes of each tenant that has some against its subscriptions; says whether there were any.
    ///
    /// # Errors
    /// When the database fails; what was not done is done later.
    pub(super) async fn match_step(&self) -> Result<bool, Error> {
        let mut stepped = false;
        let mut failed = None;
        for tenant in changes::tenants(&self.store, self.clock.now()).await? {
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
        if !changes::alone(connection, tenant).await? {
            return Ok(false);
        }
        let taken = changes::first(connection, tenant, MOST).await?;
        let taken = fitting(connection, tenant, taken, MOST_BYTES).await?;
        changes::remove(connection, tenant, &taken).await?;
        let parameters = self.known.current(connection, tenant).await?;
        let types: BTreeSet<&str> = taken.iter().map(|change| change.type_.as_str()).collect();
        let types: Vec<_> = types.into_iter().collect();
        let subscriptions = match types.as_slice() {
            [] => Vec::new(),
            types => rows::of_types(connection, tenant, types).await?,
        };
        let waiting = rows::waiting(connection, tenant, self.clock.now(), WAITING).await?;
        let mut portions = Vec::with_capacity(waiting.len());
        for subscription in &waiting {
            let portion = changes::waiting(connection, tenant, &subscription.id, MOST).await?;
            portions.push(fitting(connection, tenant, portion, MOST_BYTES).await?);
        }
        let seen = match subscriptions.as_slice() {
            [] => Vec::new(),
            _ => changed(connection, tenant, &parameters, &taken).await?,
        };
        let (told, waits, settled) = (Vec::new(), Vec::new(), Vec::new());
        let mut done = Done { end: Instant::now() + PATIENCE, told, waits, settled };
        for watcher in self.watchers(connection, tenant, &parameters, &subscriptions).await? {
            self.match_new(tenant, &watcher, &seen, &mut done).await?;
        }
        for (watcher, portion) in
            self.watchers(connection, tenant, &parameters, &waiting).await?.iter().zip(&portions)
        {
            let seen = changed(connection, tenant, &parameters, portion).await?;
            self.match_waiting(tenant, watcher, (&seen, portion), &mut done).await?;
        }
        self.note_matches(connection, tenant, &done).await?;
        Ok(!taken.is_empty() || !done.settled.is_empty())
    }

    /// Those who watch, each with what is left of their rights.
    async fn watchers<'s>(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        parameters: &Parameters,
        subscriptions: &'s [Subscription],
    ) -> Result<Vec<Watcher<'s>>, Error> {
        let owners: Result<Vec<_>, _> = subscriptions.iter().map(|one| Owner::read(&one.owner)).collect();
        let owners = owners?;
        let all: Vec<_> = owners.iter().collect();
        let standings = standings(tenant, connection, &all, self.clock.now()).await?;
        let mut watchers = Vec::with_capacity(subscriptions.len());
        for (subscription, (owner, standing)) in subscriptions.iter().zip(owners.iter().zip(&standings)) {
            let wanted = wanted_of(subscription)?;
            let reading = match owner.caller_by(tenant, standing)? {
                Some(caller) => self.reading(parameters, &caller, &wanted),
                None => Reading::Fault(GONE.to_owned()),
            };
            watchers.push(Watcher { subscription, wanted, reading });
        }
        Ok(watchers)
    }

    /// Holds new changes against a subscription; where others wait for it, they wait behind those.
    async fn match_new<'c>(
        &self,
        tenant: TenantId,
        watcher: &Watcher<'c>,
        seen: &'c [Changed],
        done: &mut Done<'c>,
    ) -> Result<(), Error> {
        let (subscription, wanted) = (watcher.subscription, &watcher.wanted);
        let is_watched = |one: &&Changed| {
            let is_of =
                |watch: &Watch| watch.of_type == one.change.type_ && watch.changes.contains(&one.happened);
            one.change.number > subscription.since && wanted.watches.iter().any(is_of)
        };
        let all = || seen.iter().filter(is_watched).map(|one| &one.change).collect::<Vec<_>>();
        if subscription.retry.is_some() {
            done.waits.push((subscription, all(), None));
            return Ok(());
        }
        match self.held_against(tenant, (watcher, done.end), seen).await? {
            Held::Told(told) => {
                done.told.extend(told.into_iter().map(|change| (subscription.id.as_str(), change)));
            }
            Held::Waits => done.waits.push((subscription, all(), None)),
            Held::Fault(fault) => done.waits.push((subscription, all(), Some(fault))),
        }
        Ok(())
    }

    /// Holds changes against a subscription that waited for it.
    async fn match_waiting<'c>(
        &self,
        tenant: TenantId,
        watcher: &Watcher<'c>,
        (seen, portion): (&[Changed], &'c [Change]),
        done: &mut Done<'c>,
    ) -> Result<(), Error> {
        let subscription = watcher.subscription;
        match self.held_against(tenant, (watcher, done.end), seen).await? {
            Held::Told(told) => {
                let told: BTreeSet<i64> = told.into_iter().map(|change| change.number).collect();
                let told = portion.iter().filter(|change| told.contains(&change.number));
                done.told.extend(told.map(|change| (subscription.id.as_str(), change)));
                done.settled.push((&subscription.id, portion));
            }
            Held::Waits => done.waits.push((subscription, Vec::new(), None)),
            Held::Fault(fault) => done.waits.push((subscription, Vec::new(), Some(fault))),
        }
        Ok(())
    }

    /// Writes down what came of it.
    async fn note_matches(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        done: &Done<'_>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let waiting = done.waits.iter().map(|(subscription, ..)| subscription.id.as_str());
        let told = done.told.iter().map(|(id, _)| *id);
        let ids: BTreeSet<_> = waiting.chain(told).chain(done.settled.iter().map(|(id, _)| *id)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        rows::hold_all(connection, tenant, ids.into_iter().collect()).await?;
        for (id, portion) in &done.settled {
            changes::settle(connection, tenant, (id, portion), now).await?;
        }
        let mut faulty = BTreeSet::new();
        for (subscription, waits, fault) in &done.waits {
            let again = now + if fault.is_some() { LATER } else { SOON };
            let retry = if waits.is_empty() { again } else { subscription.retry.unwrap_or(again) };
            let off = (fault.as_deref(), retry);
            changes::put_off(connection, tenant, (&subscription.id, waits), off).await?;
            if fault.is_some() && *fault != subscription.fault {
                faulty.insert(subscription.id.as_str());
            }
        }
        if !done.told.is_empty() {
            let receivers = events::add(connection, tenant, KIND, &done.told, now).await?;
            let lines: Vec<_> = receivers.iter().map(|receiver| line(KIND, receiver)).collect();
            jobs::nudge(connection, tenant, (delivery::JOBS, &lines), now).await?;
        }
        for id in faulty {
            // There it is told.
            jobs::add(connection, tenant, (JOBS, id), now, MOST_JOBS).await?;
        }
        Ok(())
    }

    /// Holds changes against a subscription.
    async fn held_against<'c>(
        &self,
        tenant: TenantId,
        (Watcher { subscription, wanted, reading }, end): (&Watcher<'_>, Instant),
        changed: &'c [Changed],
    ) -> Result<Held<'c>, Error> {
        let all = match reading {
            Reading::Ready(all) => all,
            Reading::Waits => return Ok(Held::Waits),
            Reading::Fault(fault) => return Ok(Held::Fault(fault.clone())),
        };
        let mut matching = BTreeSet::new();
        for (watch, watched) in wanted.watches.iter().zip(all) {
            let candidates: Vec<_> = changed
                .iter()
                .enumerate()
                .filter(|(at, one)| {
                    one.change.type_ == watched.of_type.as_str()
                        && one.change.number > subscription.since
                        && watch.changes.contains(&one.happened)
                        && !matching.contains(at)
                })
                .collect();
            if !watched.is_told_alone() && Instant::now() > end {
                return Ok(Held::Waits);
            }
            let found = match self.asked_for(tenant, watched, &candidates).await {
                Ok(found) => found,
                Err(error) => return fault_of(error).map(Held::Fault),
            };
            let now = self.clock.now();
            let told = candidates.into_iter().filter(|(_, one)| {
                let is = Some(&one.now).filter(|_| one.happened != Happened::Delete);
                found.are_met(watch, watched, one)
                    && watched.fhirpath.as_ref().is_none_or(|path| holds(path, is, one.before.as_ref(), now))
            });
            matching.extend(told.map(|(at, _)| at));
        }
        Ok(Held::Told(matching.into_iter().filter_map(|at| changed.get(at)).map(|one| &one.change).collect()))
    }

    /// What the database knows of these changes' resources: one statement for each search that asks for more than they tell.
    async fn asked_for(
        &self,
        tenant: TenantId,
        watched: &Watched,
        candidates: &[(usize, &Changed)],
    ) -> Result<Found, StorageError> {
        Ok(Found {
            always: self.meeting_of(tenant, watched, &watched.always, candidates).await?,
            current: self.meeting_of(tenant, watched, &watched.current, candidates).await?,
            before: match &watched.before {
                Some(before) => self.meeting_of(tenant, watched, before, candidates).await?,
                None => None,
            },
        })
    }

    async fn meeting_of(
        &self,
        tenant: TenantId,
        watched: &Watched,
        conditions: &[Condition],
        candidates: &[(usize, &Changed)],
    ) -> Result<Option<BTreeSet<String>>, StorageError> {
        let others: Vec<_> = conditions.iter().filter(|one| !one.is_told_alone()).cloned().collect();
        if others.is_empty() {
            return Ok(None);
        }
        let of_type = watched.of_type.as_str();
        let addresses: BTreeSet<_> =
            candidates.iter().map(|(_, one)| address(of_type, &one.change.id)).collect();
        if addresses.is_empty() {
            return Ok(Some(BTreeSet::new()));
        }
        let limit = i64::try_from(addresses.len()).unwrap_or(i64::MAX);
        let these = Condition::Address(addresses.into_iter().collect());
        let conditions: Vec<_> = others.into_iter().chain([these]).collect();
        let mut transaction = self.store.begin(tenant).await?;
        let found = async {
            changes::hurry(&mut transaction).await?;
            heads(&mut transaction, tenant, (of_type, &conditions), limit).await
        }
        .await;
        let found = transaction.finish(found).await?;
        Ok(Some(found.into_iter().map(|head| head.id).collect()))
    }
}

/// Which resources meet what the database was asked; none where it needed not be.
struct Found {
    always: Option<BTreeSet<String>>,
    current: Option<BTreeSet<String>>,
    before: Option<BTreeSet<String>>,
}

impl Found {
    /// Whether a change is one that is watched, whatever an expression says.
    fn are_met(&self, watch: &Watch, watched: &Watched, one: &Changed) -> bool {
        let was = one.before.as_ref();
        let is = Some(&one.now).filter(|_| one.happened != Happened::Delete);
        let Some(shown) = is.or(was) else { return false };
        let met = |seen: &Seen, conditions: &[Condition], found: &Option<BTreeSet<String>>| {
            conditions
                .iter()
                .filter(|one| one.is_told_alone())
                .all(|condition| seen.meets(&one.change, condition))
                && found.as_ref().is_none_or(|found| found.contains(&one.change.id))
        };
        if !met(shown, &watched.always, &self.always) {
            return false;
        }
        let current = is.map_or(watch.deleted, |is| met(is, &watched.current, &self.current));
        match (&watch.before, &watched.before) {
            (Some(before), Some(conditions)) => {
                // What asks for other resources knows them as they are by now.
                let was = was.map_or(before.created, |was| met(was, conditions, &self.before));
                if before.both { current && was } else { current || was }
            }
            _ => current,
        }
    }
}

/// What is told of a search that the database could not do: it is the fault of who asks for it, unless the database cannot be reached.
fn fault_of(error: StorageError) -> Result<String, Error> {
    match error {
        StorageError::Unreachable(text) if text.starts_with("canceling statement") => {
            Ok("it takes too long to hold changes against the criteria".to_owned())
        }
        StorageError::Unreachable(_) | StorageError::Contention => Err(error.into()),
        StorageError::Duplicate(_)
        | StorageError::Corrupt { .. }
        | StorageError::TooLarge
        | StorageError::Database(_) => {
            tracing::error!(%error, "changes cannot be held against a subscription");
            Ok("changes cannot be held against the criteria".to_owned())
        }
    }
}

/// What is told where whoever asked is not let in any more.
pub(super) const GONE: &str = "who asked for it is not let in any more";

/// What a subscription asks for.
pub(super) fn wanted_of(subscription: &Subscription) -> Result<Wanted, Error> {
    serde_json::from_str(&subscription.wanted).map_err(Error::internal)
}
