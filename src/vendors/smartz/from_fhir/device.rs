//! A pod or node from the Device, and from what was last heard of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::records::pods::Heard;
use crate::vendors::smartz::text::{list, of, referenced};
use crate::vendors::smartz::to_fhir::device::Kind;
use crate::vendors::smartz::{time, wire};

/// Who is not heard of for so long is offline.
const ONLINE: TimeDelta = TimeDelta::minutes(10);

/// What a Device is, if it is a pod or a node.
#[must_use]
pub fn kind(device: &Value) -> Option<Kind> {
    let concept = device.get("type")?;
    Kind::ALL.into_iter().find(|kind| kind.code().is_in(concept))
}

/// Whether a Device belongs to an organisation.
#[must_use]
pub fn is_of(device: &Value, organisation: &str) -> bool {
    referenced(device, "owner", "Organization") == Some(organisation)
}

/// Whether a Device is in use, as far as it tells.
#[must_use]
pub fn is_in_use(device: &Value) -> bool {
    !matches!(of(device, "status"), Some("inactive" | "entered-in-error"))
}

/// The id of the Patient who wears a pod.
#[must_use]
pub fn wearer(device: &Value) -> Option<&str> {
    referenced(device, "patient", "Patient")
}

/// The pod or node that a Device is.
#[must_use]
pub fn device(device: &Value, kind: Kind, heard: Option<&Heard>, now: DateTime<Utc>) -> wire::Device {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let seen_at = heard.and_then(|heard| heard.seen_at);
    let place = device.get("location").and_then(|place| of(place, "display"));
    wire::Device {
        id: of(device, "id").unwrap_or_default().to_owned(),
        kind: kind.code().code,
        serial_number: owned(of(device, "serialNumber")),
        firmware: owned(list(device, "version").find_map(|one| of(one, "value"))),
        battery_percent: heard.and_then(|heard| heard.battery),
        online: seen_at.is_some_and(|seen_at| now - seen_at < ONLINE),
        last_seen_at: seen_at.map(time::moment),
        location: owned(place),
        node_id: owned(referenced(device, "parent", "Device")),
        patient_id: owned(wearer(device)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::smartz::to_fhir::device as to_fhir;

    fn new(sent: Value) -> Result<to_fhir::New, String> {
        to_fhir::New::checked(&serde_json::from_value(sent).unwrap()).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn another_device_is_none_of_this_surface() {
        assert_eq!(kind(&json!({ "resourceType": "Device", "type": { "text": "pod" } })), None);
        assert_eq!(
            new(json!({ "type": "toaster", "serialNumber": "1" })).unwrap_err(),
            "type must be pod or node."
        );
        assert_eq!(
            new(json!({ "type": "node", "serialNumber": "1", "nodeId": "n" })).unwrap_err(),
            "nodeId is of pods alone."
        );
    }

    #[test]
    fn a_device_comes_back_as_it_was_made_and_heard() {
        let sent = json!({ "type": "pod", "serialNumber": "POD-1", "firmware": "1.2", "location": "Ward 3", "nodeId": "n1" });
        let new = new(sent).unwrap();
        let (place, location) = to_fhir::location("o1", "Ward 3");
        let stored = to_fhir::worn_by(new.device("o1", Some(&place)), Some("p1"));
        for resource in [&stored, &location] {
            assert_eq!(validate(resource).map_err(|issues| format!("{issues:?}")).err(), None);
        }
        assert!(is_of(&stored, "o1") && !is_of(&stored, "o2"));
        let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
        let shown = |heard: Option<&Heard>| {
            serde_json::to_value(device(&stored, kind(&stored).unwrap(), heard, now)).unwrap()
        };
        assert_eq!(
            shown(None),
            json!({ "id": new.id("o1"), "type": "pod", "serialNumber": "POD-1", "firmware": "1.2", "batteryPercent": null,
                "online": false, "lastSeenAt": null, "location": "Ward 3", "nodeId": "n1", "patientId": "p1" })
        );
        let heard = |minutes| Heard { seen_at: Some(now - TimeDelta::minutes(minutes)), battery: Some(81.0) };
        let lately = shown(Some(&heard(9)));
        assert_eq!((&lately["online"], &lately["batteryPercent"]), (&json!(true), &json!(81.0)));
        assert_eq!(shown(Some(&heard(10)))["online"], json!(false));
    }
}
