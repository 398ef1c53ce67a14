//! Making the search rows of resources that have none of today's form, such as after a migration. Until it is done, the server does
//! not answer: a search never works on half an index.

use super::{Error, Records, Version, index};
use crate::fhir::ResourceType;
use crate::storage::{TenantId, resources, tenants};

/// So many resources share a transaction. What is done stays done when the process ends in between.
const BATCH: i64 = 500;

impl Records {
    /// Makes what is missing, and says for how many resources.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn complete_index(&self) -> Result<usize, Error> {
        let mut done: usize = 0;
        for tenant in tenants::all(&self.store).await? {
            loop {
                let made = self.index_batch(tenant).await?;
                if made == 0 {
                    break;
                }
                done = done.saturating_add(made);
                tracing::info!(tenant = tenant.number(), done, "resources are being indexed");
            }
        }
        Ok(done)
    }

    async fn index_batch(&self, tenant: TenantId) -> Result<usize, Error> {
        let mut transaction = self.store.begin(tenant).await?;
        let made = async {
            let versions = resources::unindexed(&mut transaction, tenant, BATCH).await?;
            let mut entries = Vec::with_capacity(versions.len());
            for version in &versions {
                let body = version.body.as_deref().unwrap_or_default();
                let resource = serde_json::from_str(body).map_err(Error::internal)?;
                let resource_type = ResourceType::parse(&version.resource_type)
                    .ok_or_else(|| Error::internal("a stored resource of no known type"))?;
                entries.push(index::entries(resource_type, &resource));
            }
            // The bodies stay as they are.
            let versions: Vec<_> =
                versions.into_iter().map(|version| Version { body: None, ..version }).collect();
            let indexed: Vec<_> = versions.iter().zip(&entries).collect();
            resources::index_all(&mut transaction, tenant, &indexed).await?;
            Ok(versions.len())
        }
        .await;
        transaction.finish(made).await
    }
}
