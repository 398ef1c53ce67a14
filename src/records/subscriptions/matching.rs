//! Changes, held against the subscriptions that watch their types.
//!
//! A resource tells by what it is found by whether it matches, as it was at the change (`seen`); only conditions that ask for other resources,
//! or for words, are put to the database, about all changes of a portion together, on a connection of their own (`held`). There are two
//! lanes. What is new is held against all who watch it; what cannot be held against one of them yet, or takes its time, waits for it, and
//! whatever comes later waits behind that. What waits is held against one subscription after another, each in a transaction of its own: who
//! takes long keeps others waiting that wait too, and nobody else.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::criteria::Reading;
use super::held::Pace;
use super::owner::{Owner, standings};
use super::seen::{Changed, changed, fitting};
use super::settled::{Became, Outcome};
use super::wanted::{Wanted, Watch};
use crate::identity::TenantId;
use crate::records::parameters::Parameters;
use crate::records::{Error, Records};
use crate::storage::Connection;
use crate::storage::subscriptions::changes::{self, Change, Lane};
use crate::storage::subscriptions::{self as rows, Subscription};

/// So many new changes share a transaction, and so many that wait for one subscription.
const MOST: i64 = 200;
const MOST_WAITING: i64 = 50;
/// So many bytes of their versions.
const MOST_BYTES: i64 = 4 * 1024 * 1024;
/// So long it may take to hold new changes against criteria that are more than a look at the resource, and how many milliseconds one
/// statement; what is not done by then waits.
const QUICK: Duration = Duration::from_secs(2);
const QUICK_MS: u16 = 1_000;
/// The same for what waits.
const LONG: Duration = Duration::from_secs(8);
const LONG_MS: u16 = 5_000;

/// Somebody who watches, and what becomes of changes to that.
pub(super) struct Watcher<'s> {
    pub(super) subscription: &'s Subscription,
    pub(super) wanted: Wanted,
    pub(super) reading: Reading,
}

impl Watcher<'_> {
    /// Whether it takes no more than a look at a resource to tell.
    fn is_quick(&self) -> bool {
        match &self.reading {
            Reading::Ready(all) => all.iter().all(|one| one.is_told_alone() && one.fhirpath.is_none()),
            Reading::Waits | Reading::Fault(_) => true,
        }
    }
}

impl Records {
    /// Holds the first new changes of each tenant that has some against its subscriptions; says whether there were any.
    ///
    /// # Errors
    /// When the database fails; what was not done is done later.
    pub(super) async fn match_step(&self) -> Result<bool, Error> {
        self.step_of(Lane::New).await
    }

    /// Holds the first changes that wait for a subscription of each tenant that has such against it; says whether there were any.
    ///
    /// # Errors
    /// When the database fails; what was not done is done later.
    pub(super) async fn wait_step(&self) -> Result<bool, Error> {
        self.step_of(Lane::Waiting).await
    }

