//! Analysing scans: one job a scan, a tenant at a time, so that none waits behind the many of another.
//!
//! A job is done once, wherever a process ends: who takes it has it for a while, and the last write goes on from the Task that asks for
//! it. Whatever else was written to that meanwhile (a doctor's finding, a deletion, another question) comes first.

mod hint;
mod keep;
mod look;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use super::errors::Refusal;
use super::operations::ANALYSE_SCAN;
use tracing::Instrument as _;

use crate::identity::{Caller, Surface};
use crate::inference::imaging::{Finding, ImagingReader};
use crate::inference::picture::Decoder;
use crate::platform::delivery::Deliveries;
use crate::platform::queue::{Claim, Queue};
use crate::records::{Error, Records};

/// Other processes' jobs, and those that are due again, are looked for so often.
const EVERY: Duration = Duration::from_secs(2);
/// So often a scan is tried; that it could not be looked at for want of models, or because too many are, is no try.
const TRIES: i64 = 5;
/// So long before it is tried again.
const WAIT: TimeDelta = TimeDelta::seconds(10);

/// Who analyses scans.
#[derive(Clone)]
pub struct Analyst {
    records: Records,
    queue: Queue,
    decoder: Decoder,
    reader: Arc<ImagingReader>,
    deliveries: Deliveries,
}

/// What came of looking at a scan.
enum Seen {
    /// Something can be said of it.
    Found(Box<Finding>),
    /// Nothing can be said of it, and why.
    Nothing(String),
    /// It was looked at for too long: that was a try.
    TooLate,
    /// It was not looked at: not now.
    Later,
}

impl Analyst {
    /// Analyses the scans of this queue by these models, and tells others.
    #[must_use]
    pub fn new(
        records: Records,
        queue: Queue,
        decoder: Decoder,
        reader: Arc<ImagingReader>,
        deliveries: Deliveries,
    ) -> Self {
        Self { records, queue, decoder, reader, deliveries }
    }

    /// Whether it can look at any. Without models scans wait: another process may have some.
    #[must_use]
    pub fn is_able(&self) -> bool {
        self.reader.fault().is_none()
    }

    /// Analyses scans until the task is dropped.
    pub async fn work(&self) {
        loop {
            match self.step().await {
                Ok(true) => continue,
                Ok(false) => {}
                // It is tried again.
                Err(error) => error.log(),
            }
            self.queue.asked(EVERY).await;
        }
    }

    /// Analyses one scan for each tenant that has some waiting; says whether there was any.
    ///
    /// # Errors
    /// When the database fails; what was taken is tried again.
    pub async fn step(&self) -> Result<bool, Error> {
        let mut stepped = false;
        for tenant in self.queue.tenants().await? {
            let Some(claim) = self.queue.take(tenant).await? else { continue };
            stepped = true;
            if let Err(refusal) = self.analyse(&claim).instrument(claim.span()).await {
                refusal.log();
                tracing::warn!(tries = claim.tries(), "a scan was not analysed: it is tried again");
                self.queue.put_off(&claim, WAIT).await?;
            }
        }
        Ok(stepped)
    }

    async fn analyse(&self, claim: &Claim) -> Result<(), Refusal> {
        let caller = Caller::system(claim.tenant, Surface::ImageMedix).doing(ANALYSE_SCAN);
        let Some((scan, wanted)) = self.begin(&caller, claim.subject()).await? else {
            return Ok(self.queue.done(claim).await?);
        };
        self.queue.advance(claim, 10).await?;
        let seen = if claim.tries() > TRIES {
            Seen::Nothing("The analysis failed several times".to_owned())
        } else {
            self.look(&caller, claim, &scan, wanted).await?
        };
        match &seen {
            Seen::Later => return Ok(self.queue.put_off_untried(claim, WAIT).await?),
            Seen::TooLate => return Ok(self.queue.put_off(claim, WAIT).await?),
            Seen::Found(_) | Seen::Nothing(_) => {}
        }
        self.queue.advance(claim, 80).await?;
        self.keep(&caller, &scan.id, wanted, &seen).await?;
        self.deliveries.wake();
        Ok(self.queue.done(claim).await?)
    }
}
