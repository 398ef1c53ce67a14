//! Readings there and back again: refusals, then what the resources of a display say.

mod documented;
mod documents;

use serde_json::{Value, json};

use super::*;
use crate::core::ids::Ids;
use crate::fhir::validate::{Scope, validate_as};
use crate::inference::device::{DeviceKind, Field, FieldName, Unit, Value as Read};
use crate::inference::registry::ModelRef;
use crate::vendors::models;
use crate::vendors::smartscan::from_fhir;
use crate::vendors::smartscan::to_fhir;

fn context() -> Context<'static> {
    let id = |name: &str| name.to_owned();
    Context {
        started: "2026-11-21T12:00:00Z".parse().unwrap(),
        now: "2026-11-21T12:00:01.25Z".parse().unwrap(),
        ids: to_fhir::Ids { task: id("t"), media: id("m"), device: id("d"), provenance: id("p") },
        new_id: &|| Ids.uuid().to_string(),
        project: id("project"),
        patient: None,
    }
}

fn image() -> Image {
    Image {
        sha256: "00ff".repeat(16),
        media_type: "image/jpeg",
        width: 1920,
        height: 1080,
        size_bytes: 245_760,
        kept: None,
    }
}

fn read(name: FieldName, value: Read) -> Field {
    Field { name, value, confidence: 0.95, quad: [(0.0, 0.0); 4] }
}

fn field(name: FieldName, text: &str, unit: Unit) -> Field {
    read(name, Read::Number { digits: text.to_owned(), unit: Some(unit) })
}

fn words(name: FieldName, text: &str) -> Field {
    read(name, Read::Text(text.to_owned()))
}

fn reading(kind: DeviceKind, fields: Vec<Field>) -> DeviceReading {
    let model =
        |name: &str| ModelRef { name: name.to_owned(), version: "6".to_owned(), sha256: "ab".repeat(32) };
    DeviceReading {
        kind,
        confidence: 0.95,
        fields,
        brand: Some("OMRON".to_owned()),
        model: Some("M3".to_owned()),
        models_used: vec![model("det"), model("rec")],
    }
}

fn blood_pressure() -> DeviceReading {
    let fields = vec![
        field(FieldName::Systolic, "120", Unit::MillimetresOfMercury),
        field(FieldName::Diastolic, "080", Unit::MillimetresOfMercury),
        field(FieldName::Pulse, "72", Unit::BeatsPerMinute),
    ];
    reading(DeviceKind::BloodPressure, fields)
}

/// The resources as the store gives them back: valid, and with their ids.
fn stored(reading: &DeviceReading, context: &Context<'_>) -> Vec<Value> {
    let asked =
        Asked { device_type: Some(reading.kind), confidence_threshold: Some("0.50".parse().unwrap()) };
    let news = resources(reading, image(), &asked, context).expect("something to keep");
    news.into_iter()
        .map(|mut new| {
            let issues = validate_as(&new.resource, Scope::Full).map_err(|issues| format!("{issues:?}"));
            assert_eq!(issues.err(), None, "{}", new.resource);
            to_fhir::set(&mut new.resource, "id", Some(new.id.into()));
            new.resource
        })
        .collect()
}

fn extracted(reading: &DeviceReading) -> Value {
    let answer = from_fhir::reading::extraction(&stored(reading, &context())).unwrap();
    serde_json::to_value(answer.data.extracted_data).unwrap()
}

#[test]
fn a_reading_without_a_number_or_a_unit_is_none() {
    let without_unit = read(FieldName::Weight, Read::Number { digits: "75.2".to_owned(), unit: None });
    let cases = [
        vec![],
        vec![field(FieldName::Glucose, "HI", Unit::MilligramsPerDecilitre)],
        vec![without_unit],
        vec![words(FieldName::Battery, "low")],
        vec![words(FieldName::WeightTrend, " ")],
        vec![words(FieldName::Weight, "75.2 kg")],
        vec![field(FieldName::Systolic, "16.0", Unit::Kilopascals)],
    ];
    for fields in cases {
        let reading = reading(DeviceKind::Scale, fields);
        assert!(resources(&reading, image(), &Asked::default(), &context()).is_none(), "{reading:?}");
    }
}

#[test]
fn what_is_not_of_one_extraction_is_an_error() {
    let stored = stored(&blood_pressure(), &context());
    let error = from_fhir::reading::extraction(&stored[1..]).unwrap_err();
    assert_eq!(error.to_string(), "a stored extraction has no Task");
}

#[test]
fn the_answer_is_the_vendors() {
    let answer = from_fhir::reading::extraction(&stored(&blood_pressure(), &context())).unwrap();
    assert_eq!(
        serde_json::to_value(answer).unwrap(),
        json!({
            "success": true,
            "data": {
                "device_type": "blood-pressure",
                "confidence": 0.95,
                "extracted_data": {
                    "systolic": 120, "diastolic": 80, "pulse": 72, "unit": "mmHg", "pulseUnit": "bpm",
                },
                "processing_time_ms": 1250,
                "image_info": { "width": 1920, "height": 1080, "format": "JPEG", "size_bytes": 245_760 },
                "task_id": "t",
            },
        })
    );
}

