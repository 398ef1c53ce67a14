//! The extraction itself as a Task: what was asked with what, what came out, and how long it took.

use serde_json::{Number, Value, json};

use super::{Context, New, instant, probability, reference, set};
use crate::inference::device::{DeviceKind, DeviceReading};
use crate::vendors::smartscan::codes;
use crate::vendors::smartscan::measures;

/// What the caller asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What the picture is said to show.
    pub device_type: Option<DeviceKind>,
    /// The least confidence that is wanted.
    pub confidence_threshold: Option<Number>,
}

/// The Task of an extraction that is done.
#[must_use]
pub fn task(reading: &DeviceReading, results: &[New], asked: &Asked, context: &Context<'_>) -> New {
    let id = context.ids.task.clone();
    let mut resource = json!({
        "resourceType": "Task",
        "identifier": [{ "system": codes::EXTRACTION_ID, "value": id }],
        "status": "completed",
        "intent": "order",
        "code": codes::EXTRACTION.concept(),
        "executionPeriod": context.period(),
        "authoredOn": instant(context.started),
        "lastModified": instant(context.now),
        "requester": context.project(),
        "owner": context.project(),
        "input": inputs(asked, context),
        "output": outputs(reading, results),
    });
    set(&mut resource, "for", context.patient());
    New { id, resource }
}

fn inputs(asked: &Asked, context: &Context<'_>) -> Vec<Value> {
    let picture = json!({
        "type": codes::PICTURE.concept(),
        "valueReference": reference("Media", &context.ids.media),
    });
    let hint = asked.device_type.map(|kind| {
        json!({
            "type": codes::DEVICE_TYPE_HINT.concept(),
            "valueCodeableConcept": measures::device(kind).concept(),
        })
    });
    let threshold = asked
        .confidence_threshold
        .as_ref()
        .map(|threshold| json!({ "type": codes::CONFIDENCE_THRESHOLD.concept(), "valueDecimal": threshold }));
    [Some(picture), hint, threshold].into_iter().flatten().collect()
}

fn outputs(reading: &DeviceReading, results: &[New]) -> Vec<Value> {
    let device_type = json!({
        "type": codes::DEVICE_TYPE.concept(),
        "valueCodeableConcept": measures::device(reading.kind).concept(),
    });
    let confidence = probability(reading.confidence)
        .map(|value| json!({ "type": codes::READING_CONFIDENCE.concept(), "valueDecimal": value }));
    let readings = results
        .iter()
        .map(|new| json!({ "type": codes::READING.concept(), "valueReference": new.reference() }));
    [Some(device_type), confidence].into_iter().flatten().chain(readings).collect()
}
