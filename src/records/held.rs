//! Writes that are chosen while a resource is held, so that nobody adds to it in between.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::audit::AuditLog;
use super::transact::Prepared;
use super::{Error, Precondition, Records, Stored, Write, Written};
use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::storage::heads::{self, Wanted};
use crate::storage::{Connection, Store};

impl Records {
    /// Holds a resource in the version that was read, has `choose` read what is to be written, and writes that. Whoever holds the resource
    /// for a write of their own comes before, and `choose` sees what they wrote, or finds it changed. What `choose` reads leaves no row in
    /// the audit trail but that of the writes.
    ///
    /// `choose` is asked twice: what it chose before anything was held is held with the resource, in the order of all who write.
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
        let likely = self.all_prepared(caller, choose(&self.quietly_on(self.store.clone())).await?)?;
        let mut transaction = self.store.begin(caller.tenant).await?;
        if let Err(error) = self.hold(caller, held, &likely, &mut transaction).await {
            return transaction.finish(Err(error)).await;
        }
        let (store, open) = self.store.within(caller.tenant, transaction)?;
        let chosen = choose(&self.quietly_on(store)).await;
        let mut transaction = open.end()?;
        let written = async {
            let prepared = self.all_prepared(caller, chosen?)?;
            let types: Vec<_> = prepared.iter().map(|prepared| prepared.address().0).collect();
            Ok((self.write_all(caller, prepared, &mut transaction).await?, types))
        }
        .await;
        let (written, types) = transaction.finish::<_, Error>(written).await?;
        self.wake_for(types.into_iter());
        Ok(written)
    }

    /// The same on another store, without rows in the audit trail.
    fn quietly_on(&self, store: Store) -> Self {
        let audit = AuditLog::Kept(Arc::new(Mutex::new(Vec::new())));
        Self { store, audit, reads: None, creations: None, ..self.clone() }
    }

    fn all_prepared(&self, caller: &Caller, writes: Vec<Write>) -> Result<Vec<Prepared>, Error> {
        writes.into_iter().map(|write| self.prepare(caller, write)).collect()
    }

    async fn hold(
        &self,
        caller: &Caller,
        held: &Stored,
        likely: &[Prepared],
        connection: &mut Connection,
    ) -> Result<(), Error> {
        // In the order of all who write: what limits the tenant comes first, then the resources by their addresses.
        self.known.for_writing(connection, caller.tenant).await?;
        let resource_type = ResourceType::parse(&held.resource_type).ok_or(Error::UnknownType)?.as_str();
        let own = Wanted { resource_type, id: &held.id, body: false };
        let others = likely.iter().map(|prepared| {
            let (resource_type, id) = prepared.address();
            Wanted { resource_type: resource_type.as_str(), id, body: false }
        });
        let mut wanted: Vec<_> = others.filter(|other| *other != own).collect();
        wanted.push(own);
        let heads = heads::lock_all(connection, caller.tenant, &wanted).await?;
        let head = heads.iter().find(|head| head.type_ == resource_type && head.id == held.id);
        let precondition: Precondition = held.version.into();
        precondition.check(head.map_or(0, |head| head.number), head.is_some_and(|head| !head.deleted))
    }
}
