//! The profiles that are committed define what the vendors' code writes.

use std::collections::BTreeMap;
use std::path::Path;

use hygeia::core::config::mounts::Region;
use hygeia::fhir::codes::{Code, continence, display, face_scan, vitals, webhook_event};
use hygeia::fhir::validate::validate;
use hygeia::vendors::hemato::review::kinds::Kind;
use hygeia::vendors::smartscan::{codes, device_types};
use hygeia::vendors::{hemato, imagemedix, smartz};
use serde_json::Value;

/// The committed definitions by URL.
fn definitions() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fhir-profiles");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| {
            let definition: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            (definition["url"].as_str().unwrap().to_owned(), definition)
        })
        .collect()
}

fn defines(definitions: &BTreeMap<String, Value>, code: Code) -> bool {
    let concepts = definitions.get(code.system).and_then(|system| system["concept"].as_array());
    concepts.is_some_and(|concepts| {
        concepts.iter().any(|concept| concept["code"] == code.code && concept["display"] == code.display)
    })
}

#[test]
fn every_definition_is_valid() {
    for (url, definition) in definitions() {
        assert_eq!(validate(&definition).map_err(|issues| format!("{issues:?}")).err(), None, "{url}");
    }
}

#[test]
fn every_code_and_extension_is_defined() {
    let definitions = definitions();
    for url in [
        codes::CONFIDENCE,
        codes::DESCRIPTION,
        codes::SHOWN_AS,
        codes::PRINTED_FIELD,
        codes::KEEPS_IMAGES,
        smartz::codes::ROOM,
        smartz::codes::SETTINGS,
        codes::face_scan::QUALITY,
        codes::face_scan::HEART_AGE,
    ] {
        assert!(definitions.contains_key(url), "{url}");
    }
    for code in [
        imagemedix::codes::ANALYSIS,
        imagemedix::codes::BRAIN_ANALYSIS,
        imagemedix::codes::CHEST_ANALYSIS,
        imagemedix::codes::FINDING,
        imagemedix::codes::AI_GENERATED,
        imagemedix::codes::PICTURE,
        imagemedix::codes::CONFIDENCE,
        imagemedix::codes::TUMOR_TYPE,
        imagemedix::codes::GLIOMA,
        imagemedix::codes::MENINGIOMA,
        imagemedix::codes::PITUITARY,
        imagemedix::codes::TUMOR_LOCATION,
        imagemedix::codes::PNEUMONIA_TYPE,
        imagemedix::codes::AFFECTED_LUNG,
        imagemedix::codes::REGION_LEFT,
        imagemedix::codes::REGION_TOP,
        imagemedix::codes::REGION_RIGHT,
        imagemedix::codes::REGION_BOTTOM,
        imagemedix::codes::HEAT,
        imagemedix::codes::MARK,
        imagemedix::codes::MARK_X,
        imagemedix::codes::MARK_Y,
        smartz::codes::CARES,
        smartz::codes::MAKES,
        codes::PROJECT,
        codes::EXTRACTION,
        codes::PICTURE,
        codes::DEVICE_TYPE_HINT,
        codes::CONFIDENCE_THRESHOLD,
        codes::DEVICE_TYPE,
        codes::READING_CONFIDENCE,
        codes::READING,
        vitals::DEVICE_DISPLAY_READING,
        imagemedix::codes::ARCHIVED,
        webhook_event::SCAN_UPLOADED,
        webhook_event::SCAN_ANALYZED,
        webhook_event::SCAN_FAILED,
        webhook_event::PATIENT_STATUS,
        webhook_event::PATIENT_EVENT,
        webhook_event::PATIENT_ALERT,
        hemato::codes::AI_GENERATED,
        hemato::codes::REVIEW,
        hemato::codes::DIAGNOSTIC_TASK,
        hemato::codes::REPORT,
        hemato::codes::STATISTIC,
        hemato::codes::SEEN,
        hemato::codes::PLACES,
        hemato::codes::SUGGESTION,
        hemato::codes::POINTS,
        hemato::codes::CONFIDENCE,
        hemato::codes::SIGNIFICANCE,
        hemato::codes::SHORT_NAME,
        hemato::codes::EVIDENCE,
        hemato::codes::BASIS,
        hemato::codes::AMOUNT,
        hemato::codes::LEFT_OUT,
        hemato::codes::CELL,
        hemato::codes::SAID_BY_A_MODEL,
        hemato::codes::IN_FILE,
        hemato::codes::CELL_X,
        hemato::codes::CELL_Y,
        hemato::codes::CELL_RADIUS,
    ] {
        assert!(defines(&definitions, code), "{code:?}");
    }
    let kinds = &definitions[hemato::review::kinds::SYSTEM]["concept"];
    let defined: Vec<_> =
        kinds.as_array().unwrap().iter().map(|one| (&one["code"], &one["display"])).collect();
    let said: Vec<_> = Kind::all().map(|kind| kind.concept()["coding"][0].clone()).collect();
    assert_eq!(defined, said.iter().map(|one| (&one["code"], &one["display"])).collect::<Vec<_>>());
    let regions = &definitions[hemato::codes::REGION]["concept"];
    let regions: Vec<_> =
        regions.as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(regions, Region::ALL.map(Region::as_str));
    for code in continence::ALL.into_iter().flatten() {
        assert!(defines(&definitions, *code), "{code:?}");
    }
    for code in display::ALL {
        assert!(defines(&definitions, *code), "{code:?}");
    }
    for code in face_scan::ALL {
        assert!(defines(&definitions, code), "{code:?}");
    }
    let types = &definitions["https://hygeia.health/fhir/CodeSystem/device-type"]["concept"];
    for device_type in &device_types::ALL {
        assert!(
            types.as_array().unwrap().iter().any(|concept| concept["code"] == device_type.id),
            "{}",
            device_type.id
        );
    }
}
