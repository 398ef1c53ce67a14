//! What somebody tells of themself (contract SS-70). Beyond age, sex, height and weight it is ours.

use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::ToSchema;

use super::words::{RaceWord, RegionWord, SexWord};
use crate::vendors::smartscan::wire::present;

/// The profile; null is what was not told.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct ScanProfile {
    /// Age in years.
    pub age: Option<u16>,
    /// `male`, `female` or `other`.
    pub biological_sex: Option<&'static str>,
    /// Height in cm.
    #[schema(value_type = Option<f64>)]
    pub height_cm: Option<Number>,
    /// Weight in kg.
    #[schema(value_type = Option<f64>)]
    pub weight_kg: Option<Number>,
    /// Whether the person smokes. Not in the vendor's API, as all below.
    pub smoker: Option<bool>,
    /// Whether the person has diabetes.
    pub diabetes: Option<bool>,
    /// Whether the person takes something against high blood pressure.
    pub bp_treated: Option<bool>,
    /// Whether the person has had cardiovascular disease.
    pub prior_cvd: Option<bool>,
    /// Whether the person takes a statin.
    pub statin: Option<bool>,
    /// `black`, `white` or `other`: what the pooled cohort equations ask.
    pub race: Option<&'static str>,
    /// `low`, `moderate`, `high`, `very_high` or `other`: the region of Europe, which SCORE2 asks.
    pub region: Option<&'static str>,
    /// The latest systolic pressure that a cuff measured, in mmHg.
    #[schema(value_type = Option<f64>)]
    pub cuff_systolic_bp: Option<Number>,
    /// The diastolic pressure that was measured with it.
    #[schema(value_type = Option<f64>)]
    pub cuff_diastolic_bp: Option<Number>,
}

/// The profile, in its envelope.
#[derive(Serialize, ToSchema)]
pub struct ScanProfileAnswer {
    /// Always true.
    pub success: bool,
    /// The profile.
    pub profile: ScanProfile,
}

/// What is to change in the profile. What is absent stays; null takes back. Each field is also known by its name in camel case.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ScanProfileChange {
    /// Age in years, from 0 to 130.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u16>, example = 42, minimum = 0, maximum = 130)]
    pub age: Option<Option<Number>>,
    /// Biological sex.
    #[serde(default, deserialize_with = "present", alias = "biologicalSex")]
    #[schema(value_type = Option<SexWord>, example = "female")]
    pub biological_sex: Option<Option<String>>,
    /// Height in cm, from 30 to 275.
    #[serde(default, deserialize_with = "present", alias = "heightCm")]
    #[schema(value_type = Option<f64>, example = 165, minimum = 30, maximum = 275)]
    pub height_cm: Option<Option<Number>>,
    /// Weight in kg, from 1 to 650.
    #[serde(default, deserialize_with = "present", alias = "weightKg")]
    #[schema(value_type = Option<f64>, example = 68, minimum = 1, maximum = 650)]
    pub weight_kg: Option<Option<Number>>,
    /// Whether the person smokes.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<bool>)]
    pub smoker: Option<Option<bool>>,
    /// Whether the person has diabetes.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<bool>)]
    pub diabetes: Option<Option<bool>>,
    /// Whether the person takes something against high blood pressure.
    #[serde(default, deserialize_with = "present", alias = "bpTreated")]
    #[schema(value_type = Option<bool>)]
    pub bp_treated: Option<Option<bool>>,
    /// Whether the person has had cardiovascular disease.
    #[serde(default, deserialize_with = "present", alias = "priorCvd")]
    #[schema(value_type = Option<bool>)]
    pub prior_cvd: Option<Option<bool>>,
    /// Whether the person takes a statin.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<bool>)]
    pub statin: Option<Option<bool>>,
    /// What the pooled cohort equations ask.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<RaceWord>)]
    pub race: Option<Option<String>>,
    /// The region of Europe, which SCORE2 asks.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<RegionWord>)]
    pub region: Option<Option<String>>,
    /// A systolic pressure that a cuff measured, in mmHg; together with the diastolic one, unless that is on record.
    #[serde(default, deserialize_with = "present", alias = "cuffSystolicBp")]
    #[schema(value_type = Option<f64>, minimum = 40, maximum = 300)]
    pub cuff_systolic_bp: Option<Option<Number>>,
    /// The diastolic pressure that was measured with it.
    #[serde(default, deserialize_with = "present", alias = "cuffDiastolicBp")]
    #[schema(value_type = Option<f64>, minimum = 20, maximum = 200)]
    pub cuff_diastolic_bp: Option<Option<Number>>,
}
