//! Looking after the work of a tenant, of whatever kind: what waits, what somebody works on, and what has to be tried again.

use chrono::{DateTime, Utc};

use crate::core::Clock;
use crate::storage::audit::Note;
use crate::storage::jobs::{self as rows, Listed};
use crate::storage::{StorageError, Store, TenantId};

/// What a job is called where the audit trail names it.
const KIND: &str = "job";

/// All jobs.
#[derive(Clone)]
pub struct Work {
    store: Store,
    clock: Clock,
}

/// How a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Somebody works on it.
    Running,
    /// Nobody has taken it yet.
    Waiting,
    /// It did not come off, and is tried again later.
    Failed,
}

/// A job with how it is.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The job.
    pub job: Listed,
    /// How it is now.
    pub state: State,
}

impl Work {
    /// The jobs in this store.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// The tenant's jobs after so many: first those that were tried most often.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page(&self, tenant: TenantId, window: (i64, i64)) -> Result<Vec<Seen>, StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let found = rows::all(&mut connection, tenant, window).await;
        let found = connection.finish(found).await?;
        let now = self.clock.now();
        Ok(found.into_iter().map(|job| Seen { state: state(&job, now), job }).collect())
    }

    /// Has a job done now that did not come off and that nobody works on; says whether there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn again(
        &self,
        tenant: TenantId,
        (kind, subject): (&str, &str),
        note: Note,
    ) -> Result<bool, StorageError> {
        let now = self.clock.now();
        let mut transaction = self.store.begin(tenant).await?;
        let done = async {
            let is_there = rows::again(&mut transaction, tenant, (kind, subject), now).await?;
            if is_there {
                note.add(&mut transaction, tenant, KIND, &format!("{kind}/{subject}")).await?;
            }
            Ok::<_, StorageError>(is_there)
        }
        .await;
        transaction.finish(done).await
    }
}

fn state(job: &Listed, now: DateTime<Utc>) -> State {
    match (job.active && job.due > now, job.tries) {
        (true, _) => State::Running,
        (false, 0) => State::Waiting,
        (false, _) => State::Failed,
    }
}
