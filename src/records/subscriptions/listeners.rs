//! Who listens by websocket in this process, and how far the subscriptions are that they listen to.
//!
//! One task asks Postgres about all of them together: what another process notes is known here within that time. Nothing is asked as long as
//! nobody listens.
//!
//! Anybody may open a socket. So one that is bound to nothing yet has a place among few others, and few of one address; it takes one of the many
//! when it is bound.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use uuid::Uuid;

use crate::storage::subscriptions::bindings::{self as rows, Place, Standing};
use crate::storage::{Store, TenantId};

/// How often it is looked how far the subscriptions are.
const EVERY: Duration = Duration::from_millis(200);
/// How many sockets there are in a process.
const MOST: Most = Most { bound: 1_000, of_one: 50, unbound: 100, of_address: 10 };

/// A client, or a person, of a tenant.
pub(super) type Who = (TenantId, Uuid);

/// How many sockets there may be.
#[derive(Clone, Copy, Debug)]
struct Most {
    /// That are bound.
    bound: usize,
    /// Of those, of one client or one person.
    of_one: usize,
    /// That are bound to nothing yet.
    unbound: usize,
    /// Of those, from one address.
    of_address: usize,
}

/// How many sockets there are.
#[derive(Debug, Default)]
struct Count {
    bound: usize,
    of: HashMap<Who, usize>,
    unbound: usize,
    from: HashMap<Option<IpAddr>, usize>,
}

impl Count {
    /// Counts one that is opened from this address; says no where there is no place for it.
    fn opens(&mut self, most: Most, address: Option<IpAddr>) -> bool {
        let of_address = self.from.get(&address).copied().unwrap_or_default();
        if self.unbound >= most.unbound || of_address >= most.of_address {
            return false;
        }
        self.unbound = self.unbound.saturating_add(1);
        self.from.insert(address, of_address.saturating_add(1));
        true
    }

    /// Counts the same as one that is bound; says no where there is no place for it.
    fn binds(&mut self, most: Most, address: Option<IpAddr>, who: Who) -> bool {
        let of_one = self.of.get(&who).copied().unwrap_or_default();
        if self.bound >= most.bound || of_one >= most.of_one {
            return false;
        }
        self.leaves(address, None);
        self.bound = self.bound.saturating_add(1);
        self.of.insert(who, of_one.saturating_add(1));
        true
    }

    /// Counts one no more.
    fn leaves(&mut self, address: Option<IpAddr>, who: Option<Who>) {
        match who {
            Some(who) => {
                self.bound = self.bound.saturating_sub(1);
                less(&mut self.of, &who);
            }
            None => {
                self.unbound = self.unbound.saturating_sub(1);
                less(&mut self.from, &address);
            }
        }
    }
}

/// Counts one less, and forgets whoever has none.
fn less<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, usize>, key: &K) {
    let left = counts.get_mut(key).map(|count| {
        *count = count.saturating_sub(1);
        *count
    });
    if left == Some(0) {
        counts.remove(key);
    }
}

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
    count: Count,
    looks: bool,
}

/// The place of a socket, which is given back when it is dropped.
pub(super) struct Seat {
    listeners: Listeners,
    address: Option<IpAddr>,
    who: Option<Who>,
}

impl Listeners {
    pub(in crate::records) fn new(store: Store) -> Self {
        Self { store, shared: Arc::default() }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more socket from this address, where there is one.
    pub(super) fn seat(&self, address: Option<IpAddr>) -> Option<Seat> {
        let is_free = self.shared().count.opens(MOST, address);
        is_free.then(|| Seat { listeners: self.clone(), address, who: None })
    }

    /// Watches a subscription.
    pub(super) fn watch(&self, place: Place) -> watch::Receiver<Seen> {
        let mut shared = self.shared();
        let sender = shared.watched.entry(place).or_insert_with(|| watch::channel(Seen::Unknown).0);
        let receiver = sender.subscribe();
        if !shared.looks {
            shared.looks = true;
            tokio::spawn(self.clone().keep_looking());
        }
        receiver
    }

    /// Looks as long as any subscription is watched, also where a look breaks off.
    async fn keep_looking(self) {
        while let Err(ended) = tokio::spawn(self.clone().look()).await {
            if !ended.is_panic() {
                return;
            }
            tracing::error!("it broke off to look what subscriptions are told");
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Looks how far the subscriptions are, as long as any is watched.
    async fn look(self) {
        loop {
            let places: Vec<Place> = {
                let mut shared = self.shared();
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
        let shared = self.shared();
        for place in places {
            let Some(sender) = shared.watched.get(place) else { continue };
            let seen = standings.get(place).map_or(Seen::Gone, |standing| Seen::At(*standing));
            sender.send_if_modified(|known| std::mem::replace(known, seen) != seen);
        }
    }
}

impl Seat {
    /// Notes whose it is, where somebody was told to have it only now; says no where they, or all together, have too many.
    pub(super) fn is_taken_by(&mut self, who: Who) -> bool {
        if let Some(known) = self.who {
            return known == who;
        }
        if !self.listeners.shared().count.binds(MOST, self.address, who) {
            return false;
        }
        self.who = Some(who);
        true
    }

    /// Who listens.
    pub(super) fn listeners(&self) -> &Listeners {
        &self.listeners
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.listeners.shared().count.leaves(self.address, self.who);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const FEW: Most = Most { bound: 3, of_one: 2, unbound: 3, of_address: 2 };

    fn from(last: u8) -> Option<IpAddr> {
        Some(Ipv4Addr::new(10, 0, 0, last).into())
    }

    #[test]
    fn who_is_bound_to_nothing_takes_no_place_of_others() {
        let mut count = Count::default();
        let opened: Vec<_> = [1, 1, 1, 2, 3].map(|last| count.opens(FEW, from(last))).to_vec();
        assert_eq!(opened, [true, true, false, true, false], "two of an address, and three of all");
        let who = (TenantId::DEFAULT, Uuid::from_u128(1));
        assert!(count.binds(FEW, from(1), who));
        assert!(count.opens(FEW, from(3)), "one is bound");
        count.leaves(from(2), None);
        assert!(count.opens(FEW, from(1)));
        assert_eq!((count.bound, count.unbound), (1, 3));
    }

    #[test]
    fn who_has_too_many_is_not_bound() {
        let mut count = Count::default();
        let one = Uuid::from_u128(1);
        let mut bind = |tenant: TenantId, who: Uuid| {
            count.opens(FEW, from(1)) && {
                let is_bound = count.binds(FEW, from(1), (tenant, who));
                if !is_bound {
                    count.leaves(from(1), None);
                }
                is_bound
            }
        };
        assert!(bind(TenantId::DEFAULT, one) && bind(TenantId::DEFAULT, one));
        assert!(!bind(TenantId::DEFAULT, one), "two of one");
        assert!(bind(TenantId::PLATFORM, one), "somebody else of another tenant");
        assert!(!bind(TenantId::DEFAULT, Uuid::from_u128(2)), "three of all");
        for who in [(TenantId::DEFAULT, one), (TenantId::DEFAULT, one), (TenantId::PLATFORM, one)] {
            count.leaves(from(1), Some(who));
        }
        assert_eq!((count.bound, count.unbound, count.of.len(), count.from.len()), (0, 0, 0, 0));
    }
}
