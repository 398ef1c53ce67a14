//! What was found in a scan, from its Observation, whoever wrote that.

use serde_json::{Number, Value};

use super::{list, said, text};
use crate::fhir::codes::Code;
use crate::fhir::codes::snomed::{NEOPLASM_OF_BRAIN, PNEUMONIA};
use crate::fhir::unconfirmed::Standing;
use crate::vendors::imagemedix::codes::{
    AFFECTED_LUNG, CONFIDENCE, PNEUMONIA_TYPE, RESULT, TUMOR_LOCATION, TUMOR_TYPE,
};
use crate::vendors::imagemedix::tumor::Tumor;
use crate::vendors::imagemedix::wire;

/// What an Observation says; none where it says nothing that this surface has a word for, or was entered in error.
#[must_use]
pub fn outcome(observation: &Value) -> Option<wire::Outcome> {
    if matches!(text(observation, "status"), Some("entered-in-error" | "cancelled" | "unknown")) {
        return None;
    }
    let is_found = observation.get("valueBoolean")?.as_bool()?;
    let code = observation.get("code")?;
    let notes: Vec<_> = list(observation, "note").filter_map(|note| text(note, "text")).collect();
    let outcome = wire::Outcome {
        confidence: confidence(observation),
        additional_notes: Some(notes.join("\n")).filter(|notes| !notes.is_empty()),
        ..wire::Outcome::default()
    };
    let told = |code| is_found.then(|| component(observation, code)).flatten();
    if NEOPLASM_OF_BRAIN.is_in(code) {
        Some(wire::Outcome {
            has_tumor: Some(is_found),
            tumor_type: told(TUMOR_TYPE).and_then(tumor),
            tumor_location: told(TUMOR_LOCATION).and_then(words),
            ..outcome
        })
    } else if PNEUMONIA.is_in(code) {
        Some(wire::Outcome {
            has_pneumonia: Some(is_found),
            pneumonia_type: told(PNEUMONIA_TYPE).and_then(words),
            affected_lung: told(AFFECTED_LUNG).and_then(words),
            ..outcome
        })
    } else {
        None
    }
}

/// Whether a person answers for what an Observation or a DiagnosticReport says.
#[must_use]
pub fn is_confirmed(resource: &Value) -> bool {
    matches!(text(resource, "status"), Some("final" | "amended" | "corrected" | "appended"))
}

/// Whether a person has said anything of it: that it is so, or that it was wrong.
#[must_use]
pub fn is_judged(resource: &Value) -> bool {
    is_confirmed(resource) || Standing::of(resource) == Standing::Withdrawn
}

/// The component with this code.
pub(super) fn component(observation: &Value, code: Code) -> Option<&Value> {
    list(observation, "component").find(|one| one.get("code").is_some_and(|concept| code.is_in(concept)))
}

fn confidence(observation: &Value) -> Option<Number> {
    component(observation, CONFIDENCE)?.pointer("/valueQuantity/value")?.as_number().cloned()
}

/// One of the kinds that the vendor has words for.
fn tumor(component: &Value) -> Option<String> {
    let concept = component.get("valueCodeableConcept")?;
    let kind = Tumor::ALL.into_iter().find(|kind| kind.code().is_in(concept))?;
    Some(kind.code().code.to_owned())
}

fn words(component: &Value) -> Option<String> {
    let text = text(component, "valueString").map(str::to_owned);
    text.or_else(|| component.get("valueCodeableConcept").and_then(said))
}

