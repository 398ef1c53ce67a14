//! Reading one resource, current or by version. <https://hl7.org/fhir/R4/http.html#read>

use super::{Error, Records, Stored, is_id, permit};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::resources::{self, Key, Version};

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
        let stored = match self.find(caller, resource_type, id, version).await? {
            None => return Err(Error::NotFound),
            Some(found) => Stored::from_version(found).ok_or(Error::Gone)?,
        };
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
        let key = Key { tenant: caller.tenant, resource_type: resource_type.as_str(), id };
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = match version {
            None => resources::current(&mut transaction, key).await,
            Some(number) => resources::version(&mut transaction, key, number).await,
        };
        Ok(transaction.finish(found).await?)
    }
}
