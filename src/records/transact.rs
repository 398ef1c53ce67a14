//! Writing one or several resources in one transaction, with index and audit.

use serde_json::Value;

use super::access::Access;
use super::along::Along;
use super::aside;
use super::provenance::PROVENANCE;
use super::writing::{Next, Writing};
use super::{Beside, Error, Precondition, Records, Stored, create, delete, hold, patch, provenance, update};
use crate::fhir::patch::Patch;
use crate::fhir::{ResourceType, validate};
use crate::identity::{Caller, Right};
use crate::storage::Connection;
use crate::storage::audit::{self as rows, AuditRow};
use crate::storage::heads::{Head, Wanted};

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
    /// Leave a resource as it is, and have it stay so until the others are done.
    Hold {
        /// Its type.
        resource_type: ResourceType,
        /// Its id.
        id: String,
        /// What must hold of the current version.
        precondition: Precondition,
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

impl Write {
    /// About how long what it brings is as text.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Create { resource, .. } | Self::Update { resource, .. } => aside::size(resource),
            Self::Patch { .. } | Self::Hold { .. } | Self::Delete { .. } => 0,
        }
    }
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
    /// There was nothing to delete, a conditional create found what it would have made, or a resource was held.
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
    /// Id of the Patient that it is about, as far as that was looked at.
    pub patient: Option<String>,
}

impl Records {
    /// Does all of the writes, or none.
    ///
    /// # Errors
    /// That of the first write that cannot be done; then nothing is stored.
    pub async fn transact(&self, caller: &Caller, writes: Vec<Write>) -> Result<Vec<Written>, Error> {
        self.transact_beside(caller, writes, &Beside::default()).await
    }

    /// Does all of the writes, or none, and what they make necessary beside them.
    ///
    /// # Errors
    /// That of the first write that cannot be done, or [`Error::Busy`] where too many jobs wait; then nothing is stored.
    pub async fn transact_beside(
        &self,
        caller: &Caller,
        writes: Vec<Write>,
        beside: &Beside,
    ) -> Result<Vec<Written>, Error> {
        self.transact_along(caller, writes, beside, Along::default()).await
    }

    /// One write alone.
    pub(super) async fn write(&self, caller: &Caller, write: Write) -> Result<Written, Error> {
        let written = self.transact(caller, vec![write]).await?;
        written.into_iter().next().ok_or_else(|| Error::internal("a write without a result"))
    }

    /// Does the writes, and adds one audit row, about the first, and the Provenance that came with them.
    pub(super) async fn write_all(
        &self,
        caller: &Caller,
        prepared: Vec<Prepared>,
        connection: &mut Connection,
    ) -> Result<Vec<Written>, Error> {
        let count = prepared.len();
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
        let patient = written.first().and_then(|written| written.patient.clone());
        let told =
            written.get(count..).and_then(<[Written]>::first).and_then(|written| written.stored.as_ref());
        let entities =
            told.map(|told| vec![format!("create {}/{}/{}", told.resource_type, told.id, told.version)]);
        rows::insert(connection, &AuditRow { patient, entities, ..row }).await?;
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
            Write::Hold { resource_type, id, precondition } => {
                Prepared::Hold(hold::prepare(caller, resource_type, id, precondition)?)
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
    Hold(hold::Prepared),
    Delete(delete::Prepared),
}

impl Prepared {
    /// The head that the write goes on from; a new resource has none. Whether the writer may change what is there, its body tells.
    pub(super) fn head(&self, access: &Access<'_>) -> Option<Wanted<'_>> {
        let (resource_type, id) = self.address();
        let body = match self {
            Self::Create(_) => return None,
            Self::Update(_) => access.is_limited(resource_type, &[Right::Update, Right::Create]),
            Self::Delete(_) => access.is_limited(resource_type, &[Right::Delete, Right::Create]),
            Self::Patch(_) => true,
            Self::Hold(_) => access.is_limited(resource_type, &[Right::Read, Right::Create]),
        };
        let body = body || resource_type.as_str() == PROVENANCE;
        Some(Wanted { resource_type: resource_type.as_str(), id, body })
    }

    /// What it takes to change what is there, or to make what is not.
    pub(super) fn right(&self) -> Right {
        match self {
            Self::Create(_) => Right::Create,
            Self::Update(_) | Self::Patch(_) => Right::Update,
            Self::Hold(_) => Right::Read,
            Self::Delete(_) => Right::Delete,
        }
    }

    pub(super) fn next(self, writing: &Writing, head: Option<&Head>) -> Result<Next, Error> {
        if !matches!(self, Self::Hold(_)) {
            provenance::keep(self.address().0, head)?;
        }
        match self {
            Self::Create(write) => write.next(writing),
            Self::Update(write) => write.next(writing, head),
            Self::Patch(write) => write.next(writing, head),
            Self::Hold(write) => write.next(head),
            Self::Delete(write) => write.next(writing, head),
        }
    }

    /// About how long what it brings is as text.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Create(write) => write.size(),
            Self::Update(write) => write.size(),
            Self::Patch(_) | Self::Hold(_) | Self::Delete(_) => 0,
        }
    }

    pub(super) fn interaction(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Update(_) => "update",
            Self::Patch(_) => "patch",
            Self::Hold(_) => "read",
            Self::Delete(_) => "delete",
        }
    }

    pub(super) fn address(&self) -> (ResourceType, &str) {
        match self {
            Self::Create(write) => (write.resource_type, &write.id),
            Self::Update(write) => (write.resource_type, &write.id),
            Self::Patch(write) => (write.resource_type, &write.id),
            Self::Hold(write) => (write.resource_type, &write.id),
            Self::Delete(write) => (write.resource_type, &write.id),
        }
    }
}

/// What a write was, for the audit.
pub(super) struct Done {
    /// The interaction.
    pub interaction: &'static str,
    /// The resource's type.
    pub resource_type: ResourceType,
    /// Its id.
    pub id: String,
}

impl Done {
    /// That of a write that is to be done.
    pub(super) fn of(prepared: &Prepared) -> Self {
        let (resource_type, id) = prepared.address();
        Self { interaction: prepared.interaction(), resource_type, id: id.to_owned() }
    }
}

impl Records {
    /// A row for each resource that was written.
    pub(super) fn rows_of_writes(
        &self,
        caller: &Caller,
        done: &[Done],
        written: &[Written],
    ) -> Vec<AuditRow> {
        let row = |(done, written): (&Done, &Written)| {
            let subject = ((done.resource_type, done.id.as_str()), written.version);
            let row = self.audit_row(caller, done.interaction, Some(subject));
            AuditRow { patient: written.patient.clone(), ..row }
        };
        done.iter().zip(written).map(row).collect()
    }
}

/// The resource's type, when it is valid R4.
pub(super) fn validated(resource: &Value) -> Result<ResourceType, Error> {
    validate::validate(resource).map_err(Error::Invalid)
}
