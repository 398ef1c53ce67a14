//! The new versions of several resources, made and stored with few statements.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::access::{Access, Cover, Subject, binary};
use super::aside::{Load, aside};
use super::index::BINARY;
use super::parameters::{Parameters, SEARCH_PARAMETER};
use super::subscriptions::{BASIC, SUBSCRIPTION};
use super::transact::{Change, Prepared, Written};
use super::{Error, Records, Stored, index, operations, provenance};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::heads::{self, Head};
use crate::storage::resources::{self, IndexEntries, Method, Version};
use crate::storage::{Connection, StorageError, TenantId, audit};

/// What the writers of one transaction share.
pub(super) struct Writing {
    pub now: DateTime<Utc>,
    /// What the new versions are found by.
    pub parameters: Arc<Parameters>,
    /// Who writes.
    caller: Caller,
    /// What else it hangs on whether the writer may.
    before: Before,
}

/// What tells whether a writer may change a resource, beside its current version.
#[derive(Default)]
struct Before {
    /// Of those that are deleted, the last version before that.
    deleted: HashMap<(String, String), Version>,
    /// What Binaries belong to, by their ids.
    contexts: HashMap<String, Version>,
}

impl Before {
    /// Reads it for those heads that the writer may change some of only.
    async fn of(
        connection: &mut Connection,
        tenant: TenantId,
        heads: &[Head],
        access: &Access<'_>,
    ) -> Result<Self, Error> {
        let is_limited = |head: &&Head| {
            let rights = [Right::Create, Right::Read, Right::Update, Right::Delete];
            ResourceType::parse(&head.type_).is_some_and(|one| access.is_limited(one, &rights))
        };
        let limited: Vec<_> = heads.iter().filter(is_limited).collect();
        let deleted: Vec<_> = limited
            .iter()
            .filter(|head| head.deleted)
            .map(|head| (head.type_.as_str(), head.id.as_str(), head.number.saturating_sub(1)))
            .collect();
        let deleted: HashMap<_, _> = resources::versions(connection, tenant, &deleted)
            .await?
            .into_iter()
            .map(|version| ((version.resource_type.clone(), version.id.clone()), version))
            .collect();
        let mut contexts = HashMap::new();
        for head in limited.iter().filter(|head| head.type_ == BINARY) {
            let before = deleted.get(&(head.type_.clone(), head.id.clone()));
            let body = head.body.as_deref().or_else(|| before.and_then(|before| before.body.as_deref()));
            if let Some(context) = binary::context(connection, tenant, body).await? {
                contexts.insert(head.id.clone(), context);
            }
        }
        Ok(Self { deleted, contexts })
    }
}

impl Writing {
    /// What the writer may change.
    fn access(&self) -> Access<'_> {
        let now_us = self.now.timestamp_micros();
        Access { caller: &self.caller, parameters: &self.parameters, now_us }
    }

    /// The time of the version after `head`: each is later than the one before, also where clocks or requests overtake.
    pub(super) fn time_after(&self, head: Option<&Head>) -> DateTime<Utc> {
        let earliest = head.map(|head| head.updated + TimeDelta::microseconds(1));
        earliest.map_or(self.now, |earliest| earliest.max(self.now))
    }
}

/// What a write makes of the version that is there.
pub(super) enum Next {
    /// Nothing is to be done; the number of the current version.
    Nothing(i64),
    /// A new version with its index.
    New(Change, Version, Box<IndexEntries>),
}

