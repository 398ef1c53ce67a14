//! Writing one or several resources in one transaction, with index and audit.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Error, Records, Stored, create, delete, patch, update};
use crate::fhir::patch::Patch;
use crate::fhir::{ResourceType, validate};
use crate::identity::Caller;
use crate::storage::resources::Version;
use crate::storage::{Connection, TenantId, audit as rows};

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
        /// The version that must be the current one.
        if_match: Option<i64>,
    },
    /// Change a resource by a patch.
    Patch {
        /// Its type.
        resource_type: ResourceType,
        /// Its id.
        id: String,
        /// The patch.
        patch: Patch,
        /// The version that must be the current one.
        if_match: Option<i64>,
    },
    /// Delete a resource.
    Delete {
        /// Its type.
        resource_type: ResourceType,
        /// Its id.
        id: String,
        /// The version that must be the current one.
        if_match: Option<i64>,
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
    pub tenant: TenantId,
    pub now: DateTime<Utc>,
}

impl Writing {
    /// The time of a version after `current`: each is later than the one before, also where clocks or requests overtake.
    pub(super) fn time_after(&self, current: Option<&Version>) -> DateTime<Utc> {
        let earliest = current.map(|version| version.updated + TimeDelta::microseconds(1));
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
        let mut transaction = self.store.begin(caller.tenant).await?;
        let written = self.write_all(caller, &prepared, &mut transaction).await;
        transaction.finish(written).await
    }

    /// One write alone.
    pub(super) async fn write(&self, caller: &Caller, write: Write) -> Result<Written, Error> {
        let written = self.transact(caller, vec![write]).await?;
        written.into_iter().next().ok_or_else(|| Error::internal("a write without a result"))
    }

    pub(super) async fn write_all(
        &self,
        caller: &Caller,
        prepared: &[Prepared],
        connection: &mut Connection,
    ) -> Result<Vec<Written>, Error> {
        let writing = Writing { tenant: caller.tenant, now: self.clock.now() };
        let mut written = Vec::with_capacity(prepared.len());
        for write in prepared {
            written.push(write.apply(&writing, connection).await?);
        }
        let interaction = prepared.first().map_or("transaction", Prepared::interaction);
        let subject = prepared.first().zip(written.first()).map(|(p, w)| (p.address(), w.version));
        let row = self.audit_row(caller, interaction, subject);
        rows::insert(connection, &row).await?;
        Ok(written)
    }

    pub(super) fn prepare(&self, caller: &Caller, write: Write) -> Result<Prepared, Error> {
        Ok(match write {
            Write::Create { resource, id } => {
                let id = id.unwrap_or_else(|| self.new_id());
                Prepared::Create(create::prepare(caller, resource, id)?)
            }
            Write::Update { resource, id, if_match } => {
                Prepared::Update(update::prepare(caller, resource, id, if_match)?)
            }
            Write::Patch { resource_type, id, patch, if_match } => {
                Prepared::Patch(patch::prepare(caller, resource_type, id, patch, if_match)?)
            }
            Write::Delete { resource_type, id, if_match } => {
                Prepared::Delete(delete::prepare(caller, resource_type, id, if_match)?)
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

impl Prepared {
    async fn apply(&self, writing: &Writing, connection: &mut Connection) -> Result<Written, Error> {
        match self {
            Self::Create(write) => write.apply(writing, connection).await,
            Self::Update(write) => write.apply(writing, connection).await,
            Self::Patch(write) => write.apply(writing, connection).await,
            Self::Delete(write) => write.apply(writing, connection).await,
        }
    }

    fn interaction(&self) -> &'static str {
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

/// The result of storing `version`.
pub(super) fn written(change: Change, version: Version) -> Written {
    Written { change, version: version.number, stored: Stored::from_version(version) }
}
