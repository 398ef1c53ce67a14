//! What a DICOM file says of the part of the body that it shows, held against what is seen. Pure.
//!
//! The nets know brains by magnetic resonance and chests by X-rays, and were shown little else: of a computed tomography of a chest
//! they would speak as of an X-ray. So a file that says that it is something else is not spoken of.

use serde_json::Value;

use crate::inference::imaging::Organ;
use crate::vendors::imagemedix::from_fhir::{list, text};

/// Modalities that say nothing: other, and pictures of a screen.
const SILENT: [&str; 2] = ["OT", "SC"];
/// Magnetic resonance.
const OF_BRAIN: [&str; 1] = ["MR"];
/// X-rays, with plates or detectors, and films that were scanned.
const OF_CHEST: [&str; 4] = ["CR", "DX", "RG", "RF"];
/// Words of Body Part Examined for what a brain is in.
const BRAINS: [&str; 4] = ["BRAIN", "HEAD", "SKULL", "NEURO"];
/// Words for what lungs are in.
const CHESTS: [&str; 4] = ["CHEST", "THORAX", "LUNG", "LUNGS"];

/// Whether the study's own words let a picture of it show this organ. A study that says nothing lets it show any.
pub(super) fn fits(study: &Value, seen: Organ) -> bool {
    let (modalities, parts): (&[&str], &[&str]) = match seen {
        Organ::Brain => (&OF_BRAIN, &BRAINS),
        Organ::Chest => (&OF_CHEST, &CHESTS),
    };
    // The picture is of the first instance.
    let Some(series) = list(study, "series").next() else { return true };
    let said = |name: &str, member: &str| series.get(name).and_then(|one| text(one, member));
    let modality = said("modality", "code").filter(|code| !SILENT.contains(code));
    let part = said("bodySite", "display").map(|part| part.trim().to_uppercase());
    let part = part.filter(|part| !part.is_empty());
    modality.is_none_or(|code| modalities.contains(&code))
        && part.is_none_or(|part| parts.contains(&part.as_str()))
}

/// That what is seen is not what the file says.
pub(super) fn contradiction(seen: Organ) -> &'static str {
    match seen {
        Organ::Brain => {
            "The picture looks like a brain MRI, and its DICOM file says that it is something else"
        }
        Organ::Chest => {
            "The picture looks like a chest X-ray, and its DICOM file says that it is something else"
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn study(modality: &str, part: Option<&str>) -> Value {
        let mut series = json!({ "modality": { "code": modality } });
        if let Some(part) = part {
            series["bodySite"] = json!({ "display": part });
        }
        json!({ "series": [series] })
    }

    #[test]
    fn a_file_that_says_something_else_is_not_believed_to_show_the_organ() {
        for (modality, part) in
            [("CT", Some("CHEST")), ("MR", Some("CHEST")), ("DX", Some("HAND")), ("US", None)]
        {
            assert!(!fits(&study(modality, part), Organ::Chest), "{modality} {part:?}");
        }
        for (modality, part) in [("CT", Some("BRAIN")), ("DX", Some("HEAD")), ("MR", Some("KNEE"))] {
            assert!(!fits(&study(modality, part), Organ::Brain), "{modality} {part:?}");
        }
    }

    #[test]
    fn a_file_that_says_the_same_or_nothing_is_believed() {
        for (modality, part) in [("DX", Some("CHEST")), ("CR", None), ("OT", None), ("OT", Some("thorax "))] {
            assert!(fits(&study(modality, part), Organ::Chest), "{modality} {part:?}");
        }
        assert!(fits(&study("MR", Some("BRAIN")), Organ::Brain));
        assert!(fits(&json!({}), Organ::Brain));
    }
}
