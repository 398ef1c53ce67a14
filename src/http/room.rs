//! Memory that bodies of all requests share, so that many large ones at once cannot use up what there is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::records::Error;

/// After so many seconds, there are turns again.
const PATIENCE_S: u32 = 60;

/// Room for so many bytes at the same time.
#[derive(Debug)]
pub struct Room {
    free_kib: Semaphore,
    wait: Duration,
    /// What one of those who share it may have at most, where they are told apart.
    each_kib: usize,
    /// What is left to each of those who have something.
    of_each: Mutex<BTreeMap<String, Weak<Semaphore>>>,
}

impl Room {
    /// Room for so many KiB; who finds none waits so long.
    #[must_use]
    pub const fn new(kib: usize, wait: Duration) -> Self {
        Self::shared(kib, kib, wait)
    }

    /// Room for so many KiB, of which nobody has more than `each_kib`.
    #[must_use]
    pub const fn shared(kib: usize, each_kib: usize, wait: Duration) -> Self {
        Self { free_kib: Semaphore::const_new(kib), wait, each_kib, of_each: Mutex::new(BTreeMap::new()) }
    }

    /// A share of nothing yet.
    pub fn share(&self) -> Share<'_> {
        Share { room: self, held: None, own: None }
    }

    /// The same of somebody: all shares of one come to what one may have at most.
    pub fn share_of(&self, who: &str) -> Share<'_> {
        let mut of_each = self.of_each.lock().unwrap_or_else(PoisonError::into_inner);
        let known = of_each.get(who).and_then(Weak::upgrade);
        let left = known.unwrap_or_else(|| {
            of_each.retain(|_, left| left.strong_count() > 0);
            let left = Arc::new(Semaphore::new(self.each_kib));
            of_each.insert(who.to_owned(), Arc::downgrade(&left));
            left
        });
        Share { room: self, held: None, own: Some((left, None)) }
    }
}

/// Room for some bytes, given back when it is dropped.
///
/// It grows with what has come in: taken for a length that is only announced, it would let a few idle connections keep everyone
/// else out.
#[derive(Debug)]
pub struct Share<'a> {
    room: &'a Room,
    held: Option<SemaphorePermit<'a>>,
    /// What is left to whoever's it is, and what of that is held.
    own: Option<(Arc<Semaphore>, Option<OwnedSemaphorePermit>)>,
}

impl Share<'_> {
    /// Makes room for so many bytes in all.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is none in time.
    pub async fn grow_to(&mut self, bytes: usize) -> Result<(), Error> {
        let held_kib = self.held.as_ref().map_or(0, SemaphorePermit::num_permits);
        let more_kib = bytes.div_ceil(1024).saturating_sub(held_kib);
        let more_kib = u32::try_from(more_kib).map_err(|_| Error::Unavailable)?;
        let wait = self.room.wait;
        if let Some((left, held)) = &mut self.own {
            // First of one's own: who has had enough is not to take of what is left to others.
            let more = timeout(wait, Arc::clone(left).acquire_many_owned(more_kib)).await;
            let more = more.ok().and_then(Result::ok).ok_or(Error::Unavailable)?;
            match held {
                Some(held) => held.merge(more),
                none => *none = Some(more),
            }
        }
        let more = timeout(wait, self.room.free_kib.acquire_many(more_kib)).await;
        let more = more.ok().and_then(Result::ok).ok_or(Error::Unavailable)?;
        match &mut self.held {
            Some(held) => held.merge(more),
            none => *none = Some(more),
        }
        Ok(())
    }
}

/// Turns to do something: so many at the same time, and so many of one of those who share them.
#[derive(Debug)]
pub struct Turns(Room);

impl Turns {
    /// So many turns, of which nobody has more than `each`; who finds none waits so long.
    #[must_use]
    pub const fn shared(all: usize, each: usize, wait: Duration) -> Self {
        Self(Room::shared(all, each, wait))
    }

    /// A turn of somebody's, which lasts until it is dropped.
    ///
    /// # Errors
    /// [`Error::Busy`] when there is none in time.
    pub async fn of(&self, who: &str) -> Result<Share<'_>, Error> {
        let mut turn = self.0.share_of(who);
        turn.grow_to(1).await.map_err(|_| Error::Busy(PATIENCE_S))?;
        Ok(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_has_no_room_is_refused_until_there_is() {
        let room = Room::new(3, Duration::ZERO);
        let (mut one, mut other) = (room.share(), room.share());
        one.grow_to(1024).await.unwrap();
        one.grow_to(1025).await.unwrap();
        assert!(matches!(other.grow_to(1025).await, Err(Error::Unavailable)));
        other.grow_to(1024).await.unwrap();
        drop(one);
        other.grow_to(3 * 1024).await.unwrap();
        assert!(matches!(other.grow_to(3 * 1024 + 1).await, Err(Error::Unavailable)));
    }

    #[tokio::test]
    async fn nobody_takes_the_turns_of_others() {
        let turns = Turns::shared(3, 2, Duration::ZERO);
        let own = (turns.of("a").await.unwrap(), turns.of("a").await.unwrap());
        assert!(matches!(turns.of("a").await, Err(Error::Busy(_))));
        let other = turns.of("b").await.unwrap();
        drop(own);
        assert!(turns.of("a").await.is_ok());
        drop(other);
    }

    #[tokio::test]
    async fn nobody_takes_the_room_of_others() {
        let room = Room::shared(5, 3, Duration::ZERO);
        let (mut one, mut more, mut other) = (room.share_of("a"), room.share_of("a"), room.share_of("b"));
        one.grow_to(2 * 1024).await.unwrap();
        assert!(matches!(more.grow_to(2 * 1024).await, Err(Error::Unavailable)));
        more.grow_to(1024).await.unwrap();
        other.grow_to(2 * 1024).await.unwrap();
        assert!(matches!(other.grow_to(3 * 1024).await, Err(Error::Unavailable)), "the room is full");
        drop((one, more, other));
        let mut again = room.share_of("a");
        again.grow_to(3 * 1024).await.unwrap();
        assert_eq!(room.of_each.lock().unwrap().len(), 1, "who has nothing is forgotten");
    }
}
