//! Deleting a resource: its history stays, reads answer 410. <https://hl7.org/fhir/R4/http.html#delete>

use super::access::permit;
use super::transact::{Change, Write, Written};
use super::writing::{Next, Writing};
use super::{Error, Precondition, Records, check_id};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::heads::Head;
use crate::storage::resources::{Method, Version};

impl Records {
    /// Deletes a resource. What is not there, or is deleted already, stays so and is no error.
    ///
    /// # Errors
    /// When the caller may not delete it, or the version is not the one that must be current.
    #[tracing::instrument(target = "hygeia_trace", name = "records.delete", skip_all)]
    pub async fn delete(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        id: &str,
        precondition: Option<Precondition>,
    ) -> Result<Written, Error> {
        self.write(caller, Write::Delete { resource_type, id: id.to_owned(), precondition }).await
    }
}

pub(super) struct Prepared {
    pub resource_type: ResourceType,
    pub id: String,
    precondition: Option<Precondition>,
}

pub(super) fn prepare(
    caller: &Caller,
    resource_type: ResourceType,
    id: String,
    precondition: Option<Precondition>,
) -> Result<Prepared, Error> {
    check_id(&id)?;
    permit(caller, Right::Delete, resource_type)?;
    Ok(Prepared { resource_type, id, precondition })
}

impl Prepared {
    /// The deletion after `head`; nothing, where there is nothing to delete.
    pub(super) fn next(self, writing: &Writing, head: Option<&Head>) -> Result<Next, Error> {
        let number = head.map_or(0, |head| head.number);
        let exists = head.is_some_and(|head| !head.deleted);
        if let Some(precondition) = &self.precondition {
            precondition.check(number, exists)?;
        }
        if !exists {
            return Ok(Next::Nothing(number));
        }
        let new = Version {
            resource_type: self.resource_type.to_string(),
            id: self.id,
            number: number.saturating_add(1),
            updated: writing.time_after(head),
            method: Method::Delete,
            body: None,
        };
        Ok(Next::New(Change::Deleted, new, Box::default()))
    }
}
