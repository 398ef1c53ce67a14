//! What became of changes that were held against subscriptions, written down.
//!
//! Subscriptions are read before, and held only here: what somebody changed meanwhile is held against what they ask for now.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::held::Held;
use super::{JOBS, KIND, MOST_JOBS};
use crate::identity::TenantId;
use crate::platform::delivery::{self, line};
use crate::records::{Error, Records};
use crate::storage::subscriptions::changes::{self, Change, Off};
use crate::storage::subscriptions::{self as rows, HeldNow, Subscription, events};
use crate::storage::{Connection, jobs};

/// What waits for a search parameter is looked at again so soon, and what waits because of a fault.
const SOON: TimeDelta = TimeDelta::seconds(2);
const LATER: TimeDelta = TimeDelta::seconds(60);
/// A fault that may pass is one of the criteria once it was met so often in a row; so long it is waited each time before.
const MOST_FAULTS: i64 = 4;
const PAUSE: TimeDelta = TimeDelta::seconds(5);
/// So many changes, and so many events, are kept for one that is in error; then it is closed.
pub(super) const MOST_KEPT: i64 = 10_000;

/// What becomes of the changes that a subscription watches.
pub(super) enum Became<'c> {
    /// It is told of these.
    Told(Vec<&'c Change>),
    /// They wait until then.
    Waits(DateTime<Utc>),
    /// The same, because of a fault that may pass.
    WaitsOut(DateTime<Utc>),
    /// They wait because of a fault: it is in error.
    Fault(DateTime<Utc>, String),
}

/// What came of new changes for one of those who watch them.
pub(super) struct Outcome<'c> {
    /// Who watches, as it was read.
    pub subscription: &'c Subscription,
    /// All that it watches.
    pub all: Vec<&'c Change>,
    /// What becomes of that.
    pub became: Became<'c>,
}

impl<'c> Became<'c> {
    /// They wait behind others.
    pub(super) fn behind(subscription: &Subscription) -> Self {
        Self::Waits(subscription.retry.unwrap_or_default())
    }

    /// New ones that take their time are held against it later.
    pub(super) fn of_new(held: Held, changes: &'c [Change], now: DateTime<Utc>) -> Self {
        match held {
            Held::Told(numbers) => Self::told(&numbers, changes),
            Held::Waits => Self::Waits(now + SOON),
            Held::Late(_) => Self::Waits(now),
            Held::Fault(fault) => Self::Fault(now + LATER, fault),
        }
    }

    /// Those that waited wait again, and not without end.
    pub(super) fn of_waiting(
        held: Held,
        changes: &'c [Change],
        (subscription, now): (&Subscription, DateTime<Utc>),
    ) -> Self {
        match held {
            Held::Told(numbers) => Self::told(&numbers, changes),
            Held::Waits => Self::Waits(now + SOON),
            Held::Late(_) if subscription.faults.saturating_add(1) < MOST_FAULTS => {
                Self::WaitsOut(now + PAUSE)
            }
            Held::Late(fault) => Self::Fault(now + LATER, fault.to_owned()),
            Held::Fault(fault) => Self::Fault(now + LATER, fault),
        }
    }

    fn told(numbers: &BTreeSet<i64>, changes: &'c [Change]) -> Self {
        Self::Told(changes.iter().filter(|change| numbers.contains(&change.number)).collect())
    }

    /// How they are put off, where they are.
    fn off(&self) -> Option<Off<'_>> {
        match self {
            Self::Told(_) => None,
            Self::Waits(retry) => Some(Off { retry: *retry, fault: None, may_pass: false }),
            Self::WaitsOut(retry) => Some(Off { retry: *retry, fault: None, may_pass: true }),
            Self::Fault(retry, fault) => Some(Off { retry: *retry, fault: Some(fault), may_pass: false }),
        }
    }

    /// Whether it is to be in error, and is told so nowhere yet.
    fn is_new_fault(&self, subscription: &Subscription) -> bool {
        matches!(self, Self::Fault(_, fault) if subscription.fault.as_ref() != Some(fault))
    }
}

/// Whether so much is kept for one that is in error that it is to be closed.
pub(super) fn is_overfull(subscription: &Subscription) -> bool {
    let events = subscription.held.map_or(0, |held| subscription.last.saturating_sub(held).saturating_add(1));
    subscription.status == "error" && (subscription.waits > MOST_KEPT || events > MOST_KEPT)
}

