//! Values over time (contract SS-71 to SS-75). The anomalies are in camel case, as the vendor shows them.

use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::ToSchema;

use crate::core::Secret;

/// One value in time.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct HistoryPoint {
    /// The session that it was measured in; null where it was in none.
    pub session_id: Option<String>,
    /// The value.
    #[schema(value_type = f64)]
    pub value: Number,
    /// Its unit.
    pub unit: &'static str,
    /// When it was measured.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: String,
}

/// The values of some time, newest first.
#[derive(Serialize, ToSchema)]
pub struct HistoryAnswer {
    /// Always true.
    pub success: bool,
    /// Which value.
    pub vital: &'static str,
    /// Of which time.
    pub period: String,
    /// The values.
    pub data: Vec<HistoryPoint>,
}

/// How a value changed since the time before.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Delta {
    /// Its name.
    pub vital_name: &'static str,
    /// The value.
    #[schema(value_type = f64)]
    pub current: Number,
    /// The value before.
    #[schema(value_type = f64)]
    pub previous: Number,
    /// The difference.
    pub change: f64,
    /// The difference in percent of the value before.
    pub change_percent: Option<f64>,
    /// The unit.
    pub unit: &'static str,
    /// When the value before was measured.
    #[schema(value_type = String, format = DateTime)]
    pub previous_recorded_at: String,
    /// What change in percent the person's own variation explains; null before there are enough values.
    pub expected_change_percent: Option<f64>,
    /// Whether the change is within that.
    pub within_expected_variation: Option<bool>,
}

/// How a session's values changed since the time before.
#[derive(Serialize, ToSchema)]
pub struct DeltaAnswer {
    /// Always true.
    pub success: bool,
    /// The session.
    pub session_id: String,
    /// The session before; null where there was none.
    pub previous_session_id: Option<String>,
    /// The changes, of those values that were measured before.
    pub deltas: Vec<Delta>,
}

/// How unusual a value is for the person.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Anomaly {
    /// Its name.
    pub vital_name: &'static str,
    /// The value.
    #[schema(value_type = f64)]
    pub value: Number,
    /// By median and median absolute deviation of the values before; null where that cannot be told.
    pub z_score: Option<f64>,
    /// Whether it is 3.5 or more.
    pub is_anomaly: bool,
    /// The mean of the values before.
    pub mean: Option<f64>,
    /// Their standard deviation.
    pub sd: Option<f64>,
    /// How many they are.
    pub n: usize,
    /// Whether more values may change it.
    pub is_provisional: bool,
    /// Whether it is 2.5 or more, and no anomaly.
    pub is_notable: bool,
    /// Why it cannot be told: `insufficient_history` or `no_variation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// How unusual the values of a session are: each is told of.
#[derive(Serialize, ToSchema)]
pub struct AnomaliesAnswer {
    /// Always true.
    pub success: bool,
    /// The values.
    pub anomalies: Vec<Anomaly>,
}

/// A tag for a session. `session_id` is also known as `sessionId`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewTag {
    /// The session.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// 1 to 64 characters.
    #[schema(value_type = String, min_length = 1, max_length = 64, example = "morning")]
    pub tag: Secret<String>,
}

/// What a session is called.
#[derive(Serialize, ToSchema)]
pub struct TagsAnswer {
    /// Always true.
    pub success: bool,
    /// The tags, each once.
    pub tags: Vec<String>,
}