#[test]
fn each_kind_makes_the_round_trip() {
    let one = |kind, name, text, unit| extracted(&reading(kind, vec![field(name, text, unit)]));
    let glucose = |text, unit| one(DeviceKind::GlucoseMeter, FieldName::Glucose, text, unit);
    assert_eq!(glucose("95", Unit::MilligramsPerDecilitre), json!({ "glucoseLevel": 95, "unit": "mg/dL" }));
    assert_eq!(
        glucose("5.30", Unit::MillimolesPerLitre).to_string(),
        r#"{"glucoseLevel":5.30,"unit":"mmol/L"}"#
    );
    let temperature = |text, unit| one(DeviceKind::Thermometer, FieldName::Temperature, text, unit);
    assert_eq!(temperature("36.8", Unit::Celsius), json!({ "temperature": 36.8, "unit": "°C" }));
    assert_eq!(temperature("98.6", Unit::Fahrenheit), json!({ "temperature": 98.6, "unit": "°F" }));
    let weight = |text, unit| one(DeviceKind::Scale, FieldName::Weight, text, unit);
    assert_eq!(weight("75.20", Unit::Kilograms).to_string(), r#"{"weight":75.20,"unit":"kg"}"#);
    assert_eq!(weight("165", Unit::Pounds), json!({ "weight": 165, "unit": "lb" }));
    let fields = vec![
        field(FieldName::OxygenSaturation, "98", Unit::Percent),
        field(FieldName::Pulse, "65", Unit::BeatsPerMinute),
    ];
    let oximeter = extracted(&reading(DeviceKind::PulseOximeter, fields));
    assert_eq!(oximeter, json!({ "oxygenSaturation": 98, "pulse": 65 }));
}

#[test]
fn observations_carry_codes_units_label_and_origin() {
    let context = Context { patient: Some("pat".to_owned()), ..context() };
    let stored = stored(&blood_pressure(), &context);
    let [task, media, provenance, device, panel, pulse] = stored.as_slice() else { panic!("{stored:?}") };
    assert_eq!(panel["code"]["coding"][0]["code"], "85354-9");
    assert_eq!(panel["component"][0]["code"]["coding"][0]["code"], "8480-6");
    assert_eq!(
        panel["component"][0]["valueQuantity"],
        json!({ "value": 120, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" })
    );
    assert_eq!(pulse["code"]["coding"][0]["code"], "8867-4");
    assert_eq!(pulse["valueQuantity"]["code"], "/min");
    assert_eq!(pulse["extension"][0]["valueDecimal"], json!(0.95));
    for observation in [panel, pulse] {
        assert_eq!(observation["status"], "preliminary");
        assert_eq!(observation["meta"]["security"][0]["code"], "AIAST");
        assert_eq!(observation["subject"]["reference"], "Patient/pat");
        assert_eq!(observation["device"]["reference"], "Device/d");
        assert_eq!(observation["derivedFrom"][0]["reference"], "Media/m");
    }
    assert_eq!((&device["manufacturer"], &device["deviceName"][0]["name"]), (&json!("OMRON"), &json!("M3")));
    assert_eq!(
        (&media["subject"]["reference"], &task["for"]["reference"]),
        (&json!("Patient/pat"), &json!("Patient/pat"))
    );
    let models: Vec<_> = blood_pressure().models_used.iter().map(models::id).collect();
    let agents = provenance["agent"].as_array().unwrap();
    assert_eq!(agents[0]["who"]["reference"], json!(format!("Device/{}", models[0])));
    assert_eq!(agents[2]["who"]["reference"], "Organization/project");
    assert_ne!(models[0], models[1]);
}

#[test]
fn a_pressure_that_was_not_read_is_said_to_be_absent() {
    let fields = vec![field(FieldName::Systolic, "120", Unit::MillimetresOfMercury)];
    let stored = stored(&reading(DeviceKind::BloodPressure, fields), &context());
    let diastolic = &stored[4]["component"][1];
    assert_eq!(diastolic["dataAbsentReason"]["coding"][0]["code"], "unknown");
    assert!(diastolic.get("valueQuantity").is_none());
}

#[test]
fn a_models_device_is_valid_and_its_id_depends_on_its_weights_alone() {
    let [one, other] = ["ab", "cd"].map(|byte| ModelRef {
        name: "det".to_owned(),
        version: "6".to_owned(),
        sha256: byte.repeat(32),
    });
    let device = device::model(&one);
    assert!(validate_as(&device.resource, Scope::Full).is_ok());
    assert_eq!(device.id, device::model(&one).id);
    assert_ne!(device.id, device::model(&other).id);
}
