//! A session as an Encounter: one contact in which somebody is measured.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::fhir::codes::face_scan::FACE_SCAN;
use crate::fhir::codes::hl7::v3_act_code::VIRTUAL;
use crate::vendors::smartscan::codes::face_scan::{SESSION_ID, TAG};
use crate::vendors::smartscan::to_fhir::{instant, reference, set};

/// A session that begins.
#[must_use]
pub fn begun(id: &str, patient: &str, now: DateTime<Utc>) -> Value {
    json!({
        "resourceType": "Encounter",
        "id": id,
        "identifier": [{ "system": SESSION_ID, "value": id }],
        "status": "in-progress",
        "class": VIRTUAL.coding(),
        "type": [FACE_SCAN.concept()],
        "subject": reference("Patient", patient),
        "period": { "start": instant(now) },
    })
}

/// The session with a result in it.
#[must_use]
pub fn finished(mut encounter: Value, now: DateTime<Utc>) -> Value {
    set(&mut encounter, "status", Some("finished".into()));
    let mut period = encounter.get("period").cloned().unwrap_or_else(|| json!({}));
    set(&mut period, "end", Some(instant(now).into()));
    set(&mut encounter, "period", Some(period));
    encounter
}

/// The session with one tag more.
#[must_use]
pub fn tagged(mut encounter: Value, tag: &str) -> Value {
    let mut meta = encounter.get("meta").cloned().unwrap_or_else(|| json!({}));
    let mut tags = meta.get("tag").and_then(Value::as_array).cloned().unwrap_or_default();
    tags.push(json!({ "system": TAG, "code": tag }));
    set(&mut meta, "tag", Some(tags.into()));
    set(&mut encounter, "meta", Some(meta));
    encounter
}
