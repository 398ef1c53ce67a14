//! Reading pictures: what gives no reading is refused and leaves nothing; each kind that can be read comes back by name.

use std::collections::BTreeSet;

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, form, pictures, refused};
use crate::harness::{Answer, Server, each_way};

each_way!(start_with_models_via: each_kind_is_read_with_its_documented_names);

const READINGS: &str =
    "SELECT count(*) FROM resource WHERE type IN ('Observation', 'Media', 'Device', 'Task', 'Provenance')";

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_without_a_number_is_no_reading() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    for picture in [pictures::wall(), pictures::landscape(), pictures::animation()] {
        for hint in [None, Some("blood-pressure"), Some("thermometer"), Some("prescription")] {
            let fields: Vec<_> = hint.iter().map(|hint| ("device_type", *hint)).collect();
            let (code, _) = refused(&alice.extract(picture.clone(), &fields).await, 400);
            assert!(
                ["NO_DEVICE_DETECTED", "UNREADABLE_DISPLAY"].contains(&code.as_str()),
                "{hint:?}: {code}"
            );
        }
    }
    assert_eq!(server.number(READINGS).await, 0);
    let audited =
        "SELECT count(*) FROM audit_event WHERE interaction = 'extract-medical-data' AND outcome = 'refused'";
    assert_eq!(server.number(audited).await, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_is_not_what_was_asked_for_is_refused() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let display = || pictures::display("blood-pressure");
    let unsure = alice.extract(display(), &[("confidence_threshold", "1")]).await;
    assert_eq!(refused(&unsure, 400).0, "LOW_CONFIDENCE");
    let sure = alice.extract(display(), &[]).await.json()["data"]["confidence"].clone();
    assert_eq!(unsure.json()["details"], json!({ "confidence": sure, "confidence_threshold": 1.0 }));
    let above = (sure.as_f64().unwrap() + 0.000_1).to_string();
    let above = alice.extract(display(), &[("confidence_threshold", &above)]).await;
    assert_eq!(refused(&above, 400).0, "LOW_CONFIDENCE");
    let other = alice.extract(display(), &[("device_type", "thermometer")]).await;
    assert_eq!(refused(&other, 400).0, "NO_DEVICE_DETECTED");
    let tasks = "SELECT count(*) FROM resource WHERE type = 'Task'";
    assert_eq!(server.number(tasks).await, 1);
    // What the answer says is enough is enough.
    let equal = alice.extract(display(), &[("confidence_threshold", &sure.to_string())]).await;
    assert_eq!(equal.status, 200, "{}", equal.text);
    assert_eq!(equal.json()["data"]["confidence"], sure);
}

async fn each_kind_is_read_with_its_documented_names(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    for (name, values) in [
        (
            "blood-pressure",
            json!({ "systolic": 118, "diastolic": 76, "pulse": 64, "unit": "mmHg", "pulseUnit": "bpm" }),
        ),
        ("glucose-meter", json!({ "glucoseLevel": 5.4, "unit": "mmol/L" })),
        ("pulse-oximeter", json!({ "oxygenSaturation": 97, "pulse": 65 })),
        ("thermometer", json!({ "temperature": 36.8, "unit": "°C" })),
        ("scale", json!({ "weight": 75.2, "unit": "kg" })),
    ] {
        let picture = pictures::display(name);
        let size = image::load_from_memory(&picture).unwrap();
        let length = picture.len();
        let answer = alice.extract(picture, &[("device_type", name), ("confidence_threshold", "0.5")]).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        let mut answer = answer.json();
        let confidence = answer["data"]["confidence"].as_f64().unwrap();
        assert!((0.5..=1.0).contains(&confidence), "{name}: {confidence}");
        answer["data"]["confidence"] = json!("[confidence]");
        answer["data"]["task_id"] = json!("[id]");
        let regions = answer["data"].as_object_mut().unwrap().remove("regions").unwrap();
        marked(&regions, &answer["data"]);
        assert_eq!(
            answer,
            json!({
                "success": true,
                "data": {
                    "device_type": name,
                    "confidence": "[confidence]",
                    "extracted_data": values,
                    "processing_time_ms": 0,
                    "image_info": {
                        "width": size.width(), "height": size.height(), "format": "PNG", "size_bytes": length,
                    },
                    "task_id": "[id]",
                },
            })
        );
    }
}

/// Asserts that each number has a place within the picture, and no two the same.
#[track_caller]
fn marked(regions: &Value, data: &Value) {
    let numbers = data["extracted_data"].as_object().unwrap().iter().filter(|(_, value)| value.is_number());
    let regions = regions.as_array().unwrap();
    let fields: BTreeSet<_> = regions.iter().map(|region| region["field"].as_str().unwrap()).collect();
    assert_eq!(fields, numbers.map(|(name, _)| name.as_str()).collect(), "{regions:?}");
    let mut places = BTreeSet::new();
    for region in regions {
        let place: Vec<u64> = region["box"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
        let [left, top, wide, high] = place[..] else { panic!("{place:?}") };
        let within =
            |start: u64, length, whole: &Value| length > 4 && start + length <= whole.as_u64().unwrap();
        assert!(within(left, wide, &data["image_info"]["width"]), "{region}");
        assert!(within(top, high, &data["image_info"]["height"]), "{region}");
        assert!(places.insert(place), "{region}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_paths_every_format_and_every_spelling_give_the_same() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let display = || pictures::display("blood-pressure");
    let values = async |answer: Answer| -> Value {
        assert_eq!(answer.status, 200, "{}", answer.text);
        let data = answer.json()["data"].clone();
        json!([data["device_type"], data["extracted_data"]["systolic"], data["image_info"]["format"]])
    };
    let wanted = |format: &str| json!(["blood-pressure", 118, format]);
    let short =
        server.request(Method::POST, "/smartscan/v1/extract-medical-data").header("X-API-Key", &alice.key);
    assert_eq!(values(Answer::of(short.multipart(form(display(), &[]))).await).await, wanted("PNG"));
    for spelling in ["blood_pressure_monitor", "BLOOD-PRESSURE", ""] {
        let part = reqwest::multipart::Part::bytes(display());
        let form = reqwest::multipart::Form::new().text("deviceType", spelling).part("deviceImage", part);
        assert_eq!(values(alice.upload(form).await).await, wanted("PNG"), "{spelling:?}");
    }
    for (format, name) in
        [(ImageFormat::Jpeg, "JPEG"), (ImageFormat::WebP, "WEBP"), (ImageFormat::Gif, "GIF")]
    {
        let picture = pictures::display_as("blood-pressure", format);
        assert_eq!(values(alice.extract(picture, &[]).await).await, wanted(name));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn first_readings_at_once_do_not_make_a_models_device_twice() {
    let server = Server::start_with_models().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let bob = Customer::register(&server, "bob@example.org").await;
    let read = |customer: &Customer<'_>| {
        let request = server.request(Method::POST, super::EXTRACT).header("X-API-Key", &customer.key);
        Answer::of(request.multipart(form(pictures::display("scale"), &[])))
    };
    let answers =
        futures_util::future::join_all([read(&alice), read(&bob), read(&alice), read(&bob), read(&alice)])
            .await;
    for answer in answers {
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let models = server.app.device_reader.models().len();
    let devices = "SELECT count(*) FROM resource WHERE type = 'Device' AND id LIKE 'model-%'";
    assert_eq!(server.number(devices).await, i64::try_from(models).unwrap() * 2);
    assert_eq!(server.number("SELECT count(*) FROM resource WHERE type = 'Task'").await, 5);
}
