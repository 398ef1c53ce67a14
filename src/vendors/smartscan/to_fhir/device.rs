//! Devices: the one in the picture, and the models that read it.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Context, New, set};
use crate::fhir::codes::device::MODEL;
use crate::inference::device::DeviceReading;
use crate::inference::registry::ModelRef;
use crate::vendors::smartscan::codes::MODEL_ID;
use crate::vendors::smartscan::measures;

/// The photographed device, with maker and model where they were read.
#[must_use]
pub fn photographed(reading: &DeviceReading, context: &Context) -> New {
    let mut resource = json!({ "resourceType": "Device", "type": measures::device(reading.kind).concept() });
    set(&mut resource, "manufacturer", reading.brand.clone().map(Value::from));
    let model = reading.model.as_ref();
    set(&mut resource, "deviceName", model.map(|name| json!([{ "name": name, "type": "model-name" }])));
    New { id: context.ids.device.clone(), resource }
}

/// A model. Its id follows from name, version and weights, so that a tenant has one Device a model, whoever makes it first.
#[must_use]
pub fn model(model: &ModelRef) -> New {
    let ModelRef { name, version, sha256 } = model;
    let id = model_id(model);
    let resource = json!({
        "resourceType": "Device",
        "id": id,
        "identifier": [{ "system": MODEL_ID, "value": format!("{name}@{version}#{sha256}") }],
        "type": MODEL.concept(),
        "deviceName": [{ "name": name, "type": "model-name" }],
        "version": [
            { "type": { "text": "version" }, "value": version },
            { "type": { "text": "sha256" }, "value": sha256 },
        ],
    });
    New { id, resource }
}

/// The id of a model's Device.
#[must_use]
pub fn model_id(model: &ModelRef) -> String {
    let key = format!("{}\0{}\0{}", model.name, model.version, model.sha256);
    let hash: String = hex::encode(Sha256::digest(key)).chars().take(32).collect();
    format!("model-{hash}")
}
