//! Posting JSON to others' addresses, so that each receiver gets what it is to get: webhooks, callbacks, notifications.
//!
//! What happened is told as a [`Notice`] in the transaction that makes it so: each receiver that listens has a delivery from then on. A
//! delivery is posted until a receiver answers with a status of 2xx, with pauses that grow, and keeps its id: who gets it twice, because a
//! process ended before it could note the answer, knows it by that. Those about the same subject come one after another.
//!
//! A receiver is a line: one job of the queue (`platform/queue`), of which one process works at a time. So a receiver that is slow or gone
//! keeps nobody waiting but itself, and what a tenant or a host can keep busy is bounded (`slots`). Where it is posted to is judged when the
//! connection is made (`platform/egress`).

mod courier;
mod log;
mod notice;
mod post;
pub mod signature;
mod slots;
mod waits;

use std::num::NonZero;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use url::Url;

use crate::core::{Clock, Ids, Secret};
use crate::platform::egress::{Egress, NotFetched};
use crate::platform::queue::Queue;
pub use crate::storage::deliveries::log::{Attempt, Logged};
pub use crate::storage::receivers::Receiver;
use crate::storage::{StorageError, Store, TenantId, receivers};
pub use log::{Delivery, Page, Standing};
pub use notice::{NewReceiver, Notice, To};
use slots::Slots;
pub use waits::RETRIES;

/// The kind of the jobs: one a line.
pub const JOBS: &str = "delivery";
/// So many deliveries of a receiver wait at most; what comes then is left out.
pub const MOST_WAITING: i64 = 10_000;
/// So many bytes of chance a secret has.
const SECRET_BYTES: usize = 32;

/// By which rules receivers of a kind are posted to.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The kind.
    pub kind: &'static str,
    /// The header fields, beside those of any JSON.
    pub headers: fn(&Outgoing<'_>) -> Vec<(&'static str, String)>,
}

/// Something that is about to be posted.
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    /// The delivery's id.
    pub id: &'a str,
    /// What happened.
    pub event: &'a str,
    /// What is posted.
    pub body: &'a str,
    /// What it is to be signed with.
    pub secret: Option<&'a str>,
    /// Now.
    pub at: DateTime<Utc>,
}

/// Posts what is to be posted, and tells what came of it.
#[derive(Clone)]
pub struct Deliveries {
    store: Store,
    clock: Clock,
    ids: Ids,
    egress: Egress,
    queue: Queue,
    styles: Arc<[Style]>,
    slots: Slots,
    kept_days: NonZero<u16>,
}

impl Deliveries {
    /// Posts by these styles. What has ended is told of for so many days.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Clock,
        ids: Ids,
        egress: Egress,
        styles: &[Style],
        kept_days: NonZero<u16>,
    ) -> Self {
        let queue = Queue::new(JOBS, store.clone(), clock.clone(), courier::LEASE);
        Self { store, clock, ids, egress, queue, styles: styles.into(), slots: Slots::default(), kept_days }
    }

    /// Wakes who posts here: something happened.
    pub fn wake(&self) {
        self.queue.wake();
    }

    /// Whether an address may be posted to, as far as that can be told now. It is judged again whenever it is.
    ///
    /// # Errors
    /// Why not.
    pub async fn permits(&self, url: &Url) -> Result<(), NotFetched> {
        self.egress.permits_now(url).await
    }

    /// All receivers of a kind, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn receivers(&self, tenant: TenantId, kind: &str) -> Result<Vec<Receiver>, StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let all = receivers::all(&mut connection, tenant, kind).await;
        connection.finish(all).await
    }

    /// The receiver of a kind with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn receiver(
        &self,
        tenant: TenantId,
        kind: &str,
        id: &str,
    ) -> Result<Option<Receiver>, StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let found = receivers::find(&mut connection, tenant, (kind, id)).await;
        connection.finish(found).await
    }

    /// A secret for a new receiver.
    #[must_use]
    pub fn new_secret(&self) -> Secret<String> {
        Secret::new(format!("whsec_{}", self.ids.random(SECRET_BYTES)))
    }

    /// The time, by which a receiver gets something or does not.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

/// The job that posts what a receiver is to get.
#[must_use]
pub fn line(kind: &str, receiver: &str) -> String {
    format!("{kind}/{receiver}")
}
