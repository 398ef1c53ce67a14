//! Making a resource. <https://hl7.org/fhir/R4/http.html#create>

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::parameters::{Known, Parameters, SEARCH_PARAMETER};
use super::together::Together;
use super::transact::{Change, validated};
use super::writing::{Next, Writing};
use super::{Error, Records, Stored, Write, index, permit, stamp};
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
        if resource.get("resourceType").and_then(Value::as_str) == Some(SEARCH_PARAMETER) {
            // It changes the search, too.
            let written = self.write(caller, Write::Create { resource, id: None }).await?;
            return written.stored.ok_or_else(|| Error::internal("a create without a result"));
        }
        let prepared = prepare(caller, resource, self.new_id())?;
        let resource_type = prepared.resource_type;
        let parameters = self.known.last(caller.tenant);
        let (version, entries) = prepared.first(&parameters, self.clock.now())?;
        let subject = ((resource_type, version.id.as_str()), version.number);
        let audit = self.audit_row(caller, "create", Some(subject));
        let new = New { tenant: caller.tenant, version, parameters, entries, audit };
        Stored::from_version(self.creations.ask(new).await?)
            .ok_or_else(|| Error::internal("a create without a result"))
    }
}

/// Creates that wait for the database.
pub(super) type Creations = Together<New, Version>;

/// A resource under an id that nobody else has.
pub(super) struct New {
    tenant: TenantId,
    version: Version,
    /// What the entries were made by.
    parameters: Arc<Parameters>,
    entries: IndexEntries,
    audit: AuditRow,
}

pub(super) fn start(store: Store, known: Known) -> Creations {
    Together::start(move |all: Vec<New>| {
        let (store, known) = (store.clone(), known.clone());
        async move {
            let mut by_tenant: BTreeMap<TenantId, Vec<New>> = BTreeMap::new();
            let order: Vec<_> = all.iter().map(|new| new.version.id.clone()).collect();
            for new in all {
                by_tenant.entry(new.tenant).or_default().push(new);
            }
            let mut done = HashMap::new();
            for (tenant, new) in by_tenant {
                done.extend(keep_or_tell(&store, &known, tenant, new).await);
            }
            let gone = || Err(Arc::new(StorageError::Contention));
            order.iter().map(|id| done.remove(id).unwrap_or_else(gone)).collect()
        }
    })
}

/// Keeps all of them together; where one of them cannot be kept, each for itself.
async fn keep_or_tell(
    store: &Store,
    known: &Known,
    tenant: TenantId,
    mut new: Vec<New>,
) -> Vec<(String, Kept)> {
    let together = keep(store, known, tenant, &mut new).await.map_err(Arc::new);
    let mut kept = Vec::with_capacity(new.len());
    let alone = new.len() == 1;
    for mut new in new {
        let result = match &together {
            // What the others were refused for may be no fault of this one.
            Err(error) if !alone && matches!(**error, StorageError::Database(_)) => {
                keep(store, known, tenant, std::slice::from_mut(&mut new)).await.map_err(Arc::new)
            }
            same => same.clone(),
        };
        kept.push((new.version.id.clone(), result.map(|()| new.version)));
    }
    kept
}

type Kept = Result<Version, Arc<StorageError>>;

/// Keeps all of them, or none.
async fn keep(store: &Store, known: &Known, tenant: TenantId, new: &mut [New]) -> Result<(), StorageError> {
    let mut transaction = store.begin(tenant).await?;
    let kept = async {
        let parameters = known.for_writing(&mut transaction, tenant).await?;
        for new in new.iter_mut().filter(|new| !new.parameters.is_same(&parameters)) {
            // What was accepted can be read.
            new.entries = index::entries_of(&parameters, &new.version).map_err(|_| new.corrupt())?;
            new.parameters = Arc::clone(&parameters);
        }
        let indexed: Vec<_> = new.iter().map(|new| (&new.version, &new.entries)).collect();
        let rows: Vec<_> = new.iter().map(|new| &new.audit).collect();
        if !resources::insert_all(&mut transaction, tenant, &indexed).await?.is_empty() {
            // The ids are new: this is one in 2^64, and goes well when it is repeated.
            return Err(StorageError::Contention);
        }
        audit::insert_several(&mut transaction, &rows).await
    }
    .await;
    transaction.finish(kept).await
}

impl New {
    fn corrupt(&self) -> StorageError {
        StorageError::Corrupt { table: "resource", column: "body", row: self.version.id.clone() }
    }
}

pub(super) struct Prepared {
    pub resource_type: ResourceType,
    pub id: String,
    resource: Value,
}

pub(super) fn prepare(caller: &Caller, resource: Value, id: String) -> Result<Prepared, Error> {
    let resource_type = validated(&resource)?;
    permit(caller, Right::Create, resource_type)?;
    Ok(checked(resource_type, resource, id))
}

/// The write of a valid resource that the caller may make.
pub(super) fn checked(resource_type: ResourceType, resource: Value, id: String) -> Prepared {
    Prepared { resource_type, id, resource }
}

impl Prepared {
    pub(super) fn next(self, writing: &Writing) -> Result<Next, Error> {
        let (version, index) = self.first(&writing.parameters, writing.now)?;
        Ok(Next::New(Change::Created, version, Box::new(index)))
    }

    /// The first version, with what it is found by.
    fn first(self, parameters: &Parameters, now: DateTime<Utc>) -> Result<(Version, IndexEntries), Error> {
        let index = index::entries(parameters, self.resource_type, &self.resource);
        let Value::Object(resource) = self.resource else {
            return Err(Error::internal("a valid resource is an object"));
        };
        let version = Version {
            body: Some(stamp::stamped(resource, self.resource_type, &self.id, 1, now)?),
            resource_type: self.resource_type.to_string(),
            id: self.id,
            number: 1,
            updated: now,
            method: Method::Post,
        };
        Ok((version, index))
    }
}
