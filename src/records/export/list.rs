//! Making the lists of exports: each in one transaction that sees one moment. A process that ends in between leaves nothing of it;
//! any other begins it anew.
//!
//! The moment is told to the client, who asks for what changed since then the next time: nothing may have an earlier time and be
//! seen later. So the transaction begins while no writer is under way, and with a new version of the set by which writers work:
//! whoever stamped a resource before that, and keeps it after, stamps it again (`records/create.rs`).

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;

use super::selection::{Filters, Selection};
use super::wanted::Wanted;
use crate::core::config::exports::ExportSettings;
use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::records::access::Access;
use crate::records::parameters::Parameters;
use crate::records::program::AskedBy;
use crate::records::{Error, Records};
use crate::storage::exports::{self as rows, Job};
use crate::storage::{Connection, TenantId, Transaction, search, search_parameters};

/// Other processes' exports are looked for so often, and failed ones tried again.
const EVERY: Duration = Duration::from_secs(10);
/// So often an export is begun, before it has failed.
const ATTEMPTS: i64 = 3;
/// So often it is tried when what limits the exporter changes meanwhile.
const TRIES: u8 = 3;
/// So often a moment without writers is waited for, for three seconds each time.
const MOMENTS: u8 = 20;
/// Between two times, those who waited behind it write.
const PAUSE: Duration = Duration::from_secs(1);
/// So many seconds one statement of it may take.
const STATEMENT_S: u16 = 1_800;
/// What has expired is removed so many hours later: who fetches it then may end.
const GRACE_H: i64 = 1;

/// What exports share.
#[derive(Clone)]
pub(in crate::records) struct Exports {
    /// Wakes who works on them.
    pub wake: Arc<Notify>,
    /// How they are kept.
    pub settings: ExportSettings,
}

impl Records {
    /// Works on the exports of all tenants until the task is dropped.
    pub async fn work_on_exports(&self) {
        loop {
            match self.export_step().await {
                Ok(true) => continue,
                Ok(false) => {}
                // It is tried again.
                Err(error) => error.log(),
            }
            // What was added, or the time that has come: they are looked at either way.
            drop(tokio::time::timeout(EVERY, self.exports.wake.notified()).await);
        }
    }

    /// Makes one export for each tenant that waits for one, and says whether there was any.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn export_step(&self) -> Result<bool, Error> {
        let mut stepped = false;
        let mut failed = None;
        for tenant in rows::tenants(&self.store).await? {
            match self.export_step_of(tenant).await {
                Ok(done) => stepped |= done,
                // The others need not wait for it.
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(stepped), Err)
    }

    async fn export_step_of(&self, tenant: TenantId) -> Result<bool, Error> {
        let mut held = self.store.begin(tenant).await?;
        let stepped = async {
            if !rows::hold(&mut held, tenant).await? {
                return Ok(false);
            }
            let Some(job) = rows::next(&mut held, tenant).await? else { return Ok(false) };
            self.make(tenant, &job).await?;
            Ok(true)
        }
        .await;
        held.finish(stepped).await
    }

    async fn make(&self, tenant: TenantId, job: &Job) -> Result<(), Error> {
        let mut transaction = self.store.begin(tenant).await?;
        let begun = rows::begin(&mut transaction, tenant, &job.id).await;
        if !transaction.finish(begun).await? {
            return Ok(());
        }
        let Err(error) = self.list(tenant, job).await else {
            tracing::info!(tenant = tenant.number(), job.id = job.id, "an export is listed");
            return Ok(());
        };
        let may_pass = matches!(error, Error::Conflict | Error::Unavailable | Error::Internal(_));
        if may_pass && job.attempts.saturating_add(1) < ATTEMPTS {
            return Err(error);
        }
        if matches!(error, Error::Gone) {
            tracing::info!(tenant = tenant.number(), job.id = job.id, "an export was taken back");
        } else {
            error.log();
        }
        let expires = self.clock.now() + self.kept();
        let mut transaction = self.store.begin(tenant).await?;
        let failed = rows::fail(&mut transaction, tenant, &job.id, (&error.to_string(), expires)).await;
        Ok(transaction.finish(failed).await?)
    }

