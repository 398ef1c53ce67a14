//! How patients are, what happened, and what carers are told.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Paged;

/// How a patient is now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The patient.
    pub patient_id: String,
    /// The pod that the patient wears.
    pub pod_id: Option<String>,
    /// Whether the pod is heard of.
    pub online: bool,
    /// `dry`, `wet`, `soiled` or `unknown`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// How full the pad is.
    pub saturation_percent: Option<f64>,
    /// When the pad was last changed.
    pub last_change_at: Option<String>,
    /// `still` or `moving`.
    #[schema(value_type = Option<String>)]
    pub position: Option<&'static str>,
    /// When the pod's last reading was taken.
    pub updated_at: Option<String>,
}

/// Something that happened.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PatientEvent)]
pub struct Event {
    /// Its id: what is told again with the same is a later version of it.
    pub id: String,
    /// `void`, `change`, `possible_change`, `leak`, `soiled` or `turned`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How many percent the pad grew fuller (void) or emptier (possible_change), or how full it was (leak).
    #[schema(value_type = Option<f64>)]
    pub value: Option<serde_json::Number>,
    /// How much that was, in millilitres, where the product's absorbency is known for sure.
    #[schema(value_type = Option<f64>)]
    pub volume_ml: Option<serde_json::Number>,
    /// When.
    pub at: Option<String>,
    /// When it was over, where it took time.
    pub end_at: Option<String>,
    /// The pod.
    pub pod_id: Option<String>,
    /// The node that heard it.
    pub node_id: Option<String>,
}

/// What a carer saw or did.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewEvent {
    /// `change`, of the pad, or `soiled`, by stool, which no sensor knows.
    #[serde(rename = "type")]
    #[schema(example = "change")]
    pub kind: String,
    /// When; now where it is missing.
    #[serde(default)]
    #[schema(example = "2026-11-21T12:00:00Z")]
    pub at: Option<String>,
}

/// A page of events, the newest first.
#[derive(Serialize, ToSchema)]
pub struct Events {
    /// The events.
    pub items: Vec<Event>,
    /// Which page it is.
    #[serde(flatten)]
    pub paged: Paged,
}

/// What carers are told.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// Its id.
    pub id: String,
    /// The patient.
    pub patient_id: Option<String>,
    /// `change_due`, `urgent`, `time_wet`, `pod_offline`, `battery_low`, `no_void`, `position_unchanged` or `fall_suspected`.
    pub kind: String,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: String,
    /// When it was raised.
    pub raised_at: Option<String>,
    /// `open`, `acknowledged` or `resolved`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// Who acknowledged it.
    pub acknowledged_by: Option<String>,
    /// When.
    pub acknowledged_at: Option<String>,
    /// When it was over.
    pub resolved_at: Option<String>,
}

/// A page of alerts, the newest first.
#[derive(Serialize, ToSchema)]
pub struct Alerts {
    /// The alerts.
    pub items: Vec<Alert>,
    /// Which page it is.
    #[serde(flatten)]
    pub paged: Paged,
}

/// Who acknowledges an alert.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Acknowledge {
    /// Who; the application where it is missing.
    #[serde(default, alias = "by")]
    #[schema(max_length = 200, example = "Nurse Joy")]
    pub acknowledged_by: Option<String>,
}

/// The patients of an organisation as they are now.
#[derive(Serialize, ToSchema)]
pub struct Ward {
    /// The patients.
    pub items: Vec<Resident>,
    /// Which page it is.
    #[serde(flatten)]
    pub paged: Paged,
}

/// A patient as they are now.
#[derive(Serialize, ToSchema)]
pub struct Resident {
    /// Who it is.
    pub patient: super::Patient,
    /// How they are.
    pub status: Status,
    /// What carers are told of them and is not over, the newest first.
    pub alerts: Vec<Alert>,
}

/// What was measured of a patient, and what happened, within a while.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// The patient.
    pub patient_id: String,
    /// From then on.
    pub from: String,
    /// Until then.
    pub to: String,
    /// How full the pad was, the oldest first. Of many readings of a moment the highest is told.
    pub wetness: Vec<Point>,
    /// What happened, the newest first.
    pub events: Vec<Event>,
}

/// A value at its time.
#[derive(Clone, Serialize, ToSchema)]
pub struct Point {
    /// When.
    pub at: String,
    /// The value.
    pub value: f64,
}
