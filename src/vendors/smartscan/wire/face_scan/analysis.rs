//! The analysis of colour traces of a face.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a camera saw of a face.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewAnalysis {
    /// The session that it is for. Its consent must be in force.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// The colours.
    #[schema(value_type = Traces)]
    pub traces: Option<Traces>,
    /// Pictures, which are refused: no detector of faces comes with the server.
    #[schema(ignore)]
    pub frames: Option<serde::de::IgnoredAny>,
}

/// Mean colours of regions of skin, over 10 to 120 seconds of 15 to 120 frames each.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Traces {
    /// When each frame was taken, in milliseconds from any moment; each is later than the one before.
    #[serde(alias = "timestampsMs")]
    #[schema(example = json!([0.0, 33.3, 66.7]))]
    pub timestamps_ms: Vec<f64>,
    /// The regions, such as forehead and cheeks: 1 to 16.
    pub regions: Vec<TraceRegion>,
}

/// One region of skin.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TraceRegion {
    /// Which one. Nothing follows from it.
    #[serde(default)]
    #[schema(example = "forehead")]
    pub name: Option<String>,
    /// Mean of red in each frame, on the camera's scale (to 1, 255 or more).
    #[serde(alias = "red")]
    #[schema(example = json!([151.2, 151.1, 151.3]))]
    pub r: Vec<f64>,
    /// Mean of green in each frame.
    #[serde(alias = "green")]
    #[schema(example = json!([104.8, 104.6, 104.9]))]
    pub g: Vec<f64>,
    /// Mean of blue in each frame.
    #[serde(alias = "blue")]
    #[schema(example = json!([84.1, 84.0, 84.2]))]
    pub b: Vec<f64>,
}

/// What the colours tell, in its envelope.
#[derive(Serialize, ToSchema)]
pub struct AnalysisAnswer {
    /// Always true.
    pub success: bool,
    /// What they tell.
    pub analysis: Analysis,
}

/// What the colours tell. `vitals` and `quality` can be sent on to `POST /api/face-scan/results` as they are.
#[derive(Serialize, ToSchema)]
pub struct Analysis {
    /// The vital signs that are told.
    pub vitals: AnalysedVitals,
    /// How good the recording is, from 0 to 1.
    pub quality: f64,
    /// How far the pulse stands out of the noise, in decibels.
    pub signal_db: f64,
    /// The vital signs that are not told, and why.
    pub refused: Vec<RefusedVital>,
    /// How long the recording is, in seconds.
    pub duration_s: f64,
    /// Frames a second, on average.
    pub fps: f64,
    /// How it was done.
    pub method: AnalysisMethod,
    /// What a person who sees the numbers must know.
    pub notice: &'static str,
}

/// The vital signs that are told; one that is not is absent.
#[derive(Default, Serialize, ToSchema)]
pub struct AnalysedVitals {
    /// Beats a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heart_rate: Option<f64>,
    /// Breaths a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breathing_rate: Option<f64>,
    /// SDNN, in ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hrv_sdnn: Option<f64>,
    /// RMSSD, in ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hrv_rmssd: Option<f64>,
}

/// A vital sign that is not told.
#[derive(Serialize, ToSchema)]
pub struct RefusedVital {
    /// Which one.
    #[schema(example = "hrv_sdnn")]
    pub vital: &'static str,
    /// Why, for programs.
    #[schema(example = "too_short")]
    pub reason: &'static str,
    /// Why, for people.
    #[schema(example = "the recording is shorter than this vital sign needs")]
    pub message: String,
}

/// How it was done.
#[derive(Serialize, ToSchema)]
pub struct AnalysisMethod {
    /// The method.
    #[schema(example = "POS+CHROM+PBV")]
    pub name: &'static str,
    /// Its version.
    #[schema(example = "1.1.0")]
    pub version: &'static str,
}
