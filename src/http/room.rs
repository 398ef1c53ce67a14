//! Memory that bodies of all requests share, so that many large ones at once cannot use up what there is.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::records::Error;

/// Room for so many bytes at the same time.
#[derive(Debug)]
pub struct Room {
    free_kib: Semaphore,
    wait: Duration,
}

impl Room {
    /// Room for so many KiB; who finds none waits so long.
    #[must_use]
    pub const fn new(kib: usize, wait: Duration) -> Self {
        Self { free_kib: Semaphore::const_new(kib), wait }
    }

    /// A share of nothing yet.
    pub fn share(&self) -> Share<'_> {
        Share { room: self, held: None }
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
        let more = timeout(self.room.wait, self.room.free_kib.acquire_many(more_kib)).await;
        let more = more.ok().and_then(Result::ok).ok_or(Error::Unavailable)?;
        match &mut self.held {
            Some(held) => held.merge(more),
            none => *none = Some(more),
        }
        Ok(())
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
}
