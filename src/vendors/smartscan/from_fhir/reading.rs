//! The answer to an extraction, from the Task, Media and Observations that were stored.

use chrono::DateTime;
use serde_json::{Map, Number, Value};

use super::{list, text};
use crate::fhir::codes::Code;
use crate::inference::picture::Format;
use crate::vendors::smartscan::{codes, measures, wire};

/// What is stored lacks something that every stored extraction has.
#[derive(Debug, thiserror::Error)]
#[error("a stored extraction has no {0}")]
pub struct Lacking(&'static str);

/// The answer.
///
/// # Errors
/// When the resources are not those of one extraction.
pub fn extraction(stored: &[Value]) -> Result<wire::Extraction, Lacking> {
    let task = of_type(stored, "Task").next().ok_or(Lacking("Task"))?;
    let media = of_type(stored, "Media").next().ok_or(Lacking("Media"))?;
    let device_type = device_type(task).ok_or(Lacking("device type"))?;
    Ok(wire::Extraction {
        success: true,
        data: wire::Reading {
            extracted_data: values(of_type(stored, "Observation"), device_type),
            device_type: device_type.to_owned(),
            confidence: confidence(task).ok_or(Lacking("confidence"))?,
            processing_time_ms: duration_ms(task).ok_or(Lacking("execution period"))?,
            image_info: image(media).ok_or(Lacking("picture's size"))?,
            task_id: text(task, "id").ok_or(Lacking("id"))?.to_owned(),
        },
    })
}

fn of_type<'a>(stored: &'a [Value], name: &'static str) -> impl Iterator<Item = &'a Value> {
    stored.iter().filter(move |resource| text(resource, "resourceType") == Some(name))
}

/// The values by their documented names; each unit stands behind the first value that has it.
fn values<'a>(observations: impl Iterator<Item = &'a Value>, device_type: &str) -> Map<String, Value> {
    let mut values = Map::new();
    let mut units = Map::new();
    for observation in observations {
        for holder in std::iter::once(observation).chain(list(observation, "component")) {
            let measure = holder.get("code").and_then(measures::coded);
            let (Some(measure), Some(quantity)) = (measure, holder.get("valueQuantity")) else { continue };
            let Some(value) = quantity.get("value") else { continue };
            values.insert(measure.name.to_owned(), value.clone());
            if let (Some(name), Some(unit)) =
                (measures::unit_name(device_type, measure.field), quantity.get("unit"))
            {
                units.insert(name.to_owned(), unit.clone());
            }
        }
    }
    values.extend(units);
    values
}

fn output(task: &Value, code: Code) -> Option<&Value> {
    list(task, "output").find(|output| output.get("type").is_some_and(|concept| code.is_in(concept)))
}

fn device_type(task: &Value) -> Option<&str> {
    let concept = output(task, codes::DEVICE_TYPE)?.get("valueCodeableConcept")?;
    list(concept, "coding").find_map(|coding| text(coding, "code"))
}

fn confidence(task: &Value) -> Option<Number> {
    output(task, codes::READING_CONFIDENCE)?.get("valueDecimal")?.as_number().cloned()
}

fn duration_ms(task: &Value) -> Option<i64> {
    let period = task.get("executionPeriod")?;
    let time = |name| DateTime::parse_from_rfc3339(text(period, name)?).ok();
    Some((time("end")? - time("start")?).num_milliseconds())
}

fn image(media: &Value) -> Option<wire::ImageInfo> {
    let content = media.get("content")?;
    let media_type = text(content, "contentType")?;
    let formats = [Format::Jpeg, Format::Png, Format::Gif, Format::WebP];
    let format = formats.into_iter().find(|format| format.media_type() == media_type)?;
    Some(wire::ImageInfo {
        width: media.get("width")?.as_u64()?,
        height: media.get("height")?.as_u64()?,
        format: format.name().to_owned(),
        size_bytes: content.get("size")?.as_u64()?,
    })
}