impl Records {
    /// Does the writes, each to another resource, with few statements; last comes the Provenance that the caller sent with them. An
    /// error comes with the position of its write, where it is of one.
    pub(super) async fn write_unaudited(
        &self,
        caller: &Caller,
        parameters: Arc<Parameters>,
        prepared: Vec<Prepared>,
        connection: &mut Connection,
    ) -> Result<Vec<Written>, Failed> {
        let whole = |error: StorageError| (None, error.into());
        let own = |prepared: &Prepared| {
            let (resource_type, id) = prepared.address();
            operations::is_own(resource_type, id)
        };
        if let Some(at) = prepared.iter().position(own) {
            return Err((Some(at), Error::MethodNotAllowed));
        }
        // What clients tell is theirs to change; the server's own trail is nobody's.
        let told = |prepared: &Prepared| {
            let (resource_type, id) = prepared.address();
            let is_changed =
                resource_type.as_str() == AUDIT_EVENT && !matches!(prepared, Prepared::Create(_));
            Uuid::try_parse(id).ok().filter(|_| is_changed)
        };
        let ids: Vec<_> = prepared.iter().filter_map(told).collect();
        let own = audit::among(connection, caller.tenant, &ids).await.map_err(whole)?;
        let is_own = |prepared: &Prepared| told(prepared).is_some_and(|id| own.contains(&id));
        if let Some(at) = prepared.iter().position(is_own) {
            return Err((Some(at), Error::MethodNotAllowed));
        }
        let now = self.clock.now();
        let access = Access { caller, parameters: &parameters, now_us: now.timestamp_micros() };
        let wanted: Vec<_> = prepared.iter().filter_map(|write| write.head(&access)).collect();
        let heads = heads::lock_all(connection, caller.tenant, &wanted).await.map_err(whole)?;
        let before =
            Before::of(connection, caller.tenant, &heads, &access).await.map_err(|error| (None, error))?;
        let writing = Writing { now, parameters: Arc::clone(&parameters), caller: caller.clone(), before };
        let bodies = heads.iter().filter_map(|head| head.body.as_ref()).map(String::len).sum();
        let load = Load::of(prepared.iter().map(Prepared::size)).and_bytes(bodies);
        let next = aside(load, move || next(prepared, &writing, heads));
        let (new, mut written) = next.await.map_err(|error| (None, error))??;
        if let Some((at, failed)) = store(connection, caller.tenant, &new).await.map_err(whole)? {
            return Err((Some(at), failed));
        }
        for New { at, version, .. } in new.iter().filter(|new| new.version.resource_type == SEARCH_PARAMETER)
        {
            let followed = self.follow(connection, caller.tenant, version).await;
            followed.map_err(|error| (Some(*at), error))?;
        }
        let versions = new.iter().map(|new| &new.version);
        self.follow_consents(connection, caller.tenant, versions).await.map_err(|error| (None, error))?;
        for New { at, version, .. } in new.iter().filter(|new| new.version.resource_type == BASIC) {
            let followed = self.follow_topic(connection, caller, &parameters, version).await;
            followed.map_err(|error| (Some(*at), error))?;
        }
        let mut subscriptions: Vec<_> =
            new.iter().filter(|new| new.version.resource_type == SUBSCRIPTION).collect();
        // Whoever holds changes against several takes them in this order, too.
        subscriptions.sort_unstable_by(|one, other| one.version.id.cmp(&other.version.id));
        for New { at, version, .. } in subscriptions {
            let followed = self.follow_subscription(connection, caller, &parameters, version).await;
            followed.map_err(|error| (Some(*at), error))?;
        }
        let versions = new.iter().map(|new| &new.version);
        self.follow_pods(connection, caller.tenant, versions).await.map_err(|error| (None, error))?;
        for New { at, version, .. } in new {
            if let Some(written) = written.get_mut(at) {
                written.stored = Stored::from_version(version);
            }
        }
        if let Some(provenance) = provenance::of_written(caller, &written, || self.new_id()) {
            let caller = Caller { provenance: None, ..caller.clone() };
            let provenance = vec![Prepared::Create(provenance)];
            let also = Box::pin(self.write_unaudited(&caller, parameters, provenance, connection)).await;
            written.extend(also.map_err(|(_, error)| (None, error))?);
        }
        Ok(written)
    }
}

/// The type of which the server has resources that nobody changes.
const AUDIT_EVENT: &str = "AuditEvent";

/// An error, with the position of its write where it is of one.
type Failed = (Option<usize>, Error);

/// A version to be stored, for the write at this position.
struct New {
    at: usize,
    version: Version,
    index: Box<IndexEntries>,
    /// Whether a version is there that it replaces.
    replaces: bool,
    /// Whether its id was chosen by the client.
    chosen: bool,
}

