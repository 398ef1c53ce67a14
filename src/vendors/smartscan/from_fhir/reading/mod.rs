//! The answer to an extraction, from the Task, Media and results that were stored.

mod display;
mod immunization;
mod paper;
mod prescription;
mod prose;

use chrono::DateTime;
use serde_json::{Map, Number, Value, json};

use super::{list, text};
use crate::fhir::codes::{Code, device as devices};
use crate::inference::picture::Format;
use crate::vendors::smartscan::measures::{self, Shape};
use crate::vendors::smartscan::{codes, device_types, to_fhir, wire};

/// What is stored lacks something that every stored extraction has.
#[derive(Debug, thiserror::Error)]
#[error("a stored extraction has no {0}")]
pub struct Lacking(&'static str);

/// The values that were stored, each under the vendor's name for it.
type Named = Vec<(&'static str, Value)>;

/// The resources of one extraction.
#[derive(Clone, Copy)]
struct Stored<'a>(&'a [Value]);

impl<'a> Stored<'a> {
    fn of_type(self, name: &'static str) -> impl Iterator<Item = &'a Value> {
        self.0.iter().filter(move |resource| text(resource, "resourceType") == Some(name))
    }

    fn first(self, name: &'static str) -> Option<&'a Value> {
        self.of_type(name).next()
    }
}

/// The answer. Where values stand in the picture is not stored: whoever read it adds that.
///
/// # Errors
/// When the resources are not those of one extraction.
pub fn extraction(stored: &[Value]) -> Result<wire::Extraction, Lacking> {
    let stored = Stored(stored);
    let task = stored.first("Task").ok_or(Lacking("Task"))?;
    let media = stored.first("Media").ok_or(Lacking("Media"))?;
    let device_type = device_type(task).ok_or(Lacking("device type"))?;
    let kind = device_types::parse(device_type).ok_or(Lacking("known device type"))?;
    let values = match measures::shape(kind) {
        Shape::Display(display) => display::values(display, device_type, stored),
        Shape::VaccineCertificate => immunization::values(stored),
        Shape::Prescription => prescription::values(stored),
        Shape::Prose(layout) => prose::values(layout, stored),
    };
    Ok(wire::Extraction {
        success: true,
        data: wire::Reading {
            extracted_data: arranged(device_type, values),
            device_type: device_type.to_owned(),
            confidence: confidence(task).ok_or(Lacking("confidence"))?,
            processing_time_ms: duration_ms(task).ok_or(Lacking("execution period"))?,
            image_info: image(media).ok_or(Lacking("picture's size"))?,
            task_id: text(task, "id").ok_or(Lacking("id"))?.to_owned(),
            regions: Vec::new(),
        },
    })
}

/// The values in the documented order, those with a point in their name as members of an object.
fn arranged(device_type: &str, values: Named) -> Map<String, Value> {
    let documented = device_types::ALL.iter().find(|known| known.id == device_type);
    let mut arranged = Map::new();
    for name in documented.map_or(&[][..], |known| known.fields) {
        for (value_name, value) in values.iter().filter(|(_, value)| !value.is_null()) {
            match value_name.split_once('.') {
                None if value_name == name => {
                    arranged.insert((*name).to_owned(), value.clone());
                }
                Some((parent, member)) if parent == *name => {
                    let object = arranged.entry(*name).or_insert_with(|| json!({}));
                    to_fhir::set(object, member, Some(value.clone()));
                }
                None | Some(_) => {}
            }
        }
    }
    arranged
}

fn output(task: &Value, code: Code) -> Option<&Value> {
    list(task, "output").find(|output| output.get("type").is_some_and(|concept| code.is_in(concept)))
}

fn device_type(task: &Value) -> Option<&str> {
    coded_type(output(task, codes::DEVICE_TYPE)?.get("valueCodeableConcept")?)
}

/// The type of device that a concept is.
fn coded_type(concept: &Value) -> Option<&str> {
    let ours = |coding: &&Value| text(coding, "system") == Some(devices::SYSTEM);
    list(concept, "coding").find(ours).and_then(|coding| text(coding, "code"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_documented_or_was_not_read_is_absent() {
        let values = vec![
            ("unit", json!("mg/dL")),
            ("averages.14day", json!(102)),
            ("averages.7day", Value::Null),
            ("secret", json!("x")),
            ("glucoseLevel", json!(95)),
        ];
        let arranged = Value::from(arranged("glucose-meter", values));
        assert_eq!(arranged.to_string(), r#"{"glucoseLevel":95,"unit":"mg/dL","averages":{"14day":102}}"#);
    }
}
