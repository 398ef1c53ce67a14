//! What a scan gives (contract SS-65 to SS-67).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use utoipa::ToSchema;

use super::words::PressureSource;

/// What a client sends of a scan. `session_id` is also known as `sessionId`, `blood_pressure_source` as `bloodPressureSource`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewResult {
    /// The session that it belongs to.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// The values by their names; at least one.
    #[schema(value_type = VitalSent)]
    pub vitals: Map<String, Value>,
    /// How good the recording was, from 0 to 1.
    #[schema(value_type = f64, example = 0.88, minimum = 0, maximum = 1)]
    pub quality: Number,
    /// Whether to keep it; otherwise it is only answered.
    #[serde(default)]
    pub save: bool,
    /// `camera`, or `cuff` where a cuff measured the pressures. Not in the vendor's API.
    #[serde(default, alias = "bloodPressureSource")]
    #[schema(value_type = Option<PressureSource>, example = "camera")]
    pub blood_pressure_source: Option<String>,
}

/// The values of a scan: at least one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
#[expect(
    dead_code,
    reason = "it describes the values in the API document; they are read one by one, so that a wrong one is named"
)]
pub struct VitalSent {
    /// Heart rate in beats per minute.
    #[schema(nullable = false, example = 74, minimum = 20, maximum = 300)]
    heart_rate: Option<f64>,
    /// SDNN in ms.
    #[schema(nullable = false, example = 48.3, minimum = 0.1, maximum = 500)]
    hrv_sdnn: Option<f64>,
    /// RMSSD in ms.
    #[schema(nullable = false, example = 40.1, minimum = 0.1, maximum = 500)]
    hrv_rmssd: Option<f64>,
    /// Breaths per minute.
    #[schema(nullable = false, example = 15, minimum = 2, maximum = 80)]
    breathing_rate: Option<f64>,
    /// Oxygen saturation in percent.
    #[schema(nullable = false, example = 98, minimum = 50, maximum = 100)]
    spo2: Option<f64>,
    /// Systolic pressure in mmHg.
    #[schema(nullable = false, example = 120, minimum = 40, maximum = 300)]
    systolic_bp: Option<f64>,
    /// Diastolic pressure in mmHg.
    #[schema(nullable = false, example = 78, minimum = 20, maximum = 200)]
    diastolic_bp: Option<f64>,
    /// Stress index.
    #[schema(nullable = false, example = 35.7, minimum = 0, maximum = 5000)]
    stress_index: Option<f64>,
    /// Wellness score from 0 to 100.
    #[schema(nullable = false, example = 82, minimum = 0, maximum = 100)]
    wellness_score: Option<f64>,
}

/// One value of a result.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct VitalValue {
    /// Its name.
    #[schema(example = "heart_rate")]
    pub vital_name: &'static str,
    /// The value.
    #[schema(value_type = f64, example = 74)]
    pub value: Number,
    /// Its unit.
    #[schema(example = "bpm")]
    pub unit: &'static str,
    /// What a reader sees.
    #[schema(example = "Heart rate")]
    pub display_name: &'static str,
    /// `normal`, `low`, `high`, `critical_low`, `critical_high`, or `unrated` where nothing may be said.
    #[schema(example = "normal")]
    pub status: &'static str,
    /// `camera`, `camera_estimate` where a camera cannot measure it, `client`, or `other`. Not in the vendor's API.
    #[schema(example = "camera")]
    pub method: &'static str,
}

/// A wellness score of this server's own. It is no clinical score. Not in the vendor's API.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Wellness {
    /// From 0 to 100; null where too little was measured.
    pub score: Option<f64>,
    /// How much of all weight was measured, from 0 to 1.
    pub coverage: f64,
    /// What it is made of.
    pub parts: Vec<WellnessPart>,
    /// What it is not.
    pub label: &'static str,
}

/// One part of the wellness score.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct WellnessPart {
    /// Its name.
    pub name: &'static str,
    /// From 0 to 100.
    pub score: f64,
    /// How much it counts.
    pub weight: f64,
}

/// What came of sending a scan.
#[derive(Serialize, ToSchema)]
pub struct SubmittedAnswer {
    /// Always true.
    pub success: bool,
    /// Whether it is kept.
    pub saved: bool,
    /// The result's id; null where it is not kept.
    pub result_id: Option<String>,
    /// The values.
    pub results: Vec<VitalValue>,
}

/// A result that is kept.
#[derive(Serialize, ToSchema)]
pub struct ScanResult {
    /// Its id.
    pub id: String,
    /// The session that it belongs to.
    pub session_id: Option<String>,
    /// How good the recording was.
    #[schema(value_type = Option<f64>)]
    pub quality: Option<Number>,
    /// The values.
    pub results: Vec<VitalValue>,
    /// A score of this server's own.
    pub wellness: Wellness,
    /// When it was kept.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<String>,
}

/// One result, in its envelope.
#[derive(Serialize, ToSchema)]
pub struct ResultAnswer {
    /// Always true.
    pub success: bool,
    /// The result.
    pub result: ScanResult,
}

/// That something was erased.
#[derive(Serialize, ToSchema)]
pub struct DeletedAnswer {
    /// Always true.
    pub success: bool,
}
