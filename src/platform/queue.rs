//! Work that no request waits for, in Postgres: what is asked for in the transaction that makes it necessary is done once by somebody, also
//! where processes end in between.
//!
//! Who takes a job has it for a while. What a job does must therefore be safe to do again: its last write holds what it goes on from.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::Notify;
use tokio::time::timeout;
use tracing::{Span, info_span};

use crate::core::Clock;
use crate::core::metrics::METRICS;
use crate::core::trace::{self, TARGET};
use crate::storage::jobs::{self as rows, Taken};
use crate::storage::{Connection, StorageError, Store, TenantId};

/// So many jobs of a kind a tenant has at most.
pub const MOST: i64 = 10_000;

/// Jobs of one kind.
#[derive(Clone)]
pub struct Queue {
    kind: &'static str,
    store: Store,
    clock: Clock,
    /// How long who takes a job has it.
    lease: TimeDelta,
    wake: Arc<Notify>,
}

/// A job that is asked for.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its kind.
    pub kind: &'static str,
    /// What it is about.
    pub subject: String,
}

/// A job that this process works on.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Whose it is.
    pub tenant: TenantId,
    kind: &'static str,
    taken: Taken,
}

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has taken it: so many of the tenant's are before it.
    Waiting(i64),
    /// It is tried again later.
    Delayed,
    /// Somebody works on it: so many percent are done.
    Active(u8),
}

impl Claim {
    /// What the job is about.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.taken.subject
    }

    /// How often it was tried, with this time.
    #[must_use]
    pub fn tries(&self) -> i64 {
        self.taken.tries
    }

    /// The span of the work on it, which belongs to the trace in which it was asked for.
    #[must_use]
    pub fn span(&self) -> Span {
        let name = format_args!("job {}", self.kind);
        let span = info_span!(
            target: TARGET, "job", otel.kind = "consumer", otel.name = %name, job.kind = self.kind, job.tries = self.tries()
        );
        trace::go_on(&span, self.taken.trace.as_deref());
        span
    }

    /// Its row, for who does more with that than a queue does.
    pub(super) fn taken(&self) -> &Taken {
        &self.taken
    }
}

impl Queue {
    /// The jobs of a kind in this store.
    #[must_use]
    pub fn new(kind: &'static str, store: Store, clock: Clock, lease: TimeDelta) -> Self {
        Self { kind, store, clock, lease, wake: Arc::default() }
    }

    /// The job about this subject, to be asked for.
    #[must_use]
    pub fn job(&self, subject: &str) -> Job {
        Job { kind: self.kind, subject: subject.to_owned() }
    }

    /// Wakes who works here: a job was added.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Waits until a job was added here, or so long.
    pub async fn asked(&self, at_most: Duration) {
        drop(timeout(at_most, self.wake.notified()).await);
    }

    /// The tenants that have jobs to be done now. Whoever takes one of each in turn has none wait behind the many of another.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tenants(&self) -> Result<Vec<TenantId>, StorageError> {
        self.tenants_since(TimeDelta::zero()).await
    }

    /// The same of jobs that were to be done so long ago.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tenants_since(&self, age: TimeDelta) -> Result<Vec<TenantId>, StorageError> {
        rows::tenants(&self.store, self.kind, self.clock.now() - age).await
    }

    /// Has jobs of all kinds and deliveries that wait for a time that is too far ahead done now: somebody's clock was. Tells how many those are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bring_all_back(&self) -> Result<u64, StorageError> {
        rows::bring_back(&self.store, self.clock.now()).await
    }

    /// Takes the tenant's oldest job that is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take(&self, tenant: TenantId) -> Result<Option<Claim>, StorageError> {
        self.take_since(tenant, TimeDelta::zero()).await
    }

    /// Takes the tenant's oldest job that was to be done so long ago.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_since(&self, tenant: TenantId, age: TimeDelta) -> Result<Option<Claim>, StorageError> {
        let now = self.clock.now();
        let mut transaction = self.store.begin(tenant).await?;
        let taken = rows::take(&mut transaction, tenant, self.kind, (now - age, now + self.lease)).await;
        Ok(transaction.finish(taken).await?.map(|taken| Claim { tenant, kind: self.kind, taken }))
    }

    /// Notes how many percent of a job are done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn advance(&self, claim: &Claim, progress: u8) -> Result<(), StorageError> {
        let mut connection = self.store.alone(claim.tenant).await?;
        let done =
            rows::advance(&mut connection, claim.tenant, self.kind, &claim.taken, i64::from(progress)).await;
        connection.finish(done).await
    }

    /// Has a job for a while longer; says no where another one has it now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold(&self, claim: &Claim) -> Result<bool, StorageError> {
        let until = self.clock.now() + self.lease;
        let mut connection = self.store.alone(claim.tenant).await?;
        let held = rows::hold(&mut connection, claim.tenant, self.kind, &claim.taken, until).await;
        connection.finish(held).await
    }

    /// The same within an open transaction, to whose end nobody else takes the job: what that writes is written by who has it, or not at all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold_within(
        &self,
        claim: &Claim,
        transaction: &mut Connection,
    ) -> Result<bool, StorageError> {
        let until = self.clock.now() + self.lease;
        rows::hold(transaction, claim.tenant, self.kind, &claim.taken, until).await
    }

    /// Gives a job back of which a part is done, behind the tenant's others, as if it were new.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rest(&self, claim: &Claim) -> Result<(), StorageError> {
        let now = self.clock.now();
        let mut connection = self.store.alone(claim.tenant).await?;
        let done = rows::rest(&mut connection, claim.tenant, self.kind, &claim.taken, (now, now)).await;
        connection.finish(done).await
    }

    /// Gives a job back that came to nothing, to be tried again after a while.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_off(&self, claim: &Claim, wait: TimeDelta) -> Result<(), StorageError> {
        self.back(claim, wait, true).await
    }

    /// Gives a job back that nobody had the means to try, to be taken again after a while: that was none of its tries.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_off_untried(&self, claim: &Claim, wait: TimeDelta) -> Result<(), StorageError> {
        self.back(claim, wait, false).await
    }

    async fn back(&self, claim: &Claim, wait: TimeDelta, was_tried: bool) -> Result<(), StorageError> {
        let when = (self.clock.now() + wait, was_tried);
        let mut connection = self.store.alone(claim.tenant).await?;
        let done = rows::put_off(&mut connection, claim.tenant, self.kind, &claim.taken, when).await;
        connection.finish(done).await?;
        METRICS.job_ended(self.kind, if was_tried { "again" } else { "untried" });
        Ok(())
    }

    /// Removes a job that is done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn done(&self, claim: &Claim) -> Result<(), StorageError> {
        let mut connection = self.store.alone(claim.tenant).await?;
        let done = rows::remove(&mut connection, claim.tenant, self.kind, &claim.taken).await;
        connection.finish(done).await?;
        METRICS.job_ended(self.kind, "done");
        Ok(())
    }

    /// How the job about a subject stands; none where there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn standing(&self, tenant: TenantId, subject: &str) -> Result<Option<Standing>, StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let found = rows::standing(&mut connection, tenant, (self.kind, subject)).await;
        let found = connection.finish(found).await?;
        let now = self.clock.now();
        Ok(found.map(|row| match row.active {
            // Who had it has ended, and somebody takes it again.
            true if row.due <= now => Standing::Waiting(row.ahead),
            true => Standing::Active(u8::try_from(row.progress.clamp(0, 100)).unwrap_or(0)),
            false if row.due > now => Standing::Delayed,
            false => Standing::Waiting(row.ahead),
        }))
    }
}
