//! A mark on a scan from its Observation, whoever wrote that.

use serde_json::{Number, Value};

use super::{list, text};
use crate::fhir::codes::Code;
use crate::vendors::imagemedix::codes::{MARK_X, MARK_Y};
use crate::vendors::imagemedix::{time, wire};

/// The marks that these Observations are, the oldest first. One without a place is none.
#[must_use]
pub fn annotations(observations: &[Value]) -> Vec<wire::Annotation> {
    let mut marks: Vec<_> = observations.iter().filter_map(annotation).collect();
    // Those of one moment stay in the order of their making.
    marks.sort_by(|one, other| one.created_at.cmp(&other.created_at));
    marks
}

fn annotation(observation: &Value) -> Option<wire::Annotation> {
    let noted: Vec<_> = list(observation, "note").filter_map(|note| text(note, "text")).collect();
    let updated = || text(observation.get("meta")?, "lastUpdated");
    let issued = text(observation, "issued").and_then(time::of_fhir);
    Some(wire::Annotation {
        x: side(observation, MARK_X)?,
        y: side(observation, MARK_Y)?,
        text: noted.join("\n"),
        created_at: issued.or_else(|| updated().and_then(time::of_fhir))?,
    })
}

fn side(observation: &Value, code: Code) -> Option<Number> {
    let mut components = list(observation, "component");
    let component = components.find(|one| one.get("code").is_some_and(|concept| code.is_in(concept)))?;
    component.pointer("/valueQuantity/value")?.as_number().cloned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::imagemedix::to_fhir::Context;
    use crate::vendors::imagemedix::to_fhir::annotation::New;

    fn checked(sent: &Value) -> Result<New, String> {
        let sent = serde_json::from_value(sent.clone()).unwrap();
        New::checked(&sent, Some([200, 100])).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn a_mark_outside_the_picture_is_refused() {
        for (x, y, refusal) in [
            (json!(-1), json!(0), "x must be a number within 0 to 200"),
            (json!(200), json!(0), "x must be a number within 0 to 200"),
            (json!(0), json!(100.0), "y must be a number within 0 to 100"),
            (json!(1e300), json!(0), "x must be a number within 0 to 200"),
            (json!(0), json!(0), "text is required"),
        ] {
            let text = if refusal.starts_with("text") { " " } else { "here" };
            assert_eq!(checked(&json!({ "x": x, "y": y, "text": text })).unwrap_err(), refusal);
        }
    }

    #[test]
    fn marks_come_back_in_their_order() {
        let mark = |text: &str, at: &str| {
            let context = Context { now: at.parse().unwrap(), author: "Practitioner/1".to_owned() };
            let study = json!({ "subject": { "reference": "Patient/1" } });
            let new = checked(&json!({ "x": 120, "y": 8.50, "text": text })).unwrap();
            let observation = new.observation("a", &study, "m", &context);
            assert_eq!(validate(&observation).map_err(|issues| format!("{issues:?}")).err(), None);
            observation
        };
        let late = mark("Possible secondary lesion", "2025-05-05T14:22:31.456Z");
        let early = mark("Tumor boundary", "2025-05-02T10:15:00Z");
        let nowhere = json!({ "issued": "2020-01-01T00:00:00Z", "note": [{ "text": "?" }] });
        assert_eq!(
            serde_json::to_value(annotations(&[late, early, nowhere])).unwrap(),
            json!([
                { "x": 120, "y": 8.5, "text": "Tumor boundary", "createdAt": "2025-05-02T10:15:00.000Z" },
                { "x": 120, "y": 8.5, "text": "Possible secondary lesion", "createdAt": "2025-05-05T14:22:31.456Z" },
            ])
        );
    }
}
