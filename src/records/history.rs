//! All versions of one resource. <https://hl7.org/fhir/R4/http.html#history>

use super::{Error, Records, is_id, permit};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::resources::{self, Key, Version};

/// A page of versions, newest first.
#[derive(Debug)]
pub struct History {
    /// The versions; one without a body is a deletion.
    pub versions: Vec<Version>,
    /// Pass it as `before` for the next page; none on the last.
    pub next_before: Option<i64>,
    /// How many versions there are on all pages.
    pub total: i64,
}

impl Records {
    /// Up to `count` versions below the version `before`; fewer where they are large.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what never was there, or that the caller may not read it.
    pub async fn history(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        id: &str,
        count: u16,
        before: Option<i64>,
    ) -> Result<History, Error> {
        permit(caller, Right::Read, resource_type)?;
        if !is_id(id) {
            return Err(Error::NotFound);
        }
        let key = Key { tenant: caller.tenant, resource_type: resource_type.as_str(), id };
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = async {
            let Some(current) = resources::current(&mut transaction, key).await? else {
                return Err(Error::NotFound);
            };
            let before = before.unwrap_or(i64::MAX);
            let versions = resources::history(&mut transaction, key, before, i64::from(count)).await?;
            Ok((current.number, versions))
        }
        .await;
        let (total, versions) = transaction.finish(found).await?;
        // Numbers run down to 1 without a gap.
        let next_before = versions.last().map(|version| version.number).filter(|number| *number > 1);
        let row = self.audit_row(caller, "history-instance", Some(((resource_type, id), total)));
        self.record_read(caller, row).await?;
        Ok(History { versions, next_before, total })
    }
}
