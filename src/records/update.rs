//! Changing a resource, or making it under an id that the caller chose. <https://hl7.org/fhir/R4/http.html#update>

use serde_json::Value;

use super::access::permit;
use super::aside::size;
use super::transact::{Change, Write, Written, validated};
use super::writing::{Next, Writing};
use super::{Error, Precondition, Records, check_id, index, stamp};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::identity::{Caller, Right};
use crate::storage::heads::Head;
use crate::storage::resources::{Method, Version};

impl Records {
    /// Keeps a new version of the resource with this id. The precondition must hold of the current version.
    ///
    /// # Errors
    /// When the resource is not valid, says another id, the caller may not change it, or the version is another.
    #[tracing::instrument(target = "hygeia_trace", name = "records.update", skip_all)]
    pub async fn update(
        &self,
        caller: &Caller,
        id: &str,
        resource: Value,
        precondition: Option<Precondition>,
    ) -> Result<Written, Error> {
        self.write(caller, Write::Update { resource, id: id.to_owned(), precondition }).await
    }
}

pub(super) struct Prepared {
    pub resource_type: ResourceType,
    pub id: String,
    resource: Value,
    precondition: Option<Precondition>,
    may_create: bool,
    /// Whether nothing may be there under the id; so it is where a search found nothing to change.
    pub must_be_new: bool,
}

pub(super) fn prepare(
    caller: &Caller,
    resource: Value,
    id: String,
    precondition: Option<Precondition>,
) -> Result<Prepared, Error> {
    check_id(&id)?;
    let resource_type = validated(&resource)?;
    if resource.get("id").and_then(Value::as_str) != Some(&id) {
        let text = "the resource's id must be the one in the address";
        return Err(Error::BadRequest(IssueType::Invalid, text.to_owned()));
    }
    checked(caller, resource_type, resource, id, precondition)
}

/// The write of a valid resource, under an id that may be allotted later.
pub(super) fn checked(
    caller: &Caller,
    resource_type: ResourceType,
    resource: Value,
    id: String,
    precondition: Option<Precondition>,
) -> Result<Prepared, Error> {
    permit(caller, Right::Update, resource_type)?;
    let may_create = permit(caller, Right::Create, resource_type).is_ok();
    Ok(Prepared { resource_type, id, resource, precondition, may_create, must_be_new: false })
}

impl Prepared {
    /// About how long the resource is as text.
    pub(super) fn size(&self) -> usize {
        size(&self.resource)
    }

    /// The version after `head`, or the first one.
    pub(super) fn next(self, writing: &Writing, head: Option<&Head>) -> Result<Next, Error> {
        let number = head.map_or(0, |head| head.number);
        let exists = head.is_some_and(|head| !head.deleted);
        if let Some(precondition) = &self.precondition {
            precondition.check(number, exists)?;
        }
        if exists && self.must_be_new {
            return Err(Error::Duplicate("the id"));
        }
        if !exists && !self.may_create {
            return Err(Error::Forbidden);
        }
        let index = index::entries(&writing.parameters, self.resource_type, &self.resource);
        let Value::Object(resource) = self.resource else {
            return Err(Error::internal("a valid resource is an object"));
        };
        let (number, updated) = (number.saturating_add(1), writing.time_after(head));
        let new = Version {
            body: Some(stamp::stamped(resource, self.resource_type, &self.id, number, updated)?),
            resource_type: self.resource_type.to_string(),
            id: self.id,
            number,
            updated,
            method: Method::Put,
        };
        let change = if exists { Change::Updated } else { Change::Created };
        Ok(Next::New(change, new, Box::new(index)))
    }
}
