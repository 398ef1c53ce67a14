//! Erasing for good what a person takes back: no version, no search row, nothing that was made of it is left. What is left is the row
//! of the audit trail that says so.
//!
//! It is no interaction of FHIR, whose deletions keep the history: operations offer it that are about a person's own data. What
//! Consents say of seeing data keeps nobody from taking their own back.

use std::collections::HashSet;

use super::access::permit;
use super::transact::Write;
use super::{Error, Records};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::audit::{self as audit_rows, AuditRow};
use crate::storage::heads::{self, Wanted};
use crate::storage::resources::{self as rows, Address};
use crate::storage::{Connection, TenantId};

/// What is made of a resource, rather than only naming it: it goes where the resource goes.
const MADE_OF: [&str; 4] = ["Binary", "DocumentReference", "Provenance", "RiskAssessment"];

/// What is to be erased.
#[derive(Debug)]
pub struct Erasure {
    /// These, of which the first must be there, be it as what was deleted: that keeps its history.
    pub roots: Vec<(ResourceType, String)>,
    /// Whether everything that names one of them goes with them, or only what is made of them.
    pub is_whole: bool,
    /// A resource that stays, as it is written now, without its former versions.
    pub left: Option<Write>,
}

impl Records {
    /// Erases for good, and tells what was erased, by type.
    ///
    /// # Errors
    /// [`Error::NotFound`] where of the first of the roots no version is there; or when the caller may not delete what would go.
    pub async fn erase(&self, caller: &Caller, erasure: Erasure) -> Result<Vec<String>, Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let erased = self.erase_within(caller, erasure, &mut transaction).await;
        transaction.finish(erased).await
    }

    async fn erase_within(
        &self,
        caller: &Caller,
        erasure: Erasure,
        connection: &mut Connection,
    ) -> Result<Vec<String>, Error> {
        let Erasure { roots, is_whole, left } = erasure;
        let tenant = caller.tenant;
        let left = left.map(|write| self.prepare(caller, write)).transpose()?;
        let kept: Vec<_> = left.iter().map(|left| address(left.address())).collect();
        let first = roots.first().cloned().ok_or(Error::NotFound)?;
        let roots: Vec<_> = roots.iter().map(|(of, id)| address((*of, id))).collect();
        let parameters = self.known.for_writing(connection, tenant).await?;
        // Whoever writes something that names a root holds it: he comes before, or finds it gone.
        let patient = locked(connection, tenant, &roots, &kept).await?;
        let erased = all(connection, tenant, roots, is_whole, &kept).await?;
        for resource_type in erased.iter().filter_map(|one| ResourceType::parse(&one.type_)) {
            permit(caller, Right::Delete, resource_type)?;
        }
        if let Some(left) = left {
            let written = self.write_unaudited(caller, parameters, vec![left], connection).await;
            written.map_err(|(_, error)| error)?;
        }
        super::subscriptions::hold_erased(connection, tenant, &erased).await?;
        for one in &erased {
            super::subscriptions::forget_erased(connection, tenant, (&one.type_, &one.id)).await?;
        }
        rows::erase(connection, &erased, &kept).await?;
        let row = self.audit_row(caller, "erase", Some(((first.0, &first.1), 0)));
        audit_rows::insert(connection, &AuditRow { version: None, patient, ..row }).await?;
        Ok(erased.into_iter().map(|one| one.type_).collect())
    }
}

fn address((resource_type, id): (ResourceType, &str)) -> Address {
    Address { type_: resource_type.to_string(), id: id.to_owned() }
}

/// Locks all that is known to be concerned; tells whom it is about.
async fn locked(
    connection: &mut Connection,
    tenant: TenantId,
    roots: &[Address],
    kept: &[Address],
) -> Result<Option<String>, Error> {
    let wanted: Vec<_> = roots.iter().chain(kept).map(wanted).collect();
    let heads = heads::lock_all(connection, tenant, &wanted).await?;
    let is_there = roots
        .first()
        .is_some_and(|root| heads.iter().any(|head| head.type_ == root.type_ && head.id == root.id));
    // What was deleted tells of nobody; what is erased or kept with it may.
    if is_there { Ok(heads.into_iter().find_map(|head| head.patient)) } else { Err(Error::NotFound) }
}

fn wanted(address: &Address) -> Wanted<'_> {
    Wanted { resource_type: &address.type_, id: &address.id, body: false }
}

/// The roots with all that goes with them.
async fn all(
    connection: &mut Connection,
    tenant: TenantId,
    roots: Vec<Address>,
    is_whole: bool,
    kept: &[Address],
) -> Result<Vec<Address>, Error> {
    let mut known: HashSet<_> = roots.iter().chain(kept).cloned().collect();
    let mut all = roots.clone();
    let mut latest = roots;
    let mut types = if is_whole { None } else { Some(MADE_OF.as_slice()) };
    while !latest.is_empty() {
        let mut found = rows::naming(connection, tenant, &latest, types).await?;
        found.retain(|one| known.insert(one.clone()));
        let locks: Vec<_> = found.iter().map(wanted).collect();
        heads::lock_all(connection, tenant, &locks).await?;
        all.extend(found.iter().cloned());
        (latest, types) = (found, Some(MADE_OF.as_slice()));
    }
    Ok(all)
}
