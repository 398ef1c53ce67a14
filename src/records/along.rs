//! Writes with what goes along in their transaction and is no resource: the bytes of files, addresses that are secrets.

use super::aside::{Load, aside};
use super::{Error, Records, Write, Written};
use crate::identity::Caller;
use crate::platform::queue::Job;

impl Records {
    /// Does all of the writes, asks for a job that they make necessary, and then what goes along, through a door whose transactions are
    /// all part of this one. Or nothing of it.
    ///
    /// # Errors
    /// As [`Records::transact_asking`], or that of what goes along; then nothing is stored.
    pub async fn transact_along(
        &self,
        caller: &Caller,
        writes: Vec<Write>,
        job: Option<&Job>,
        along: impl AsyncFnOnce(&Self) -> Result<(), Error>,
    ) -> Result<Vec<Written>, Error> {
        let load = Load::of(writes.iter().map(Write::size));
        let (records, by) = (self.clone(), caller.clone());
        let prepare = move || {
            let prepared = writes.into_iter().map(|write| records.prepare(&by, write));
            prepared.collect::<Result<Vec<_>, _>>()
        };
        let prepared = aside(load, prepare).await??;
        let types: Vec<_> = prepared.iter().map(|prepared| prepared.address().0).collect();
        let mut transaction = self.store.begin(caller.tenant).await?;
        let mut written = self.write_all(caller, prepared, &mut transaction).await;
        if let (Ok(_), Some(job)) = (&written, job)
            && let Err(full) = self.add_job(caller, job, &mut transaction).await
        {
            written = Err(full);
        }
        let written = match written {
            Ok(written) => written,
            Err(error) => return transaction.finish(Err(error)).await,
        };
        let (store, open) = self.store.within(caller.tenant, transaction)?;
        let done = along(&Self { store, reads: None, creations: None, ..self.clone() }).await;
        let written = open.end()?.finish(done.map(|()| written)).await?;
        self.wake_for(types.into_iter());
        Ok(written)
    }
}
