//! Reports. Counts and confidences are texts, and some names have hyphens: so the vendor writes them.

use serde::Serialize;
use utoipa::ToSchema;

/// The members of an object whose names are not known before, in their order.
type Named = serde_json::Map<String, serde_json::Value>;

/// A report on a study, or one level of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReportResults {
    /// The study.
    pub pbs_study_id: String,
    /// The files that were looked at.
    pub file_ids: Vec<String>,
    /// Numbers over the whole smear, by name: each with `value` and `unit`, and `interval` where it was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, example = json!({ "rbc-density": { "value": "4.6", "unit": "10*6/uL" } }))]
    pub feature_statistics: Option<Named>,
    /// What was seen, by name: each with `count` and `heat_map`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>,
        example = json!({ "ring trophozoite": { "count": "1", "heat_map": [{ "center": [435, 345], "radius": 35, "file_id": "sha224-i-0" }] } }))]
    pub morphological_findings: Option<Named>,
    /// What may be the matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostic_report: Option<DiagnosticReport>,
    /// What a pathologist would write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pathology_report: Option<String>,
    /// The version of the report, from 1 on.
    pub report_version: i64,
    /// All versions.
    pub versions: Vec<i64>,
}

/// A number over the whole smear.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Statistic {
    /// The number; `not assessed` where there is none.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// The interval of 95 % round it, where it was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
}

/// An interval of 95 %.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Interval {
    /// Its lower bound, in the unit of the number.
    pub low: String,
    /// Its upper bound.
    pub high: String,
}

/// Something that was seen.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Finding {
    /// How often.
    #[schema(example = "1")]
    pub count: String,
    /// Where.
    pub heat_map: Vec<Heat>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Heat {
    /// Pixels from the left and from the top.
    pub center: [i64; 2],
    /// Pixels from there to its edge.
    pub radius: i64,
    /// The file.
    pub file_id: String,
}

/// What may be the matter.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DiagnosticReport {
    /// What may be the matter, the likeliest first.
    pub differential_diagnosis: Vec<Differential>,
}

/// Something that may be the matter.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Differential {
    /// How much speaks for it.
    pub score: i64,
    /// How sure that is, from 0 to 1.
    #[schema(example = "0.95")]
    pub confidence: String,
    /// What it means for the patient.
    pub clinical_significance: String,
    /// Its code in ICD-10.
    pub icd10_code: String,
    /// Its name.
    pub english_long: String,
    /// Its name in short.
    pub english_short: String,
}
