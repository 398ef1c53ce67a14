//! Doing alike things of many requests in one transaction.
//!
//! Requests of a tenant that come while the database works on others of his wait for it, and are then done together: the busier the
//! server, the more of them share a transaction. One that comes alone is done at once. Tenants do not wait for each other.

use std::collections::HashMap;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::Error;
use crate::storage::{StorageError, TenantId};

/// What is larger than this is not done together with others: it would hold them up.
pub(super) const LARGE_BYTES: usize = 64 * 1024;

/// So many of a tenant wait at most; more are told to come again.
const QUEUE: usize = 4096;
/// So many are done together at most.
const MOST: usize = 256;
/// So many groups of a tenant are under way at most: as many as keep half of the processors busy, for the other half is the
/// database's; with more, each is smaller and costs more. A tenant must not take all connections either.
static GROUPS: LazyLock<usize> =
    LazyLock::new(|| available_parallelism().map_or(1, |all| all.get().div_ceil(2).min(MOST_GROUPS)));
const MOST_GROUPS: usize = 4;
/// So long a request waits for its answer: longer than it may take to get a connection and to run a statement.
const PATIENCE: Duration = Duration::from_secs(45);

/// An answer, or what many requests failed of.
pub(super) type Answer<A> = Result<A, Arc<StorageError>>;

/// The answers to the questions of a tenant, in their order.
type Answering<Q, A> =
    dyn Fn(TenantId, Vec<Q>) -> Pin<Box<dyn Future<Output = Vec<Answer<A>>> + Send>> + Send + Sync;

struct Waiting<Q, A> {
    question: Q,
    sender: oneshot::Sender<Answer<A>>,
}

/// The requests of one tenant.
struct Line<Q, A> {
    waiting: Vec<Waiting<Q, A>>,
    under_way: usize,
}

/// Queues of questions, and who answers them.
pub(super) struct Together<Q, A> {
    lines: Arc<Mutex<HashMap<TenantId, Line<Q, A>>>>,
    answer: Arc<Answering<Q, A>>,
    runtime: Handle,
}

impl<Q, A> Clone for Together<Q, A> {
    fn clone(&self) -> Self {
        let (lines, answer) = (Arc::clone(&self.lines), Arc::clone(&self.answer));
        Self { lines, answer, runtime: self.runtime.clone() }
    }
}

impl<Q: Send + 'static, A: Send + 'static> Together<Q, A> {
    /// Answers on this runtime. `answer` gives as many answers as there are questions of a tenant, in their order.
    pub(super) fn start<F>(answer: impl Fn(TenantId, Vec<Q>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Vec<Answer<A>>> + Send + 'static,
    {
        let answer = move |tenant, questions| -> Pin<Box<dyn Future<Output = _> + Send>> {
            Box::pin(answer(tenant, questions))
        };
        Self { lines: Arc::default(), answer: Arc::new(answer), runtime: Handle::current() }
    }

    /// Returns once the question is answered.
    pub(super) async fn ask(&self, tenant: TenantId, question: Q) -> Result<A, Error> {
        let (sender, answer) = oneshot::channel();
        if self.wait(tenant, Waiting { question, sender })? {
            let together = self.clone();
            self.runtime.spawn(async move { together.work(tenant).await });
        }
        let answer = timeout(PATIENCE, answer).await.map_err(|_| Error::Unavailable)?;
        answer.map_err(Error::internal)?.map_err(Error::shared)
    }

    /// Does something beside, on the same runtime.
    pub(super) fn aside(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(work);
    }

    /// Joins the line, and says whether one more group may be under way.
    fn wait(&self, tenant: TenantId, waiting: Waiting<Q, A>) -> Result<bool, Error> {
        let mut lines = self.lines();
        let line = lines.entry(tenant).or_insert(Line { waiting: Vec::new(), under_way: 0 });
        if line.waiting.len() >= QUEUE {
            return Err(Error::Unavailable);
        }
        line.waiting.push(waiting);
        let is_free = line.under_way < *GROUPS;
        line.under_way = line.under_way.saturating_add(usize::from(is_free));
        Ok(is_free)
    }

    /// Answers one group after another, until nobody waits.
    async fn work(&self, tenant: TenantId) {
        let mut place = Place { together: self, tenant, is_left: false };
        while let Some(group) = place.next() {
            let (questions, senders): (Vec<_>, Vec<_>) =
                group.into_iter().map(|one| (one.question, one.sender)).unzip();
            for (sender, answer) in senders.into_iter().zip((self.answer)(tenant, questions).await) {
                // Whoever hung up does not need the answer; what was asked for is done all the same.
                drop(sender.send(answer));
            }
        }
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<TenantId, Line<Q, A>>> {
        // Nothing that could fail is done under the lock.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the groups of a tenant that may be under way.
struct Place<'t, Q: Send + 'static, A: Send + 'static> {
    together: &'t Together<Q, A>,
    tenant: TenantId,
    is_left: bool,
}

impl<Q: Send + 'static, A: Send + 'static> Place<'_, Q, A> {
    /// Those who wait; where there are none, the place is free again.
    fn next(&mut self) -> Option<Vec<Waiting<Q, A>>> {
        let mut lines = self.together.lines();
        let line = lines.get_mut(&self.tenant)?;
        if line.waiting.len() > MOST {
            return Some(line.waiting.drain(..MOST).collect());
        }
        if !line.waiting.is_empty() {
            return Some(mem::take(&mut line.waiting));
        }
        self.is_left = true;
        line.under_way = line.under_way.saturating_sub(1);
        if line.under_way == 0 {
            lines.remove(&self.tenant);
        }
        None
    }
}

impl<Q: Send + 'static, A: Send + 'static> Drop for Place<'_, Q, A> {
    /// An answer that panicked leaves its place to those who wait.
    fn drop(&mut self) {
        if self.is_left {
            return;
        }
        let (together, tenant) = (self.together.clone(), self.tenant);
        self.together.runtime.spawn(async move { together.work(tenant).await });
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
        for question in 0..u32::try_from(*GROUPS).unwrap() {
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
        assert_eq!(given.split_off(*GROUPS), [20, 40, 22]);
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
