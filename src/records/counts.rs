//! How many resources of each type there are for somebody.

use super::search::{Query, Total};
use super::{Error, Records};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};
use crate::storage::resources::types;

impl Records {
    /// The types of which the caller may see resources, with how many those are. It leaves no row: who asks has one that says why.
    ///
    /// # Errors
    /// When they cannot be counted.
    pub async fn counts(&self, caller: &Caller) -> Result<Vec<(&'static str, i64)>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = types(&mut connection, caller.tenant).await;
        let found = connection.finish(found).await?;
        let caller = caller.quietly();
        let mut counts = Vec::new();
        for of in found.iter().filter_map(|name| ResourceType::parse(name)) {
            if caller.scopes.permit(Right::Search, of.as_str()) {
                let query = Query { count: 0, total: Total::Exact, ..Query::default() };
                let total = self.search(&caller, of, &query).await?.total.unwrap_or_default();
                counts.extend((total > 0).then_some((of.as_str(), total)));
            }
        }
        Ok(counts)
    }
}
