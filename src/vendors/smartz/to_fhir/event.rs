//! Something that happened, as an Observation.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::catalogue::plain;
use super::readings::{Of, heard_by};
use super::{reference, set};
use crate::clinical::continence::{Event, EventKey, EventKind};
use crate::fhir::codes::Code;
use crate::fhir::codes::continence::{CHANGE, LEAK, POSSIBLE_CHANGE, SOILED, TURNED, VOID, VOLUME};
use crate::vendors::smartz::codes::{EVENT, PROCEDURE};
use crate::vendors::smartz::{derived, time};

/// The code of a kind.
#[must_use]
pub fn code(kind: EventKind) -> Code {
    match kind {
        EventKind::Void => VOID,
        EventKind::Change => CHANGE,
        EventKind::PossibleChange => POSSIBLE_CHANGE,
        EventKind::Leak => LEAK,
        EventKind::Soiled => SOILED,
        EventKind::Turned => TURNED,
    }
}

/// The id of an event of a pod.
#[must_use]
pub fn id(pod: &str, key: EventKey) -> String {
    derived::id(&["event", pod, key.kind.as_str(), &key.at.to_rfc3339()])
}

/// The Observation of an event.
#[must_use]
pub fn observation(of: Of<'_>, event: &Event, now: DateTime<Utc>) -> Value {
    let mut resource = bare(of, event.key(), now);
    if let Some(end) = event.end {
        set(&mut resource, "effectiveDateTime", None);
        let period = json!({ "start": time::instant(event.at), "end": time::instant(end) });
        set(&mut resource, "effectivePeriod", Some(period));
    }
    let quantity = |value: f64, unit: &str| {
        plain(value).map(|value| json!({ "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit }))
    };
    set(&mut resource, "valueQuantity", event.percent.and_then(|percent| quantity(percent, "%")));
    let volume = event.ml.and_then(|ml| quantity(ml, "mL"));
    let volume = volume.map(|volume| json!([{ "code": VOLUME.concept(), "valueQuantity": volume }]));
    set(&mut resource, "component", volume);
    resource
}

/// The Observation of an event that never was, as later readings say.
#[must_use]
pub fn withdrawn(of: Of<'_>, key: EventKey, now: DateTime<Utc>) -> Value {
    let mut resource = bare(of, key, now);
    set(&mut resource, "status", Some("entered-in-error".into()));
    resource
}

/// The Procedure that a carer's change of a pad is, and its id.
#[must_use]
pub fn procedure(pod: &str, patient: &str, organisation: &str, at: DateTime<Utc>) -> (String, Value) {
    let id = derived::id(&["procedure", pod, &at.to_rfc3339()]);
    let resource = json!({
        "resourceType": "Procedure",
        "id": id,
        "identifier": [{ "system": PROCEDURE, "value": id }],
        "status": "completed",
        "code": CHANGE.concept(),
        "subject": reference("Patient", patient),
        "performedDateTime": time::instant(at),
        "performer": [{ "actor": reference("Organization", organisation) }],
        "usedReference": [reference("Device", pod)],
    });
    (id, resource)
}

fn bare(of: Of<'_>, key: EventKey, now: DateTime<Utc>) -> Value {
    let id = id(of.pod, key);
    let mut resource = json!({
        "resourceType": "Observation",
        "id": id,
        "identifier": [{ "system": EVENT, "value": id }],
        "status": "final",
        "code": code(key.kind).concept(),
        "effectiveDateTime": time::instant(key.at),
        "issued": time::instant(now),
        "device": reference("Device", of.pod),
    });
    set(&mut resource, "subject", of.patient.map(|patient| reference("Patient", patient)));
    heard_by(&mut resource, of.node);
    resource
}
