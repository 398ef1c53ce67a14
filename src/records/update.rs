//! Changing a resource, or making it under an id that the caller chose. <https://hl7.org/fhir/R4/http.html#update>

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::transact::{Change, Write, Writing, Written, validated, written};
use super::{Error, Records, check_id, index, permit, stamp};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::identity::{Caller, Right};
use crate::storage::Connection;
use crate::storage::resources::{self, IndexEntries, Key, Method, Version};

impl Records {
    /// Keeps a new version of the resource with this id. `if_match` is the version that must be the current one.
    ///
    /// # Errors
    /// When the resource is not valid, says another id, the caller may not change it, or the version is another.
    pub async fn update(
        &self,
        caller: &Caller,
        id: &str,
        resource: Value,
        if_match: Option<i64>,
    ) -> Result<Written, Error> {
        self.write(caller, Write::Update { resource, id: id.to_owned(), if_match }).await
    }
}

pub(super) struct Prepared {
    pub resource_type: ResourceType,
    pub id: String,
    resource: Map<String, Value>,
    index: IndexEntries,
    if_match: Option<i64>,
    may_create: bool,
    /// Whether nothing may be there under the id; so it is where a search found nothing to change.
    pub must_be_new: bool,
}

pub(super) fn prepare(
    caller: &Caller,
    resource: Value,
    id: String,
    if_match: Option<i64>,
) -> Result<Prepared, Error> {
    check_id(&id)?;
    let resource_type = validated(&resource)?;
    if resource.get("id").and_then(Value::as_str) != Some(&id) {
        let text = "the resource's id must be the one in the address";
        return Err(Error::BadRequest(IssueType::Invalid, text.to_owned()));
    }
    checked(caller, resource_type, resource, id, if_match)
}

/// The write of a valid resource, under an id that may be allotted later.
pub(super) fn checked(
    caller: &Caller,
    resource_type: ResourceType,
    resource: Value,
    id: String,
    if_match: Option<i64>,
) -> Result<Prepared, Error> {
    permit(caller, Right::Update, resource_type)?;
    let may_create = permit(caller, Right::Create, resource_type).is_ok();
    let index = index::entries(resource_type, &resource);
    let Value::Object(resource) = resource else {
        return Err(Error::internal("a valid resource is an object"));
    };
    Ok(Prepared { resource_type, id, resource, index, if_match, may_create, must_be_new: false })
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
        // A precondition on what is not there fails, whatever it names.
        if self.if_match.is_some_and(|wanted| current.is_none() || wanted != number) {
            return Err(Error::PreconditionFailed { current: number });
        }
        let exists = current.as_ref().is_some_and(|version| version.body.is_some());
        if exists && self.must_be_new {
            return Err(Error::Duplicate("the id"));
        }
        if !exists && !self.may_create {
            return Err(Error::Forbidden);
        }
        let updated = writing.time_after(current.as_ref());
        let new = self.version(number.saturating_add(1), updated)?;
        if current.is_some() {
            resources::replace(connection, writing.tenant, &new, &self.index).await?;
        } else if !resources::insert(connection, writing.tenant, &new, &self.index).await? {
            // Another request made it since we looked.
            return Err(Error::Conflict);
        }
        Ok(written(if exists { Change::Updated } else { Change::Created }, new))
    }

    fn version(&self, number: i64, updated: DateTime<Utc>) -> Result<Version, Error> {
        Ok(Version {
            resource_type: self.resource_type.to_string(),
            id: self.id.clone(),
            number,
            updated,
            method: Method::Put,
            body: Some(stamp::stamped(&self.resource, self.resource_type, &self.id, number, updated)?),
        })
    }
}
