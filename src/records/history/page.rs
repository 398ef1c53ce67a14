//! A page of versions, for who may see all of them.

use super::{Of, Query};
use crate::records::Error;
use crate::storage::Connection;
use crate::storage::resources::{self, Key, Place, Version, Wanted};

/// What is asked for.
pub(super) struct Asked<'a> {
    pub wanted: &'a Wanted,
    pub of: &'a Of,
    pub query: &'a Query,
}

/// What is found.
pub(super) struct Page {
    pub versions: Vec<Version>,
    /// Where the next page begins, if there is one.
    pub goes_on_after: Option<Place>,
    pub total: Option<i64>,
    /// The number of the one resource's current version.
    pub current: i64,
}

impl Asked<'_> {
    pub(super) async fn page(
        &self,
        connection: &mut Connection,
        after: Option<&Place>,
    ) -> Result<Page, Error> {
        let Self { wanted, of, query } = self;
        let current = self.current(connection).await?.map_or(0, |current| current.number);
        let (mut versions, mut more) = (Vec::new(), false);
        if query.count > 0 {
            (versions, more) = resources::history(connection, wanted, after, i64::from(query.count)).await?;
        }
        let is_counted = query.count == 0 || matches!(of, Of::Instance(..));
        let total = if is_counted { Some(resources::history_size(connection, wanted).await?) } else { None };
        let goes_on_after = versions.last().filter(|_| more).map(place);
        Ok(Page { versions, goes_on_after, total, current })
    }

    /// The one resource's current version; none where the history is of several.
    pub(super) async fn current(&self, connection: &mut Connection) -> Result<Option<Version>, Error> {
        let Of::Instance(resource_type, id) = self.of else { return Ok(None) };
        let key = Key { tenant: self.wanted.tenant, resource_type: resource_type.as_str(), id };
        resources::current(connection, key).await?.ok_or(Error::NotFound).map(Some)
    }
}

/// The place of a version.
pub(super) fn place(version: &Version) -> Place {
    Place {
        updated: version.updated,
        resource_type: version.resource_type.clone(),
        id: version.id.clone(),
        number: version.number,
    }
}
