//! Doing alike things of many requests in one transaction.
//!
//! Requests of a tenant that come while the database works on others wait for it, and are then done together: the busier the
//! server, the more of them share a transaction. One that comes alone is done at once.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;

use super::Error;
use crate::storage::{StorageError, TenantId};

/// What is larger than this is not done together with others: it would hold them up.
pub(super) const LARGE_BYTES: usize = 64 * 1024;

/// So many wait at most; then requests wait for room.
const QUEUE: usize = 4096;
/// So many are done together at most.
const MOST: usize = 256;
/// So many groups are under way at most: one in the database, and one on its way from or to it. With more, each is smaller.
const GROUPS: usize = 2;
/// So long a request waits for its answer: longer than a statement may take.
const PATIENCE: Duration = Duration::from_secs(35);

/// An answer, or what many requests failed of.
pub(super) type Answer<A> = Result<A, Arc<StorageError>>;

struct Waiting<Q, A> {
    tenant: TenantId,
    question: Q,
    sender: oneshot::Sender<Answer<A>>,
}

/// A queue of questions, and who answers them.
pub(super) struct Together<Q, A>(mpsc::Sender<Waiting<Q, A>>);

impl<Q, A> Clone for Together<Q, A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Q: Send + 'static, A: Send + 'static> Together<Q, A> {
    /// Starts answering on this runtime. `answer` gives as many answers as there are questions of a tenant, in their order.
    pub(super) fn start<F>(answer: impl Fn(TenantId, Vec<Q>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Vec<Answer<A>>> + Send,
    {
        let (sender, mut receiver) = mpsc::channel::<Waiting<Q, A>>(QUEUE);
        let (answer, room) = (Arc::new(answer), Arc::new(Semaphore::new(GROUPS)));
        tokio::spawn(async move {
            let mut permit = Arc::clone(&room).acquire_owned().await;
            let mut waiting = Vec::new();
            while receiver.recv_many(&mut waiting, MOST).await > 0 {
                let mut by_tenant: BTreeMap<TenantId, Vec<_>> = BTreeMap::new();
                for one in waiting.drain(..) {
                    by_tenant.entry(one.tenant).or_default().push((one.question, one.sender));
                }
                for (tenant, group) in by_tenant {
                    let answer = Arc::clone(&answer);
                    tokio::spawn(async move {
                        let (questions, senders): (Vec<_>, Vec<_>) = group.into_iter().unzip();
                        for (sender, answer) in senders.into_iter().zip(answer(tenant, questions).await) {
                            // Whoever hung up does not need the answer; what was asked for is done all the same.
                            drop(sender.send(answer));
                        }
                        drop(permit);
                    });
                    // The semaphore is never closed.
                    permit = Arc::clone(&room).acquire_owned().await;
                }
            }
        });
        Self(sender)
    }

    /// Returns once the question is answered.
    pub(super) async fn ask(&self, tenant: TenantId, question: Q) -> Result<A, Error> {
        let (sender, answer) = oneshot::channel();
        let asked = async {
            let waiting = Waiting { tenant, question, sender };
            self.0.send(waiting).await.map_err(|_| Error::internal("nobody answers"))?;
            answer.await.map_err(Error::internal)?.map_err(Error::shared)
        };
        timeout(PATIENCE, asked).await.map_err(|_| Error::Unavailable)?
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn what_waits_is_done_together_and_tenants_apart() {
        let (groups, go) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Notify::new()));
        let (seen, wait) = (Arc::clone(&groups), Arc::clone(&go));
        let together = Together::start(move |tenant, questions: Vec<u32>| {
            seen.lock().unwrap().push((tenant, questions.clone()));
            let wait = Arc::clone(&wait);
            async move {
                wait.notified().await;
                questions.into_iter().map(|question| Ok(question * 2)).collect()
            }
        });
        let (one, two) = (TenantId::from_row(1), TenantId::from_row(2));
        let ask = |tenant, question| {
            let together = together.clone();
            tokio::spawn(async move { together.ask(tenant, question).await.unwrap() })
        };
        // The first ones take all the room, each in a group of its own.
        let mut answers = Vec::new();
        for question in 0..u32::try_from(GROUPS).unwrap() {
            answers.push(ask(one, question));
            while groups.lock().unwrap().len() < answers.len() {
                tokio::task::yield_now().await;
            }
        }
        answers.extend([ask(one, 10), ask(two, 20), ask(one, 11)]);
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        while !answers.iter().all(tokio::task::JoinHandle::is_finished) {
            go.notify_one();
            tokio::task::yield_now().await;
        }
        let mut given = Vec::new();
        for answer in answers {
            given.push(answer.await.unwrap());
        }
        assert_eq!(given, [0, 2, 20, 40, 22]);
        let groups = groups.lock().unwrap();
        assert!(groups.contains(&(one, vec![10, 11])) && groups.contains(&(two, vec![20])), "{groups:?}");
    }

    #[tokio::test]
    async fn who_asked_for_what_failed_is_told_and_others_go_on() {
        let together = Together::start(|_, questions: Vec<u32>| async move {
            assert!(!questions.contains(&7), "this one cannot be answered");
            questions.into_iter().map(|_| Ok(())).collect()
        });
        let tenant = TenantId::from_row(1);
        assert!(matches!(together.ask(tenant, 7).await, Err(Error::Internal(_))));
        for question in 10..20 {
            together.ask(tenant, question).await.unwrap();
        }
    }
}
