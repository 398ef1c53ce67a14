//! Changing a resource by a patch. <https://hl7.org/fhir/R4/http.html#patch>
//!
//! The patch meets the current version under its row lock, so that no change of another writer is lost. The result is
//! validated and stored as an update is.

use serde_json::Value;

use super::access::permit;
use super::transact::{Change, Write, Written};
use super::writing::{Next, Writing};
use super::{Error, Precondition, Records, check_id, index, stamp};
use crate::fhir::ResourceType;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::patch::Patch;
use crate::fhir::validate::validate;
use crate::identity::{Caller, Right};
use crate::storage::heads::Head;
use crate::storage::resources::{Method, Version};

impl Records {
    /// Keeps a new version of the resource with this id, made by the patch. The precondition must hold of the
    /// current version.
    ///
    /// # Errors
    /// When there is no such resource, the caller may not change it, the version is another, or the patch cannot be applied
    /// or makes of it what is not a valid resource.
    #[tracing::instrument(target = "hygeia_trace", name = "records.patch", skip_all)]
    pub async fn patch(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        id: &str,
        patch: Patch,
        precondition: Option<Precondition>,
    ) -> Result<Written, Error> {
        self.write(caller, Write::Patch { resource_type, id: id.to_owned(), patch, precondition }).await
    }
}

/// A last change to what a patch made.
pub(super) type Finish = Box<dyn FnOnce(&mut Value) + Send>;

pub(super) struct Prepared {
    pub resource_type: ResourceType,
    pub id: String,
    patch: Patch,
    precondition: Option<Precondition>,
    /// What is done to the valid result before it is kept.
    pub finish: Option<Finish>,
}

pub(super) fn prepare(
    caller: &Caller,
    resource_type: ResourceType,
    id: String,
    patch: Patch,
    precondition: Option<Precondition>,
) -> Result<Prepared, Error> {
    permit(caller, Right::Update, resource_type)?;
    check_id(&id)?;
    Ok(Prepared { resource_type, id, patch, precondition, finish: None })
}

impl Prepared {
    /// The version after `head`, which has its body.
    pub(super) fn next(self, writing: &Writing, head: Option<&Head>) -> Result<Next, Error> {
        let head = head.ok_or(Error::NotFound)?;
        let body = head.body.as_deref().ok_or(Error::Gone)?;
        if let Some(precondition) = &self.precondition {
            precondition.check(head.number, !head.deleted)?;
        }
        let before: Value = serde_json::from_str(body).map_err(Error::internal)?;
        let version = before.pointer("/meta/versionId").cloned();
        let mut patched = self.patch.apply(before).map_err(|issue| Error::Unprocessable(vec![issue]))?;
        check(self.resource_type, &self.id, &patched, version.as_ref())?;
        if let Some(finish) = self.finish {
            finish(&mut patched);
        }
        let index = index::entries(&writing.parameters, self.resource_type, &patched);
        let Value::Object(resource) = patched else {
            return Err(Error::internal("a valid resource is an object"));
        };
        let (number, updated) = (head.number.saturating_add(1), writing.time_after(Some(head)));
        let new = Version {
            body: Some(stamp::stamped(resource, self.resource_type, &self.id, number, updated)?),
            resource_type: self.resource_type.to_string(),
            id: self.id,
            number,
            updated,
            method: Method::Put,
        };
        Ok(Next::New(Change::Updated, new, Box::new(index)))
    }
}

/// Refuses a result that is not a valid resource, or another resource or version.
fn check(
    resource_type: ResourceType,
    id: &str,
    patched: &Value,
    version: Option<&Value>,
) -> Result<(), Error> {
    let refuse = |element: &str| {
        let text = format!("a patch must not change {element}");
        let place = format!("{resource_type}.{element}");
        Err(Error::Unprocessable(vec![Issue::error(IssueType::BusinessRule, text).at(place)]))
    };
    let text = |name: &str| patched.get(name).and_then(Value::as_str);
    if text("resourceType") != Some(resource_type.as_str()) {
        return refuse("resourceType");
    }
    if text("id") != Some(id) {
        return refuse("id");
    }
    // A meta that was replaced as a whole has none: the server sets it.
    if patched.pointer("/meta/versionId").is_some_and(|patched| Some(patched) != version) {
        return refuse("meta.versionId");
    }
    validate(patched).map(drop).map_err(Error::Unprocessable)
}
