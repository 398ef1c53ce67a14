//! A consent from its Consent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{is_about, list, text};
use crate::fhir::date;
use crate::vendors::smartscan::codes::face_scan::POLICY;
use crate::vendors::smartscan::wire::face_scan as wire;

/// Whether the Consent lets this Patient's session be measured at this time, in microseconds since 1970.
#[must_use]
pub fn is_in_force(consent: &Value, patient: &str, now_us: i64) -> bool {
    let provision = consent.get("provision");
    let is_denial = provision.and_then(|provision| text(provision, "type")) == Some("deny");
    let holds_now = match provision.and_then(|provision| provision.get("period")) {
        None => true,
        Some(period) => date::period(text(period, "start"), text(period, "end"))
            .is_some_and(|period| (period.low..period.high).contains(&now_us)),
    };
    text(consent, "status") == Some("active")
        && is_about(consent, "patient", patient)
        && !is_denial
        && holds_now
}

/// The consent.
#[must_use]
pub fn consent(consent: &Value, session: &str) -> wire::Consent {
    let mut policies = list(consent, "policy").filter_map(|policy| text(policy, "uri")?.strip_prefix(POLICY));
    wire::Consent {
        id: text(consent, "id").unwrap_or_default().to_owned(),
        session_id: session.to_owned(),
        jurisdiction: policies.next().unwrap_or("other").to_owned(),
        consent_text: agreed(consent).unwrap_or_default(),
        recorded_at: text(consent, "dateTime").map(str::to_owned),
    }
}

/// The exact text.
fn agreed(consent: &Value) -> Option<String> {
    let data = STANDARD.decode(text(consent.get("sourceAttachment")?, "data")?).ok()?;
    String::from_utf8(data).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::vendors::smartscan::to_fhir::face_scan::consent as to_fhir;

    #[test]
    fn only_what_permits_now_is_in_force() {
        let now = "2026-11-21T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let given = to_fhir::Given { session: "s", patient: "p", jurisdiction: "us", text: "yes", now };
        let given = to_fhir::consent(&given);
        assert!(crate::fhir::validate::validate(&given).is_ok());
        let holds = |consent: &Value, patient: &str| is_in_force(consent, patient, now.timestamp_micros());
        assert!(holds(&given, "p"));
        assert!(!holds(&given, "q"));
        for (pointer, value) in [
            ("/status", json!("inactive")),
            ("/provision", json!({ "type": "deny" })),
            ("/provision", json!({ "type": "permit", "period": { "end": "2026-11-20" } })),
            ("/provision", json!({ "type": "permit", "period": { "start": "soon" } })),
        ] {
            let mut other = given.clone();
            *other.pointer_mut(pointer).unwrap() = value;
            assert!(!holds(&other, "p"), "{other}");
        }
    }

    #[test]
    fn what_is_left_of_a_withdrawn_one_has_no_text_and_is_valid() {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let given = to_fhir::Given { session: "s", patient: "p", jurisdiction: "us", text: "a secret", now };
        let left = to_fhir::withdrawn(&to_fhir::consent(&given), now);
        assert!(crate::fhir::validate::validate(&left).is_ok(), "{left}");
        assert!(!is_in_force(&left, "p", now.timestamp_micros()));
        assert_eq!((left.get("sourceAttachment"), &left["status"]), (None, &json!("inactive")));
        assert!(!left.to_string().contains("Encounter"));
    }
}
