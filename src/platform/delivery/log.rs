//! What was posted to a receiver, what came of it, and posting it again.

use chrono::{DateTime, Days, Utc};

use super::{Attempt, Deliveries, JOBS, Logged, line};
use crate::storage::audit::Note;
use crate::storage::deliveries::{Line, log as rows};
use crate::storage::{Connection, StorageError, TenantId, jobs, receivers, tenants};

/// What a delivery is called where the audit trail names it.
const KIND: &str = "delivery";
/// So many rows are removed by one statement.
const BATCH: i64 = 1_000;

/// A delivery with its tries.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What is to be told.
    pub logged: Logged,
    /// How it stands.
    pub standing: Standing,
    /// Its tries, the first one first.
    pub attempts: Vec<Attempt>,
}

/// Deliveries of a receiver.
#[derive(Clone, Debug)]
pub struct Page {
    /// The newest first.
    pub deliveries: Vec<Delivery>,
    /// How many there are on all pages.
    pub total: i64,
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has yet to come through.
    Pending,
    /// The receiver has it.
    Delivered,
    /// It was tried often enough.
    Failed,
    /// The receiver was closed before it came through.
    Stopped,
}

impl Standing {
    fn of(logged: &Logged) -> Result<Self, StorageError> {
        match logged.outcome.as_deref() {
            None => Ok(Self::Pending),
            Some("delivered") => Ok(Self::Delivered),
            Some("failed") => Ok(Self::Failed),
            Some("stopped") => Ok(Self::Stopped),
            Some(_) => {
                Err(StorageError::Corrupt { table: "delivery", column: "outcome", row: logged.id.clone() })
            }
        }
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

impl Deliveries {
    /// The deliveries of a receiver on a page, and how many there are in all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page(
        &self,
        tenant: TenantId,
        of: Line<'_>,
        window: (i64, i64),
    ) -> Result<Page, StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let page = async {
            let total = rows::count(&mut connection, tenant, of).await?;
            let logged = rows::page(&mut connection, tenant, of, window).await?;
            Ok(Page { deliveries: with_attempts(&mut connection, tenant, of, logged).await?, total })
        }
        .await;
        connection.finish(page).await
    }

    /// Has a delivery posted now, also one that has ended, with as many tries as a new one; none where there is none. It keeps its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replay(
        &self,
        tenant: TenantId,
        of: Line<'_>,
        id: &str,
        note: Note,
    ) -> Result<Option<Delivery>, StorageError> {
        let now = self.clock.now();
        let mut transaction = self.store.begin(tenant).await?;
        let replayed = async {
            // In the order of who posts: first the job, then the delivery. A job that finds nothing is removed by whoever takes it.
            jobs::nudge(&mut transaction, tenant, (JOBS, &[line(of.0, of.1)]), now).await?;
            let Some(logged) = rows::again(&mut transaction, tenant, of, id, now).await? else {
                return Ok(None);
            };
            note.add(&mut transaction, tenant, KIND, id).await?;
            let found = with_attempts(&mut transaction, tenant, of, vec![logged]).await?;
            Ok::<_, StorageError>(found.into_iter().next())
        }
        .await;
        let replayed = transaction.finish(replayed).await?;
        self.wake();
        Ok(replayed)
    }

    /// Removes deliveries that ended long enough ago, of all tenants; says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old(&self) -> Result<usize, StorageError> {
        let before = self.oldest();
        let mut all: usize = 0;
        for tenant in tenants::all(&self.store).await? {
            loop {
                let mut connection = self.store.alone(tenant).await?;
                let removed = rows::remove_ended(&mut connection, tenant, before, BATCH).await;
                let removed = connection.finish(removed).await?;
                all = all.saturating_add(removed);
                if removed == 0 {
                    break;
                }
            }
            let mut connection = self.store.alone(tenant).await?;
            let removed = receivers::remove_idle(&mut connection, tenant, before).await;
            connection.finish(removed).await?;
        }
        Ok(all)
    }

    /// From when on what has ended is kept.
    #[must_use]
    pub fn oldest(&self) -> DateTime<Utc> {
        let first = self.clock.now().checked_sub_days(Days::new(self.kept_days.get().into()));
        first.unwrap_or(DateTime::UNIX_EPOCH)
    }
}

async fn with_attempts(
    connection: &mut Connection,
    tenant: TenantId,
    of: Line<'_>,
    logged: Vec<Logged>,
) -> Result<Vec<Delivery>, StorageError> {
    let ids: Vec<_> = logged.iter().map(|one| one.id.as_str()).collect();
    let all = rows::attempts(connection, tenant, of, &ids).await?;
    let with = |logged: Logged| {
        let attempts = all.iter().filter(|attempt| attempt.delivery == logged.id).cloned().collect();
        Ok(Delivery { standing: Standing::of(&logged)?, attempts, logged })
    };
    logged.into_iter().map(with).collect()
}
