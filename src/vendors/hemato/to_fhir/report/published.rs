//! Codes of LOINC that go beside ours, by the names of what is counted and seen.
//!
//! A count of cells is no presence and no number in a microlitre: our code says what the number is, LOINC's which finding it belongs to.

use crate::fhir::codes::{Code, loinc};

/// The code of LOINC for what is called so, where there is one.
pub(super) fn of(name: &str) -> Option<Code> {
    Some(match name {
        "rbc-estimate" => loinc::ERYTHROCYTES,
        "platelet-estimate" => loinc::PLATELETS,
        "blast-density" => loinc::BLASTS,
        "neutrophil-share" => loinc::NEUTROPHIL_SHARE,
        "segmented-neutrophil-share" => loinc::SEGMENTED_SHARE,
        "band-neutrophil-share" => loinc::BAND_SHARE,
        "immature-granulocyte-share" => loinc::IMMATURE_SHARE,
        "lymphocyte-share" => loinc::LYMPHOCYTE_SHARE,
        "monocyte-share" => loinc::MONOCYTE_SHARE,
        "eosinophil-share" => loinc::EOSINOPHIL_SHARE,
        "basophil-share" => loinc::BASOPHIL_SHARE,
        "macrocyte" => loinc::MACROCYTES,
        "microcyte" => loinc::MICROCYTES,
        "hypochromia" => loinc::HYPOCHROMIA,
        "spherocyte" => loinc::SPHEROCYTES,
        "target cell" => loinc::TARGET_CELLS,
        "stomatocyte" => loinc::STOMATOCYTES,
        "ovalocyte" => loinc::OVALOCYTES,
        "teardrop" => loinc::DACROCYTES,
        "burr cell" => loinc::BURR_CELLS,
        "schistocyte" => loinc::SCHISTOCYTES,
        "elliptocyte" => loinc::ELLIPTOCYTES,
        "large platelet" => loinc::GIANT_PLATELETS,
        _ => return None,
    })
}
