//! Writes that are chosen while a resource is held, so that nobody adds to it in between.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::audit::AuditLog;
use super::{Error, Precondition, Records, Stored, Write, Written};
use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::storage::Connection;
use crate::storage::heads::{self, Wanted};

impl Records {
    /// Holds a resource in the version that was read, has `choose` read what is to be written, and writes that. Whoever holds the resource
    /// for a write of their own comes before, and `choose` sees what they wrote, or finds it changed. What `choose` reads leaves no row in
    /// the audit trail but that of the writes.
    ///
    /// # Errors
    /// When the resource has another version, or that of `choose` or of a write; then nothing is stored.
    pub async fn transact_holding(
        &self,
        caller: &Caller,
        held: &Stored,
        choose: impl AsyncFn(&Self) -> Result<Vec<Write>, Error>,
    ) -> Result<Vec<Written>, Error> {
        // Within the transaction it would take a second connection.
        self.cursors().await?;
        let resource_type = ResourceType::parse(&held.resource_type).ok_or(Error::UnknownType)?;
        let mut transaction = self.store.begin(caller.tenant).await?;
        if let Err(error) = self.hold(caller, resource_type, held, &mut transaction).await {
            return transaction.finish(Err(error)).await;
        }
        let (store, open) = self.store.within(caller.tenant, transaction)?;
        let audit = AuditLog::Kept(Arc::new(Mutex::new(Vec::new())));
        let chosen = choose(&Self { store, audit, reads: None, creations: None, ..self.clone() }).await;
        let mut transaction = open.end()?;
        let written = async {
            let prepared = chosen?.into_iter().map(|write| self.prepare(caller, write));
            let prepared = prepared.collect::<Result<Vec<_>, _>>()?;
            let types: Vec<_> = prepared.iter().map(|prepared| prepared.address().0).collect();
            Ok((self.write_all(caller, prepared, &mut transaction).await?, types))
        }
        .await;
        let (written, types) = transaction.finish::<_, Error>(written).await?;
        self.wake_for(types.into_iter());
        Ok(written)
    }

    async fn hold(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        held: &Stored,
        connection: &mut Connection,
    ) -> Result<(), Error> {
        // In the order of all who write: what limits the tenant comes first.
        self.known.for_writing(connection, caller.tenant).await?;
        let wanted = Wanted { resource_type: resource_type.as_str(), id: &held.id, body: false };
        let heads = heads::lock_all(connection, caller.tenant, &[wanted]).await?;
        let head = heads.first();
        let precondition: Precondition = held.version.into();
        precondition.check(head.map_or(0, |head| head.number), head.is_some_and(|head| !head.deleted))
    }
}
