//! Findings in SNOMED CT. <https://www.snomed.org>

use super::Code;

/// The code system.
pub const SYSTEM: &str = "http://snomed.info/sct";

const fn code(code: &'static str, display: &'static str) -> Code {
    Code { system: SYSTEM, code, display }
}

/// A test found what it looks for.
pub const DETECTED: Code = code("260373001", "Detected");
/// A test did not find what it looks for.
pub const NOT_DETECTED: Code = code("260415000", "Not detected");
/// An irregular heart beat.
pub const ABNORMAL_HEART_BEAT: Code = code("361136003", "Abnormal heart beat");
/// Energy that a body spends at rest.
pub const BASAL_METABOLIC_RATE: Code = code("165109007", "Basal metabolic rate");
/// How long a dialysis runs.
pub const DURATION_OF_HEMODIALYSIS_SESSION: Code = code("445940005", "Duration of hemodialysis session");
/// Nobody knows of an allergy.
pub const NO_KNOWN_ALLERGY: Code = code("716186003", "No Known Allergy (situation)");
/// Nobody knows of an allergy against a medicine.
pub const NO_KNOWN_DRUG_ALLERGY: Code = code("409137002", "No Known Drug Allergy (situation)");
/// A tumor of the brain.
pub const NEOPLASM_OF_BRAIN: Code = code("126952004", "Neoplasm of brain");
/// An inflammation of the lung.
pub const PNEUMONIA: Code = code("233604007", "Pneumonia");
/// Blood that was taken.
pub const BLOOD_SPECIMEN: Code = code("119297000", "Blood specimen");
