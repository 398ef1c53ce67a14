//! A page of versions, for who may see some of them only.
//!
//! Each version is held to the limits by what it says itself; of a deletion, the version before it tells. No total is told:
//! it would cost to read them all.

use super::Of;
use super::page::{Asked, Page, place};
use crate::fhir::ResourceType;
use crate::fhir::definitions::resource_types;
use crate::identity::Right;
use crate::records::Error;
use crate::records::access::{Access, Cover, Limit};
use crate::storage::Connection;
use crate::storage::resources::{self, Place, Version};

/// So many versions are read at a time.
const BATCH: i64 = 200;
/// So many are looked at for one page at most; a page may then be short, and the next goes on from there.
const LOOKED_AT: usize = 2_000;

/// What the caller may see of a history.
pub(super) struct Limits<'a> {
    access: Access<'a>,
    right: Right,
}

impl<'a> Limits<'a> {
    /// None where the caller may see all of it, as far as the types go that are told of.
    pub(super) fn new(access: Access<'a>, of: &Of) -> Option<Self> {
        let right = if matches!(of, Of::Instance(..)) { Right::Read } else { Right::Search };
        // Types of which the caller may see nothing are not told of.
        let is_part = |one: ResourceType| matches!(access.limit(right, one), Limit::Part(_));
        let is_limited = match of {
            Of::Instance(one, _) | Of::Type(one) => access.limit(right, *one) != Limit::All,
            Of::System => resource_types().any(is_part),
        };
        is_limited.then_some(Self { access, right })
    }

    /// Whether the caller may see the current version of one resource; of a deletion, the version before it tells.
    async fn of_current(
        &self,
        connection: &mut Connection,
        asked: &Asked<'_>,
        current: Version,
    ) -> Result<Cover, Error> {
        if current.body.is_some() {
            return self.access.cover_of(self.right, &current);
        }
        let before = (current.resource_type.as_str(), current.id.as_str(), current.number.saturating_sub(1));
        let before = resources::versions(connection, asked.wanted.tenant, &[before]).await?;
        before.first().map_or(Ok(Cover::Outside), |before| self.access.cover_of(self.right, before))
    }

    /// Those of the versions that the caller may see.
    async fn of(
        &self,
        connection: &mut Connection,
        asked: &Asked<'_>,
        all: Vec<Version>,
    ) -> Result<Vec<Version>, Error> {
        let deleted: Vec<_> = all
            .iter()
            .filter(|version| version.body.is_none())
            .map(|version| {
                (version.resource_type.as_str(), version.id.as_str(), version.number.saturating_sub(1))
            })
            .collect();
        let before = resources::versions(connection, asked.wanted.tenant, &deleted).await?;
        let is_seen =
            |version: &Version| Ok::<_, Error>(self.access.cover_of(self.right, version)? == Cover::Full);
        let tells = |version: &Version| {
            let is_before = |before: &&Version| {
                before.resource_type == version.resource_type
                    && before.id == version.id
                    && before.number.saturating_add(1) == version.number
            };
            match &version.body {
                Some(_) => is_seen(version),
                None => before.iter().find(is_before).map_or(Ok(false), is_seen),
            }
        };
        let mut seen = Vec::new();
        for version in all {
            if tells(&version)? {
                seen.push(version);
            }
        }
        Ok(seen)
    }
}

impl Asked<'_> {
    pub(super) async fn limited_page(
        &self,
        connection: &mut Connection,
        limits: &Limits<'_>,
        mut after: Option<Place>,
    ) -> Result<Page, Error> {
        let current = self.current(connection).await?;
        let number = current.as_ref().map_or(0, |current| current.number);
        let mut is_known = false;
        let count = usize::from(self.query.count);
        let (mut versions, mut looked_at) = (Vec::new(), 0_usize);
        let goes_on_after = loop {
            let (some, more) = resources::history(connection, self.wanted, after.as_ref(), BATCH).await?;
            looked_at = looked_at.saturating_add(some.len());
            after = some.last().map(place);
            versions.extend(limits.of(connection, self, some).await?);
            is_known |= !versions.is_empty();
            if versions.len() > count {
                versions.truncate(count);
                break versions.last().map(place);
            }
            if !more {
                break None;
            }
            if looked_at >= LOOKED_AT {
                break after;
            }
        };
        if let Some(current) = current.filter(|_| !is_known) {
            limits.of_current(connection, self, current).await?.of_read()?;
        }
        Ok(Page { versions, goes_on_after, total: None, current: number })
    }
}
