//! What a write of a Consent does to what callers see, in the write's own transaction: from the next request on it holds.

use super::CONSENT;
use crate::records::{Error, Records, Version};
use crate::storage::address::address;
use crate::storage::{Connection, TenantId, consents as rows, search_parameters};

impl Records {
    /// Notes those of the versions that are Consents, if what is in force may change by them.
    pub(in crate::records) async fn follow_consents<'v>(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        versions: impl Iterator<Item = &'v Version>,
    ) -> Result<(), Error> {
        let consents: Vec<_> = versions
            .filter(|version| version.resource_type == CONSENT)
            // A new one that is a draft changes nothing.
            .filter(|version| version.number > 1 || version.body.as_deref().is_some_and(says_active))
            .map(|version| address(CONSENT, &version.id))
            .collect();
        if consents.is_empty() {
            return Ok(());
        }
        // From here on, others who change what limits the tenant wait.
        search_parameters::renew(connection, tenant).await?;
        Ok(rows::note(connection, tenant, &consents).await?)
    }
}

/// Whether it may be active, without reading it.
fn says_active(body: &str) -> bool {
    body.contains("\"active\"")
}
