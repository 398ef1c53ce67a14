//! Risk, and comparison with others (contract SS-76, SS-77). Risks are in camel case, as the vendor shows them.

use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

/// What a score takes for granted, because it was not told.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Assumption {
    /// The input.
    pub name: &'static str,
    /// What the equation's normal profile has in it: a number, or false.
    pub value: serde_json::Value,
}

/// The risk of cardiovascular disease.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CardiovascularRisk {
    /// In percent over ten years, with one decimal; null where sex or age is missing or an equation has nothing to say. Where `assumed`
    /// names inputs, it is what somebody of that sex and age with a normal profile in them has: a mark to compare with, not the person's
    /// own risk, which `tenYearRisk` tells.
    pub score: Option<f64>,
    /// `low` below 10, `moderate` below 20, `high` from there on; null where anything is assumed.
    pub level: Option<&'static str>,
    /// Why there is no score of the person's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What that lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<&'static str>,
    /// What the score takes for granted. Not in the vendor's API.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<Assumption>,
}

/// The age at which a person with a normal profile has the same risk.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VascularAge {
    /// In full years from 30 to 80, where the published tables end; null, or of a normal profile, as the score of the risk is.
    pub vascular_age: Option<u16>,
    /// As it is to be shown: `<30` and `>80` beyond the tables; null where anything is assumed.
    pub display: Option<String>,
    /// The person's age.
    pub chronological_age: Option<u16>,
    /// Why there is none of the person's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What that lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<&'static str>,
    /// What the age takes for granted. Not in the vendor's API.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<Assumption>,
}

/// The risk of ten years, and by which model.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TenYearRisk {
    /// In percent, with one decimal; null where an input is missing.
    pub risk_percent: Option<f64>,
    /// The model.
    pub model: &'static str,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<&'static str>,
}

/// The scores.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RiskScores {
    /// Cardiovascular risk.
    pub cardiovascular_risk: CardiovascularRisk,
    /// Vascular age.
    pub vascular_age: VascularAge,
    /// Ten-year risk.
    pub ten_year_risk: TenYearRisk,
}

/// What an equation was fed with.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InputUsed {
    /// Its name.
    pub name: &'static str,
    /// The value: a number, a word, true or false.
    pub value: serde_json::Value,
    /// When it was measured or told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub recorded_at: Option<String>,
    /// The FHIR resource that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// What one equation says.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Equation {
    /// Its name.
    pub equation: &'static str,
    /// What a reader sees.
    pub version: &'static str,
    /// From 0 to 1 in ten years; null where something withholds it.
    pub risk10: Option<f64>,
    /// From 0 to 1 in thirty years, where the equation tells that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk30: Option<f64>,
    /// In years, as computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heart_age: Option<f64>,
    /// Why there is no risk: the first of the reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Every reason.
    pub range_notes: Vec<String>,
    /// What the person was told to be.
    pub inputs_used: Vec<InputUsed>,
}

/// The risk of a session's person. `equations` is not in the vendor's API.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RiskAnswer {
    /// Always true.
    pub success: bool,
    /// The scores.
    pub risk_scores: RiskScores,
    /// What each equation says.
    pub equations: Vec<Equation>,
}

/// With whom a value is compared.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct CohortBand {
    /// `female` or `male`; null for both.
    pub sex: Option<&'static str>,
    /// From this age on.
    pub age_from: u16,
    /// Up to this age; null where there is no end.
    pub age_to: Option<u16>,
    /// How many they were.
    pub n: u32,
    /// Where that is published.
    pub source: &'static str,
}

/// A value among those of others.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Comparison {
    /// Which value.
    pub vital: &'static str,
    /// The value.
    #[schema(value_type = f64)]
    pub value: Number,
    /// From 0 to 100. Beyond the published ones it is the last of these, and `percentile_text` says so; null where there is no table.
    pub percentile: Option<f64>,
    /// As it is to be shown: `<5` and `>95` beyond the published ones.
    pub percentile_text: Option<String>,
    /// With whom it is compared.
    pub cohort: Option<CohortBand>,
    /// The mean of their values.
    pub mean: Option<f64>,
    /// The standard deviation of their values.
    pub sd: Option<f64>,
    /// How far the value is from usual, whoever it is: as in a result.
    pub band: &'static str,
    /// Whether a higher value is better.
    pub higher_is_better: bool,
    /// Why it is compared with nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// What the profile lacks; the value is then compared with more people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<&'static str>,
    /// What to know of the comparison.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<&'static str>,
}

/// One comparison, in its envelope.
#[derive(Serialize, ToSchema)]
pub struct CohortAnswer {
    /// Always true.
    pub success: bool,
    /// The comparison.
    pub comparison: Comparison,
}
