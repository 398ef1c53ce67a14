//! Changing a resource by a patch. <https://hl7.org/fhir/R4/http.html#patch>
//!
//! The patch meets the current version under its row lock, so that no change of another writer is lost. The result is
//! validated and stored as an update is.

use serde_json::Value;

use super::transact::{Change, Write, Writing, Written, written};
use super::{Error, Records, Stored, check_id, index, permit, stamp};
use crate::fhir::ResourceType;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::patch::Patch;
use crate::fhir::validate::validate;
use crate::identity::{Caller, Right};
use crate::storage::Connection;
use crate::storage::resources::{self, Key, Method, Version};

impl Records {
    /// Keeps a new version of the resource with this id, made by the patch. `if_match` is the version that must be the
    /// current one.
    ///
    /// # Errors
    /// When there is no such resource, the caller may not change it, the version is another, or the patch cannot be applied
    /// or makes of it what is not a valid resource.
    pub async fn patch(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        id: &str,
        patch: Patch,
        if_match: Option<i64>,
    ) -> Result<Written, Error> {
        self.write(caller, Write::Patch { resource_type, id: id.to_owned(), patch, if_match }).await
    }
}

pub(super) struct Prepared {
    pub resource_type: ResourceType,
    pub id: String,
    patch: Patch,
    if_match: Option<i64>,
}

pub(super) fn prepare(
    caller: &Caller,
    resource_type: ResourceType,
    id: String,
    patch: Patch,
    if_match: Option<i64>,
) -> Result<Prepared, Error> {
    permit(caller, Right::Update, resource_type)?;
    check_id(&id)?;
    Ok(Prepared { resource_type, id, patch, if_match })
}

impl Prepared {
    pub(super) async fn apply(
        &self,
        writing: &Writing,
        connection: &mut Connection,
    ) -> Result<Written, Error> {
        let key = Key { tenant: writing.tenant, resource_type: self.resource_type.as_str(), id: &self.id };
        let current = resources::lock(connection, key).await?.ok_or(Error::NotFound)?;
        let (number, updated) = (current.number, writing.time_after(Some(&current)));
        let current = Stored::from_version(current).ok_or(Error::Gone)?;
        if self.if_match.is_some_and(|wanted| wanted != number) {
            return Err(Error::PreconditionFailed { current: number });
        }
        let before = current.json()?;
        let versions = before.pointer("/meta/versionId").cloned();
        let patched = self.patch.apply(before).map_err(|issue| Error::Unprocessable(vec![issue]))?;
        self.check(&patched, versions.as_ref())?;
        let index = index::entries(self.resource_type, &patched);
        let Value::Object(resource) = patched else {
            return Err(Error::internal("a valid resource is an object"));
        };
        let number = number.saturating_add(1);
        let new = Version {
            resource_type: self.resource_type.to_string(),
            id: self.id.clone(),
            number,
            updated,
            method: Method::Put,
            body: Some(stamp::stamped(&resource, self.resource_type, &self.id, number, updated)?),
        };
        resources::replace(connection, writing.tenant, &new, &index).await?;
        Ok(written(Change::Updated, new))
    }

    /// Refuses a result that is not a valid resource, or another resource or version.
    fn check(&self, patched: &Value, version: Option<&Value>) -> Result<(), Error> {
        let refuse = |element: &str| {
            let text = format!("a patch must not change {element}");
            let place = format!("{}.{element}", self.resource_type);
            Err(Error::Unprocessable(vec![Issue::error(IssueType::BusinessRule, text).at(place)]))
        };
        let text = |name: &str| patched.get(name).and_then(Value::as_str);
        if text("resourceType") != Some(self.resource_type.as_str()) {
            return refuse("resourceType");
        }
        if text("id") != Some(&self.id) {
            return refuse("id");
        }
        // A meta that was replaced as a whole has none: the server sets it.
        if patched.pointer("/meta/versionId").is_some_and(|patched| Some(patched) != version) {
            return refuse("meta.versionId");
        }
        validate(patched).map(drop).map_err(Error::Unprocessable)
    }
}
