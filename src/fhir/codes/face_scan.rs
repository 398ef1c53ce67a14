//! Measuring vital signs with a camera, and what a person tells of themself for it: our own code system, published under
//! `fhir-profiles/`.

use super::Code;

/// The code system.
pub const SYSTEM: &str = "https://hygeia.health/fhir/CodeSystem/face-scan";

const fn code(code: &'static str, display: &'static str) -> Code {
    Code { system: SYSTEM, code, display }
}

/// A contact in which vital signs are measured with a camera.
pub const FACE_SCAN: Code = code("face-scan", "Face scan");
/// The method of a value that a camera cannot measure, and that was estimated from its picture all the same.
pub const CAMERA_ESTIMATE: Code = code("camera-estimate", "Camera-estimated, unvalidated");
/// The method of a value that the client computed by a rule of its own.
pub const CLIENT_COMPUTED: Code = code("client-computed", "Computed by the client");
/// The method of a blood pressure that a cuff measured.
pub const CUFF: Code = code("cuff", "Measured with a cuff");
/// What a person tells of themself, for equations of risk.
pub const RISK_FACTORS: Code = code("risk-factors", "Cardiovascular risk factors, self-reported");
/// Whether the person smokes.
pub const SMOKER: Code = code("smoker", "Smokes");
/// Whether the person has diabetes.
pub const DIABETES: Code = code("diabetes", "Has diabetes");
/// Whether the person takes something against high blood pressure.
pub const BP_TREATED: Code = code("bp-treated", "Takes blood pressure medication");
/// Whether the person has had cardiovascular disease.
pub const PRIOR_CVD: Code = code("prior-cvd", "Has had cardiovascular disease");
/// Whether the person takes a statin.
pub const STATIN: Code = code("statin", "Takes a statin");
/// What the pooled cohort equations call race.
pub const RACE: Code = code("race", "Race, as the pooled cohort equations use it");
/// The region of Europe by cardiovascular mortality.
pub const REGION: Code = code("region", "SCORE2 risk region");
/// Framingham 2008 without laboratory values.
pub const FRAMINGHAM_OFFICE: Code =
    code("framingham2008-bmi", "Framingham 2008 office model, not recalibrated");
/// Framingham 2008 with lipids.
pub const FRAMINGHAM_LIPID: Code =
    code("framingham2008-lipid", "Framingham 2008 lipid model, not recalibrated");
/// The pooled cohort equations.
pub const PCE: Code = code("acc-aha-pce2013", "ACC/AHA Pooled Cohort Equations 2013");
/// PREVENT, base models.
pub const PREVENT: Code = code("aha-prevent2023-base", "AHA PREVENT 2023 base model");
/// SCORE2.
pub const SCORE2: Code = code("esc-score2", "SCORE2 2021");
/// SCORE2-OP.
pub const SCORE2_OP: Code = code("esc-score2-op", "SCORE2-OP 2021");

/// All codes.
pub const ALL: [Code; 18] = [
    FACE_SCAN,
    CAMERA_ESTIMATE,
    CLIENT_COMPUTED,
    CUFF,
    RISK_FACTORS,
    SMOKER,
    DIABETES,
    BP_TREATED,
    PRIOR_CVD,
    STATIN,
    RACE,
    REGION,
    FRAMINGHAM_OFFICE,
    FRAMINGHAM_LIPID,
    PCE,
    PREVENT,
    SCORE2,
    SCORE2_OP,
];
