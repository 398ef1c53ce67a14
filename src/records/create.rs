//! Making a resource. <https://hl7.org/fhir/R4/http.html#create>

use serde_json::{Map, Value};

use super::transact::{Change, Write, validated};
use super::writing::{Next, Writing};
use super::{Error, Records, Stored, index, permit, stamp};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::resources::{IndexEntries, Method, Version};

impl Records {
    /// Keeps a new resource under an id that the server chooses.
    ///
    /// # Errors
    /// When the resource is not valid or the caller may not create it.
    pub async fn create(&self, caller: &Caller, resource: Value) -> Result<Stored, Error> {
        let written = self.write(caller, Write::Create { resource, id: None }).await?;
        written.stored.ok_or_else(|| Error::internal("a create without a result"))
    }
}

pub(super) struct Prepared {
    pub resource_type: ResourceType,
    pub id: String,
    resource: Map<String, Value>,
    index: IndexEntries,
}

pub(super) fn prepare(caller: &Caller, resource: Value, id: String) -> Result<Prepared, Error> {
    let resource_type = validated(&resource)?;
    permit(caller, Right::Create, resource_type)?;
    checked(resource_type, resource, id)
}

/// The write of a valid resource that the caller may make.
pub(super) fn checked(resource_type: ResourceType, resource: Value, id: String) -> Result<Prepared, Error> {
    let index = index::entries(resource_type, &resource);
    let Value::Object(resource) = resource else {
        return Err(Error::internal("a valid resource is an object"));
    };
    Ok(Prepared { resource_type, id, resource, index })
}

impl Prepared {
    /// The first version.
    pub(super) fn next(self, writing: &Writing) -> Result<Next, Error> {
        let new = Version {
            body: Some(stamp::stamped(self.resource, self.resource_type, &self.id, 1, writing.now)?),
            resource_type: self.resource_type.to_string(),
            id: self.id,
            number: 1,
            updated: writing.now,
            method: Method::Post,
        };
        Ok(Next::New(Change::Created, new, Box::new(self.index)))
    }
}
