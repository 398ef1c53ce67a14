//! Writing one or several resources in one transaction, with index and audit.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::parameters::{Parameters, SEARCH_PARAMETER};
use super::{Error, Precondition, Records, Stored, create, delete, operations, patch, update};
use crate::fhir::patch::Patch;
use crate::fhir::{ResourceType, validate};
use crate::identity::Caller;
use crate::storage::heads::{self, Head, Wanted};
use crate::storage::resources::{self, IndexEntries, Indexed, Version};
use crate::storage::{Connection, StorageError, TenantId, audit as rows};

/// One wanted change.
#[derive(Clone, Debug)]
pub enum Write {
    /// Make a resource. With an id, it is one that [`Records::new_id`] gave; without, the server chooses now.
    Create {
        /// The resource; an `id` within is not looked at.
        resource: Value,
        /// The id to take.
        id: Option<String>,
    },
    /// Make or change the resource with this id.
    Update {
        /// The resource.
        resource: Value,
        /// The id of the address, which the resource's own must equal.
        id: String,
        /// What must hold of the current version.
        precondition: Option<Precondition>,
    },
    /// Change a resource by a patch.
    Patch {
        /// Its type.
        resource_type: ResourceType,
        /// Its id.
        id: String,
        /// The patch.
        patch: Patch,
        /// What must hold of the current version.
        precondition: Option<Precondition>,
    },
    /// Delete a resource.
    Delete {
        /// Its type.
        resource_type: ResourceType,
        /// Its id.
        id: String,
        /// What must hold of the current version.
        precondition: Option<Precondition>,
    },
}

/// What a write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The resource is new, or was deleted before.
    Created,
    /// The resource has a new version.
    Updated,
    /// The resource is deleted.
    Deleted,
    /// There was nothing to delete, or a conditional create found what it would have made.
    Nothing,
}

/// A write that was done.
#[derive(Clone, Debug)]
pub struct Written {
    /// What it did.
    pub change: Change,
    /// The new version's number, or the current one's where nothing was written; 0 when there is none.
    pub version: i64,
    /// The version that was written or found, unless it is a deletion.
    pub stored: Option<Stored>,
}

/// What the writers of one transaction share.
pub(super) struct Writing {
    pub now: DateTime<Utc>,
    /// What the new versions are found by.
    pub parameters: Arc<Parameters>,
}

impl Writing {
    /// The time of the version after `head`: each is later than the one before, also where clocks or requests overtake.
    pub(super) fn time_after(&self, head: Option<&Head>) -> DateTime<Utc> {
        let earliest = head.map(|head| head.updated + TimeDelta::microseconds(1));
        earliest.map_or(self.now, |earliest| earliest.max(self.now))
    }
}

impl Records {
    /// Does all of the writes, or none.
    ///
    /// # Errors
    /// That of the first write that cannot be done; then nothing is stored.
    pub async fn transact(&self, caller: &Caller, writes: Vec<Write>) -> Result<Vec<Written>, Error> {
        let prepared =
            writes.into_iter().map(|write| self.prepare(caller, write)).collect::<Result<Vec<_>, _>>()?;
        let types: Vec<_> = prepared.iter().map(|prepared| prepared.address().0).collect();
        let mut transaction = self.store.begin(caller.tenant).await?;
        let written = self.write_all(caller, prepared, &mut transaction).await;
        let written = transaction.finish(written).await?;
        self.wake_for(types.into_iter());
        Ok(written)
    }

    /// One write alone.
    pub(super) async fn write(&self, caller: &Caller, write: Write) -> Result<Written, Error> {
        let written = self.transact(caller, vec![write]).await?;
        written.into_iter().next().ok_or_else(|| Error::internal("a write without a result"))
    }

    /// Does the writes, and adds one audit row, about the first.
    pub(super) async fn write_all(
        &self,
        caller: &Caller,
        prepared: Vec<Prepared>,
        connection: &mut Connection,
    ) -> Result<Vec<Written>, Error> {
        let first = prepared.first().map(|first| {
            let (resource_type, id) = first.address();
            (first.interaction(), resource_type, id.to_owned())
        });
        let parameters = self.known.for_writing(connection, caller.tenant).await?;
        let written = self.write_unaudited(caller, parameters, prepared, connection).await;
        let written = written.map_err(|(_, error)| error)?;
        let interaction = first.as_ref().map_or("transaction", |(interaction, ..)| interaction);
        let subject = first.as_ref().zip(written.first());
        let subject = subject.map(|((_, resource_type, id), w)| ((*resource_type, id.as_str()), w.version));
        let row = self.audit_row(caller, interaction, subject);
        rows::insert(connection, &row).await?;
        Ok(written)
    }

