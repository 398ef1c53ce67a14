//! The states of Subscriptions, as the server sets them: each is a version of its own.
//!
//! `requested` becomes `active` once it is set up; `active` becomes `error` when something could not be delivered for most of a day, or it
//! cannot be served any more, and `off` when its end has come.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::channel::Kind;
use super::criteria::Reading;
use super::matching::{GONE, wanted_of};
use super::owner::Owner;
use super::settled::{MOST_KEPT, is_overfull};
use super::{JOBS, KIND, SUBSCRIPTION, handshake};
use tracing::Instrument as _;

use crate::fhir::ResourceType;
use crate::identity::{Caller, Surface, TenantId};
use crate::platform::delivery::{self, Deliveries, FOLLOWED, line};
use crate::platform::queue::Queue;
use crate::records::{Error, Records};
use crate::storage::deliveries;
use crate::storage::deliveries::kept::{self, Counting, Failed};
use crate::storage::subscriptions::{self as rows, Subscription, events};
use crate::storage::{StorageError, jobs};

/// Who takes a job has it so long.
pub const LEASE: TimeDelta = TimeDelta::seconds(30);
/// A job that failed is tried again after so long.
const AGAIN: TimeDelta = TimeDelta::seconds(5);
/// Changes are looked for so often: that is how long somebody waits to be told.
const EVERY: Duration = Duration::from_millis(200);
/// What waits for a subscription is looked at so often.
const WAITING_EVERY: Duration = Duration::from_millis(500);
/// What is asked for elsewhere, and what time brings about, is looked for so often.
const STATES_EVERY: Duration = Duration::from_secs(1);
/// Nothing is set up sooner: whoever asked for it can read what they wrote.
const SETTLING: Duration = Duration::from_millis(300);
/// Old events are removed so often.
const OLD_EVERY: Duration = Duration::from_secs(3_600);
/// So many are seen to at a time.
const AT_ONCE: i64 = 500;

/// Who sees to subscriptions.
#[derive(Clone)]
pub struct Subscriptions {
    records: Records,
    deliveries: Deliveries,
    queue: Queue,
}

impl Subscriptions {
    /// Sees to those of these records.
    #[must_use]
    pub fn new(records: Records, deliveries: Deliveries) -> Self {
        let queue = Queue::new(JOBS, records.store.clone(), records.clock.clone(), LEASE);
        Self { records, deliveries, queue }
    }

