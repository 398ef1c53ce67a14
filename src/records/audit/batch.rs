//! The one row of a batch. <https://hl7.org/fhir/R4/http.html#batch>
//!
//! Each entry of a batch is done by itself. What a write did is committed with it, as a part; what was read or refused is kept until the
//! end. Then the row of the whole takes the place of the parts, before the answer leaves. Of a batch that a server did not live to end,
//! another one makes the row from the parts.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{AuditLog, of_several};
use crate::identity::Caller;
use crate::records::{Error, Records};
use crate::storage::audit::{self as rows, AuditRow, parts, seals};
use crate::storage::{StorageError, TenantId};

/// Batches that were broken off are looked for so often.
const EVERY: Duration = Duration::from_secs(300);
/// A batch of which nothing was heard for so long was broken off.
const LEFT: TimeDelta = TimeDelta::hours(1);
/// What the trail calls it.
const BATCH: &str = "batch";

/// What the entries of a batch did so far.
#[derive(Clone)]
pub(in crate::records) struct Batch {
    pub(super) event: Uuid,
    pub(super) rows: Arc<Mutex<Vec<AuditRow>>>,
}

impl Records {
    /// A door whose requests are entries of one batch.
    #[must_use]
    pub fn batch(&self) -> Self {
        let event = self.ids.uuid();
        let audit = AuditLog::Batch(Batch { event, rows: Arc::default() });
        Self { audit, reads: None, creations: None, ..self.clone() }
    }

    /// Ends the batch of this door: its row is committed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_batch(&self, caller: &Caller) -> Result<(), Error> {
        let AuditLog::Batch(batch) = &self.audit else { return Ok(()) };
        let told = std::mem::take(&mut *batch.rows.lock().await);
        let whole = of_several(told, Some(caller.operation.unwrap_or(BATCH)));
        // A batch without entries is a request, too.
        let row = whole.unwrap_or_else(|| self.audit_row(caller, BATCH, None));
        self.replace_parts(caller.tenant, batch.event, |_| Some(row)).await
    }

    /// Makes the rows of batches that were broken off, until the task is dropped.
    pub async fn end_broken_batches_as_time_goes(&self) {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            ticks.tick().await;
            if let Err(error) = self.end_broken_batches().await {
                // It is tried again.
                error.log();
            }
        }
    }

    /// Makes the rows of batches of which nothing was heard for an hour.
    ///
    /// # Errors
    /// When the database fails; those before stay as they are.
    pub async fn end_broken_batches(&self) -> Result<(), Error> {
        let mut transaction = seals::begin(&self.store).await?;
        let left = parts::left(&mut transaction, self.clock.now() - LEFT).await;
        for (tenant, event) in transaction.finish(left).await? {
            let broken_off = |told: Vec<AuditRow>| {
                let row = of_several(told, Some(BATCH))?;
                Some(AuditRow { outcome: "failed".to_owned(), ..row })
            };
            self.replace_parts(tenant, event, broken_off).await?;
        }
        Ok(())
    }

    async fn replace_parts(
        &self,
        tenant: TenantId,
        event: Uuid,
        row: impl FnOnce(Vec<AuditRow>) -> Option<AuditRow>,
    ) -> Result<(), Error> {
        let mut transaction = self.store.begin(tenant).await?;
        let replaced = async {
            let told = parts::take(&mut transaction, tenant, event).await?;
            match row(told) {
                Some(row) => rows::insert(&mut transaction, &row).await,
                None => Ok::<_, StorageError>(()),
            }
        }
        .await;
        Ok(transaction.finish(replaced).await?)
    }
}
