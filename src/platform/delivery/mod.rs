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
pub mod letter;
mod log;
mod notice;
mod post;
pub mod signature;
mod slots;
mod waits;

use std::fmt;
use std::num::NonZero;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use url::Url;

use crate::core::{Clock, Ids, Secret};
use crate::platform::egress::{Egress, NotFetched};
use crate::platform::mail::Mailer;
use crate::platform::queue::Queue;
pub use crate::storage::deliveries::log::{Attempt, Logged};
pub use crate::storage::receivers::Receiver;
use crate::storage::{StorageError, Store, TenantId, receivers};
use letter::Scribe;
pub use log::{Delivery, Page, Standing};
pub use notice::{NewReceiver, Notice, To};
use slots::Slots;
pub use waits::{QUICK_MS, RETRIES};

/// The kind of the jobs: one a line.
pub const JOBS: &str = "delivery";
/// So many deliveries of a receiver wait at most; what comes then is left out.
pub const MOST_WAITING: i64 = 10_000;
/// So many bytes of chance a secret has.
const SECRET_BYTES: usize = 32;

/// By which rules receivers of a kind are posted to.
#[derive(Clone)]
pub struct Style {
    /// The kind.
    pub kind: &'static str,
    /// What is sent.
    pub sent: Sent,
    /// So many milliseconds are between one try and the next.
    pub waits_ms: &'static [i64],
    /// The kind of the jobs, about a receiver each, that are asked for once one of its deliveries has failed, or one with a
    /// [`FOLLOWED`] event has come through.
    pub jobs: Option<&'static str>,
}

/// What is sent to receivers of a kind.
#[derive(Clone)]
pub enum Sent {
    /// The body that a delivery has, as JSON, with these header fields.
    Body(fn(&Outgoing<'_>) -> Vec<(&'static str, String)>),
    /// What is written when it is sent.
    Letter(Arc<dyn Scribe>),
}

/// A delivery of this event is waited for: a receiver gets nothing else before it has come through.
pub const FOLLOWED: &str = "handshake";

impl Style {
    /// Posts bodies with these header fields, and tries again for most of a day.
    #[must_use]
    pub const fn of_bodies(
        kind: &'static str,
        headers: fn(&Outgoing<'_>) -> Vec<(&'static str, String)>,
    ) -> Self {
        Self { kind, sent: Sent::Body(headers), waits_ms: &waits::SLOW_MS, jobs: None }
    }
}

impl fmt::Debug for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Style({})", self.kind)
    }
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
    mailer: Arc<Mailer>,
}

impl Deliveries {
    /// Posts by these styles. What has ended is told of for so many days.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Clock,
        ids: Ids,
        (egress, mailer): (Egress, Arc<Mailer>),
        styles: Vec<Style>,
        kept_days: NonZero<u16>,
    ) -> Self {
        let queue = Queue::new(JOBS, store.clone(), clock.clone(), courier::LEASE);
        let slots = Slots::default();
        Self { store, clock, ids, egress, queue, styles: styles.into(), slots, kept_days, mailer }
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

    /// The kinds of receivers.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.styles.iter().map(|style| style.kind)
    }

    /// Whether a receiver gets anything now.
    #[must_use]
    pub fn is_open(&self, receiver: &Receiver) -> bool {
        receiver.active && receiver.until.is_none_or(|until| until > self.clock.now())
    }

    /// The rules of a kind.
    fn style(&self, kind: &str) -> Option<&Style> {
        self.styles.iter().find(|style| style.kind == kind)
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