/// The new versions, and what each write does; pure, but long for many.
fn next(
    prepared: Vec<Prepared>,
    writing: &Writing,
    heads: Vec<Head>,
) -> Result<(Vec<New>, Vec<Written>), Failed> {
    let heads: HashMap<_, _> =
        heads.iter().map(|head| ((head.type_.as_str(), head.id.as_str()), head)).collect();
    let mut new = Vec::with_capacity(prepared.len());
    let mut written = Vec::with_capacity(prepared.len());
    for (at, write) in prepared.into_iter().enumerate() {
        let (resource_type, id) = write.address();
        let head = heads.get(&(resource_type.as_str(), id)).copied();
        let chosen = !matches!(write, Prepared::Create(_));
        let itself = (resource_type.as_str() == index::PATIENT_TYPE).then(|| id.to_owned());
        let next = held(write, writing, head).map_err(|error| (Some(at), error))?;
        match next {
            Next::Nothing(version) => {
                let patient = itself.or_else(|| head.and_then(|head| head.patient.clone()));
                written.push(Written { change: Change::Nothing, version, stored: None, patient });
            }
            Next::New(change, version, index) => {
                // Of what is deleted, or is now about another or nobody, the version before tells it.
                let before = || head.and_then(|head| head.patient.clone());
                let patient = itself.or_else(|| index.patient.clone()).or_else(before);
                written.push(Written { change, version: version.number, stored: None, patient });
                new.push(New { at, version, index, replaces: head.is_some(), chosen });
            }
        }
    }
    Ok((new, written))
}

/// What a write makes of the version that is there, where the writer may change that one, and may make the new one.
fn held(write: Prepared, writing: &Writing, head: Option<&Head>) -> Result<Next, Error> {
    let (resource_type, right) = (write.address().0, write.right());
    let is_patch = matches!(write, Prepared::Patch(_));
    let rights = [right, Right::Create, if is_patch { Right::Read } else { right }];
    let access = writing.access();
    let is_limited = access.is_limited(resource_type, &rights);
    if is_limited && let Some(head) = head {
        let cover = |right: Right, before: &Version| match before.resource_type.as_str() {
            BINARY => access.cover_of_binary(right, before, writing.before.contexts.get(&before.id)),
            _ => access.cover_of(right, before),
        };
        let kept = || Version {
            resource_type: head.type_.clone(),
            id: head.id.clone(),
            number: head.number,
            updated: head.updated,
            method: Method::Put,
            body: head.body.clone(),
        };
        let key = (head.type_.clone(), head.id.clone());
        let before = if head.deleted { writing.before.deleted.get(&key).cloned() } else { Some(kept()) };
        if let Some(before) = before {
            cover(right, &before)?.of_write()?;
            // A patch tells by its failing what is there, and moves it to where it may be read.
            if is_patch && cover(Right::Read, &before)? == Cover::Withheld {
                return Err(Error::Withheld);
            }
        }
    }
    let next = write.next(writing, head)?;
    if is_limited
        && let Next::New(change, version, index) = &next
        && version.body.is_some()
    {
        let right = if *change == Change::Created { Right::Create } else { right };
        let updated_us = version.updated.timestamp_micros();
        let subject = Subject { resource_type, id: &version.id, updated_us };
        access.cover_by_itself(right, subject, index).of_write()?;
    }
    Ok(next)
}

/// So many versions are written by one statement.
const AT_ONCE: usize = 1_000;

/// Stores the versions: first those that replace one, whose rows are locked, then the others in the order of their addresses.
/// Gives the write that met an id which is taken.
async fn store(
    connection: &mut Connection,
    tenant: TenantId,
    new: &[New],
) -> Result<Option<(usize, Error)>, StorageError> {
    fn indexed<'a>(new: &'a &'a New) -> resources::Indexed<'a> {
        (&new.version, &new.index)
    }
    let (replacing, mut first): (Vec<_>, Vec<_>) = new.iter().partition(|new| new.replaces);
    for some in replacing.chunks(AT_ONCE) {
        let some: Vec<_> = some.iter().map(indexed).collect();
        resources::replace_all(connection, tenant, &some).await?;
    }
    first.sort_unstable_by_key(|new| (&new.version.resource_type, &new.version.id));
    for some in first.chunks(AT_ONCE) {
        let rows: Vec<_> = some.iter().map(indexed).collect();
        let taken = resources::insert_all(connection, tenant, &rows).await?;
        if let Some(new) = taken.first().and_then(|at| some.get(*at)) {
            // What was not there when we looked was made by another request since.
            return Ok(Some((new.at, if new.chosen { Error::Conflict } else { Error::Duplicate("the id") })));
        }
    }
    Ok(None)
}
