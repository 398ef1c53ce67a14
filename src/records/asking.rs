//! Asking for jobs in the transaction that makes them necessary.

use super::{Error, Records};
use crate::identity::Caller;
use crate::platform::queue::{Job, MOST};
use crate::storage::{Connection, jobs};

/// After so many seconds, some of the jobs that wait are done.
const PATIENCE_S: u32 = 60;

impl Records {
    /// Asks for a job, or for the one about the same subject to be done anew; within an open transaction, as a part of it.
    ///
    /// # Errors
    /// [`Error::Busy`] where too many of the tenant's wait.
    pub async fn ask_for(&self, caller: &Caller, job: &Job) -> Result<(), Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let added = self.add_job(caller, job, &mut transaction).await;
        transaction.finish(added).await
    }

    pub(super) async fn add_job(
        &self,
        caller: &Caller,
        job: &Job,
        connection: &mut Connection,
    ) -> Result<(), Error> {
        let about = (job.kind, job.subject.as_str());
        let added = jobs::add(connection, caller.tenant, about, self.clock.now(), MOST).await?;
        if added { Ok(()) } else { Err(Error::Busy(PATIENCE_S)) }
    }
}