    /// Does the writes, each to another resource, with few statements. An error comes with the position of its write, where it
    /// is of one.
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
        let wanted: Vec<_> = prepared.iter().filter_map(Prepared::head).collect();
        let heads = heads::lock_all(connection, caller.tenant, &wanted).await.map_err(whole)?;
        let writing = Writing { now: self.clock.now(), parameters };
        let next = aside(prepared.len(), move || next(prepared, &writing, heads));
        let (new, mut written) = next.await.map_err(|error| (None, error))??;
        if let Some((at, taken)) = store(connection, caller.tenant, &new).await.map_err(whole)? {
            return Err((Some(at), taken));
        }
        for New { at, version, .. } in new.iter().filter(|new| new.version.resource_type == SEARCH_PARAMETER)
        {
            let followed = self.follow(connection, caller.tenant, version).await;
            followed.map_err(|error| (Some(*at), error))?;
        }
        for New { at, version, .. } in new {
            if let Some(written) = written.get_mut(at) {
                written.stored = Stored::from_version(version);
            }
        }
        Ok(written)
    }

    pub(super) fn prepare(&self, caller: &Caller, write: Write) -> Result<Prepared, Error> {
        Ok(match write {
            Write::Create { resource, id } => {
                let id = id.unwrap_or_else(|| self.new_id());
                Prepared::Create(create::prepare(caller, resource, id)?)
            }
            Write::Update { resource, id, precondition } => {
                Prepared::Update(update::prepare(caller, resource, id, precondition)?)
            }
            Write::Patch { resource_type, id, patch, precondition } => {
                Prepared::Patch(patch::prepare(caller, resource_type, id, patch, precondition)?)
            }
            Write::Delete { resource_type, id, precondition } => {
                Prepared::Delete(delete::prepare(caller, resource_type, id, precondition)?)
            }
        })
    }
}

/// A write that was checked as far as that needs no database.
pub(super) enum Prepared {
    Create(create::Prepared),
    Update(update::Prepared),
    Patch(patch::Prepared),
    Delete(delete::Prepared),
}

/// What a write makes of the version that is there.
pub(super) enum Next {
    /// Nothing is to be done; the number of the current version.
    Nothing(i64),
    /// A new version with its index.
    New(Change, Version, Box<IndexEntries>),
}

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
        match write.next(writing, head).map_err(|error| (Some(at), error))? {
            Next::Nothing(version) => {
                written.push(Written { change: Change::Nothing, version, stored: None })
            }
            Next::New(change, version, index) => {
                written.push(Written { change, version: version.number, stored: None });
                new.push(New { at, version, index, replaces: head.is_some(), chosen });
            }
        }
    }
    Ok((new, written))
}

/// Stores the versions: first those that replace one, whose rows are locked, then the others in the order of their addresses.
/// Gives the write that met an id which is taken.
async fn store(
    connection: &mut Connection,
    tenant: TenantId,
    new: &[New],
) -> Result<Option<(usize, Error)>, StorageError> {
    let (next, mut first): (Vec<&New>, Vec<&New>) = new.iter().partition(|new| new.replaces);
    resources::replace_all(connection, tenant, &indexed(next.into_iter())).await?;
    first.sort_unstable_by_key(|new| (&new.version.resource_type, &new.version.id));
    let taken = resources::insert_all(connection, tenant, &indexed(first.iter().copied())).await?;
    let taken = taken.first().and_then(|at| first.get(*at)).map(|new| {
        // What was not there when we looked was made by another request since.
        (new.at, if new.chosen { Error::Conflict } else { Error::Duplicate("the id") })
    });
    Ok(taken)
}

fn indexed<'a>(new: impl Iterator<Item = &'a New>) -> Vec<Indexed<'a>> {
    new.map(|new| (&new.version, &*new.index)).collect()
}

/// More of them than this would hold up every other request of a thread.
const FEW: usize = 16;

/// Runs what takes long for `count` resources beside the threads that answer requests.
pub(super) async fn aside<T: Send + 'static>(
    count: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    if count <= FEW {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

impl Prepared {
    /// The head that the write goes on from; a new resource has none.
    fn head(&self) -> Option<Wanted<'_>> {
        let (resource_type, id) = self.address();
        let wanted = |body| Some(Wanted { resource_type: resource_type.as_str(), id, body });
        match self {
            Self::Create(_) => None,
            Self::Update(_) | Self::Delete(_) => wanted(false),
            Self::Patch(_) => wanted(true),
        }
    }

    fn next(self, writing: &Writing, head: Option<&Head>) -> Result<Next, Error> {
        match self {
            Self::Create(write) => write.next(writing),
            Self::Update(write) => write.next(writing, head),
            Self::Patch(write) => write.next(writing, head),
            Self::Delete(write) => write.next(writing, head),
        }
    }

    pub(super) fn interaction(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Update(_) => "update",
            Self::Patch(_) => "patch",
            Self::Delete(_) => "delete",
        }
    }

    pub(super) fn address(&self) -> (ResourceType, &str) {
        match self {
            Self::Create(write) => (write.resource_type, &write.id),
            Self::Update(write) => (write.resource_type, &write.id),
            Self::Patch(write) => (write.resource_type, &write.id),
            Self::Delete(write) => (write.resource_type, &write.id),
        }
    }
}

/// The resource's type, when it is valid R4.
pub(super) fn validated(resource: &Value) -> Result<ResourceType, Error> {
    validate::validate(resource).map_err(Error::Invalid)
}