impl Records {
    /// Writes down what came of new changes.
    pub(super) async fn note_new(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        outcomes: &[Outcome<'_>],
    ) -> Result<(), Error> {
        let is_some = |one: &&Outcome<'_>| match &one.became {
            Became::Told(told) => !told.is_empty(),
            Became::Waits(_) | Became::WaitsOut(_) | Became::Fault(..) => !one.all.is_empty(),
        };
        let outcomes: Vec<_> = outcomes.iter().filter(is_some).collect();
        let held = held(connection, tenant, outcomes.iter().map(|one| one.subscription)).await?;
        let now = self.clock.now();
        let (mut told, mut seen_to) = (Vec::new(), BTreeSet::new());
        for Outcome { subscription, all, became } in outcomes {
            let Some(is) = held.get(subscription.id.as_str()) else { continue };
            if is.version != subscription.version {
                // It may ask for something else by now.
                let all: Vec<_> = all.iter().copied().filter(|change| change.number > is.since).collect();
                let off = Off { retry: now, fault: None, may_pass: false };
                changes::put_off(connection, tenant, (&subscription.id, &all), off).await?;
                continue;
            }
            match (became, became.off()) {
                (_, Some(off)) => {
                    changes::put_off(connection, tenant, (&subscription.id, all), off).await?;
                }
                (Became::Told(these), None) => {
                    told.extend(these.iter().map(|change| (subscription.id.as_str(), *change)));
                }
                (Became::Waits(_) | Became::WaitsOut(_) | Became::Fault(..), None) => {}
            }
            if became.is_new_fault(subscription) || is_overfull(subscription) {
                seen_to.insert(subscription.id.as_str());
            }
        }
        self.tell(connection, tenant, &told).await?;
        self.see_to_these(connection, tenant, seen_to).await
    }

    /// Writes down what came of changes that waited for a subscription.
    pub(super) async fn note_waited(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        (subscription, portion): (&Subscription, &[Change]),
        became: &Became<'_>,
    ) -> Result<(), Error> {
        let held = held(connection, tenant, [subscription].into_iter()).await?;
        let id = subscription.id.as_str();
        if held.get(id).is_none_or(|is| is.version != subscription.version) {
            // They wait still, and are held against what is asked for by now.
            return Ok(());
        }
        match (became, became.off()) {
            (_, Some(off)) => changes::put_off(connection, tenant, (id, &[]), off).await?,
            (Became::Told(these), None) => {
                let settled = changes::settle(connection, tenant, (id, portion), self.clock.now()).await?;
                let told = these.iter().filter(|change| settled.contains(&change.number));
                let told: Vec<_> = told.map(|change| (id, *change)).collect();
                self.tell(connection, tenant, &told).await?;
            }
            (Became::Waits(_) | Became::WaitsOut(_) | Became::Fault(..), None) => {}
        }
        let is_seen_to = became.is_new_fault(subscription) || is_overfull(subscription);
        self.see_to_these(connection, tenant, is_seen_to.then_some(id).into_iter().collect()).await
    }

    /// Adds events, and has posted what is to be posted of them.
    async fn tell(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        told: &[(&str, &Change)],
    ) -> Result<(), Error> {
        if told.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let receivers = events::add(connection, tenant, KIND, told, now).await?;
        let lines: Vec<_> = receivers.iter().map(|receiver| line(KIND, receiver)).collect();
        Ok(jobs::nudge(connection, tenant, (delivery::JOBS, &lines), now).await?)
    }

    /// Has the states of these seen to.
    async fn see_to_these(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        ids: BTreeSet<&str>,
    ) -> Result<(), Error> {
        for id in ids {
            jobs::add(connection, tenant, (JOBS, id), self.clock.now(), MOST_JOBS).await?;
        }
        Ok(())
    }
}

/// Holds these, and tells what they have come to, by their ids.
async fn held<'s>(
    connection: &mut Connection,
    tenant: TenantId,
    subscriptions: impl Iterator<Item = &'s Subscription>,
) -> Result<BTreeMap<String, HeldNow>, Error> {
    let ids: BTreeSet<_> = subscriptions.map(|subscription| subscription.id.as_str()).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = rows::hold_all(connection, tenant, ids.into_iter().collect()).await?;
    Ok(found.into_iter().map(|one| (one.id.clone(), one)).collect())
}
