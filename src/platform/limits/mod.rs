//! How much anybody may ask for: requests are counted in Postgres within windows of time, so that limits hold at all replicas and across
//! restarts (decision 24).
//!
//! What is counted is a [`Bucket`]: all calls of a tenant with keys, those of an account, those from an address. It has one or several
//! [`Window`]s, such as an hour and a month; a request is admitted when each has room for it, and takes nothing when one has not. That is
//! one statement, in which many at once wait for each other only as long as one row is changed.

mod bucket;
mod standing;
mod window;

pub use bucket::{Bucket, counted_address};
pub use standing::{Level, Standing};
pub use window::{Span, Window};

use chrono::{DateTime, Utc};

use crate::core::Clock;
use crate::core::config::Limits;
use crate::storage::request_counts::{self as rows, Taking};
use crate::storage::{StorageError, Store, TenantId};

/// With `HYGEIA_LIMITS=off` every window has room for so many, unless it has for more.
const NO_CEILING: i64 = 1_000_000;

/// Counts requests.
#[derive(Clone)]
pub struct Limiter {
    store: Store,
    clock: Clock,
    limits: Limits,
}

impl Limiter {
    /// Counts in this store. Without limits all is still counted.
    #[must_use]
    pub fn new(store: Store, clock: Clock, limits: Limits) -> Self {
        Self { store, clock, limits }
    }

    /// Takes `cost` from each window of a bucket, or nothing where one has no room for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take(
        &self,
        bucket: &Bucket,
        windows: &[Window],
        cost: u32,
    ) -> Result<Standing, StorageError> {
        let (windows, now) = (self.limited(windows), self.clock.now());
        let since: Vec<i64> = windows.iter().map(|window| window.span.begin(now).timestamp()).collect();
        let most: Vec<i64> = windows.iter().map(|window| window.most).collect();
        let ends_at = windows.iter().map(|window| window.span.end(window.span.begin(now))).max();
        let taking = Taking {
            tenant: bucket.tenant(),
            bucket: bucket.key(),
            since: &since,
            most: &most,
            cost: i64::from(cost),
            ends_at: ends_at.unwrap_or(now),
        };
        let mut connection = self.store.alone(bucket.tenant()).await?;
        let taken = rows::take(&mut connection, taking).await;
        let taken = connection.finish(taken).await?;
        Ok(Standing::new(&windows, Some(&taken), i64::from(cost), now))
    }

    /// How a bucket stands, taking nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look(&self, bucket: &Bucket, windows: &[Window]) -> Result<Standing, StorageError> {
        let mut connection = self.store.alone(bucket.tenant()).await?;
        let taken = rows::look(&mut connection, bucket.tenant(), bucket.key()).await;
        let taken = connection.finish(taken).await?;
        Ok(Standing::new(&self.limited(windows), taken.as_ref(), 0, self.clock.now()))
    }

    /// How a bucket stands of which nothing was taken.
    #[must_use]
    pub fn untouched(&self, windows: &[Window]) -> Standing {
        Standing::new(&self.limited(windows), None, 0, self.clock.now())
    }

    /// Removes the counts of windows that have ended; says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_ended(&self) -> Result<usize, StorageError> {
        let mut connection = self.store.begin(TenantId::PLATFORM).await?;
        let removed = rows::remove_ended(&mut connection, self.clock.now()).await;
        connection.finish(removed).await
    }

    /// The time by which it counts.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn limited(&self, windows: &[Window]) -> Vec<Window> {
        let most = |window: &Window| match self.limits {
            Limits::Documented => window.most,
            Limits::Off => window.most.max(NO_CEILING),
        };
        windows.iter().map(|window| Window { span: window.span, most: most(window) }).collect()
    }
}
