//! What a DICOM file says of the part of the body that it shows, held against what is seen. Pure.
//!
//! The file's word comes first: where it names an organ that is looked at here, the picture need not look like one to be looked at. Only
//! where it names none do we go by what is seen, and never against its word.
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

/// What a file says of the first picture, without words that say nothing.
struct Said<'a> {
    modality: Option<&'a str>,
    part: Option<String>,
}

impl<'a> Said<'a> {
    fn of(study: &'a Value) -> Self {
        // The picture is of the first instance.
        let series = list(study, "series").next();
        let said =
            |name: &str, member: &str| series.and_then(|one| one.get(name)).and_then(|one| text(one, member));
        let part = said("bodySite", "display").map(|part| part.trim().to_uppercase());
        Self {
            modality: said("modality", "code").filter(|code| !SILENT.contains(code)),
            part: part.filter(|part| !part.is_empty()),
        }
    }

    fn fits(&self, organ: Organ) -> bool {
        let modalities: &[&str] = match organ {
            Organ::Brain => &OF_BRAIN,
            Organ::Chest => &OF_CHEST,
        };
        self.modality.is_none_or(|code| modalities.contains(&code))
            && self.part.as_ref().is_none_or(|part| words(organ).contains(&part.as_str()))
    }
}

fn words(organ: Organ) -> [&'static str; 4] {
    match organ {
        Organ::Brain => BRAINS,
        Organ::Chest => CHESTS,
    }
}

/// The organ that a study says its picture shows: by its Body Part Examined, where the modality is one by which it is looked at here.
pub(super) fn told(study: &Value) -> Option<Organ> {
    let said = Said::of(study);
    let is_named = |organ: &Organ| said.modality.is_some() && said.part.is_some() && said.fits(*organ);
    [Organ::Brain, Organ::Chest].into_iter().find(is_named)
}

/// Whether the study's own words let a picture of it show this organ. A study that says nothing lets it show any.
pub(super) fn fits(study: &Value, seen: Organ) -> bool {
    Said::of(study).fits(seen)
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
    fn a_file_tells_an_organ_by_its_part_of_the_body_and_a_modality_that_fits() {
        for (modality, part) in [
            ("MR", None),
            ("DX", Some("HAND")),
            ("CT", Some("BRAIN")),
            ("MR", Some("CHEST")),
            ("OT", Some(" ")),
            // Anybody's picture may be filed as something else.
            ("OT", Some("SKULL")),
        ] {
            assert_eq!(told(&study(modality, part)), None, "{modality} {part:?}");
        }
        assert_eq!(told(&json!({})), None);
        assert_eq!(told(&study("MR", Some("brain"))), Some(Organ::Brain));
        assert_eq!(told(&study("CR", Some("CHEST "))), Some(Organ::Chest));
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
