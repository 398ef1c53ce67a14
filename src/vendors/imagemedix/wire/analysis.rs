//! Analyses of scans (contract IM-60 to IM-62).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The scan that is to be analysed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewAnalysis {
    /// The scan's id; required.
    #[schema(required = true, value_type = String, example = "67f460abdf638f437b934239")]
    pub scan_id: Option<String>,
}

/// An analysis that was asked for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskedAnalysis {
    /// The analysis's id.
    pub job_id: String,
    /// `processing`.
    #[schema(value_type = String, example = "processing")]
    pub status: &'static str,
}

/// How far an analysis is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalysisStatus {
    /// `pending`, `processing`, `completed` or `failed`.
    #[schema(value_type = String)]
    pub status: &'static str,
    /// In percent.
    #[schema(minimum = 0, maximum = 100)]
    pub progress: u8,
    /// How long it may still take; only before it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "30 seconds")]
    pub estimated_completion_time: Option<String>,
    /// Why nothing can be said of the scan; only where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_reason: Option<String>,
}
