//! What of many resources a caller may read, for who tells of them from elsewhere: what happens is told to those alone who could read it.

use std::collections::HashSet;

use super::access::Limit;
use super::search::{MOST, Query, Total};
use super::{Error, Records};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Right};

impl Records {
    /// Whether the caller is kept from some resources of one of these types, by its scopes or by Consents, as they are now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_kept_from_some(&self, caller: &Caller, types: &[ResourceType]) -> Result<bool, Error> {
        let parameters = self.parameters(caller.tenant).await?;
        let access = self.access(caller, &parameters);
        Ok(types.iter().any(|one| access.limit(Right::Read, *one) != Limit::All))
    }

    /// The ids of those of these resources that the caller may read now. It leaves no row in the audit trail.
    ///
    /// # Errors
    /// When they cannot be searched.
    pub async fn readable(
        &self,
        caller: &Caller,
        resource_type: ResourceType,
        ids: &[&str],
    ) -> Result<HashSet<String>, Error> {
        let wanted: HashSet<_> = ids.iter().copied().collect();
        let mut readable = HashSet::new();
        for some in wanted.into_iter().collect::<Vec<_>>().chunks(usize::from(MOST)) {
            let parameters = vec![("_id".to_owned(), some.join(","))];
            let query =
                Query { parameters, count: MOST, total: Total::Unwanted, strict: true, ..Query::default() };
            let found = self.search(&caller.quietly(), resource_type, &query).await?;
            readable.extend(found.resources.into_iter().map(|one| one.id));
        }
        Ok(readable)
    }
}
