//! What carers are told, as a Flag; and that somebody sees to it, as a Communication.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{reference, set};
use crate::clinical::continence::{Acknowledgement, Alert, Kind, Severity};
use crate::fhir::codes::Code;
use crate::fhir::codes::continence::{
    ACKNOWLEDGED, BATTERY_LOW, CHANGE_DUE, FALL_SUSPECTED, NO_VOID, OPEN, POD_OFFLINE, POSITION_UNCHANGED,
    RESOLVED, TIME_WET, URGENT,
};
use crate::vendors::smartz::codes::{ACKNOWLEDGEMENT, ALERT};
use crate::vendors::smartz::{derived, time};

/// HL7's extension for how much a Flag matters. <https://hl7.org/fhir/R4/extension-flag-priority.html>
pub const PRIORITY: &str = "http://hl7.org/fhir/StructureDefinition/flag-priority";

/// How an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has seen to it.
    Open,
    /// Somebody sees to it.
    Acknowledged,
    /// It is over.
    Resolved,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Acknowledged, Self::Resolved];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }

    /// Its code.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::Open => OPEN,
            Self::Acknowledged => ACKNOWLEDGED,
            Self::Resolved => RESOLVED,
        }
    }
}

/// The code of a kind.
#[must_use]
pub fn code(kind: Kind) -> Code {
    match kind {
        Kind::ChangeDue => CHANGE_DUE,
        Kind::Urgent => URGENT,
        Kind::TimeWet => TIME_WET,
        Kind::PodOffline => POD_OFFLINE,
        Kind::BatteryLow => BATTERY_LOW,
        Kind::NoVoid => NO_VOID,
        Kind::PositionUnchanged => POSITION_UNCHANGED,
        Kind::FallSuspected => FALL_SUSPECTED,
    }
}

/// Whose alert it is.
#[derive(Clone, Copy, Debug)]
pub struct Of<'a> {
    /// The organisation whose carers are told.
    pub organisation: &'a str,
    /// The pod.
    pub pod: &'a str,
    /// Since when the patient wears it: alerts are numbered from then on.
    pub paired_at: DateTime<Utc>,
    /// The patient.
    pub patient: &'a str,
}

/// The id of an alert.
#[must_use]
pub fn id(of: Of<'_>, number: u32) -> String {
    derived::id(&["alert", of.pod, &of.paired_at.to_rfc3339(), &number.to_string()])
}

/// The Flag of an alert, which is over where it was resolved.
#[must_use]
pub fn flag(of: Of<'_>, alert: &Alert, resolved_at: Option<DateTime<Utc>>) -> Value {
    let id = id(of, alert.number);
    let state = match (resolved_at, &alert.acknowledged) {
        (Some(_), _) => State::Resolved,
        (None, Some(_)) => State::Acknowledged,
        (None, None) => State::Open,
    };
    // HL7's codes for what a Flag calls for know three degrees; the word tells ours.
    let (degree, display) = match alert.severity {
        Severity::Low => ("PL", "Low priority"),
        Severity::Medium => ("PM", "Medium priority"),
        Severity::High | Severity::Critical => ("PH", "High priority"),
    };
    let priority = json!({
        "coding": [{ "system": "http://hl7.org/fhir/flag-priority-code", "code": degree, "display": display }],
        "text": alert.severity.as_str(),
    });
    let mut period = json!({ "start": time::instant(alert.raised_at) });
    set(&mut period, "end", resolved_at.map(|at| time::instant(at).into()));
    json!({
        "resourceType": "Flag",
        "id": id,
        "meta": { "tag": [state.code().coding()] },
        "extension": [{ "url": PRIORITY, "valueCodeableConcept": priority }],
        "identifier": [{ "system": ALERT, "value": id }],
        "status": if resolved_at.is_some() { "inactive" } else { "active" },
        "code": code(alert.kind).concept(),
        "subject": reference("Patient", of.patient),
        "period": period,
        "author": reference("Organization", of.organisation),
    })
}

/// The Communication that says who sees to an alert.
#[must_use]
pub fn communication(of: Of<'_>, flag: &str, by: &Acknowledgement) -> (String, Value) {
    let id = derived::id(&["acknowledgement", flag, &by.at.to_rfc3339()]);
    let resource = json!({
        "resourceType": "Communication",
        "id": id,
        "identifier": [{ "system": ACKNOWLEDGEMENT, "value": flag }],
        "status": "completed",
        "subject": reference("Patient", of.patient),
        "about": [reference("Flag", flag)],
        "sent": time::instant(by.at),
        "received": time::instant(by.at),
        "sender": reference("Organization", of.organisation),
        "topic": ACKNOWLEDGED.concept(),
        "payload": [{ "contentString": by.by }],
    });
    (id, resource)
}