    fn kept(&self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.exports.settings.kept_h.get()))
    }

    async fn list(&self, tenant: TenantId, job: &Job) -> Result<(), Error> {
        let wanted = Wanted::read(&job.wanted)?;
        let asked_by: AskedBy = serde_json::from_str(&job.asked_by).map_err(Error::internal)?;
        let exporter = asked_by.caller(tenant)?;
        for _ in 0..TRIES {
            let parameters = self.current_parameters(tenant).await?;
            let filters = self.all_filters(&parameters, &exporter, &wanted).await?;
            let listing = Listing { job, wanted: &wanted, exporter: &exporter, filters: &filters };
            match self.list_by(&parameters, listing).await {
                Err(Error::Conflict) => {}
                done => return done,
            }
        }
        Err(Error::Conflict)
    }

    async fn list_by(&self, parameters: &Parameters, listing: Listing<'_>) -> Result<(), Error> {
        let (mut snapshot, moment) = self.moment(parameters, listing.exporter.tenant).await?;
        let listed = self.fill(&mut snapshot, parameters, listing, moment).await;
        snapshot.finish(listed).await
    }

    /// The same, as soon as no writer is under way: where one takes long, the others are not kept waiting behind it.
    async fn moment(
        &self,
        parameters: &Parameters,
        tenant: TenantId,
    ) -> Result<(Transaction, DateTime<Utc>), Error> {
        for _ in 1..MOMENTS {
            match self.moment_now(parameters, tenant).await {
                Err(Error::Unavailable) => tokio::time::sleep(PAUSE).await,
                done => return done,
            }
        }
        self.moment_now(parameters, tenant).await
    }

    /// A transaction that sees all that was written until a moment, and the moment.
    async fn moment_now(
        &self,
        parameters: &Parameters,
        tenant: TenantId,
    ) -> Result<(Transaction, DateTime<Utc>), Error> {
        let mut alone = self.store.begin(tenant).await?;
        let begun = async {
            // Before the lock: who waits for that may have all other connections. It sees nothing yet.
            let mut snapshot = self.store.begin_snapshot(tenant).await?;
            rows::wait_briefly(&mut alone).await?;
            search_parameters::without_writers(&mut alone, tenant).await?;
            search_parameters::renew(&mut alone, tenant).await?;
            let moment = self.clock.now();
            // Its first statement decides what it sees. The new version of the set is not yet among that.
            self.known.confirm(&mut snapshot, tenant, parameters).await?;
            Ok((snapshot, moment))
        }
        .await;
        alone.finish(begun).await
    }

    /// Lists what the export holds.
    async fn fill(
        &self,
        connection: &mut Connection,
        parameters: &Parameters,
        listing: Listing<'_>,
        moment: DateTime<Utc>,
    ) -> Result<(), Error> {
        let Listing { job, wanted, exporter, filters } = listing;
        let tenant = exporter.tenant;
        rows::move_deadline(connection, STATEMENT_S).await?;
        let access = Access { caller: exporter, parameters, now_us: moment.timestamp_micros() };
        let selection = Selection { access, wanted, filters };
        let types = wanted.resource_types()?;
        for (done, resource_type) in types.iter().enumerate() {
            if !self.advance(tenant, job, (done, types.len())).await? {
                // Somebody took it back: what was listed goes with this transaction.
                return Err(Error::Gone);
            }
            self.list_type(connection, job, &selection, *resource_type).await?;
        }
        // No row of a table tells what was deleted.
        if let (Some(since), None) = (wanted.since, &wanted.tables) {
            self.list_deletions(connection, &job.id, &selection, &types, since).await?;
        }
        let expires = self.clock.now() + self.kept();
        Ok(rows::complete(connection, tenant, &job.id, (moment, expires)).await?)
    }

    async fn list_type(
        &self,
        connection: &mut Connection,
        job: &Job,
        selection: &Selection<'_>,
        resource_type: ResourceType,
    ) -> Result<(), Error> {
        let conditions = selection.current(resource_type);
        let (tenant, types) = (selection.access.caller.tenant, [resource_type.as_str()]);
        let wanted = search::Wanted { tenant, types: &types, conditions: &conditions };
        let of_file = self.exports.settings.file_resources.get();
        Ok(rows::list(connection, &job.id, resource_type.as_str(), &wanted, of_file).await?)
    }

    /// Notes how far the export is, outside of its transaction.
    async fn advance(&self, tenant: TenantId, job: &Job, far: (usize, usize)) -> Result<bool, Error> {
        let number = |count: usize| i64::try_from(count).map_err(Error::internal);
        let far = (number(far.0)?, number(far.1)?);
        let mut transaction = self.store.begin(tenant).await?;
        let advanced = rows::advance(&mut transaction, tenant, &job.id, far).await;
        Ok(transaction.finish(advanced).await?)
    }

    /// Removes the exports of all tenants that have expired for an hour; says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_expired_exports(&self) -> Result<usize, Error> {
        let before = self.clock.now() - TimeDelta::hours(GRACE_H);
        let mut removed = 0_usize;
        for tenant in rows::tenants_with_expired(&self.store, before).await? {
            let mut transaction = self.store.begin(tenant).await?;
            let gone = rows::remove_expired(&mut transaction, tenant, before).await;
            removed = removed.saturating_add(transaction.finish(gone).await?);
        }
        Ok(removed)
    }
}

/// A list that is made.
#[derive(Clone, Copy)]
struct Listing<'a> {
    job: &'a Job,
    wanted: &'a Wanted,
    exporter: &'a Caller,
    filters: &'a Filters,
}
