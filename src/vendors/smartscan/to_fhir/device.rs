//! Devices: the one in the picture, and the models that read it.

use serde_json::{Value, json};

use super::observation::quantity;
use super::written::{concept, decimal, set_date};
use super::{Context, New, set};
use crate::fhir::codes::clinical::{NO, YES};
use crate::fhir::primitive::Primitive;
use crate::inference::device::{DeviceReading, Field, Value as Read};
use crate::inference::registry::ModelRef;
use crate::vendors::models;
use crate::vendors::smartscan::measures::{self, Display, Element};

/// The photographed device, with maker and model where they were read, and what its display says of it.
#[must_use]
pub fn photographed(display: &Display, reading: &DeviceReading, context: &Context<'_>) -> New {
    let mut resource = json!({ "resourceType": "Device", "type": measures::device(reading.kind).concept() });
    set(&mut resource, "manufacturer", reading.brand.clone().map(Value::from));
    let model = reading.model.as_ref();
    set(&mut resource, "deviceName", model.map(|name| json!([{ "name": name, "type": "model-name" }])));
    for (_, name, element) in display.elements {
        if let Some(text) = reading.text(*name) {
            set_element(&mut resource, *element, text);
        }
    }
    let properties: Vec<_> = display
        .properties
        .iter()
        .filter_map(|(code, entry)| {
            let field = reading.fields.iter().find(|field| entry.takes(field))?;
            let mut property = json!({ "type": code.concept() });
            let (name, value) = property_value(field)?;
            set(&mut property, name, Some(json!([value])));
            Some(property)
        })
        .collect();
    set(&mut resource, "property", (!properties.is_empty()).then(|| properties.into()));
    New { id: context.ids.device.clone(), resource }
}

fn property_value(field: &Field) -> Option<(&'static str, Value)> {
    match &field.value {
        Read::Number { digits, unit: Some(unit) } => Some(("valueQuantity", quantity(digits, *unit)?)),
        Read::Number { digits, unit: None } => Some(("valueQuantity", json!({ "value": decimal(digits)? }))),
        Read::Text(text) => Some(("valueCode", concept(text.trim()))),
        Read::Flag(flag) => Some(("valueCode", if *flag { YES } else { NO }.concept())),
        Read::List(_) => None,
    }
}

fn set_element(resource: &mut Value, element: Element, text: &str) {
    match element {
        Element::DeviceName => {
            set(resource, "deviceName", Some(json!([{ "name": text, "type": "user-friendly-name" }])));
        }
        Element::Manufacturer => set(resource, "manufacturer", Some(text.into())),
        Element::LotNumber => set(resource, "lotNumber", Some(text.into())),
        Element::SerialNumber => set(resource, "serialNumber", Some(text.into())),
        Element::ExpirationDate => {
            set_date(resource, "expirationDate", Some(text), Primitive::DateTime);
        }
        Element::Effective | Element::BodySite | Element::ReferenceRange | Element::Specimen => {}
    }
}

/// A model. Its id follows from name, version and weights, so that a tenant has one Device a model, whoever makes it first.
#[must_use]
pub fn model(model: &ModelRef) -> New {
    New { id: models::id(model), resource: models::device(model) }
}
