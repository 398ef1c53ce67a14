//! The models that found something, as Devices, and what is told of them.
//!
//! Several vendors' results come from models; a tenant has one Device a model, whoever makes it first.

use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::fhir::codes::device::MODEL;
use crate::fhir::codes::sid::MODEL_ID;
use crate::http::pages::console::models::{Card, Cards};
use crate::inference::registry::{Model, ModelRef, Registry};

/// What tells a model from another: the elements that every Provenance which names it relies on.
const IDENTITY: [&str; 4] = ["identifier", "type", "version", "deviceName"];

/// The id of a model's Device: it follows from name, version and weights.
#[must_use]
pub fn id(model: &ModelRef) -> String {
    let key = format!("{}\0{}\0{}", model.name, model.version, model.sha256);
    let hash: String = hex::encode(Sha256::digest(key)).chars().take(32).collect();
    format!("model-{hash}")
}

/// The Device.
#[must_use]
pub fn device(model: &ModelRef) -> Value {
    let ModelRef { name, version, sha256 } = model;
    json!({
        "resourceType": "Device",
        "id": id(model),
        "identifier": [{ "system": MODEL_ID, "value": format!("{name}@{version}#{sha256}") }],
        "type": MODEL.concept(),
        "deviceName": [{ "name": name, "type": "model-name" }],
        "version": [
            { "type": { "text": "version" }, "value": version },
            { "type": { "text": "sha256" }, "value": sha256 },
        ],
    })
}

/// Whether a Device says the same of the model. It is a resource like any other: somebody may have written something else into it.
#[must_use]
pub fn is_same(stored: &Value, wanted: &Value) -> bool {
    IDENTITY.iter().all(|name| stored.get(name) == wanted.get(name))
}

/// What is told of the models in a folder; nothing where there are none.
#[must_use]
pub fn cards(folder: &Path) -> Cards {
    match Registry::open(folder) {
        Ok(registry) => Cards(registry.models().map(card).collect()),
        Err(fault) => {
            tracing::warn!(%fault, "the models cannot be told of");
            Cards(Vec::new())
        }
    }
}

fn card(model: &Model) -> Card {
    Card {
        name: model.name.clone(),
        version: model.version.clone(),
        task: model.task.clone(),
        licence: model.licence.clone(),
        sha256: model.sha256.clone(),
        origin: model.source.package.clone(),
        device: id(&model.reference()),
        text: model.card().unwrap_or_default(),
    }
}
