//! Holding a resource as it is: what is written with it is written only if nobody changed or erased that meanwhile.

use super::access::permit;
use super::writing::Next;
use super::{Error, Precondition, check_id};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::heads::Head;

pub(super) struct Prepared {
    pub resource_type: ResourceType,
    pub id: String,
    precondition: Precondition,
}

pub(super) fn prepare(
    caller: &Caller,
    resource_type: ResourceType,
    id: String,
    precondition: Precondition,
) -> Result<Prepared, Error> {
    check_id(&id)?;
    permit(caller, Right::Read, resource_type)?;
    Ok(Prepared { resource_type, id, precondition })
}

impl Prepared {
    /// Nothing: the head was locked, and is what it must be.
    pub(super) fn next(&self, head: Option<&Head>) -> Result<Next, Error> {
        let number = head.map_or(0, |head| head.number);
        self.precondition.check(number, head.is_some_and(|head| !head.deleted))?;
        Ok(Next::Nothing(number))
    }
}
