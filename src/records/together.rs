//! Doing alike things of many requests in one transaction.
//!
//! Requests that come while the database works on others wait for it, and are then done together: the busier the server, the
//! more of them share a transaction. One that comes alone is done at once.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, oneshot};

use super::Error;
use crate::storage::StorageError;

/// So many wait at most; then requests wait for room.
const QUEUE: usize = 4096;
/// So many are done together at most.
const MOST: usize = 256;
/// So many groups are under way at most: one in the database, and one on its way from or to it.
const GROUPS: usize = 2;

type Waiting<Q, A> = (Q, oneshot::Sender<Result<A, Arc<StorageError>>>);

/// A queue of questions, and who answers them.
pub(super) struct Together<Q, A>(mpsc::Sender<Waiting<Q, A>>);

impl<Q, A> Clone for Together<Q, A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Q: Send + 'static, A: Send + 'static> Together<Q, A> {
    /// Starts answering on this runtime. `answer` gives as many answers as there are questions, in their order.
    pub(super) fn start<F>(answer: impl Fn(Vec<Q>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Vec<Result<A, Arc<StorageError>>>> + Send,
    {
        let (sender, mut receiver) = mpsc::channel::<Waiting<Q, A>>(QUEUE);
        let (answer, room) = (Arc::new(answer), Arc::new(Semaphore::new(GROUPS)));
        tokio::spawn(async move {
            // The semaphore is never closed.
            while let Ok(permit) = Arc::clone(&room).acquire_owned().await {
                let mut group = Vec::new();
                if receiver.recv_many(&mut group, MOST).await == 0 {
                    break;
                }
                let answer = Arc::clone(&answer);
                tokio::spawn(async move {
                    let (questions, waiting): (Vec<_>, Vec<_>) = group.into_iter().unzip();
                    for (sender, answer) in waiting.into_iter().zip(answer(questions).await) {
                        // Whoever hung up does not need the answer; what was asked for is done all the same.
                        drop(sender.send(answer));
                    }
                    drop(permit);
                });
            }
        });
        Self(sender)
    }

    /// Returns once the question is answered.
    pub(super) async fn ask(&self, question: Q) -> Result<A, Error> {
        let (sender, answer) = oneshot::channel();
        self.0.send((question, sender)).await.map_err(|_| Error::internal("nobody answers"))?;
        answer.await.map_err(Error::internal)?.map_err(Error::shared)
    }
}
