//! Working on jobs: batch by batch, each in a transaction that also notes how far the job is. A process that ends in between loses
//! the batch alone; any other goes on.

use std::sync::Arc;
use std::time::Duration;

use crate::records::aside::{Load, aside};
use crate::records::{Error, Records, index};
use crate::storage::reindex_jobs as jobs;
use crate::storage::{Connection, TenantId, resources, search_parameters};

/// So many resources share a transaction. Writers of them wait as long.
const BATCH: i64 = 100;
/// Other processes' jobs are looked for so often, and failed ones tried again.
const EVERY: Duration = Duration::from_secs(10);

impl Records {
    /// Works on the jobs of all tenants until the task is dropped.
    pub async fn work_on_jobs(&self) {
        loop {
            match self.job_step(BATCH).await {
                Ok(true) => continue,
                Ok(false) => {}
                // It is tried again.
                Err(error) => error.log(),
            }
            // What was added, or the time that has come: the jobs are looked at either way.
            drop(tokio::time::timeout(EVERY, self.jobs.notified()).await);
        }
    }

    /// Does one step of a job for each tenant that has one: begins it, indexes up to `batch` resources, or ends it. Says whether
    /// there was anything to do.
    ///
    /// # Errors
    /// When the database fails; what was done before stays done.
    pub async fn job_step(&self, batch: i64) -> Result<bool, Error> {
        let mut stepped = false;
        let mut failed = None;
        for tenant in jobs::tenants(&self.store).await? {
            match self.job_step_of(tenant, batch).await {
                Ok(done) => stepped |= done,
                // The others need not wait for it.
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(stepped), Err)
    }

    async fn job_step_of(&self, tenant: TenantId, batch: i64) -> Result<bool, Error> {
        let mut transaction = self.store.begin(tenant).await?;
        let stepped = self.step(&mut transaction, tenant, batch).await;
        transaction.finish(stepped).await
    }

    async fn step(&self, connection: &mut Connection, tenant: TenantId, batch: i64) -> Result<bool, Error> {
        if !jobs::hold(connection, tenant).await? {
            return Ok(false);
        }
        let Some(job) = jobs::next(connection, tenant).await? else { return Ok(false) };
        let Some(run) = &job.run else {
            jobs::begin(connection, tenant, &job).await?;
            return Ok(true);
        };
        let range = (job.reached, job.last);
        let ordinals = resources::ordinals(connection, tenant, &job.types, range, batch).await?;
        let Some(reached) = ordinals.last().copied() else {
            self.end(connection, tenant, run).await?;
            tracing::info!(tenant = tenant.number(), job.id = job.id, job.done, "an index is complete");
            return Ok(true);
        };
        let count = i64::try_from(ordinals.len()).map_err(Error::internal)?;
        self.index_again(connection, tenant, ordinals).await?;
        jobs::advance(connection, tenant, run, reached, count).await?;
        Ok(true)
    }

    /// Writes the search rows of these resources anew.
    async fn index_again(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        ordinals: Vec<i64>,
    ) -> Result<(), Error> {
        let parameters = self.known.current(connection, tenant).await?;
        let versions = Arc::new(resources::lock_ordinals(connection, tenant, ordinals).await?);
        let all = Arc::clone(&versions);
        let index = move || {
            let entries = all.iter().map(|version| index::entries_of(&parameters, version));
            entries.collect::<Result<Vec<_>, Error>>()
        };
        let body = |version: &resources::Version| version.body.as_deref().map_or(0, str::len);
        let entries = aside(Load::of(versions.iter().map(body)), index).await??;
        let indexed: Vec<_> = versions.iter().zip(&entries).collect();
        Ok(resources::index_all(connection, tenant, &indexed).await?)
    }

    /// Ends a run: what was waiting for it can be searched by from now on.
    async fn end(&self, connection: &mut Connection, tenant: TenantId, run: &str) -> Result<(), Error> {
        search_parameters::renew(connection, tenant).await?;
        search_parameters::complete(connection, tenant, run).await?;
        Ok(jobs::finish(connection, tenant, run, self.clock.now()).await?)
    }
}
