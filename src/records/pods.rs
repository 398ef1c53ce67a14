//! What pods measure, taken in once, and judged in the same transaction as it is stored (decision 37).
//!
//! Whoever takes something in of a pod holds its row: what the judging of its readings goes on from. So there is one at a time, at whichever
//! replica, and of what a process leaves undone when it ends nothing is there.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use super::{Beside, Error, Records, Write, Written};
use crate::identity::{Caller, TenantId};
use crate::platform::delivery::Notice;
use crate::storage::{
    Connection, StorageError, astray_pods as astray, feed, pods as rows, taken_readings as taken,
};

pub use crate::storage::feed::FeedEvent;
pub use crate::storage::pods::Pod;
pub use crate::storage::taken_readings::Key;

/// What was last heard of a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// When it was heard of.
    pub seen_at: Option<DateTime<Utc>>,
    /// How full its battery is, in percent.
    pub battery: Option<f64>,
}

/// Which pods are held, and what is taken in of them.
#[derive(Clone, Debug, Default)]
pub struct Taking {
    /// Ids of the devices, in order and each once.
    pub devices: Vec<String>,
    /// Only those whose time has come by then, and that nobody else holds.
    pub due: Option<DateTime<Utc>>,
    /// The readings by what tells them from others, with their times.
    pub readings: Vec<(Key, DateTime<Utc>)>,
    /// Whether the pods' rows are made to follow what was written of their Devices and wearers, which is held. Who does anything else
    /// finds a conflict as long as one has to follow.
    pub follows: bool,
}

/// What is held.
#[derive(Debug)]
pub struct Held {
    /// The pods' rows.
    pub pods: Vec<Pod>,
    /// The readings that were not taken before.
    pub fresh: Vec<Key>,
}

/// What becomes of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The rows as they are now.
    pub pods: Vec<Pod>,
    /// What is recorded.
    pub writes: Vec<Write>,
    /// What streams tell, by organisation. The numbers are given here.
    pub told: BTreeMap<String, Vec<FeedEvent>>,
    /// Whom else is told.
    pub notices: Vec<Notice>,
}

