//! Who listens by websocket in this process, and how far the subscriptions are that they listen to.
//!
//! One task asks Postgres about all of them together: what another process notes is known here within that time. Nothing is asked as long as
//! nobody listens.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::storage::Store;
use crate::storage::subscriptions::bindings::{self as rows, Place, Standing};

/// How often it is looked how far the subscriptions are.
const EVERY: Duration = Duration::from_millis(200);
/// So many sockets are open in a process at most.
const MOST: usize = 1_000;
/// So many of them one client, or one person, has at most.
const MOST_OF_ONE: usize = 50;

/// What is known of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// It was not looked at yet.
    Unknown,
    /// It is there.
    At(Standing),
    /// It is not there any more.
    Gone,
}

/// Who listens.
#[derive(Clone)]
pub(in crate::records) struct Listeners {
    store: Store,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    watched: HashMap<Place, watch::Sender<Seen>>,
    sockets: usize,
    of: HashMap<String, usize>,
    looks: bool,
}

/// The place of a socket, which is given back when it is dropped.
pub(super) struct Seat {
    listeners: Listeners,
    who: Option<String>,
}

impl Listeners {
    pub(in crate::records) fn new(store: Store) -> Self {
        Self { store, shared: Arc::default() }
    }

    /// A place for one more socket, where there is one.
    pub(super) fn seat(&self) -> Option<Seat> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if shared.sockets >= MOST {
            return None;
        }
        shared.sockets = shared.sockets.saturating_add(1);
        Some(Seat { listeners: self.clone(), who: None })
    }

    /// Watches a subscription.
    pub(super) fn watch(&self, place: Place) -> watch::Receiver<Seen> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = shared.watched.entry(place).or_insert_with(|| watch::channel(Seen::Unknown).0);
        let receiver = sender.subscribe();
        if !shared.looks {
            shared.looks = true;
            tokio::spawn(self.clone().look());
        }
        receiver
    }

    /// Looks how far the subscriptions are, as long as any is watched.
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
            match rows::standings(&self.store, &places).await {
                Ok(standings) => self.tell(&places, &standings),
                Err(error) => tracing::warn!(%error, "it could not be looked what subscriptions are told"),
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    fn tell(&self, places: &[Place], standings: &HashMap<Place, Standing>) {
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        for place in places {
            let Some(sender) = shared.watched.get(place) else { continue };
            let seen = standings.get(place).map_or(Seen::Gone, |standing| Seen::At(*standing));
            sender.send_if_modified(|known| std::mem::replace(known, seen) != seen);
        }
    }
}

impl Seat {
    /// Notes whose it is, where somebody was told to have it only now; says no where they have too many.
    pub(super) fn is_taken_by(&mut self, who: &str) -> bool {
        if let Some(known) = &self.who {
            return known == who;
        }
        let mut shared = self.listeners.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let own = shared.of.entry(who.to_owned()).or_default();
        if *own >= MOST_OF_ONE {
            return false;
        }
        *own = own.saturating_add(1);
        drop(shared);
        self.who = Some(who.to_owned());
        true
    }

    /// Who listens.
    pub(super) fn listeners(&self) -> &Listeners {
        &self.listeners
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut shared = self.listeners.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.sockets = shared.sockets.saturating_sub(1);
        let Some(who) = self.who.take() else { return };
        let left = shared.of.get_mut(&who).map(|own| {
            *own = own.saturating_sub(1);
            *own
        });
        if left == Some(0) {
            shared.of.remove(&who);
        }
    }
}
