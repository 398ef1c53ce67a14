//! What was deleted since a time. Search rows end with a resource, so the last version before the deletion is held against what is
//! asked for and against the rights: the client may have a copy of just that.

use chrono::{DateTime, Utc};

use super::rights::RIGHTS;
use super::selection::Selection;
use crate::fhir::ResourceType;
use crate::fhir::date::Interval;
use crate::records::access::{Cover, Subject};
use crate::records::meets::Candidate;
use crate::records::{Error, Records, Version, index};
use crate::storage::Connection;
use crate::storage::address::address;
use crate::storage::exports::{self as rows, Deletion};
use crate::storage::search::Condition;

/// So many are read at a time, and stand in one Bundle.
const BATCH: i64 = 200;

impl Records {
    /// Lists what was deleted of the types.
    pub(super) async fn list_deletions(
        &self,
        connection: &mut Connection,
        job: &str,
        selection: &Selection<'_>,
        types: &[ResourceType],
        since: DateTime<Utc>,
    ) -> Result<(), Error> {
        let tenant = selection.access.caller.tenant;
        let until = selection.wanted.until.unwrap_or(DateTime::<Utc>::MAX_UTC);
        let mut number = 0_i64;
        for resource_type in types {
            // What only the database could tell is not asked: to be told of too many deletions harms no copy.
            let mut asked = selection.asked(*resource_type);
            asked.retain(Condition::is_told_alone);
            let mut after = i64::MIN;
            loop {
                let of_type = (tenant, resource_type.as_str());
                let found = rows::deletions(connection, of_type, (since, until), after, BATCH).await?;
                let Some(last) = found.last() else { break };
                after = last.ordinal;
                let mut kept = Vec::new();
                for Deletion { ordinal, last } in found {
                    if is_told(selection, *resource_type, &asked, &last)? {
                        kept.push((ordinal, last.number));
                    }
                }
                if !kept.is_empty() {
                    rows::add_deletions(connection, (tenant, job), number, &kept).await?;
                    number = number.saturating_add(1);
                }
            }
        }
        Ok(rows::end_deletions(connection, tenant, job).await?)
    }
}

/// Whether who exports is told that a resource was deleted.
fn is_told(
    selection: &Selection<'_>,
    resource_type: ResourceType,
    asked: &[Condition],
    last: &Version,
) -> Result<bool, Error> {
    let entries = index::entries_of(selection.access.parameters, last)?;
    let updated_us = last.updated.timestamp_micros();
    let subject = Subject { resource_type, id: &last.id, updated_us };
    if RIGHTS.iter().any(|right| selection.access.cover(*right, subject, &entries) != Cover::Full) {
        return Ok(false);
    }
    let candidate = Candidate {
        resource_type: resource_type.as_str(),
        address: address(resource_type.as_str(), &last.id),
        updated: Interval { low: updated_us, high: updated_us.saturating_add(1) },
        entries: &entries,
    };
    Ok(asked.iter().all(|condition| candidate.meets(condition)))
}
