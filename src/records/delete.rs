//! Deleting a resource: its history stays, reads answer 410. <https://hl7.org/fhir/R4/http.html#delete>

use super::transact::{Change, Write, Writing, Written, written};
use super::{Error, Records, check_id, permit};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::Connection;
use crate::storage::resources::{self, IndexEntries, Key, Method, Version};

impl Records {
    /// Deletes a resource. What is not there, or is deleted already, stays so and is no error.
    ///
    /// # Errors
    /// When the caller may not delete it, or the version is not the one that must be current.
    pub async fn delete(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        id: &str,
        if_match: Option<i64>,
    ) -> Result<Written, Error> {
        self.write(caller, Write::Delete { resource_type, id: id.to_owned(), if_match }).await
    }
}

pub(super) struct Prepared {
    pub resource_type: ResourceType,
    pub id: String,
    if_match: Option<i64>,
}

pub(super) fn prepare(
    caller: &Caller,
    resource_type: ResourceType,
    id: String,
    if_match: Option<i64>,
) -> Result<Prepared, Error> {
    check_id(&id)?;
    permit(caller, Right::Delete, resource_type)?;
    Ok(Prepared { resource_type, id, if_match })
}

impl Prepared {
    pub(super) async fn apply(
        &self,
        writing: &Writing,
        connection: &mut Connection,
    ) -> Result<Written, Error> {
        let key = Key { tenant: writing.tenant, resource_type: self.resource_type.as_str(), id: &self.id };
        let current = resources::lock(connection, key).await?;
        let number = current.as_ref().map_or(0, |version| version.number);
        if self.if_match.is_some_and(|wanted| current.is_none() || wanted != number) {
            return Err(Error::PreconditionFailed { current: number });
        }
        let updated = writing.time_after(current.as_ref());
        if current.is_none_or(|version| version.body.is_none()) {
            return Ok(Written { change: Change::Nothing, version: number, stored: None });
        }
        let new = Version {
            resource_type: self.resource_type.to_string(),
            id: self.id.clone(),
            number: number.saturating_add(1),
            updated,
            method: Method::Delete,
            body: None,
        };
        resources::replace(connection, writing.tenant, &new, &IndexEntries::default()).await?;
        Ok(written(Change::Deleted, new))
    }
}
