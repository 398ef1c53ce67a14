//! What this process knows of a tenant's Consents.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use quick_cache::sync::Cache;
use serde_json::Value;

use super::Viewer;
use super::effect::Effect;
use crate::core::metrics::METRICS;
use crate::fhir::consent::Consent;
use crate::storage::consents::{self as rows, Change, Sum};
use crate::storage::{Connection, StorageError, TenantId};

/// For so many viewers it is remembered what the Consents come to.
const VIEWERS: usize = 256;

/// The Consents of a tenant that were ever in force.
pub struct Consents {
    sum: Sum,
    /// The last change that is known.
    version: i64,
    by_address: HashMap<i64, Entry>,
    effects: Cache<Viewer, Arc<Effect>>,
}

#[derive(Clone)]
struct Entry {
    version: i64,
    /// None where it is not in force any more.
    consent: Option<Arc<Consent>>,
}

impl Default for Consents {
    fn default() -> Self {
        let effects = Cache::new(VIEWERS);
        Self { sum: Sum::default(), version: 0, by_address: HashMap::new(), effects }
    }
}

impl fmt::Debug for Consents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Consents({})", self.by_address.len())
    }
}

impl Consents {
    /// Those of now, from those of before. Only what changed is read; where that does not come to what there is, because a change was
    /// seen that was taken back, all is.
    pub async fn after(
        before: &Arc<Self>,
        connection: &mut Connection,
        tenant: TenantId,
        base_url: &str,
    ) -> Result<Arc<Self>, StorageError> {
        let sum = rows::sum(connection, tenant).await?;
        if sum == before.sum {
            return Ok(Arc::clone(before));
        }
        let changes = rows::changes(connection, tenant, before.version).await?;
        let changed = before.changed(changes, sum.denies, base_url);
        if changed.sum == sum {
            return Ok(Arc::new(changed));
        }
        let all = rows::changes(connection, tenant, 0).await?;
        Ok(Arc::new(Self::default().changed(all, sum.denies, base_url)))
    }

    fn changed(&self, changes: Vec<Change>, denies: bool, base_url: &str) -> Self {
        let mut by_address = self.by_address.clone();
        for Change { address, version, body } in changes {
            let resource = body.and_then(|body| serde_json::from_str::<Value>(&body).ok());
            let consent =
                resource.as_ref().and_then(|resource| Consent::read(resource, base_url)).map(Arc::new);
            by_address.insert(address, Entry { version, consent });
        }
        let versions = by_address.iter().map(|(address, entry)| rows::mixed(*address, entry.version)).sum();
        let version = by_address.values().map(|entry| entry.version).max().unwrap_or_default();
        let sum = Sum { count: i64::try_from(by_address.len()).unwrap_or(i64::MAX), versions, denies };
        Self { sum, version, by_address, effects: Cache::new(VIEWERS) }
    }

    /// What they come to for a viewer; none where they are none.
    pub fn effect(&self, viewer: impl FnOnce() -> Option<Viewer>, now_us: i64) -> Option<Arc<Effect>> {
        if self.by_address.is_empty() && !self.sum.denies {
            return None;
        }
        let viewer = viewer()?;
        let known = self.effects.get(&viewer).filter(|known| known.holds_at(now_us));
        METRICS.looked("consents", known.is_some());
        if known.is_some() {
            return known;
        }
        let consents = self.by_address.values().filter_map(|entry| entry.consent.as_deref());
        let effect = Arc::new(Effect::of(consents, self.sum.denies, &viewer, now_us));
        self.effects.insert(viewer, Arc::clone(&effect));
        Some(effect)
    }
}
