//! What customers did with their API keys: each call, and sums of them, for their own overview.
//!
//! Of a call it is kept how it ended and how long it took: no health data, no key. It is no audit trail: that is kept apart, and nobody's
//! overview can change it.

use chrono::{DateTime, Utc};

use crate::core::Ids;
use crate::storage::usage as rows;
use crate::storage::{StorageError, Store, TenantId};

pub use rows::{Call, Sum};

/// Notes calls, and sums them up.
#[derive(Clone)]
pub struct Usage {
    store: Store,
    ids: Ids,
}

/// A page of calls, and how many there are in all.
#[derive(Clone, Debug)]
pub struct Page {
    /// The calls, newest first.
    pub calls: Vec<Call>,
    /// How many there are.
    pub total: i64,
}

impl Usage {
    /// Notes in this store.
    #[must_use]
    pub fn new(store: Store, ids: Ids) -> Self {
        Self { store, ids }
    }

    /// Notes a call that was answered; its id is made here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note(&self, tenant: TenantId, surface: &str, call: Call) -> Result<(), StorageError> {
        let call = Call { id: self.ids.uuid_of(call.called_at), ..call };
        let mut connection = self.store.alone(tenant).await?;
        let noted = rows::add(&mut connection, tenant, surface, &call).await;
        connection.finish(noted).await
    }

    /// Calls of a surface, newest first: `limit` after the first `offset`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page(
        &self,
        tenant: TenantId,
        surface: &str,
        offset: i64,
        limit: i64,
    ) -> Result<Page, StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let page = async {
            let total = rows::count(&mut connection, tenant, surface).await?;
            // Far behind the last one nothing is looked for.
            let calls = if offset < total {
                rows::page(&mut connection, tenant, surface, offset, limit).await?
            } else {
                Vec::new()
            };
            Ok(Page { calls, total })
        }
        .await;
        connection.finish(page).await
    }

    /// The calls of a surface from an hour on, by day, status and type.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sums(
        &self,
        tenant: TenantId,
        surface: &str,
        from: DateTime<Utc>,
    ) -> Result<Vec<Sum>, StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let sums = rows::sums(&mut connection, tenant, surface, from).await;
        connection.finish(sums).await
    }
}
