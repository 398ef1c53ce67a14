//! What the audit trail tells of a search.

use super::within::Within;
use crate::storage::audit::AuditRow;

/// What the trail tells of a search: by which parameters, and about which patient, where that is asked for. Values may be health data.
pub(in crate::records) fn told(row: AuditRow, within: &Within, used: &[(String, String)]) -> AuditRow {
    let mut names: Vec<_> = used.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    AuditRow {
        type_: within.resource_type.map(|one| one.to_string()),
        patient: within.patient(used),
        query: Some(names.join("&")).filter(|names| !names.is_empty()),
        ..row
    }
}
