//! `$purge-history`: the former versions of a resource, gone for good. What is left is the current one, and the row of the audit trail
//! that says so.

use super::access::{Limit, permit};
use super::{Error, Records};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::audit::{self, AuditRow};
use crate::storage::heads::{self, Wanted};
use crate::storage::resources::{self, Address};

impl Records {
    /// Removes all versions of a resource but the current one.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none; [`Error::Gone`] where it is deleted; when the caller may not delete, and read, every
    /// resource of the type: versions may have been about others.
    pub async fn purge_history(&self, caller: &Caller, of: ResourceType, id: &str) -> Result<(), Error> {
        permit(caller, Right::Delete, of)?;
        super::check_id(id).map_err(|_| Error::NotFound)?;
        let (tenant, type_) = (caller.tenant, of.as_str());
        let mut transaction = self.store.begin(tenant).await?;
        let purged = async {
            let parameters = self.known.for_writing(&mut transaction, tenant).await?;
            let access = self.access(caller, &parameters);
            if [Right::Delete, Right::Read].iter().any(|right| access.limit(*right, of) != Limit::All) {
                return Err(Error::Forbidden);
            }
            let wanted = [Wanted { resource_type: type_, id, body: false }];
            let heads = heads::lock_all(&mut transaction, tenant, &wanted).await?;
            let head = heads.into_iter().next().ok_or(Error::NotFound)?;
            if head.deleted {
                return Err(Error::Gone);
            }
            let kept = Address { type_: type_.to_owned(), id: id.to_owned() };
            resources::erase(&mut transaction, &[], &[kept]).await?;
            let row = self.audit_row(caller, "purge-history", Some(((of, id), head.number)));
            audit::insert(&mut transaction, &AuditRow { patient: head.patient, ..row }).await?;
            Ok(())
        }
        .await;
        transaction.finish(purged).await
    }
}
