//! Reading one resource, current or by version. <https://hl7.org/fhir/R4/http.html#read>

use std::sync::Arc;

use super::together::{LARGE_BYTES, Together};
use super::{Error, Records, Stored, is_id, operations, permit};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::audit::AuditRow;
use crate::storage::resources::{self, Current, Key, Version};
use crate::storage::{StorageError, Store, TenantId};

/// Reads that wait for the database.
pub(super) type Reads = Together<Wanted, Option<Current>>;

/// A current version that somebody wants to read.
pub(super) struct Wanted {
    resource_type: ResourceType,
    id: String,
    /// The row that tells of it; none for who reads quietly.
    audit: Option<AuditRow>,
}

pub(super) fn start(store: Store) -> Reads {
    Together::start(move |tenant, wanted: Vec<Wanted>| {
        let store = store.clone();
        async move {
            let keys: Vec<_> =
                wanted.iter().map(|one| (one.resource_type.as_str(), one.id.as_str())).collect();
            let audit: Vec<_> = wanted.iter().filter_map(|one| one.audit.as_ref()).collect();
            let found = current_of_all(&store, tenant, &keys, &audit).await.map_err(Arc::new);
            let answer = |one: &Wanted| match &found {
                Ok(found) => Ok(found.iter().find(|found| one.is(&found.version)).cloned()),
                Err(error) => Err(Arc::clone(error)),
            };
            wanted.iter().map(answer).collect()
        }
    })
}

impl Wanted {
    fn is(&self, version: &Version) -> bool {
        version.id == self.id && version.resource_type == self.resource_type.as_str()
    }
}

async fn current_of_all(
    store: &Store,
    tenant: TenantId,
    wanted: &[(&str, &str)],
    audit: &[&AuditRow],
) -> Result<Vec<Current>, StorageError> {
    let mut connection = store.alone(tenant).await?;
    let largest = i64::try_from(LARGE_BYTES).unwrap_or(i64::MAX);
    let found = resources::current_of_all(&mut connection, tenant, wanted, audit, largest).await;
    connection.finish(found).await
}

impl Records {
    /// The current version.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Gone`] after a deletion, or that the caller may not read it.
    pub async fn read(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        id: &str,
    ) -> Result<Stored, Error> {
        self.read_one(caller, resource_type, id, None).await
    }

    /// One version by its number.
    ///
    /// # Errors
    /// As for [`Records::read`]; [`Error::Gone`] where that version is the deletion.
    pub async fn vread(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        id: &str,
        version: i64,
    ) -> Result<Stored, Error> {
        self.read_one(caller, resource_type, id, Some(version)).await
    }

    async fn read_one(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        id: &str,
        version: Option<i64>,
    ) -> Result<Stored, Error> {
        permit(caller, Right::Read, resource_type)?;
        if !is_id(id) {
            return Err(Error::NotFound);
        }
        if let (Some(reads), None) = (&self.reads, version)
            && !is_own(resource_type)
        {
            let audit = AuditRow {
                type_: Some(resource_type.to_string()),
                resource: Some(id.to_owned()),
                ..self.audit_row(caller, "read", None)
            };
            let audit = (!caller.quiet).then_some(audit);
            match reads.ask(caller.tenant, Wanted { resource_type, id: id.to_owned(), audit }).await? {
                Some(Current { is_large: true, .. }) => {}
                Some(found) => return Stored::from_version(found.version).ok_or(Error::Gone),
                None => return Err(Error::NotFound),
            }
        }
        let found = self.find(caller, resource_type, id, version).await?.ok_or(Error::NotFound)?;
        let stored = Stored::from_version(found).ok_or(Error::Gone)?;
        let interaction = if version.is_some() { "vread" } else { "read" };
        let row = self.audit_row(caller, interaction, Some(((resource_type, id), stored.version)));
        self.record_read(caller, row).await?;
        Ok(stored)
    }

    async fn find(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        id: &str,
        version: Option<i64>,
    ) -> Result<Option<Version>, Error> {
        if resource_type.as_str() == "AuditEvent"
            && version.is_none_or(|version| version == 1)
            && let Some(event) = self.find_audit_event(caller, id).await?
        {
            return Ok(Some(event));
        }
        if resource_type.as_str() == operations::OPERATION_DEFINITION
            && version.is_none_or(|version| version == 1)
            && let Some(own) = operations::find(id)
        {
            return Ok(Some(own));
        }
        let tenant = caller.tenant;
        let key = Key { tenant, resource_type: resource_type.as_str(), id };
        let mut connection = self.store.alone(tenant).await?;
        let found = match version {
            None => resources::current(&mut connection, key).await,
            Some(number) => resources::version(&mut connection, key, number).await,
        };
        Ok(connection.finish(found).await?)
    }
}

/// Whether the server has resources of this type that are in no table of resources.
fn is_own(resource_type: ResourceType) -> bool {
    ["AuditEvent", operations::OPERATION_DEFINITION].contains(&resource_type.as_str())
}
