//! Making a resource. <https://hl7.org/fhir/R4/http.html#create>

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::together::{Answer, LARGE_BYTES, Together};
use super::transact::{Change, validated};
use super::writing::{Next, Writing};
use super::{Error, Records, Stored, index, permit, stamp};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::audit::{self, AuditRow};
use crate::storage::resources::{self, IndexEntries, Method, Version};
use crate::storage::{StorageError, Store, TenantId};

impl Records {
    /// Keeps a new resource under an id that the server chooses.
    ///
    /// # Errors
    /// When the resource is not valid or the caller may not create it.
    pub async fn create(&self, caller: &Caller, resource: Value) -> Result<Stored, Error> {
        let prepared = prepare(caller, resource, self.new_id())?;
        let resource_type = prepared.resource_type;
        let (version, entries) = prepared.first(self.clock.now())?;
        let subject = ((resource_type, version.id.as_str()), version.number);
        let audit = self.audit_row(caller, "create", Some(subject));
        let new = New { version, entries, audit };
        let version = match &self.creations {
            Some(creations) if new.size() <= LARGE_BYTES => creations.ask(caller.tenant, new).await?,
            _ => {
                keep(&self.store, caller.tenant, &[&new]).await?;
                new.version
            }
        };
        Stored::from_version(version).ok_or_else(|| Error::internal("a create without a result"))
    }
}

/// Creates that wait for the database.
pub(super) type Creations = Together<New, Version>;

/// A resource under an id that nobody else has.
pub(super) struct New {
    version: Version,
    entries: IndexEntries,
    audit: AuditRow,
}

impl New {
    fn size(&self) -> usize {
        self.version.body.as_deref().map_or(0, str::len)
    }
}

pub(super) fn start(store: Store) -> Creations {
    Together::start(move |tenant, new: Vec<New>| {
        let store = store.clone();
        async move {
            let together = keep(&store, tenant, &new.iter().collect::<Vec<_>>()).await.map_err(Arc::new);
            match together {
                // What the others were refused for may be no fault of this one.
                Err(error) if new.len() > 1 && matches!(*error, StorageError::Database(_)) => {
                    keep_each(&store, tenant, new).await
                }
                same => new.into_iter().map(|new| same.clone().map(|()| new.version)).collect(),
            }
        }
    })
}

/// Keeps each for itself, until the database cannot be reached.
async fn keep_each(store: &Store, tenant: TenantId, new: Vec<New>) -> Vec<Answer<Version>> {
    let mut kept: Vec<Answer<Version>> = Vec::with_capacity(new.len());
    for new in new {
        let last = kept.last().and_then(|last| last.as_ref().err());
        kept.push(match last.filter(|error| matches!(***error, StorageError::Unreachable(_))) {
            Some(error) => Err(Arc::clone(error)),
            None => keep(store, tenant, &[&new]).await.map(|()| new.version).map_err(Arc::new),
        });
    }
    kept
}

/// Keeps all of them, or none.
async fn keep(store: &Store, tenant: TenantId, new: &[&New]) -> Result<(), StorageError> {
    let indexed: Vec<_> = new.iter().map(|new| (&new.version, &new.entries)).collect();
    let rows: Vec<_> = new.iter().map(|new| &new.audit).collect();
    let mut transaction = store.begin(tenant).await?;
    let kept = async {
        if !resources::insert_all(&mut transaction, tenant, &indexed).await?.is_empty() {
            // The ids are new: this is one in 2^64, and goes well when it is repeated.
            return Err(StorageError::Contention);
        }
        audit::insert_several(&mut transaction, &rows).await
    }
    .await;
    transaction.finish(kept).await
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
    pub(super) fn next(self, writing: &Writing) -> Result<Next, Error> {
        let (version, index) = self.first(writing.now)?;
        Ok(Next::New(Change::Created, version, Box::new(index)))
    }

    /// The first version, with what it is found by.
    fn first(self, now: DateTime<Utc>) -> Result<(Version, IndexEntries), Error> {
        let version = Version {
            body: Some(stamp::stamped(self.resource, self.resource_type, &self.id, 1, now)?),
            resource_type: self.resource_type.to_string(),
            id: self.id,
            number: 1,
            updated: now,
            method: Method::Post,
        };
        Ok((version, self.index))
    }
}
