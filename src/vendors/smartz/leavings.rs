//! What is left of a patient who was deleted: years of readings, events, alerts. It is deleted by a job, some at a time, so that neither who
//! deletes a patient waits for it, nor others for one long transaction.

use std::time::Duration;

use chrono::TimeDelta;

use super::codes::{ACKNOWLEDGEMENT, ALERT, EVENT, PROCEDURE, READINGS, SCHEDULE};
use super::store;
use tracing::Instrument as _;

use crate::identity::{Caller, Surface};
use crate::platform::queue::{Claim, Queue};
use crate::records::{Error, Records, Write};

/// The kind of the jobs; each is about a patient.
pub const KIND: &str = "smartz-leavings";
/// A process has a job for so long, and for longer as long as it works on it.
pub const LEASE: TimeDelta = TimeDelta::minutes(10);
/// How often it is looked for jobs.
const EVERY: Duration = Duration::from_secs(2);
/// So long before it is tried again.
const WAIT: TimeDelta = TimeDelta::seconds(30);
/// So many resources are deleted together.
const AT_ONCE: u16 = 200;
/// What the audit trail calls it.
const DELETE: &str = "delete-leavings";

/// What this surface records of a patient.
const RECORDED: [(&str, &str); 6] = [
    ("Flag", ALERT),
    ("Communication", ACKNOWLEDGEMENT),
    ("DeviceRequest", SCHEDULE),
    ("Procedure", PROCEDURE),
    ("Observation", EVENT),
    ("Observation", READINGS),
];

/// Deletes what is left.
#[derive(Clone)]
pub struct Leavings {
    records: Records,
    queue: Queue,
}

impl Leavings {
    /// Over these; the queue is one of jobs of this kind.
    #[must_use]
    pub fn new(records: Records, queue: Queue) -> Self {
        Self { records, queue }
    }

    /// Works until the task is dropped.
    pub async fn work(&self) {
        loop {
            match self.step().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    error.log();
                    tracing::warn!("what is left of deleted patients could not be deleted");
                }
            }
            self.queue.asked(EVERY).await;
        }
    }

    /// Works on one job of each tenant that has some waiting; says whether there was any.
    ///
    /// # Errors
    /// When the database fails; what was taken is tried again.
    pub async fn step(&self) -> Result<bool, Error> {
        let mut stepped = false;
        for tenant in self.queue.tenants().await? {
            let Some(claim) = self.queue.take(tenant).await? else { continue };
            stepped = true;
            match self.one(&claim).instrument(claim.span()).await {
                Ok(true) => self.queue.done(&claim).await?,
                // Another process has it.
                Ok(false) => {}
                Err(error) => {
                    error.log();
                    self.queue.put_off(&claim, WAIT).await?;
                }
            }
        }
        Ok(stepped)
    }

    /// Deletes what is left of a patient; says no where the job was lost meanwhile.
    async fn one(&self, claim: &Claim) -> Result<bool, Error> {
        let caller = Caller::system(claim.tenant, Surface::Smartz).doing(DELETE);
        let patient = claim.subject();
        if store::current(&self.records, &caller, "Patient", patient).await?.is_some() {
            // Somebody wrote the patient anew: what is there is theirs.
            return Ok(true);
        }
        self.records.forget_told(&caller, patient).await?;
        for (name, system) in RECORDED {
            let own = [("patient", format!("Patient/{patient}")), ("identifier", format!("{system}|"))];
            let mut query = store::query(&own);
            query.count = AT_ONCE;
            let resource_type = store::resource_type(name)?;
            loop {
                let page = self.records.search(&caller.quietly(), resource_type, &query).await?;
                if page.resources.is_empty() {
                    break;
                }
                if !self.queue.hold(claim).await? {
                    return Ok(false);
                }
                let delete = |id: String| Write::Delete { resource_type, id, precondition: None };
                let writes = page.resources.into_iter().map(|one| delete(one.id)).collect();
                self.records.transact(&caller, writes).await?;
            }
        }
        Ok(true)
    }
}
