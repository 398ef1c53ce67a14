//! Reading one resource, current or by version. <https://hl7.org/fhir/R4/http.html#read>

use std::sync::Arc;

use super::access::{Access, Cover, Limit, permit};
use super::index::BINARY;
use super::one_moment::OVERTAKEN;
use super::parameters::Parameters;
use super::together::{LARGE_BYTES, Together};
use super::{Error, Records, Stored, is_id, operations};
use crate::core::config::audit::AuditReads;
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::audit::AuditRow;
use crate::storage::resources::{self, Current, Key, Version};
use crate::storage::{StorageError, Store, TenantId};

/// Reads that wait for the database.
pub(super) type Reads = Together<Wanted, Option<Current>>;

/// A current version that somebody wants to read.
pub(super) struct Wanted {
    resource_type: ResourceType,
    id: String,
    /// The row that tells of it; none for who reads quietly, or is told of later.
    audit: Option<AuditRow>,
    /// The version of what limits the reader.
    rules: i64,
}

pub(super) fn start(store: Store) -> Reads {
    Together::start(move |tenant, wanted: Vec<Wanted>| {
        let store = store.clone();
        async move {
            // Who knows older limits than the others reads again, and is told of then.
            let rules = wanted.iter().map(|one| one.rules).max().unwrap_or_default();
            let found = current_of_all(&store, tenant, &wanted, rules).await.map_err(Arc::new);
            let answer = |one: &Wanted| match &found {
                Ok(found) => {
                    let found = found.iter().find(|found| one.is(&found.version)).cloned();
                    let is_known = one.rules == rules;
                    Ok(found.map(|found| if is_known { found } else { Current { rules: NO_RULES, ..found } }))
                }
                Err(error) => Err(Arc::clone(error)),
            };
            wanted.iter().map(answer).collect()
        }
    })
}

impl Wanted {
    fn is(&self, version: &Version) -> bool {
        version.id == self.id && version.resource_type == self.resource_type.as_str()
    }
}

/// No version of what limits callers.
const NO_RULES: i64 = i64::MIN;

async fn current_of_all(
    store: &Store,
    tenant: TenantId,
    wanted: &[Wanted],
    rules: i64,
) -> Result<Vec<Current>, StorageError> {
    let keys: Vec<_> = wanted.iter().map(|one| (one.resource_type.as_str(), one.id.as_str())).collect();
    let audit: Vec<_> =
        wanted.iter().filter(|one| one.rules == rules).filter_map(|one| one.audit.as_ref()).collect();
    let largest = i64::try_from(LARGE_BYTES).unwrap_or(i64::MAX);
    let mut connection = store.alone(tenant).await?;
    let found = resources::current_of_all(&mut connection, tenant, &keys, &audit, (largest, rules)).await;
    connection.finish(found).await
}

impl Records {
    /// The current version.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Gone`] after a deletion, or that the caller may not read it.
    #[tracing::instrument(target = "hygeia_trace", name = "records.read", skip_all)]
    pub async fn read(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        id: &str,
    ) -> Result<Stored, Error> {
        self.read_one(caller, resource_type, id, None).await
    }

    /// One version by its number.
    ///
    /// # Errors
    /// As for [`Records::read`]; [`Error::Gone`] where that version is the deletion.
    #[tracing::instrument(target = "hygeia_trace", name = "records.vread", skip_all)]
    pub async fn vread(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        id: &str,
        version: i64,
    ) -> Result<Stored, Error> {
        self.read_one(caller, resource_type, id, Some(version)).await
    }

    async fn read_one(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        id: &str,
        version: Option<i64>,
    ) -> Result<Stored, Error> {
        permit(caller, Right::Read, resource_type)?;
        if !is_id(id) {
            return Err(Error::NotFound);
        }
        let mut parameters = self.known.last(caller.tenant);
        for _ in 0..OVERTAKEN {
            match self.read_by(&parameters, caller, (resource_type, id), version).await {
                Err(error) if error.is_conflict() => {
                    parameters = self.parameters(caller.tenant).await?;
                }
                done => return done,
            }
        }
        let moment = self.one_moment(caller).await?;
        let found = async {
            let parameters = moment.records.current_parameters(caller.tenant).await?;
            moment.records.read_by(&parameters, caller, (resource_type, id), version).await
        };
        let found = Box::pin(found).await;
        self.after_moment(moment, found).await
    }

