//! Making a resource. <https://hl7.org/fhir/R4/http.html#create>

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::access::consents::CONSENT;
use super::access::{Access, Cover, Subject, permit};
use super::aside::size;
use super::parameters::{Known, Parameters, SEARCH_PARAMETER};
use super::subscriptions::{SUBSCRIPTION, is_topic};
use super::together::{Answer, LARGE_BYTES, Together};
use super::transact::{Change, validated};
use super::writing::{Next, Writing};
use super::{Error, Records, Stored, Write, index, provenance, stamp};
use crate::core::Clock;
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
    #[tracing::instrument(target = "hygeia_trace", name = "records.create", skip_all)]
    pub async fn create(&self, caller: &Caller, resource: Value) -> Result<Stored, Error> {
        let resource_type = ResourceType::of(&resource);
        let parameters = self.known.last(caller.tenant);
        let access = self.access(caller, &parameters);
        // It changes what is found, too; or what is made must be held to what is known only within the transaction; or more is written.
        let is_alone = resource_type.is_some_and(|of_type| {
            [SEARCH_PARAMETER, CONSENT, SUBSCRIPTION].contains(&of_type.as_str())
                || access.is_limited(of_type, &[Right::Create])
        });
        let is_alone = is_alone || is_topic(&resource);
        if is_alone || caller.provenance.is_some() {
            let written = self.write(caller, Write::Create { resource, id: None }).await?;
            return written.stored.ok_or_else(|| Error::internal("a create without a result"));
        }
        let prepared = prepare(caller, resource, self.new_id())?;
        let resource_type = prepared.resource_type;
        let (version, entries) = prepared.first(&parameters, self.clock.now())?;
        let subject = ((resource_type, version.id.as_str()), version.number);
        let audit = self.audit_row(caller, "create", Some(subject));
        let patient = audit.patient.clone().or_else(|| entries.patient.clone());
        let audit = AuditRow { patient, ..audit };
        let new = New { version, parameters, entries, audit, by: caller.clone(), cover: Cover::Full };
        let version = match &self.creations {
            Some(creations) if new.size() <= LARGE_BYTES => creations.ask(caller.tenant, new).await?,
            _ => {
                let mut new = [new];
                keep(&self.store, &self.known, &self.clock, caller.tenant, &mut new).await?;
                let [new] = new;
                new.kept()
            }
        };
        let version = match version {
            Ok(version) => version,
            Err(cover) => {
                cover.of_write()?;
                return Err(Error::internal("a create that was not kept"));
            }
        };
        Stored::from_version(version).ok_or_else(|| Error::internal("a create without a result"))
    }
}

/// Creates that wait for the database.
pub(super) type Creations = Together<New, Kept>;

/// The version that is kept, or how far the right goes of who may not make it.
type Kept = Result<Version, Cover>;

/// A resource under an id that nobody else has.
pub(super) struct New {
    version: Version,
    /// What the entries were made by.
    parameters: Arc<Parameters>,
    entries: IndexEntries,
    audit: AuditRow,
    by: Caller,
    /// Whether who makes it may, by the limits of now.
    cover: Cover,
}

impl New {
    fn size(&self) -> usize {
        self.version.body.as_deref().map_or(0, str::len)
    }
}

pub(super) fn start(store: Store, known: Known, clock: Clock) -> Creations {
    Together::start(move |tenant, mut new: Vec<New>| {
        let (store, known, clock) = (store.clone(), known.clone(), clock.clone());
        async move {
            let together = keep(&store, &known, &clock, tenant, &mut new).await.map_err(Arc::new);
            match together {
                // What the others were refused for may be no fault of this one.
                Err(error) if new.len() > 1 && matches!(*error, StorageError::Database(_)) => {
                    keep_each(&store, &known, &clock, tenant, new).await
                }
                same => new.into_iter().map(|new| same.clone().map(|()| new.kept())).collect(),
            }
        }
    })
}

/// Keeps each for itself, until the database cannot be reached.
async fn keep_each(
    store: &Store,
    known: &Known,
    clock: &Clock,
    tenant: TenantId,
    new: Vec<New>,
) -> Vec<Answer<Kept>> {
    let mut kept: Vec<Answer<Kept>> = Vec::with_capacity(new.len());
    for mut new in new {
        let last = kept.last().and_then(|last| last.as_ref().err());
        let result = match last.filter(|error| matches!(***error, StorageError::Unreachable(_))) {
            Some(error) => Err(Arc::clone(error)),
            None => keep(store, known, clock, tenant, std::slice::from_mut(&mut new)).await.map_err(Arc::new),
        };
        kept.push(result.map(|()| new.kept()));
    }
    kept
}

/// Keeps all of them, or none.
async fn keep(
    store: &Store,
    known: &Known,
    clock: &Clock,
    tenant: TenantId,
    new: &mut [New],
) -> Result<(), StorageError> {
    let mut transaction = store.begin(tenant).await?;
    let kept = async {
        let parameters = known.for_writing(&mut transaction, tenant).await?;
        for new in new.iter_mut().filter(|new| !new.parameters.is_same(&parameters)) {
            // An export may have begun since, which has all that was kept before its time, and none of this.
            new.stamp_again(clock.now()).map_err(|_| new.corrupt())?;
            // What was accepted can be read.
            new.entries = index::entries_of(&parameters, &new.version).map_err(|_| new.corrupt())?;
            new.parameters = Arc::clone(&parameters);
            new.cover = new.covered();
        }
        let new: Vec<_> = new.iter().filter(|new| new.cover == Cover::Full).collect();
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
    fn kept(self) -> Kept {
        if self.cover == Cover::Full { Ok(self.version) } else { Err(self.cover) }
    }

    /// Gives it another time.
    fn stamp_again(&mut self, now: DateTime<Utc>) -> Result<(), Error> {
        let resource_type = ResourceType::parse(&self.version.resource_type);
        let body =
            self.version.body.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
        if let (Some(resource_type), Some(Value::Object(resource))) = (resource_type, body) {
            let Version { id, number, .. } = &self.version;
            self.version.body = Some(stamp::stamped(resource, resource_type, id, *number, now)?);
            self.version.updated = now;
        }
        Ok(())
    }

    fn covered(&self) -> Cover {
        let Some(resource_type) = ResourceType::parse(&self.version.resource_type) else {
            return Cover::Outside;
        };
        let updated_us = self.version.updated.timestamp_micros();
        let subject = Subject { resource_type, id: &self.version.id, updated_us };
        let access = Access { caller: &self.by, parameters: &self.parameters, now_us: updated_us };
        access.cover(Right::Create, subject, &self.entries)
    }

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
    let resource = provenance::marked_for(caller, resource_type, resource);
    Ok(checked(resource_type, resource, id))
}

/// The write of a valid resource that the caller may make.
pub(super) fn checked(resource_type: ResourceType, resource: Value, id: String) -> Prepared {
    Prepared { resource_type, id, resource }
}

impl Prepared {
    /// About how long the resource is as text.
    pub(super) fn size(&self) -> usize {
        size(&self.resource)
    }

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