    /// Holds changes against subscriptions until the task is dropped.
    pub async fn work_on_changes(&self) {
        loop {
            match self.records.match_step().await {
                Ok(true) => {
                    self.deliveries.wake();
                    continue;
                }
                Ok(false) => {}
                Err(error) => error.log(),
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Holds changes that waited against subscriptions until the task is dropped.
    pub async fn work_on_waiting(&self) {
        loop {
            match self.records.wait_step().await {
                Ok(true) => {
                    self.deliveries.wake();
                    continue;
                }
                Ok(false) => {}
                Err(error) => error.log(),
            }
            tokio::time::sleep(WAITING_EVERY).await;
        }
    }

    /// Sees to states until the task is dropped.
    pub async fn work_on_states(&self) {
        loop {
            match self.see_to_settled().await {
                Ok(()) => {}
                Err(error) => error.log(),
            }
            let asked = self.records.subscriptions.notified();
            if tokio::time::timeout(STATES_EVERY, asked).await.is_ok() {
                tokio::time::sleep(SETTLING).await;
            }
        }
    }

    /// Sees to all that was asked for long enough ago.
    async fn see_to_settled(&self) -> Result<(), Error> {
        let age = TimeDelta::from_std(SETTLING).map_err(Error::internal)?;
        while self.state_step(age).await? {}
        Ok(())
    }

    /// Removes old events until the task is dropped.
    pub async fn forget_old(&self) {
        let mut ticks = tokio::time::interval(OLD_EVERY);
        loop {
            ticks.tick().await;
            match events::remove_before(&self.records.store, self.deliveries.oldest()).await {
                Ok(0) => {}
                Ok(count) => {
                    tracing::info!(count, "events of subscriptions that were kept long enough were removed")
                }
                Err(error) => tracing::warn!(%error, "old events of subscriptions could not be removed"),
            }
        }
    }

    /// Does one round of all that waits: sees to states, and holds changes against subscriptions; says whether there was anything.
    ///
    /// # Errors
    /// When the database fails; what was not done is done later.
    pub async fn step(&self) -> Result<bool, Error> {
        let states = self.state_step(TimeDelta::zero()).await?;
        let new = self.records.match_step().await?;
        Ok(self.records.wait_step().await? || new || states)
    }

    /// Sees to one subscription of each tenant that has some that were to be seen to so long ago; says whether there was any.
    async fn state_step(&self, age: TimeDelta) -> Result<bool, Error> {
        self.ask_for_due().await?;
        let mut stepped = false;
        for tenant in self.queue.tenants_since(age).await? {
            let Some(claim) = self.queue.take_since(tenant, age).await? else { continue };
            stepped = true;
            match self.see_to(tenant, claim.subject()).instrument(claim.span()).await {
                Ok(()) => self.queue.done(&claim).await?,
                Err(error) => {
                    error.log();
                    self.queue.put_off(&claim, AGAIN).await?;
                }
            }
        }
        Ok(stepped)
    }

    /// Asks for a job about each whose time has come.
    async fn ask_for_due(&self) -> Result<(), StorageError> {
        let now = self.records.clock.now();
        let mut of_tenants: BTreeMap<i64, (TenantId, Vec<String>)> = BTreeMap::new();
        for (tenant, id) in rows::due(&self.records.store, JOBS, now, AT_ONCE).await? {
            of_tenants.entry(tenant.number()).or_insert((tenant, Vec::new())).1.push(id);
        }
        for (tenant, ids) in of_tenants.into_values() {
            let mut connection = self.records.store.alone(tenant).await?;
            let asked = jobs::nudge(&mut connection, tenant, (JOBS, &ids), now).await;
            connection.finish(asked).await?;
        }
        Ok(())
    }

    async fn see_to(&self, tenant: TenantId, id: &str) -> Result<(), Error> {
        let now = self.records.clock.now();
        let mut connection = self.records.store.alone(tenant).await?;
        let found = async {
            let Some(subscription) = rows::find(&mut connection, tenant, id).await? else { return Ok(None) };
            let handshake = handshake(subscription.version);
            let counting = Counting { first: subscription.first, event: FOLLOWED, id: &handshake };
            let failed = kept::failed(&mut connection, tenant, (KIND, id), counting).await?;
            let caller = Owner::read(&subscription.owner)?.caller(tenant, &mut connection, now).await?;
            Ok::<_, Error>(Some((subscription, failed, caller)))
        }
        .await;
        let Some((subscription, failed, caller)) = connection.finish(found).await? else { return Ok(()) };
        if subscription.status == "active" && subscription.beat.is_some_and(|beat| beat <= now) {
            self.beat(tenant, id, now).await?;
        }
        if is_overfull(&subscription) {
            let told = format!("more than {MOST_KEPT} changes were kept while it was in error: it is closed");
            return self.turn(tenant, &subscription, "off", Some(told)).await;
        }
        let fails = |told: String| self.turn(tenant, &subscription, "error", Some(told));
        match (next(&subscription, now), caller) {
            (Next::Stays, _) => Ok(()),
            (Next::Ends, _) => self.turn(tenant, &subscription, "off", None).await,
            (Next::Begins | Next::Goes, None) => fails(GONE.to_owned()).await,
            (Next::Begins, Some(_)) => match self.answered(tenant, &subscription).await? {
                Answered::Yes => self.turn(tenant, &subscription, "active", None).await,
                Answered::No => {
                    fails(failed.as_ref().map_or_else(|| "nobody answered".to_owned(), told)).await
                }
                Answered::NotYet => Ok(()),
            },
            (Next::Goes, Some(caller)) => match self.fault(&subscription, &caller, failed.as_ref()).await? {
                Some(told) => fails(told).await,
                None => Ok(()),
            },
        }
    }

    /// Whether a receiver is there, where that must be seen before it is told anything.
    async fn answered(&self, tenant: TenantId, subscription: &Subscription) -> Result<Answered, Error> {
        let wanted = wanted_of(subscription)?;
        // Who listens by websocket shows that when a socket is bound.
        if wanted.topic.is_none() || wanted.channel.kind == Kind::Websocket {
            return Ok(Answered::Yes);
        }
        let handshake = handshake(subscription.version);
        let mut connection = self.records.store.alone(tenant).await?;
        let outcome =
            deliveries::outcome(&mut connection, tenant, (KIND, &subscription.id), &handshake).await;
        Ok(match connection.finish(outcome).await?.as_deref() {
            Some("delivered") => Answered::Yes,
            Some(_) => Answered::No,
            None => Answered::NotYet,
        })
    }

    /// Tells somebody who was told nothing for long that somebody is here, unless there is something to be told already.
    async fn beat(&self, tenant: TenantId, id: &str, now: DateTime<Utc>) -> Result<(), Error> {
        let mut transaction = self.records.store.begin(tenant).await?;
        let told = async {
            rows::told(&mut transaction, tenant, id, now).await?;
            if deliveries::due_in_order(&mut transaction, tenant, (KIND, id)).await?.is_some() {
                return Ok(());
            }
            let name = format!("heartbeat-{}", now.timestamp_micros());
            deliveries::add_one(&mut transaction, tenant, (KIND, id), (&name, "heartbeat"), now).await?;
            jobs::nudge(&mut transaction, tenant, (delivery::JOBS, &[line(KIND, id)]), now).await?;
            Ok::<_, Error>(())
        }
        .await;
        transaction.finish(told).await?;
        self.deliveries.wake();
        Ok(())
    }

    /// Why an active one cannot be told any more, if that is so.
    async fn fault(
        &self,
        subscription: &Subscription,
        caller: &Caller,
        failed: Option<&Failed>,
    ) -> Result<Option<String>, Error> {
        if let Some(failed) = failed {
            return Ok(Some(told(failed)));
        }
        if subscription.fault.is_some() {
            return Ok(subscription.fault.clone());
        }
        let parameters = self.records.current_parameters(caller.tenant).await?;
        Ok(match self.records.reading(&parameters, caller, &wanted_of(subscription)?) {
            Reading::Fault(fault) => Some(fault),
            Reading::Ready(_) | Reading::Waits => None,
        })
    }

    /// Writes a version that says so, unless somebody wrote one meanwhile: then it is seen to anew.
    async fn turn(
        &self,
        tenant: TenantId,
        subscription: &Subscription,
        status: &str,
        error: Option<String>,
    ) -> Result<(), Error> {
        let caller = Caller::system(tenant, Surface::Fhir).doing("subscription-status");
        let of_type = ResourceType::parse(SUBSCRIPTION).ok_or(Error::UnknownType)?;
        let written = async {
            let stored = self.records.read(&caller.quietly(), of_type, &subscription.id).await?;
            let mut resource = stored.json()?;
            if let Some(members) = resource.as_object_mut() {
                members.insert("status".to_owned(), status.into());
                match error {
                    Some(error) => drop(members.insert("error".to_owned(), error.into())),
                    // Others keep their order.
                    None => drop(members.shift_remove("error")),
                }
            }
            let precondition = Some(subscription.version.into());
            self.records.update(&caller, &subscription.id, resource, precondition).await
        };
        match written.await {
            Ok(_) => {
                self.deliveries.wake();
                Ok(())
            }
            Err(Error::PreconditionFailed { .. } | Error::NothingThere | Error::NotFound | Error::Gone) => {
                Ok(())
            }
            Err(other) => Err(other),
        }
    }
}

/// Whether a receiver has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answered {
    /// It has.
    Yes,
    /// It has not, and is not asked any more.
    No,
    /// It is being asked.
    NotYet,
}

/// What becomes of a subscription.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// Nothing.
    Stays,
    /// Its end has come.
    Ends,
    /// It is to be set up.
    Begins,
    /// It goes on, if it can.
    Goes,
}

fn next(subscription: &Subscription, now: DateTime<Utc>) -> Next {
    match subscription.status.as_str() {
        "off" => Next::Stays,
        _ if subscription.until.is_some_and(|until| until <= now) => Next::Ends,
        "requested" => Next::Begins,
        "active" => Next::Goes,
        _ => Next::Stays,
    }
}

/// What is told of the last try: a status, or what was wrong, in our own words.
fn told(failed: &Failed) -> String {
    let Failed { id, status, fault, .. } = failed;
    match (status, fault) {
        (Some(status), _) => format!("event {id} was not delivered: the answer had status {status}"),
        (None, Some(fault)) => format!("event {id} was not delivered: {fault}"),
        (None, None) => format!("event {id} was not delivered"),
    }
}
