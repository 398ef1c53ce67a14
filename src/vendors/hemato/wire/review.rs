//! A report as whoever answers for it sees it: its cells, what people corrected of them, and whether somebody has signed it. These operations
//! are ours, not the vendor's.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a report stands.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Review {
    /// The study.
    pub pbs_study_id: String,
    /// The version of the report, from 1 on: who changes it says which one they have read.
    pub report_version: i64,
    /// FHIR's status of the report: `preliminary`, `final`, `amended` ...
    #[schema(example = "preliminary")]
    pub report_status: String,
    /// Whether a person answers for the report as it is.
    pub is_signed: bool,
    /// Who does.
    pub signed_by: Option<String>,
    /// Since when.
    pub signed_at: Option<String>,
    /// Whether the caller may correct the kinds of cells.
    pub may_correct: bool,
    /// Whether the caller may sign the report as it is.
    pub may_sign: bool,
    /// Every kind of cells, and how many there are.
    pub kinds: Vec<KindCount>,
    /// What people said of single cells, the first said first.
    pub corrections: Vec<CorrectedCell>,
    /// What speaks for each suggestion.
    pub evidence: Vec<Evidence>,
}

/// How many cells of a kind there are.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct KindCount {
    /// The kind.
    #[schema(example = "lymphocyte")]
    pub kind: &'static str,
    /// How many there are, with those whose place is not kept.
    pub count: u64,
}

/// What a person said of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CorrectedCell {
    /// The file.
    pub file_id: String,
    /// Pixels from the left and from the top.
    pub center: [i64; 2],
    /// Pixels from there to its edge.
    pub radius: i64,
    /// The kind that a model had said.
    pub was: &'static str,
    /// The kind that it is.
    pub kind: &'static str,
    /// Who said so.
    pub by: Option<String>,
    /// When.
    pub at: String,
}

/// What speaks for a suggestion.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Evidence {
    /// Its code in ICD-10.
    pub icd10_code: String,
    /// What speaks for it, in words.
    pub evidence: Vec<String>,
}

/// Cells of a study.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CellPage {
    /// The version of the report.
    pub report_version: i64,
    /// How many cells there are of those that were asked for.
    pub total: usize,
    /// As many of them as were asked for, file by file.
    pub cells: Vec<CellView>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CellView {
    /// The file.
    pub file_id: String,
    /// Pixels from the left and from the top.
    pub center: [i64; 2],
    /// Pixels from there to its edge.
    pub radius: i64,
    /// Its kind; two of a red cell that has a shape and may hold a parasite.
    pub kinds: Vec<&'static str>,
}

/// The files of a study.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Files {
    /// In the order in which they came.
    pub files: Vec<FileView>,
}

/// A file of a study.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FileView {
    /// `sha224-i-` and the SHA-224 of the image.
    pub file_id: String,
    /// The name that it was sent under.
    pub name: Option<String>,
    /// Its type.
    pub content_type: String,
    /// Its length.
    pub size_bytes: u64,
    /// Width in pixels.
    pub width: u64,
    /// Height in pixels.
    pub height: u64,
}

/// A correction of the kind of a cell.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct CorrectionWanted {
    /// The version of the report that was read.
    pub report_version: i64,
    /// The file.
    pub file_id: String,
    /// Pixels from the left and from the top, as the cell was told.
    pub center: [i64; 2],
    /// Pixels from there to its edge.
    pub radius: i64,
    /// The kind that it was told to be.
    #[schema(example = "lymphocyte")]
    pub from: String,
    /// The kind that it is.
    #[schema(example = "monocyte")]
    pub to: String,
}

/// A signature.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct SignatureWanted {
    /// The version of the report that was read.
    pub report_version: i64,
}
