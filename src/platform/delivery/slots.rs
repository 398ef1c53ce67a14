//! How much one tenant, or one host, can keep busy at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Whose room it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Of {
    /// That of a tenant, by its number.
    Tenant(i64),
    /// That of a host, by its name.
    Host(String),
}

/// What is taken now.
#[derive(Clone, Debug, Default)]
pub struct Slots(Arc<Mutex<HashMap<Of, usize>>>);

/// A place that is given back when it is dropped.
#[derive(Debug)]
pub struct Slot {
    of: Of,
    slots: Slots,
}

impl Slots {
    /// A place, where fewer than `most` are taken.
    pub fn take(&self, of: Of, most: usize) -> Option<Slot> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(of.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Slot { of, slots: self.clone() })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.of) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_taken_all_places_gets_one_back_at_a_time() {
        let slots = Slots::default();
        let (one, other) = (Of::Tenant(1), Of::Host("a.example".to_owned()));
        let first = slots.take(one.clone(), 2).unwrap();
        let second = slots.take(one.clone(), 2).unwrap();
        assert!(slots.take(one.clone(), 2).is_none() && slots.take(other, 1).is_some());
        drop(first);
        assert!(slots.take(one.clone(), 2).is_some());
        drop(second);
        assert!(slots.0.lock().unwrap().is_empty(), "nothing is kept of who has none");
    }
}
