//! What carers are told, from Flags and the Communications about them.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::fhir::codes::continence::SYSTEM;
use crate::vendors::smartz::codes::ACKNOWLEDGEMENT;
use crate::vendors::smartz::text::{identifier, list, of, referenced};
use crate::vendors::smartz::to_fhir::alert::{PRIORITY, State};
use crate::vendors::smartz::{time, wire};

/// Whether a Flag is an organisation's.
#[must_use]
pub fn is_of(flag: &Value, organisation: &str) -> bool {
    referenced(flag, "author", "Organization") == Some(organisation)
}

/// When an alert was raised.
#[must_use]
pub fn raised_at(flag: &Value) -> Option<DateTime<Utc>> {
    time::of_fhir(of(flag.get("period")?, "start")?)
}

/// The alert that a Flag is. Of several acknowledgements the last counts, as long as the alert did not grow worse since.
#[must_use]
pub fn alert(flag: &Value, communications: &[Value]) -> wire::Alert {
    let coding = flag.get("code").into_iter().flat_map(|code| list(code, "coding"));
    let kind =
        coding.filter(|coding| of(coding, "system") == Some(SYSTEM)).find_map(|coding| of(coding, "code"));
    let priority = list(flag, "extension").find(|one| of(one, "url") == Some(PRIORITY));
    let severity = priority.and_then(|one| of(one.get("valueCodeableConcept")?, "text"));
    let period = flag.get("period");
    let moment = |name: &str| period.and_then(|period| time::of_fhir(of(period, name)?)).map(time::moment);
    let (id, state) = (of(flag, "id").unwrap_or_default(), state(flag));
    let own = communications.iter().filter(|one| identifier(one, ACKNOWLEDGEMENT) == Some(id));
    let last = own.max_by_key(|one| of(one, "sent").and_then(time::of_fhir)).filter(|_| state != State::Open);
    let by = last.and_then(|one| list(one, "payload").find_map(|payload| of(payload, "contentString")));
    wire::Alert {
        id: id.to_owned(),
        patient_id: referenced(flag, "subject", "Patient").map(str::to_owned),
        kind: kind.unwrap_or_default().to_owned(),
        severity: severity.unwrap_or("medium").to_owned(),
        raised_at: moment("start"),
        state: state.as_str(),
        acknowledged_by: by.map(str::to_owned),
        acknowledged_at: last.and_then(|one| time::of_fhir(of(one, "sent")?)).map(time::moment),
        resolved_at: moment("end"),
    }
}

/// How a Flag stands. One that was closed elsewhere is over.
#[must_use]
pub fn state(flag: &Value) -> State {
    if of(flag, "status") != Some("active") {
        return State::Resolved;
    }
    let tags = flag.get("meta").into_iter().flat_map(|meta| list(meta, "tag")).collect::<Vec<_>>();
    let tagged = |state: &State| tags.iter().any(|tag| state.code().is_coded_by(tag));
    State::ALL.into_iter().find(tagged).unwrap_or(State::Open)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clinical::continence::{Acknowledgement, Alert, Kind, Severity};
    use crate::fhir::validate::validate;
    use crate::vendors::smartz::to_fhir::alert as to_fhir;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_alert_comes_back_as_it_stands() {
        let noon = at("2026-11-21T12:00:00Z");
        let of = to_fhir::Of { organisation: "o", pod: "d", paired_at: noon, patient: "p" };
        let mut raised = Alert {
            number: 1,
            kind: Kind::ChangeDue,
            severity: Severity::Critical,
            since: noon,
            raised_at: noon,
            risen_at: None,
            escalations: 0,
            escalated_at: None,
            acknowledged: None,
        };
        let valid = |resource: &Value| {
            assert_eq!(validate(resource).map_err(|issues| format!("{issues:?}")).err(), None);
        };
        let open = to_fhir::flag(of, &raised, None);
        valid(&open);
        assert!(is_of(&open, "o") && !is_of(&open, "x"));
        let mut shown = json!({ "id": to_fhir::id(of, 1), "patientId": "p", "kind": "change_due", "severity": "critical",
            "raisedAt": "2026-11-21T12:00:00.000Z", "state": "open", "acknowledgedBy": null, "acknowledgedAt": null, "resolvedAt": null });
        assert_eq!(serde_json::to_value(alert(&open, &[])).unwrap(), shown);
        let by = Acknowledgement { at: at("2026-11-21T12:01:00Z"), by: "Joy".to_owned() };
        let (_, communication) = to_fhir::communication(of, &to_fhir::id(of, 1), &by);
        valid(&communication);
        assert_eq!(
            alert(&open, std::slice::from_ref(&communication)).acknowledged_by,
            None,
            "it grew worse since"
        );
        raised.acknowledged = Some(by);
        let over = to_fhir::flag(of, &raised, Some(at("2026-11-21T12:02:00Z")));
        valid(&over);
        let acknowledged = to_fhir::flag(of, &raised, None);
        assert_eq!(alert(&acknowledged, std::slice::from_ref(&communication)).state, "acknowledged");
        (shown["state"], shown["acknowledgedBy"]) = ("resolved".into(), "Joy".into());
        (shown["acknowledgedAt"], shown["resolvedAt"]) =
            ("2026-11-21T12:01:00.000Z".into(), "2026-11-21T12:02:00.000Z".into());
        assert_eq!(serde_json::to_value(alert(&over, &[communication])).unwrap(), shown);
    }
}
