//! The values of a display, from its Observations and its Device.

use serde_json::Value;

use super::paper::{shown_as, written};
use super::{Named, Stored, coded_type, list, text};
use crate::fhir::codes::clinical::{NO, YES};
use crate::vendors::smartscan::measures::{Display, Element, Entry};

/// The values by their documented names.
pub fn values(display: &'static Display, device_type: &str, stored: Stored<'_>) -> Named {
    let mut values = Named::new();
    for observation in stored.of_type("Observation") {
        let Some(group) = observation.get("code").and_then(|code| display.coded(code)) else { continue };
        if let Some(entry) = &group.value {
            add(&mut values, entry, observation);
        }
        for component in list(observation, "component") {
            let is_it = |code: &Value| group.components.iter().find(|(known, _)| known.is_in(code));
            if let Some((_, entry)) = component.get("code").and_then(is_it) {
                add(&mut values, entry, component);
            }
        }
    }
    let is_photographed = |device: &&Value| device.get("type").and_then(coded_type) == Some(device_type);
    let device = stored.of_type("Device").find(is_photographed);
    for property in device.into_iter().flat_map(|device| list(device, "property")) {
        let is_it = |code: &Value| display.properties.iter().find(|(known, _)| known.is_in(code));
        if let Some((_, entry)) = property.get("type").and_then(is_it) {
            values.extend(property_value(property).map(|value| (entry.name, value)));
        }
    }
    for (name, _, element) in display.elements {
        let told = match element_holder(*element, stored, device) {
            Some(holder) => element_text(*element, holder),
            None => None,
        };
        values.extend(told.map(|text| (*name, text.into())));
    }
    values
}

/// The value with its unit, whose name several values may share.
fn add(values: &mut Named, entry: &Entry, holder: &Value) {
    let Some(value) = value(holder) else { return };
    values.push((entry.name, value));
    let unit = holder.get("valueQuantity").and_then(|quantity| quantity.get("unit"));
    if let (Some(name), Some(unit)) = (entry.unit_name, unit) {
        values.push((name, unit.clone()));
    }
}

fn value(holder: &Value) -> Option<Value> {
    if let Some(quantity) = holder.get("valueQuantity") {
        let shown = shown_as(quantity).map(Value::from);
        return shown.or_else(|| quantity.get("value").cloned());
    }
    let in_words = || holder.get("valueCodeableConcept")?.get("text").cloned();
    holder.get("valueInteger").or_else(|| holder.get("valueBoolean")).cloned().or_else(in_words)
}

fn property_value(property: &Value) -> Option<Value> {
    if let Some(quantity) = list(property, "valueQuantity").next() {
        return quantity.get("value").cloned();
    }
    let concept = list(property, "valueCode").next()?;
    if YES.is_in(concept) {
        return Some(true.into());
    }
    if NO.is_in(concept) { Some(false.into()) } else { concept.get("text").cloned() }
}

fn element_holder<'a>(element: Element, stored: Stored<'a>, device: Option<&'a Value>) -> Option<&'a Value> {
    match element {
        Element::Effective | Element::BodySite | Element::ReferenceRange | Element::Specimen => {
            stored.first("Observation")
        }
        Element::DeviceName
        | Element::Manufacturer
        | Element::LotNumber
        | Element::SerialNumber
        | Element::ExpirationDate => device,
    }
}

fn element_text(element: Element, holder: &Value) -> Option<&str> {
    match element {
        Element::Effective => {
            text(holder, "effectiveDateTime").or_else(|| shown_as(holder.get("effectivePeriod")?))
        }
        Element::BodySite => text(holder.get("bodySite")?, "text"),
        Element::ReferenceRange => text(list(holder, "referenceRange").next()?, "text"),
        Element::Specimen => text(holder.get("specimen")?, "display"),
        Element::DeviceName => {
            let is_brand = |name: &&Value| text(name, "type") == Some("user-friendly-name");
            text(list(holder, "deviceName").find(is_brand)?, "name")
        }
        Element::Manufacturer => text(holder, "manufacturer"),
        Element::LotNumber => text(holder, "lotNumber"),
        Element::SerialNumber => text(holder, "serialNumber"),
        Element::ExpirationDate => written(holder, "expirationDate"),
    }
}
