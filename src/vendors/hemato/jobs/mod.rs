//! Working on studies: fetching their files where that is asked for, and reviewing them. One job a study, a tenant at a time, so that none
//! waits behind the many of another.
//!
//! A job is done once, wherever a process ends: who takes it has it for a while, and every write goes on from the Task that asks for it.
//! What is done again (a file that is fetched twice) changes nothing.

pub mod callback;
mod fetch;
mod keep;

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use super::errors::Refusal;
use super::operations::ANALYSE_STUDY;
use super::settings::Surroundings;
use super::state::State;
use super::studies::{self, Study, files};
use super::to_fhir::Context;
use crate::identity::{Caller, Surface};
use crate::inference::smear::{self, File, Findings, NotReviewed};
use crate::platform::queue::Claim;
use crate::records::{Error, Records};

/// The kind of the jobs.
pub const KIND: &str = "hemato-study";
/// A process has a job for so long. Who takes longer to fetch many files may meet another, which changes nothing: what was fetched stays.
pub const LEASE: TimeDelta = TimeDelta::minutes(10);
/// Other processes' jobs, and those that are due again, are looked for so often.
const EVERY: Duration = Duration::from_secs(2);
/// So often a study is tried.
const TRIES: i64 = 5;
/// So long before it is tried again.
const WAIT: TimeDelta = TimeDelta::seconds(10);

/// Who works on studies.
#[derive(Clone)]
pub struct Reviewer {
    records: Records,
    surroundings: Surroundings,
}

/// What reviews the files of a smear.
pub type Review = fn(&[File]) -> Result<Findings, NotReviewed>;

/// What came of a review.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// There is a report.
    Found(Box<Findings>),
    /// There is none, and why, in words for whoever asked.
    Nothing(String),
}

impl Reviewer {
    /// Works on the studies of this queue.
    #[must_use]
    pub fn new(records: Records, surroundings: Surroundings) -> Self {
        Self { records, surroundings }
    }

    /// Works on studies until the task is dropped.
    pub async fn work(&self) {
        loop {
            match self.step(smear::review).await {
                Ok(true) => continue,
                Ok(false) => {}
                // It is tried again.
                Err(error) => error.log(),
            }
            self.surroundings.queue.asked(EVERY).await;
        }
    }

    /// Works on one study for each tenant that has some waiting, by this review; says whether there was any.
    ///
    /// # Errors
    /// When the database fails; what was taken is tried again.
    pub async fn step(&self, review: Review) -> Result<bool, Error> {
        let queue = &self.surroundings.queue;
        let mut stepped = false;
        for tenant in queue.tenants().await? {
            let Some(claim) = queue.take(tenant).await? else { continue };
            stepped = true;
            if let Err(refusal) = Box::pin(self.do_one(&claim, review)).await {
                refusal.log();
                tracing::warn!(tries = claim.tries(), "a study was not reviewed: it is tried again");
                queue.put_off(&claim, WAIT).await?;
            }
        }
        Ok(stepped)
    }

    async fn do_one(&self, claim: &Claim, review: Review) -> Result<(), Refusal> {
        let queue = &self.surroundings.queue;
        let caller = Caller::system(claim.tenant, Surface::Hemato).doing(ANALYSE_STUDY);
        let Some(study) = self.begin(&caller, claim.subject()).await? else {
            return Ok(queue.done(claim).await?);
        };
        queue.advance(claim, 10).await?;
        let outcome = if claim.tries() > TRIES {
            Outcome::Nothing("the review failed several times".to_owned())
        } else {
            match Box::pin(self.fetch(&caller, claim, &study)).await? {
                Some(reason) => Outcome::Nothing(reason),
                None => Box::pin(self.reviewed(&caller, &study, review)).await?,
            }
        };
        queue.advance(claim, 80).await?;
        Box::pin(self.keep(&caller, &study.id, &outcome)).await?;
        Ok(queue.done(claim).await?)
    }

    async fn reviewed(&self, caller: &Caller, study: &Study, review: Review) -> Result<Outcome, Refusal> {
        let files = files::of(&self.records, caller, &study.id).await?;
        let side = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
        let files: Vec<_> = files
            .into_iter()
            .map(|file| {
                let [width, height] = file.sides.map(side);
                File { id: file.id, width, height }
            })
            .collect();
        Ok(match review(&files) {
            Ok(findings) => Outcome::Found(Box::new(findings)),
            Err(reason @ NotReviewed::NoModel) => Outcome::Nothing(reason.to_string()),
        })
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
