//! What happens in an organisation, for those who watch it: events in the order in which they came to be, from a place on, and news of more.
//!
//! Whoever reads asks for what comes after a place; so a slow reader holds nothing but that, and one that comes back loses nothing. One task
//! a process asks Postgres how far the organisations are that are watched here: what another replica took in is told here within that time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::core::Clock;
use crate::storage::feed as rows;
pub use crate::storage::feed::FeedEvent;
use crate::storage::{StorageError, Store, TenantId};

/// How often it is looked how far the organisations are.
const EVERY: Duration = Duration::from_millis(150);
/// So many readers a process has at most.
const MOST: usize = 10_000;
/// So many of them one account has at most.
const MOST_OF_ONE: usize = 100;

/// An organisation, in its tenant.
type Place = (TenantId, String);

/// What happens.
#[derive(Clone)]
pub struct Feed {
    store: Store,
    clock: Clock,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    watched: HashMap<Place, watch::Sender<i64>>,
    readers: HashMap<String, usize>,
    looks: bool,
}

/// Somebody who reads.
pub struct Reader {
    feed: Feed,
    who: String,
    place: Place,
    last: watch::Receiver<i64>,
    /// How far all was read.
    read: Option<i64>,
}

impl Feed {
    /// What happens in this store.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, shared: Arc::default() }
    }

    /// Watches an organisation for `who`; none where too many are watched already.
    #[must_use]
    pub fn watch(&self, who: &str, tenant: TenantId, organisation: &str) -> Option<Reader> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = shared.readers.values().sum();
        let own = shared.readers.entry(who.to_owned()).or_default();
        if all >= MOST || *own >= MOST_OF_ONE {
            return None;
        }
        *own = own.saturating_add(1);
        let place = (tenant, organisation.to_owned());
        let sender = shared.watched.entry(place.clone()).or_insert_with(|| watch::channel(0).0);
        let last = sender.subscribe();
        if !shared.looks {
            shared.looks = true;
            tokio::spawn(self.clone().look());
        }
        drop(shared);
        Some(Reader { feed: self.clone(), who: who.to_owned(), place, last, read: None })
    }

    /// Looks how far the organisations are, as long as any is watched.
    async fn look(self) {
        loop {
            let places: Vec<Place> = {
                let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
                shared.watched.retain(|_, sender| sender.receiver_count() > 0);
                if shared.watched.is_empty() {
                    shared.looks = false;
                    return;
                }
                shared.watched.keys().cloned().collect()
            };
            match rows::lasts(&self.store, &places).await {
                Ok(lasts) => self.tell(&places, &lasts),
                Err(error) => tracing::warn!(%error, "it could not be looked what happened"),
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    fn tell(&self, places: &[Place], lasts: &HashMap<Place, i64>) {
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        for place in places {
            let (Some(sender), Some(last)) = (shared.watched.get(place), lasts.get(place)) else { continue };
            sender.send_if_modified(|known| {
                let is_new = *last > *known;
                *known = (*known).max(*last);
                is_new
            });
        }
    }

    /// The place of the last event of an organisation; 0 before the first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last(&self, tenant: TenantId, organisation: &str) -> Result<i64, StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let last = rows::last(&mut connection, tenant, organisation).await;
        connection.finish(last).await
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

impl Reader {
    /// The events after a place, in their order; those about one patient alone where one is named. Where nothing happened since all was read,
    /// nothing is asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn after(
        &mut self,
        patient: Option<&str>,
        place: i64,
        most: i64,
    ) -> Result<Vec<FeedEvent>, StorageError> {
        let last = *self.last.borrow_and_update();
        if self.read.is_some_and(|read| last <= read) {
            return Ok(Vec::new());
        }
        let (tenant, organisation) = &self.place;
        let mut connection = self.feed.store.alone(*tenant).await?;
        let found = rows::after(&mut connection, *tenant, organisation, patient, (place, most)).await;
        let found = connection.finish(found).await?;
        let is_all = i64::try_from(found.len()).is_ok_and(|count| count < most);
        self.read = is_all.then_some(last);
        Ok(found)
    }

    /// Waits until something may have happened, or so long.
    pub async fn changed(&mut self, at_most: Duration) {
        if let Ok(Err(_)) = tokio::time::timeout(at_most, self.last.changed()).await {
            // Nobody tells any more.
            tokio::time::sleep(at_most).await;
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut shared = self.feed.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let left = shared.readers.get_mut(&self.who).map(|own| {
            *own = own.saturating_sub(1);
            *own
        });
        if left == Some(0) {
            shared.readers.remove(&self.who);
        }
    }
}
