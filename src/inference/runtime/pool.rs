//! Worker threads that own their models, and the bounded queue before them.
//!
//! Inference keeps a core busy for a tenth of a second and more: on an async thread it would stall every
//! other request. Jobs wait here instead; a full queue refuses at once, a job whose caller has gone or
//! whose deadline has passed is not started, and a panic costs its own job only.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tracing::{Instrument as _, info_span};

use super::RuntimeError;
use crate::core::memory::give_back;
use crate::core::metrics::METRICS;
use crate::core::trace::TARGET;

/// Why a job gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// The queue is full: try again later.
    #[error("too many pictures are waiting")]
    Overloaded,
    /// The deadline passed before the answer was there.
    #[error("the picture was not read in time")]
    Timeout,
    /// The job panicked, or the pool is shutting down.
    #[error("the picture could not be worked on")]
    Failed,
}

/// A worker without work for so long gives back what memory its last job took: soon enough for an idle server to be small, and not
/// between the pictures of one client.
const IDLE: Duration = Duration::from_secs(2);

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

struct Queue<S> {
    waiting: VecDeque<Job<S>>,
    closed: bool,
}

struct Shared<S> {
    queue: Mutex<Queue<S>>,
    arrival: Condvar,
}

impl<S> Shared<S> {
    fn queue(&self) -> MutexGuard<'_, Queue<S>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job; where none comes for a while, memory is given back. The next picture after that pays for getting it again.
    fn next(&self) -> Option<Job<S>> {
        let mut queue = self.queue();
        let mut is_given_back = false;
        loop {
            if queue.closed {
                return None;
            }
            if let Some(job) = queue.waiting.pop_front() {
                return Some(job);
            }
            if is_given_back {
                queue = self.arrival.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let waited = self.arrival.wait_timeout(queue, IDLE).unwrap_or_else(PoisonError::into_inner);
            queue = waited.0;
            if waited.1.timed_out() && queue.waiting.is_empty() {
                drop(queue);
                give_back();
                is_given_back = true;
                queue = self.queue();
            }
        }
    }
}

/// Threads that each own an `S` and run jobs on it, first come first served.
pub struct Pool<S> {
    name: &'static str,
    shared: Arc<Shared<S>>,
    limit: usize,
    threads: Vec<JoinHandle<()>>,
}

impl<S> std::fmt::Debug for Pool<S> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Pool({} workers, {} may wait)", self.threads.len(), self.limit)
    }
}

impl<S: Send + 'static> Pool<S> {
    /// Starts one thread for each state; `queue` jobs may wait, one more is refused. The name is that of metrics.
    pub fn start(name: &'static str, states: Vec<S>, queue: usize) -> Result<Self, RuntimeError> {
        let empty = Queue { waiting: VecDeque::new(), closed: false };
        let shared = Arc::new(Shared { queue: Mutex::new(empty), arrival: Condvar::new() });
        let mut pool = Self { name, shared, limit: queue, threads: Vec::new() };
        for (number, mut state) in states.into_iter().enumerate() {
            let shared = Arc::clone(&pool.shared);
            let work = move || {
                while let Some(job) = shared.next() {
                    job(&mut state);
                }
            };
            let thread = std::thread::Builder::new().name(format!("inference-{number}"));
            pool.threads.push(thread.spawn(work).map_err(RuntimeError::Thread)?);
        }
        Ok(pool)
    }

    /// Runs a job on the next free worker; the job is told when it has to be done.
    pub async fn run<T: Send + 'static>(
        &self,
        patience: Duration,
        job: impl FnOnce(&mut S, Instant) -> T + Send + 'static,
    ) -> Result<T, PoolError> {
        let mut noted = METRICS.read(self.name);
        let span = info_span!(target: TARGET, "inference", otel.name = %format_args!("inference {}", self.name), reader = self.name);
        let done = self.wait(patience, job).instrument(span).await;
        noted.end(match &done {
            Ok(_) => "done",
            Err(PoolError::Overloaded) => "refused",
            Err(PoolError::Timeout) => "too_late",
            Err(PoolError::Failed) => "failed",
        });
        done
    }

    async fn wait<T: Send + 'static>(
        &self,
        patience: Duration,
        job: impl FnOnce(&mut S, Instant) -> T + Send + 'static,
    ) -> Result<T, PoolError> {
        let deadline = Instant::now() + patience;
        let (answer, wait) = oneshot::channel();
        self.enqueue(Box::new(move |state| {
            if answer.is_closed() || Instant::now() >= deadline {
                return;
            }
            // The models keep no state between runs, so a panic leaves nothing half-done behind.
            let outcome = catch_unwind(AssertUnwindSafe(|| job(state, deadline)));
            answer.send(outcome.map_err(|_| PoolError::Failed)).ok();
        }))?;
        match tokio::time::timeout(patience, wait).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) if Instant::now() >= deadline => Err(PoolError::Timeout),
            Ok(Err(_)) => Err(PoolError::Failed),
            Err(_) => Err(PoolError::Timeout),
        }
    }

    fn enqueue(&self, job: Job<S>) -> Result<(), PoolError> {
        let mut queue = self.shared.queue();
        if queue.closed {
            return Err(PoolError::Failed);
        }
        if queue.waiting.len() >= self.limit {
            return Err(PoolError::Overloaded);
        }
        queue.waiting.push_back(job);
        drop(queue);
        self.shared.arrival.notify_one();
        Ok(())
    }
}

