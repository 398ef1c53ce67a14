//! The resources that conditional creates found, as they are answered.

use std::collections::{HashMap, HashSet};

use super::checked::Checked;
use super::identities::Identity;
use super::{MOST_ANSWERED_BYTES, too_long};
use crate::fhir::ResourceType;
use crate::records::{Error, Stored};
use crate::storage::{Connection, TenantId, resources};

/// By type and id.
pub(super) type Found = HashMap<(ResourceType, String), Stored>;

/// Loads them, unless the entries' answers would be too long with them.
pub(super) async fn load(
    tenant: TenantId,
    checked: &Checked,
    of_entry: &[Identity],
    connection: &mut Connection,
) -> Result<Found, Error> {
    let mut wanted = HashSet::new();
    let mut size = 0_usize;
    for (planned, identity) in checked.entries.iter().zip(of_entry) {
        let Identity::Found(head) = identity else { continue };
        // Several entries may find the same: each answers with its own copy.
        size = size.saturating_add(usize::try_from(head.size_bytes).unwrap_or(usize::MAX));
        if size > MOST_ANSWERED_BYTES {
            return Err(too_long().in_entry(planned.entry.at));
        }
        wanted.insert((planned.entry.resource_type.as_str(), head.id.as_str(), head.number));
    }
    let wanted: Vec<_> = wanted.into_iter().collect();
    let versions = resources::versions(connection, tenant, &wanted).await?;
    let found = versions.into_iter().filter_map(Stored::from_version);
    Ok(found
        .filter_map(|stored| Some(((ResourceType::parse(&stored.resource_type)?, stored.id.clone()), stored)))
        .collect())
}