/// The vendor's id of the scan that an Observation is of.
#[must_use]
pub fn scan(observation: &Value) -> Option<&str> {
    let mut of_result = list(observation, "identifier").filter(|one| text(one, "system") == Some(RESULT));
    of_result.find_map(|one| text(one, "value"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::imagemedix::to_fhir::Context;
    use crate::vendors::imagemedix::to_fhir::result::{New, Of};

    const ID: &str = "67f460abdf638f437b934239";

    fn checked(sent: &Value) -> Result<New, String> {
        New::checked(&serde_json::from_value(sent.clone()).unwrap()).map_err(|refusal| refusal.to_string())
    }

    fn observation(sent: &Value, before: Option<&Value>) -> Value {
        let study = json!({ "id": ID, "subject": { "reference": "Patient/1" } });
        let context =
            Context { now: "2025-05-05T14:22:31.456Z".parse().unwrap(), author: "Practitioner/1".to_owned() };
        let of = Of { id: ID, study: &study, media: ID, taken: Some(context.now) };
        let observation = checked(sent).unwrap().observation(&of, before, &context);
        assert_eq!(validate(&observation).map_err(|issues| format!("{issues:?}")).err(), None);
        let report = of.report((ID, &observation), &context);
        assert_eq!(validate(&report).map_err(|issues| format!("{issues:?}")).err(), None);
        observation
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let either = "result must have either hasTumor or hasPneumonia";
        let range = "result.confidence must be a number within 0 to 1";
        for (sent, refusal) in [
            (json!({}), either),
            (json!({ "confidence": 0.5 }), either),
            (json!({ "hasTumor": true, "hasPneumonia": false }), either),
            (json!({ "hasTumor": true, "confidence": 1.01 }), range),
            (json!({ "hasTumor": true, "confidence": -0.1 }), range),
            (json!({ "hasTumor": true }), "result.confidence is required"),
            (json!({ "hasPneumonia": false, "confidence": null }), "result.confidence is required"),
            (json!({ "hasTumor": true, "confidence": 0.123_456_789_012_345_67_f64 }), ""),
            (
                json!({ "hasTumor": true, "tumorType": "Glioma" }),
                "result.tumorType must be glioma, meningioma or pituitary",
            ),
            (
                json!({ "hasTumor": false, "tumorType": "glioma" }),
                "result.tumorType is only for a tumor that is there",
            ),
            (
                json!({ "hasPneumonia": true, "tumorLocation": "x" }),
                "result.tumorLocation is only for a tumor that is there",
            ),
            (
                json!({ "hasPneumonia": false, "affectedLung": "left" }),
                "result.affectedLung is only for a pneumonia that is there",
            ),
            (
                json!({ "hasTumor": true, "tumorLocation": "x".repeat(201) }),
                "result.tumorLocation may have at most 200 characters",
            ),
        ] {
            assert_eq!(checked(&sent).err().unwrap_or_default(), refusal, "{sent}");
        }
    }

    #[test]
    fn a_list_in_place_of_a_result_is_refused() {
        for result in ["[true,null,0.5,\"glioma\",null,null,null,null]", "[]", "true", "null"] {
            let sent = format!(r#"{{"result":{result}}}"#);
            assert!(serde_json::from_str::<wire::ScanChange>(&sent).is_err(), "{result}");
        }
        assert!(serde_json::from_str::<wire::ScanChange>("{}").unwrap().result.is_none());
    }

    #[test]
    fn a_result_comes_back_as_it_was_sent() {
        for sent in [
            json!({ "hasTumor": true, "confidence": 0.92, "tumorType": "meningioma", "tumorLocation": "frontal lobe",
                "additionalNotes": "Findings suggest further investigation is required." }),
            json!({ "hasTumor": false, "confidence": 0 }),
            json!({ "hasPneumonia": true, "confidence": 1, "pneumoniaType": "bacterial", "affectedLung": "left" }),
        ] {
            let observation = observation(&sent, None);
            assert_eq!(observation["status"], "final");
            assert_eq!(serde_json::to_value(outcome(&observation)).unwrap(), sent);
        }
    }

    #[test]
    fn what_is_changed_is_amended_and_what_is_confirmed_is_final() {
        let sent = json!({ "hasTumor": true, "tumorType": "glioma", "confidence": 0.9 });
        let mut before = observation(&sent, None);
        before["status"] = "preliminary".into();
        assert_eq!(observation(&sent, Some(&before))["status"], "final");
        let changed = observation(&json!({ "hasTumor": false, "confidence": 1 }), Some(&before));
        assert_eq!(changed["status"], "amended");
        assert_eq!(
            observation(&json!({ "hasTumor": false, "confidence": 1 }), Some(&changed))["status"],
            "amended"
        );
    }

    #[test]
    fn what_was_entered_in_error_is_no_result() {
        let mut wrong = observation(&json!({ "hasTumor": true, "confidence": 1 }), None);
        wrong["status"] = "entered-in-error".into();
        assert_eq!(outcome(&wrong), None);
        assert!(is_judged(&wrong) && !is_confirmed(&wrong), "a person says that it is none");
        wrong["status"] = "preliminary".into();
        assert!(!is_judged(&wrong));
        let other = json!({ "status": "final", "code": { "text": "x" }, "valueBoolean": true });
        assert_eq!((outcome(&other), outcome(&json!({}))), (None, None));
    }
}
