//! A session from its Encounter.

use serde_json::Value;

use super::{is_about, is_identified, list, text};
use crate::vendors::smartscan::codes::face_scan::{SESSION_ID, TAG};
use crate::vendors::smartscan::wire::face_scan as wire;

/// Whether the Encounter is a session of this Patient's.
#[must_use]
pub fn is_of(encounter: &Value, patient: &str) -> bool {
    is_identified(encounter, SESSION_ID) && is_about(encounter, "subject", patient)
}

/// The session.
#[must_use]
pub fn session(encounter: &Value, consent: Option<wire::Consent>, result_ids: Vec<String>) -> wire::Session {
    wire::Session {
        id: text(encounter, "id").unwrap_or_default().to_owned(),
        status: status(text(encounter, "status").unwrap_or_default()),
        consent,
        result_ids,
        tags: tags(encounter),
        created_at: encounter.get("period").and_then(|period| text(period, "start")).map(str::to_owned),
    }
}

fn status(status: &str) -> &'static str {
    match status {
        "planned" | "arrived" | "triaged" | "in-progress" | "onleave" => "active",
        "finished" => "completed",
        "cancelled" | "entered-in-error" => "cancelled",
        _ => "unknown",
    }
}

/// What the session is called.
#[must_use]
pub fn tags(encounter: &Value) -> Vec<String> {
    let Some(meta) = encounter.get("meta") else { return Vec::new() };
    let tags = list(meta, "tag").filter(|tag| text(tag, "system") == Some(TAG));
    tags.filter_map(|tag| text(tag, "code")).map(str::to_owned).collect()
}
