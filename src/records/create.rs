//! Making a resource. <https://hl7.org/fhir/R4/http.html#create>

use serde_json::{Map, Value};

use super::transact::{Change, Write, Writing, Written, validated, written};
use super::{Error, Records, Stored, index, permit, stamp};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::Connection;
use crate::storage::resources::{self, IndexEntries, Method, Version};

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
    let index = index::entries(resource_type, &resource);
    let Value::Object(resource) = resource else {
        return Err(Error::internal("a valid resource is an object"));
    };
    Ok(Prepared { resource_type, id, resource, index })
}

impl Prepared {
    pub(super) async fn apply(
        &self,
        writing: &Writing,
        connection: &mut Connection,
    ) -> Result<Written, Error> {
        let new = Version {
            resource_type: self.resource_type.to_string(),
            id: self.id.clone(),
            number: 1,
            updated: writing.now,
            method: Method::Post,
            body: Some(stamp::stamped(&self.resource, self.resource_type, &self.id, 1, writing.now)?),
        };
        if resources::insert(connection, writing.tenant, &new, &self.index).await? {
            Ok(written(Change::Created, new))
        } else {
            Err(Error::Duplicate("the id"))
        }
    }
}
