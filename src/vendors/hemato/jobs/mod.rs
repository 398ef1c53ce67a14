//! Working on studies: fetching their files where that is asked for, and reviewing them. One job a study, several at a time and few of one
//! tenant, so that none waits behind the many of another, nor behind somebody's slow server.
//!
//! A job is done once, wherever a process ends: who takes it has it for a while, and every write goes on from the Task that asks for it.
//! What is done again (a file that is fetched twice) changes nothing.

pub mod callback;
mod fetch;
mod keep;
mod look;

use std::collections::HashMap;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use tokio::task::{Id, JoinSet};
use tokio::time::{sleep, timeout};

use super::errors::Refusal;
use super::operations::ANALYSE_STUDY;
use super::review::Findings;
use super::settings::Surroundings;
use super::state::State;
use super::studies::{self, Study};
use super::to_fhir::Context;
use tracing::Instrument as _;

use crate::identity::{Caller, Surface};
use crate::platform::delivery::Deliveries;
use crate::platform::queue::Claim;
use crate::records::{Error, Records};
use callback::Missing;

/// The kind of the jobs.
pub const KIND: &str = "hemato-study";
/// A process has a job for so long, and for longer as long as it works on it: of one that ends, another has it after that time.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);
/// So often it says that it does.
const HOLD_EVERY: Duration = Duration::from_secs(15);
/// So long a study is worked on before another one gets its turn. Files that were fetched by then stay.
const DEADLINE: Duration = Duration::from_secs(3 * 3600);
/// So many studies a process works on at the same time, and so many of one tenant.
const STUDIES: usize = 8;
const STUDIES_OF_TENANT: usize = 2;
/// Other processes' jobs, and those that are due again, are looked for so often.
const EVERY: Duration = Duration::from_secs(2);
/// So often a study is tried.
const TRIES: i64 = 5;
/// So long before it is tried again.
const WAIT: TimeDelta = TimeDelta::seconds(10);
/// Once somebody looks, so many percent are done, ...
const BEGUN: usize = 10;
/// ... and so many once files are fetched, where they are to be.
const FETCHED: usize = 40;

/// Who works on studies.
#[derive(Clone)]
pub struct Reviewer {
    records: Records,
    surroundings: Surroundings,
    deliveries: Deliveries,
}

/// What came of a review.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// There is a report.
    Found(Box<Findings>),
    /// There is none, and why, in words for whoever asked.
    Nothing(String),
    /// There is none, because files did not come: that, and what was wrong with each.
    NotFetched(String, Vec<Missing>),
}

impl Reviewer {
    /// Works on the studies of this queue, and tells whoever wants to know.
    #[must_use]
    pub fn new(records: Records, surroundings: Surroundings, deliveries: Deliveries) -> Self {
        Self { records, surroundings, deliveries }
    }

    /// Works on studies until the task is dropped.
    pub async fn work(&self) {
        let (mut studies, mut tenants) = (JoinSet::new(), HashMap::new());
        loop {
            while let Some(ended) = studies.try_join_next_with_id() {
                tenants.remove(&ended.map_or_else(|fault| fault.id(), |(id, ())| id));
            }
            match self.begin_some(&mut studies, &mut tenants).await {
                Ok(true) => continue,
                Ok(false) => {}
                // It is tried again.
                Err(error) => error.log(),
            }
            tokio::select! {
                () = self.surroundings.queue.asked(EVERY) => {}
                Some(ended) = studies.join_next_with_id() => {
                    tenants.remove(&ended.map_or_else(|fault| fault.id(), |(id, ())| id));
                }
            }
        }
    }

    /// Begins to work on a study of each tenant that has some waiting and has room; says whether there was any.
    async fn begin_some(
        &self,
        studies: &mut JoinSet<()>,
        tenants: &mut HashMap<Id, i64>,
    ) -> Result<bool, Error> {
        let mut has_begun = false;
        for tenant in self.surroundings.queue.tenants().await? {
            if studies.len() >= STUDIES {
                break;
            }
            let of_tenant = tenants.values().filter(|number| **number == tenant.number()).count();
            if of_tenant >= STUDIES_OF_TENANT {
                continue;
            }
            let Some(claim) = self.surroundings.queue.take(tenant).await? else { continue };
            has_begun = true;
            let reviewer = self.clone();
            let begun = studies.spawn(async move {
                // It is tried again once nobody has it any more.
                if let Err(error) = reviewer.work_on(&claim).instrument(claim.span()).await {
                    error.log();
                }
            });
            tenants.insert(begun.id(), tenant.number());
        }
        Ok(has_begun)
    }

    /// Works on one study for each tenant that has some waiting; says whether there was any.
    ///
    /// # Errors
    /// When the database fails; what was taken is tried again.
    pub async fn step(&self) -> Result<bool, Error> {
        let queue = &self.surroundings.queue;
        let mut stepped = false;
        for tenant in queue.tenants().await? {
            let Some(claim) = queue.take(tenant).await? else { continue };
            stepped = true;
            self.work_on(&claim).instrument(claim.span()).await?;
        }
        Ok(stepped)
    }

    /// Works on a study as long as there is time for it and nobody else has it, and gives back what came to nothing.
    async fn work_on(&self, claim: &Claim) -> Result<(), Error> {
        let queue = &self.surroundings.queue;
        let done = tokio::select! {
            done = timeout(DEADLINE, Box::pin(self.do_one(claim))) => done,
            () = self.lost(claim) => return Ok(()),
        };
        match done {
            Ok(Ok(())) => return Ok(()),
            // There was no means to try it: that was no try.
            Ok(Err(Refusal::Unavailable)) => return Ok(queue.put_off_untried(claim, WAIT).await?),
            Ok(Err(refusal)) => refusal.log(),
            Err(_) => {}
        }
        tracing::warn!(tries = claim.tries(), "a study was not reviewed: it is tried again");
        Ok(queue.put_off(claim, WAIT).await?)
    }

    /// Keeps a job from others; ends when another one has it.
    async fn lost(&self, claim: &Claim) {
        loop {
            sleep(HOLD_EVERY).await;
            match self.surroundings.queue.hold(claim).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, "a study that is worked on could not be held"),
            }
        }
    }

    async fn do_one(&self, claim: &Claim) -> Result<(), Refusal> {
        let queue = &self.surroundings.queue;
        let caller = Caller::system(claim.tenant, Surface::Hemato).doing(ANALYSE_STUDY);
        let Some(study) = self.begin(&caller, claim.subject()).await? else {
            return Ok(queue.done(claim).await?);
        };
        queue.advance(claim, 10).await?;
        let begun = if self.is_to_fetch(&caller, &study).await? { FETCHED } else { BEGUN };
        let outcome = if claim.tries() > TRIES {
            Outcome::Nothing("the review failed several times".to_owned())
        } else {
            match Box::pin(self.fetch(&caller, claim, &study)).await? {
                Some(not_fetched) => not_fetched,
                None => Box::pin(self.review(&caller, claim, &study, begun)).await?,
            }
        };
        Box::pin(self.keep(&caller, &study.id, &outcome)).await?;
        Ok(queue.done(claim).await?)
    }

    /// The study, while its Task asks for a review.
    async fn wanted(&self, caller: &Caller, id: &str) -> Result<Option<Study>, Refusal> {
        match studies::find_any(&self.records, caller, id).await {
            Ok(study) => Ok(Some(study).filter(|study| study.state() == State::Processing)),
            Err(Refusal::NotFound(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    fn context(&self) -> Context {
        Context { now: self.records.now(), author: json!({ "display": "hygeia" }) }
    }
}
