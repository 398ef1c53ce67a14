//! Analyses of scans (contract IM-60 to IM-62).

use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::ToSchema;

use super::Person;

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

/// What stands behind the result of a scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Analysis {
    /// Whether a person answers for it; a model alone proposed it, if not.
    pub is_confirmed: bool,
    /// The state as FHIR has it: `preliminary`, `final`, `amended` and others.
    #[schema(example = "preliminary")]
    pub state: String,
    /// The number of the version; those before are kept.
    pub version: i64,
    /// When it was found or confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found_at: Option<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reader: Option<Person>,
    /// The model that proposed it, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<AnalysisModel>,
    /// Where in the picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// Where the model looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heat_map: Option<HeatMap>,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnalysisModel {
    /// Its name.
    #[schema(example = "brain-mri")]
    pub name: String,
    /// Its version.
    #[schema(example = "1.0.0")]
    pub version: String,
    /// Where its card is below the mount: what it was made of, how good it is, and what it cannot do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/models/brain-mri.md")]
    pub card: Option<String>,
}

/// A part of a picture, in pixels from its upper left corner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Region {
    /// Where it begins, from the left.
    #[schema(value_type = f64)]
    pub left: Number,
    /// Where it begins, from the top.
    #[schema(value_type = f64)]
    pub top: Number,
    /// Where it ends, from the left.
    #[schema(value_type = f64)]
    pub right: Number,
    /// Where it ends, from the top.
    #[schema(value_type = f64)]
    pub bottom: Number,
}

/// A grid over the whole picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeatMap {
    /// So many cells side by side.
    pub columns: usize,
    /// So many above one another.
    pub rows: usize,
    /// How hot each cell is, in percent: row by row from the top, each from the left.
    #[schema(value_type = Vec<f64>)]
    pub values: Vec<Number>,
}

/// The sides of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Sides {
    /// How wide it is.
    pub width: u64,
    /// How high it is.
    pub height: u64,
}