    async fn step_of(&self, lane: Lane) -> Result<bool, Error> {
        let mut stepped = false;
        let mut failed = None;
        for tenant in changes::tenants(&self.store, lane, self.clock.now()).await? {
            let mut transaction = self.store.begin(tenant).await?;
            let matched = match lane {
                Lane::New => self.match_new(tenant, &mut transaction).await,
                Lane::Waiting => self.match_waiting(tenant, &mut transaction).await,
            };
            match transaction.finish(matched).await {
                Ok(done) => stepped |= done,
                // The others need not wait for it.
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(stepped), Err)
    }

    async fn match_new(&self, tenant: TenantId, connection: &mut Connection) -> Result<bool, Error> {
        if !changes::alone(connection, tenant, Lane::New).await? {
            return Ok(false);
        }
        let taken = changes::first(connection, tenant, MOST).await?;
        let mut taken = fitting(connection, tenant, taken, MOST_BYTES).await?;
        if taken.is_empty() {
            return Ok(false);
        }
        // A server of another version may hold them against the same.
        let removed = changes::remove(connection, tenant, &taken).await?;
        taken.retain(|change| removed.contains(&change.number));
        let parameters = self.known.current(connection, tenant).await?;
        let types: BTreeSet<&str> = taken.iter().map(|change| change.type_.as_str()).collect();
        let types: Vec<_> = types.into_iter().collect();
        let all = rows::of_types(connection, tenant, &types).await?;
        // Those for whom changes wait already are not even read: what is new waits behind that.
        let (waiting, asked): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.retry.is_some());
        let mut outcomes = Vec::new();
        for subscription in &waiting {
            let wanted = wanted_of(subscription)?;
            let all: Vec<_> =
                taken.iter().filter(|change| is_watched(subscription, &wanted, change)).collect();
            let became = Became::behind(subscription);
            outcomes.push(Outcome { subscription, all, became });
        }
        let seen: Arc<[Changed]> = match asked.as_slice() {
            [] => Arc::default(),
            _ => changed(connection, tenant, &parameters, &taken).await?.into(),
        };
        let mut watchers = self.watchers(connection, tenant, &parameters, &asked).await?;
        // Who asks for more comes after those who are told at once.
        watchers.sort_by_key(|watcher| !watcher.is_quick());
        let pace = Pace { end: Instant::now() + QUICK, statement_ms: QUICK_MS };
        for watcher in &watchers {
            let (subscription, wanted) = (watcher.subscription, &watcher.wanted);
            let held = self.held_against(tenant, (watcher, pace), &seen).await?;
            let now = self.clock.now();
            let all: Vec<_> =
                taken.iter().filter(|change| is_watched(subscription, wanted, change)).collect();
            outcomes.push(Outcome { subscription, all, became: Became::of_new(held, &taken, now) });
            tokio::task::yield_now().await;
        }
        self.note_new(connection, tenant, &outcomes).await?;
        Ok(true)
    }

    async fn match_waiting(&self, tenant: TenantId, connection: &mut Connection) -> Result<bool, Error> {
        let now = self.clock.now();
        if !changes::alone(connection, tenant, Lane::Waiting).await? {
            return Ok(false);
        }
        let Some(subscription) = rows::waiting(connection, tenant, now).await? else { return Ok(false) };
        let most = portion_of(subscription.faults);
        let portion = changes::waiting(connection, tenant, &subscription.id, most).await?;
        let portion = fitting(connection, tenant, portion, MOST_BYTES).await?;
        let parameters = self.known.current(connection, tenant).await?;
        let only = std::slice::from_ref(&subscription);
        let watchers = self.watchers(connection, tenant, &parameters, only).await?;
        let Some(watcher) = watchers.first() else { return Ok(false) };
        let seen: Arc<[Changed]> = changed(connection, tenant, &parameters, &portion).await?.into();
        let pace = Pace { end: Instant::now() + LONG, statement_ms: LONG_MS };
        let held = self.held_against(tenant, (watcher, pace), &seen).await?;
        let became = Became::of_waiting(held, &portion, (&subscription, self.clock.now()));
        self.note_waited(connection, tenant, (&subscription, &portion), &became).await?;
        // Whoever waits on is looked at again when its time has come.
        Ok(true)
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
}

/// So many changes that wait are taken at a time, after so many faults in a row: fewer may be done in time.
fn portion_of(faults: i64) -> i64 {
    let halvings = u32::try_from(faults.saturating_mul(2)).unwrap_or(u32::MAX);
    MOST_WAITING.checked_shr(halvings).unwrap_or(0).max(1)
}

/// Whether a change is one of those that are held against a subscription.
fn is_watched(subscription: &Subscription, wanted: &Wanted, change: &Change) -> bool {
    let is_of = |watch: &Watch| {
        watch.of_type == change.type_ && watch.changes.iter().any(|one| one.is(&change.change))
    };
    change.number > subscription.since && wanted.watches.iter().any(is_of)
}

/// What is told where whoever asked is not let in any more.
pub(super) const GONE: &str = "who asked for it is not let in any more";

/// What a subscription asks for.
pub(super) fn wanted_of(subscription: &Subscription) -> Result<Wanted, Error> {
    serde_json::from_str(&subscription.wanted).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_is_taken_each_time_that_it_was_too_much() {
        let portions: Vec<_> = [0, 1, 2, 3, 40, i64::MAX].into_iter().map(portion_of).collect();
        assert_eq!(portions, [50, 12, 3, 1, 1, 1]);
    }
}
