//! Reading everything as it is at one moment, for who was overtaken again and again by changes of what limits the tenant: many Consents in
//! a second.
//!
//! A request is first tried by the set of parameters and Consents that this process knows, which costs nothing; what is found tells the set's version, and
//! where that is another the request is tried anew. Within a snapshot there is no other. That holds a connection for longer, so it comes last.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::audit::AuditLog;
use super::{Error, Records};
use crate::identity::Caller;
use crate::storage::audit::AuditRow;
use crate::storage::store::Within;

/// So often something is tried by what this process knows, before all of it is read at one moment.
pub(super) const OVERTAKEN: u8 = 2;

/// A moment, and the door to resources as they are then.
pub(super) struct Moment {
    /// The door. What is read by it has its rows in the audit trail once the moment ends well.
    pub(super) records: Records,
    open: Within,
    told: Arc<Mutex<Vec<AuditRow>>>,
}

impl Records {
    /// This moment, which no change of limits ends.
    ///
    /// # Errors
    /// When the database fails, and a conflict within an open transaction, which has its own moment.
    pub(super) async fn one_moment(&self, caller: &Caller) -> Result<Moment, Error> {
        if self.store.is_within() {
            return Err(Error::Conflict);
        }
        // Within the transaction it would take a second connection.
        self.cursors().await?;
        let transaction = self.store.begin_snapshot(caller.tenant).await?;
        let (store, open) = self.store.within(caller.tenant, transaction)?;
        let told = Arc::new(Mutex::new(Vec::new()));
        let audit = AuditLog::Kept(Arc::clone(&told));
        let records = Self { store, audit, reads: None, creations: None, ..self.clone() };
        Ok(Moment { records, open, told })
    }

    /// What was found at a moment, once its rows are in the audit trail.
    ///
    /// # Errors
    /// Those of what was found, and when the database fails.
    pub(super) async fn after_moment<T>(&self, moment: Moment, found: Result<T, Error>) -> Result<T, Error> {
        let Moment { records, open, told } = moment;
        drop(records);
        let mut transaction = open.end()?;
        let rows = std::mem::take(&mut *told.lock().await);
        let kept = async {
            let found = found?;
            for row in &rows {
                self.audit.add(&mut transaction, row).await?;
            }
            Ok(found)
        }
        .await;
        let found = transaction.finish::<_, Error>(kept).await?;
        for row in rows {
            self.audit.committed(row).await;
        }
        Ok(found)
    }
}
