//! Making search rows of resources that have none of today's form.
//!
//! After a migration that is done before the server answers: a search never works on half an index. For a parameter that a
//! tenant adds it is done by a job, and the parameter alone is refused until then.

mod ask;
mod run;

pub use ask::{Job, State};

use super::{Error, Records, Version, index};
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
            let parameters = self.known.for_writing(&mut transaction, tenant).await?;
            let versions = resources::unindexed(&mut transaction, tenant, BATCH).await?;
            let entries = versions.iter().map(|version| index::entries_of(&parameters, version));
            let entries = entries.collect::<Result<Vec<_>, _>>()?;
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
