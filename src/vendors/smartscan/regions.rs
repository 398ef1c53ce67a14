//! Where in the picture each value was read: told in the answer, so that people can hold the one against the other, and kept nowhere.

use serde_json::Value;

use super::{names, wire};
use crate::inference::device::{DeviceReading, Field};
use crate::inference::number::{floor, side};

/// The places of the values that are in the answer, in the order of the reading.
#[must_use]
pub fn regions(reading: &DeviceReading, answer: &wire::Reading) -> Vec<wire::Region> {
    let size = [answer.image_info.width, answer.image_info.height];
    let place = |field: &Field| {
        let name = names::name(reading.kind, field.name)?;
        value(answer, name)?;
        Some(wire::Region { field: name.to_owned(), place: around(field.quad, size)? })
    };
    reading.fields.iter().filter_map(place).collect()
}

/// The value of that name in the answer.
fn value<'a>(answer: &'a wire::Reading, name: &str) -> Option<&'a Value> {
    match name.split_once('.') {
        None => answer.extracted_data.get(name),
        Some((object, member)) => answer.extracted_data.get(object)?.get(member),
    }
}

/// Left, top, width and height of the pixels round a quadrangle, within a picture of that size; none where it holds no pixel.
fn around(quad: [(f32, f32); 4], [width, height]: [u64; 2]) -> Option<[u64; 4]> {
    let span = |part: fn(&(f32, f32)) -> f32, most: u64| {
        let limit = side(u32::try_from(most).ok()?);
        let within = quad.iter().map(part).map(|place| place.clamp(0.0, limit));
        let (low, high) = within.fold((limit, 0.0_f32), |(low, high), at| (low.min(at), high.max(at)));
        let (low, high) = (u64::try_from(floor(low)).ok()?, u64::try_from(floor(high.ceil())).ok()?);
        high.checked_sub(low).filter(|length| *length > 0).map(|length| (low, length))
    };
    let (left, wide) = span(|corner| corner.0, width)?;
    let (top, high) = span(|corner| corner.1, height)?;
    Some([left, top, wide, high])
}

#[cfg(test)]
mod tests {
    use serde_json::{Number, json};

    use super::*;
    use crate::inference::device::{DeviceKind, FieldName, Value as Read};

    fn answer(extracted: &Value) -> wire::Reading {
        wire::Reading {
            device_type: String::new(),
            confidence: Number::from(1),
            extracted_data: extracted.as_object().unwrap().clone(),
            processing_time_ms: 1,
            image_info: wire::ImageInfo { width: 200, height: 100, format: String::new(), size_bytes: 1 },
            task_id: String::new(),
            regions: Vec::new(),
        }
    }

    fn field(name: FieldName, quad: [(f32, f32); 4]) -> Field {
        let value = Read::Number { digits: "120".to_owned(), unit: None };
        Field { name, value, confidence: 1.0, quad }
    }

    #[test]
    fn a_place_is_whole_pixels_within_the_picture() {
        let quad =
            |left: f32, top, right, bottom| [(left, top), (right, top), (right, bottom), (left, bottom)];
        let size = [200, 100];
        for (place, expected) in [
            (quad(10.2, 20.9, 30.1, 40.0), Some([10, 20, 21, 20])),
            (quad(-5.0, -5.0, 500.0, 500.0), Some([0, 0, 200, 100])),
            ([(50.0, 10.0), (90.0, 20.0), (85.0, 40.0), (45.0, 30.0)], Some([45, 10, 45, 30])),
            (quad(0.0, 0.0, 0.0, 0.0), None),
            (quad(300.0, 10.0, 400.0, 20.0), None),
            (quad(f32::NAN, f32::NAN, f32::NAN, f32::NAN), None),
            (quad(10.0, f32::INFINITY, 20.0, f32::INFINITY), None),
        ] {
            assert_eq!(around(place, size), expected, "{place:?}");
        }
        assert_eq!(around(quad(0.0, 0.0, 1.0, 1.0), [0, 0]), None);
    }

    #[test]
    fn only_what_is_answered_has_a_place() {
        let quad = [(1.0, 2.0), (11.0, 2.0), (11.0, 8.0), (1.0, 8.0)];
        let reading = DeviceReading {
            kind: DeviceKind::GlucoseMeter,
            confidence: 1.0,
            fields: vec![
                field(FieldName::Glucose, quad),
                field(FieldName::AverageOf7Days, quad),
                field(FieldName::AverageOf14Days, quad),
                field(FieldName::Systolic, quad),
            ],
            brand: None,
            model: None,
            models_used: Vec::new(),
        };
        let told = answer(&json!({ "glucoseLevel": 120, "averages": { "7day": 120 }, "systolic": 120 }));
        let found = regions(&reading, &told);
        assert_eq!(
            serde_json::to_value(found).unwrap(),
            json!([
                { "field": "glucoseLevel", "box": [1, 2, 10, 6] },
                { "field": "averages.7day", "box": [1, 2, 10, 6] },
            ])
        );
    }
}