impl Records {
    /// What was last heard of these devices, by their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heard_of(&self, caller: &Caller, devices: &[&str]) -> Result<HashMap<String, Heard>, Error> {
        let found = self.pods(caller, devices).await?;
        let heard = |pod: Pod| (pod.device, Heard { seen_at: pod.seen_at, battery: pod.battery });
        Ok(found.into_iter().map(heard).collect())
    }

    /// The rows of these devices, as they are now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pods(&self, caller: &Caller, devices: &[&str]) -> Result<Vec<Pod>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::find(&mut connection, caller.tenant, devices).await;
        Ok(connection.finish(found).await?)
    }

    /// The pod that a patient wears, and how the judging of its readings stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pod_of(&self, caller: &Caller, patient: &str) -> Result<Option<Pod>, Error> {
        Ok(self.pods_of(caller, &[patient]).await?.into_iter().next())
    }

    /// The pods that these patients wear.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pods_of(&self, caller: &Caller, patients: &[&str]) -> Result<Vec<Pod>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::of_patients(&mut connection, caller.tenant, patients).await;
        Ok(connection.finish(found).await?)
    }

    /// Pods of the tenant whose time has come, so many at most. Nobody is kept from them yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_pods(&self, caller: &Caller, most: i64) -> Result<Vec<Pod>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::due(&mut connection, caller.tenant, self.clock.now(), most).await;
        Ok(connection.finish(found).await?)
    }

    /// The tenants that have pods whose time has come.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tenants_with_due_pods(&self) -> Result<Vec<TenantId>, Error> {
        Ok(rows::tenants_due(&self.store, self.clock.now()).await?)
    }

    /// Holds pods, takes readings in that were not taken before, has `choose` say what becomes of that, and does it. All, or nothing.
    ///
    /// # Errors
    /// That of `choose` or of a write; [`Error::Duplicate`] where somebody would wear two pods; [`Error::Conflict`] where a pod's row has to
    /// follow first.
    pub async fn transact_pods(
        &self,
        caller: &Caller,
        organization: &str,
        taking: &Taking,
        choose: impl FnOnce(Held) -> Result<Outcome, Error>,
    ) -> Result<Vec<Written>, Error> {
        let (tenant, now) = (caller.tenant, self.clock.now());
        let devices: Vec<_> = taking.devices.iter().map(String::as_str).collect();
        let mut transaction = self.store.begin(tenant).await?;
        let done = async {
            let pods = match taking.due {
                None => rows::hold(&mut transaction, tenant, organization, &devices).await?,
                Some(due) => rows::hold_due(&mut transaction, tenant, &devices, due).await?,
            };
            let pods =
                if taking.follows { pods } else { settled(&mut transaction, tenant, taking, pods).await? };
            let fresh = match taking.readings.as_slice() {
                [] => Vec::new(),
                readings => taken::take(&mut transaction, tenant, readings).await?,
            };
            let Outcome { pods, writes, told, notices } = choose(Held { pods, fresh })?;
            let prepared = writes.into_iter().map(|write| self.prepare(caller, write));
            let prepared = prepared.collect::<Result<Vec<_>, _>>()?;
            let types: Vec<_> = prepared.iter().map(|prepared| prepared.address().0).collect();
            // What time alone does leaves a row where it does something.
            let written = if prepared.is_empty() && taking.due.is_some() {
                Vec::new()
            } else {
                self.write_all(caller, prepared, &mut transaction).await?
            };
            rows::keep(&mut transaction, tenant, &pods).await.map_err(worn)?;
            if taking.follows {
                astray::remove(&mut transaction, tenant, &devices).await?;
            }
            self.after_writes(caller, &Beside::telling(notices), &mut transaction).await?;
            for (organization, events) in &told {
                feed::add(&mut transaction, tenant, organization, events, now).await?;
            }
            Ok::<_, Error>((written, types))
        }
        .await;
        let (written, types) = transaction.finish(done).await?;
        self.wake_for(types.into_iter());
        Ok(written)
    }

    /// Forgets what streams would still tell of a patient who is deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_told(&self, caller: &Caller, patient: &str) -> Result<(), Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let removed = feed::remove_of(&mut connection, caller.tenant, patient).await;
        Ok(connection.finish(removed).await?)
    }

    /// Forgets which readings were taken before then, and what streams told before; says how many rows that were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_taken(&self, readings: DateTime<Utc>, told: DateTime<Utc>) -> Result<usize, Error> {
        let mut count: usize = 0;
        // In parts: one statement over millions of rows would hold up whoever writes, and what is no longer needed, for minutes.
        loop {
            let some = taken::remove_before(&self.store, readings, PART).await?;
            count = count.saturating_add(some);
            if some < PART {
                break;
            }
        }
        loop {
            let some = feed::remove_before(&self.store, told, PART).await?;
            count = count.saturating_add(some);
            if some < PART {
                return Ok(count);
            }
        }
    }
}

/// So many rows are removed by one statement.
const PART: usize = 10_000;

/// The pods, where none has to follow what was written. Of those whose time has come, the others are left out.
async fn settled(
    connection: &mut Connection,
    tenant: TenantId,
    taking: &Taking,
    pods: Vec<Pod>,
) -> Result<Vec<Pod>, Error> {
    let devices: Vec<_> = pods.iter().map(|pod| pod.device.as_str()).collect();
    let astray = astray::among(connection, tenant, &devices).await?;
    match (astray.is_empty(), taking.due) {
        (true, _) => Ok(pods),
        (false, None) => Err(Error::Conflict),
        (false, Some(_)) => Ok(pods.into_iter().filter(|pod| !astray.contains(&pod.device)).collect()),
    }
}

fn worn(error: StorageError) -> Error {
    match error {
        StorageError::Duplicate(_) => Error::Duplicate("a pod of the patient"),
        other @ (StorageError::Contention
        | StorageError::Unreachable(_)
        | StorageError::Corrupt { .. }
        | StorageError::TooLarge
        | StorageError::Database(_)) => other.into(),
    }
}