impl<S> Drop for Pool<S> {
    /// Waiting jobs are let go; running ones are waited for, as the library must not be unloaded under them.
    fn drop(&mut self) {
        let left = {
            let mut queue = self.shared.queue();
            queue.closed = true;
            std::mem::take(&mut queue.waiting)
        };
        drop(left);
        self.shared.arrival.notify_all();
        for thread in self.threads.drain(..) {
            thread.join().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn pool(queue: usize) -> Arc<Pool<u32>> {
        Arc::new(Pool::start("a test of pools", vec![0], queue).unwrap())
    }

    /// Keeps the only worker busy until the sender is dropped.
    async fn block(pool: &Arc<Pool<u32>>) -> mpsc::Sender<()> {
        let (gate, closed) = mpsc::channel::<()>();
        let (started, running) = oneshot::channel();
        let pool = Arc::clone(pool);
        tokio::spawn(async move {
            pool.run(LONG, move |_, _| {
                started.send(()).ok();
                closed.recv().ok();
            })
            .await
        });
        running.await.unwrap();
        gate
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let pool = pool(1);
        let gate = block(&pool).await;
        let waiting = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { pool.run(LONG, |_, _| ()).await }
        });
        while pool.shared.queue().waiting.is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(pool.run(LONG, |_, _| ()).await, Err(PoolError::Overloaded));
        drop(gate);
        assert_eq!(waiting.await.unwrap(), Ok(()));
    }

    #[tokio::test]
    async fn a_job_past_its_deadline_is_not_started() {
        let pool = pool(4);
        let gate = block(&pool).await;
        let late = pool.run(Duration::from_millis(1), |count, _| *count += 1).await;
        assert_eq!(late, Err(PoolError::Timeout));
        drop(gate);
        assert_eq!(pool.run(LONG, |count, _| *count).await, Ok(0));
    }

    #[tokio::test]
    async fn a_job_whose_caller_has_gone_is_not_started() {
        let pool = pool(4);
        let gate = block(&pool).await;
        let gone = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { pool.run(LONG, |count, _| *count += 1).await }
        });
        while pool.shared.queue().waiting.is_empty() {
            tokio::task::yield_now().await;
        }
        gone.abort();
        gone.await.unwrap_err();
        drop(gate);
        assert_eq!(pool.run(LONG, |count, _| *count).await, Ok(0));
    }

    #[tokio::test]
    async fn a_panic_costs_its_own_job_only() {
        let pool = pool(4);
        let lost = pool.run(LONG, |_, _| panic!("meant to happen")).await;
        assert_eq!(lost, Err(PoolError::Failed));
        assert_eq!(pool.run(LONG, |count, _| *count + 1).await, Ok(1));
    }

    #[tokio::test]
    async fn jobs_run_in_order_on_the_workers_own_state() {
        let pool = pool(4);
        for expected in 1..=3 {
            let count = pool.run(LONG, |count, _| {
                *count += 1;
                *count
            });
            assert_eq!(count.await, Ok(expected));
        }
    }
}
