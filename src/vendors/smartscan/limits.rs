//! What bodies may cost: time, and memory that all uploads share.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::errors::Refusal;

/// How long a body may take to come in.
const BODY_S: u64 = 30;

/// The uploads that are held at the same time, in the whole process: 128 MiB.
pub static UPLOADS: Ceiling = Ceiling::new(128 * 1024, Duration::from_secs(10));

/// Reads a body; `what` is refused when it does not end in time.
///
/// # Errors
/// Those of reading, and [`Refusal::Validation`].
pub async fn in_time<T>(
    what: &'static str,
    reading: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    within(Duration::from_secs(BODY_S), what, reading).await
}

async fn within<T>(
    most: Duration,
    what: &'static str,
    reading: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    let late =
        || Refusal::Validation(what, format!("took longer than {} seconds to come in", most.as_secs()));
    timeout(most, reading).await.map_err(|_| late())?
}

/// A ceiling on bytes that are held at the same time.
#[derive(Debug)]
pub struct Ceiling {
    free_kib: Semaphore,
    wait: Duration,
}

impl Ceiling {
    const fn new(kib: usize, wait: Duration) -> Self {
        Self { free_kib: Semaphore::const_new(kib), wait }
    }

    /// A share of nothing yet.
    pub fn share(&self) -> Share<'_> {
        Share { ceiling: self, held: None }
    }
}

/// Room for some bytes below a ceiling, given back when it is dropped.
///
/// It grows with what has come in: taken for a length that is only announced, it would let a few idle connections keep everyone
/// else out.
#[derive(Debug)]
pub struct Share<'a> {
    ceiling: &'a Ceiling,
    held: Option<SemaphorePermit<'a>>,
}

impl Share<'_> {
    /// Makes room for so many bytes in all.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] when there is none in time.
    pub async fn grow_to(&mut self, bytes: usize) -> Result<(), Refusal> {
        let held_kib = self.held.as_ref().map_or(0, SemaphorePermit::num_permits);
        let more_kib = bytes.div_ceil(1024).saturating_sub(held_kib);
        let more_kib = u32::try_from(more_kib).map_err(|_| Refusal::Unavailable)?;
        let more = timeout(self.ceiling.wait, self.ceiling.free_kib.acquire_many(more_kib)).await;
        let more = more.ok().and_then(Result::ok).ok_or(Refusal::Unavailable)?;
        match &mut self.held {
            Some(held) => held.merge(more),
            none => *none = Some(more),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn a_body_that_does_not_end_is_refused() {
        let late = within::<()>(Duration::ZERO, "form", pending()).await.unwrap_err();
        assert_eq!(late.to_string(), "form took longer than 0 seconds to come in");
        assert_eq!(within(Duration::ZERO, "form", ready(Ok(1))).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn what_has_no_room_is_refused_until_there_is() {
        let ceiling = Ceiling::new(3, Duration::ZERO);
        let (mut one, mut other) = (ceiling.share(), ceiling.share());
        one.grow_to(1024).await.unwrap();
        one.grow_to(1025).await.unwrap();
        assert!(matches!(other.grow_to(1025).await, Err(Refusal::Unavailable)));
        other.grow_to(1024).await.unwrap();
        drop(one);
        other.grow_to(3 * 1024).await.unwrap();
        assert!(matches!(other.grow_to(3 * 1024 + 1).await, Err(Refusal::Unavailable)));
    }
}