    /// Reads within the limits that were known; a conflict, where there are others by now.
    async fn read_by(
        &self,
        parameters: &Arc<Parameters>,
        caller: &Caller,
        (resource_type, id): (ResourceType, &str),
        version: Option<i64>,
    ) -> Result<Stored, Error> {
        let access = self.access(caller, parameters);
        // What a Binary belongs to may have other limits.
        let is_whole =
            access.limit(Right::Read, resource_type) == Limit::All && resource_type.as_str() != BINARY;
        let mut found = None;
        if let (Some(reads), None) = (&self.reads, version)
            && !is_own(resource_type)
        {
            let audit = AuditRow {
                type_: Some(resource_type.to_string()),
                resource: Some(id.to_owned()),
                ..self.audit_row(caller, "read", None)
            };
            let (with, after) = match self.trail.reads {
                _ if caller.quiet || !is_whole => (None, None),
                AuditReads::Before => (Some(audit), None),
                AuditReads::After => (None, Some(audit)),
            };
            let (id, rules) = (id.to_owned(), parameters.version());
            let current = reads.ask(caller.tenant, Wanted { resource_type, id, audit: with, rules }).await?;
            let current = current.ok_or(Error::NotFound)?;
            if current.rules != rules {
                return Err(Error::Conflict);
            }
            match current {
                Current { is_large: true, .. } => {}
                Current { version, patient, .. } if is_whole => {
                    let stored = Stored::from_version(version).ok_or(Error::Gone)?;
                    if let Some(row) = after {
                        let row = AuditRow { version: Some(stored.version), patient, ..row };
                        self.record_read(caller, row).await?;
                    }
                    return Ok(stored);
                }
                Current { version, .. } => found = Some(version),
            }
        }
        let found = match found {
            Some(found) => found,
            None => {
                let found = self.find(caller, parameters, (resource_type, id), version).await?;
                found.ok_or(Error::NotFound)?
            }
        };
        if !is_whole {
            self.cover_of_read(caller, &access, &found).await?.of_read()?;
        }
        let stored = Stored::from_version(found).ok_or(Error::Gone)?;
        let interaction = if version.is_some() { "vread" } else { "read" };
        if !caller.quiet {
            let row = self.audit_row(caller, interaction, Some(((resource_type, id), stored.version)));
            self.record_read(caller, AuditRow { patient: stored.patient(), ..row }).await?;
        }
        Ok(stored)
    }

    /// Whether a version is one that the caller may read. Of a deletion, the version before it tells.
    async fn cover_of_read(
        &self,
        caller: &Caller,
        access: &Access<'_>,
        found: &Version,
    ) -> Result<Cover, Error> {
        if found.body.is_some() && found.resource_type == BINARY {
            let context = self.context_of(caller.tenant, found.body.as_deref()).await?;
            return access.cover_of_binary(Right::Read, found, context.as_ref());
        }
        if found.body.is_some() {
            return access.cover_of(Right::Read, found);
        }
        let tenant = caller.tenant;
        let (resource_type, id) = (found.resource_type.as_str(), found.id.as_str());
        let mut connection = self.store.alone(tenant).await?;
        let before = found.number.saturating_sub(1);
        let before = resources::version(&mut connection, Key { tenant, resource_type, id }, before).await;
        let before = connection.finish(before).await?;
        before.map_or(Ok(Cover::Outside), |before| access.cover_of(Right::Read, &before))
    }

    async fn find(
        &self,
        caller: &Caller,
        parameters: &Parameters,
        (resource_type, id): (ResourceType, &str),
        version: Option<i64>,
    ) -> Result<Option<Version>, Error> {
        if resource_type.as_str() == "AuditEvent"
            && version.is_none_or(|version| version == 1)
            && let Some(event) = self.find_audit_event(caller, id).await?
        {
            return Ok(Some(event));
        }
        if resource_type.as_str() == operations::OPERATION_DEFINITION
            && version.is_none_or(|version| version == 1)
            && let Some(own) = operations::find(id)
        {
            return Ok(Some(own));
        }
        let tenant = caller.tenant;
        let key = Key { tenant, resource_type: resource_type.as_str(), id };
        let mut connection = self.store.alone(tenant).await?;
        let found = async {
            let found = match version {
                None => resources::current(&mut connection, key).await?,
                Some(number) => resources::version(&mut connection, key, number).await?,
            };
            // Afterwards: nothing that came since is shown by the limits of before.
            self.known.confirm(&mut connection, tenant, parameters).await?;
            Ok::<_, Error>(found)
        }
        .await;
        connection.finish(found).await
    }
}

/// Whether the server has resources of this type that are in no table of resources.
fn is_own(resource_type: ResourceType) -> bool {
    ["AuditEvent", operations::OPERATION_DEFINITION].contains(&resource_type.as_str())
}
