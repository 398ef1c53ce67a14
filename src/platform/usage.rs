//! What customers did with their API keys: each call, and sums of them, for their own overview.
//!
//! Of a call it is kept how it ended and how long it took: no health data, no key. It is no audit trail: that is kept apart, and nobody's
//! overview can change it.

use std::num::NonZero;

use chrono::{DateTime, Days, DurationRound, TimeDelta, Utc};

use crate::core::{Clock, Ids};
use crate::storage::usage as rows;
use crate::storage::{StorageError, Store, TenantId, tenants};

pub use rows::{Call, Sum, Used};

/// So many calls of a surface are removed by one statement.
const BATCH: i64 = 5_000;

/// Notes calls, and sums them up.
#[derive(Clone)]
pub struct Usage {
    store: Store,
    ids: Ids,
    clock: Clock,
    kept_days: NonZero<u32>,
}

/// A page of calls, and how many there are in all.
#[derive(Clone, Debug)]
pub struct Page {
    /// The calls, newest first.
    pub calls: Vec<Call>,
    /// How many there are.
    pub total: i64,
}

impl Usage {
    /// Notes in this store. Each call is kept for so many days, the sums for ever.
    #[must_use]
    pub fn new(store: Store, ids: Ids, clock: Clock, kept_days: NonZero<u32>) -> Self {
        Self { store, ids, clock, kept_days }
    }

    /// Notes a call that was answered; its id is made here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note(&self, tenant: TenantId, surface: &str, call: Call) -> Result<(), StorageError> {
        let call = Call { id: self.ids.uuid_of(call.called_at), ..call };
        let mut connection = self.store.alone(tenant).await?;
        let noted = rows::add(&mut connection, tenant, surface, &call).await;
        connection.finish(noted).await
    }

    /// Calls of a surface that are kept, newest first: `limit` after the first `offset`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page(
        &self,
        tenant: TenantId,
        surface: &str,
        offset: i64,
        limit: i64,
    ) -> Result<Page, StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let page = async {
            let total = rows::count(&mut connection, tenant, surface, self.oldest()).await?;
            // Nothing is looked for behind the last one: what is there has yet to be removed.
            let limit = limit.min(total.saturating_sub(offset));
            let calls = if limit > 0 {
                rows::page(&mut connection, tenant, surface, offset, limit).await?
            } else {
                Vec::new()
            };
            Ok(Page { calls, total })
        }
        .await;
        connection.finish(page).await
    }

    /// The calls of a surface from an hour on, by day, status and type.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sums(
        &self,
        tenant: TenantId,
        surface: &str,
        from: DateTime<Utc>,
    ) -> Result<Vec<Sum>, StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let sums = rows::sums(&mut connection, tenant, surface, from).await;
        connection.finish(sums).await
    }

    /// The calls of a surface with the keys of these projects, within a span of time that begins as long ago as calls are kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_projects(
        &self,
        tenant: TenantId,
        surface: &str,
        projects: &[String],
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<Used>, StorageError> {
        let span = (self.ids.first_of(from), (from, to));
        let mut connection = self.store.alone(tenant).await?;
        let used = rows::of_projects(&mut connection, tenant, surface, projects, span).await;
        connection.finish(used).await
    }

    /// Removes the calls of these surfaces, in all tenants, that have been kept long enough; says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old(&self, surfaces: &[&str]) -> Result<usize, StorageError> {
        let before = self.ids.first_of(self.oldest());
        let mut all: usize = 0;
        for tenant in tenants::all(&self.store).await? {
            loop {
                let mut connection = self.store.alone(tenant).await?;
                let removed = rows::remove_before(&mut connection, tenant, surfaces, before, BATCH).await;
                let removed = connection.finish(removed).await?;
                all = all.saturating_add(removed);
                if removed == 0 {
                    break;
                }
            }
        }
        Ok(all)
    }

    /// From when on calls are kept: a full hour, as they are summed up by hours.
    fn oldest(&self) -> DateTime<Utc> {
        let now = self.clock.now();
        let first = now.checked_sub_days(Days::new(self.kept_days.get().into()));
        first.and_then(|first| first.duration_trunc(TimeDelta::hours(1)).ok()).unwrap_or(DateTime::UNIX_EPOCH)
    }
}
