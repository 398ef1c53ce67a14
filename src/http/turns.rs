//! Long work beside the threads that answer requests, so much at a time as there are turns for.

use tokio::sync::Semaphore;

use crate::platform::pdf::NotDrawn;
use crate::records::Error;

/// How many documents are drawn at the same time: each keeps a core busy.
static DRAWING: Semaphore = Semaphore::const_new(2);

/// Draws a document when its turn comes, beside the threads that answer requests.
///
/// # Errors
/// When it cannot be drawn.
pub async fn drawn(
    draw: impl FnOnce() -> Result<Vec<u8>, NotDrawn> + Send + 'static,
) -> Result<Vec<u8>, Error> {
    in_turn(&DRAWING, draw).await?.map_err(Error::internal)
}

/// Does work when its turn comes. The turn ends with the work, also where nobody waits for that any more: who calls and hangs up
/// again and again would else have as much of it done as he likes.
///
/// # Errors
/// When there are no more turns, or the work panics.
pub async fn in_turn<T: Send + 'static>(
    turns: &'static Semaphore,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let turn = turns.acquire().await.map_err(|_| Error::Unavailable)?;
    let work = move || {
        let done = work();
        drop(turn);
        done
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    static TURNS: Semaphore = Semaphore::const_new(1);

    #[tokio::test(flavor = "multi_thread")]
    async fn a_turn_lasts_as_long_as_its_work_also_when_nobody_waits() {
        let (begun, has_begun) = mpsc::channel();
        let (end, ended) = mpsc::channel::<()>();
        let work = move || {
            begun.send(()).unwrap();
            ended.recv()
        };
        let waiting = tokio::spawn(in_turn(&TURNS, work));
        tokio::task::block_in_place(|| has_begun.recv().unwrap());
        waiting.abort();
        assert!(waiting.await.unwrap_err().is_cancelled());
        assert_eq!(TURNS.available_permits(), 0);
        end.send(()).unwrap();
        let next = tokio::time::timeout(Duration::from_secs(30), in_turn(&TURNS, || 7));
        assert!(matches!(next.await, Ok(Ok(7))));
        assert_eq!(TURNS.available_permits(), 1);
    }
}
