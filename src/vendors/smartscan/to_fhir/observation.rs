//! The values of a display as Observations, as the table of its kind places them.
//!
//! Vital signs follow the R4 vital signs profiles, but for the subject that these want: without a patient in the request there is
//! none, and none is invented. <https://hl7.org/fhir/R4/observation-vitalsigns.html>

use serde_json::{Value, json};

use super::written::{concept, decimal, minutes, set_date, shown_as};
use super::{Context, New, instant, probability, reference, set};
use crate::fhir::codes::hl7::data_absent_reason;
use crate::fhir::codes::hl7::v3_observation_interpretation::{NEGATIVE, POSITIVE};
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::fhir::codes::{self, Code, loinc, snomed, ucum, vitals};
use crate::fhir::primitive::Primitive;
use crate::inference::device::{DeviceReading, Field, FieldName, Unit, Value as Read};
use crate::vendors::smartscan::codes::CONFIDENCE;
use crate::vendors::smartscan::measures::{self, Display, Element, Entry, Group};

/// What was read for one Observation.
struct Part<'a> {
    group: &'static Group,
    value: Option<&'a Field>,
    components: Vec<&'a Field>,
}

/// The Observations of a reading in the table's order. None when nothing in it can be kept.
#[must_use]
pub fn observations(display: &'static Display, reading: &DeviceReading, context: &Context<'_>) -> Vec<New> {
    let mut parts = parts(display, reading);
    let is_filled = |part: &Part<'_>| part.value.is_some() || !part.components.is_empty();
    let any = parts.iter().any(is_filled);
    parts.retain(|part| is_filled(part) || (any && part.group.has_members));
    let mut news: Vec<_> =
        parts.iter().map(|part| New::of(observation(part, display, reading, context), context)).collect();
    let members: Vec<_> = parts
        .iter()
        .zip(&news)
        .filter(|(part, _)| !part.group.has_members)
        .map(|(_, new)| new.reference())
        .collect();
    for (new, part) in news.iter_mut().zip(&parts) {
        if part.group.has_members && !members.is_empty() {
            set(&mut new.resource, "hasMember", Some(members.clone().into()));
        }
    }
    news
}

/// The fields by group. A component that two groups may have goes to the one whose value was read.
fn parts<'a>(display: &'static Display, reading: &'a DeviceReading) -> Vec<Part<'a>> {
    let of = |group: &'static Group| {
        let value = group.value.as_ref().and_then(|entry| taken(entry, reading));
        Part { group, value, components: Vec::new() }
    };
    let mut parts: Vec<_> = display.groups.iter().map(of).collect();
    for field in reading.fields.iter().filter(|field| can_be_kept(field)) {
        let has = |part: &&mut Part<'_>| part.group.components.iter().any(|(_, entry)| entry.takes(field));
        let mut places: Vec<_> = parts.iter_mut().filter(has).collect();
        let read = places.iter().position(|part| part.value.is_some()).unwrap_or_default();
        if let Some(part) = places.get_mut(read) {
            part.components.push(field);
        }
    }
    parts
}

fn taken<'a>(entry: &Entry, reading: &'a DeviceReading) -> Option<&'a Field> {
    reading.fields.iter().find(|field| entry.takes(field) && can_be_kept(field))
}

fn can_be_kept(field: &Field) -> bool {
    match &field.value {
        Read::Number { digits, .. } => decimal(digits).is_some(),
        Read::Text(_) | Read::Flag(_) | Read::List(_) => true,
    }
}

fn observation(
    part: &Part<'_>,
    display: &'static Display,
    reading: &DeviceReading,
    context: &Context<'_>,
) -> Value {
    let mut resource = common(part.group, context);
    match (&part.group.value, part.value) {
        (Some(entry), Some(field)) => {
            set(&mut resource, "extension", confidence(field));
            set_value(&mut resource, entry, field);
            interpret(&mut resource, field);
        }
        (Some(_), None) => {
            set(&mut resource, "dataAbsentReason", Some(data_absent_reason::UNKNOWN.concept()));
        }
        (None, _) => {}
    }
    let components: Vec<_> =
        part.group.components.iter().filter_map(|(code, entry)| component(*code, entry, part)).collect();
    set(&mut resource, "component", (!components.is_empty()).then(|| components.into()));
    for (_, name, element) in display.elements {
        if let Some(text) = reading.text(*name) {
            set_element(&mut resource, *element, text);
        }
    }
    resource
}

/// A component; one that the profile wants and that was not read says so.
fn component(code: Code, entry: &Entry, part: &Part<'_>) -> Option<Value> {
    let mut component = json!({ "code": code.concept() });
    match part.components.iter().find(|field| entry.takes(field)) {
        Some(field) => {
            set(&mut component, "extension", confidence(field));
            set_value(&mut component, entry, field);
        }
        None if entry.wanted => {
            set(&mut component, "dataAbsentReason", Some(data_absent_reason::UNKNOWN.concept()));
        }
        None => return None,
    }
    Some(component)
}

fn confidence(field: &Field) -> Option<Value> {
    Some(json!([{ "url": CONFIDENCE, "valueDecimal": probability(field.confidence)? }]))
}

fn set_value(holder: &mut Value, entry: &Entry, field: &Field) {
    match &field.value {
        Read::Number { digits, unit: Some(unit) } => {
            set(holder, "valueQuantity", quantity(digits, *unit));
        }
        Read::Number { digits, unit: None } => match digits.parse::<i32>() {
            Ok(whole) => set(holder, "valueInteger", Some(whole.into())),
            Err(_) => {
                set(holder, "valueQuantity", decimal(digits).map(|value| json!({ "value": value })));
            }
        },
        Read::Text(text) => match minutes(text).filter(|_| entry.units.contains(&Unit::Minutes)) {
            Some(minutes) => {
                let mut quantity = ucum::MINUTE.quantity(minutes.into());
                set(&mut quantity, "extension", Some(shown_as(text)));
                set(holder, "valueQuantity", Some(quantity));
            }
            None => set(holder, "valueCodeableConcept", Some(concept(text.trim()))),
        },
        Read::Flag(flag) => set(holder, "valueBoolean", Some((*flag).into())),
        // No display shows one.
        Read::List(_) => {}
    }
}

/// A number in the unit of the display.
pub(super) fn quantity(digits: &str, unit: Unit) -> Option<Value> {
    let ucum::Unit { code, display } = measures::ucum(unit)?;
    let shown = if unit.symbol().is_empty() { display } else { unit.symbol() };
    let value = decimal(digits)?;
    Some(json!({ "value": value, "unit": shown, "system": ucum::SYSTEM, "code": code }))
}

/// The coded result of a test, where its word leaves no doubt.
fn interpret(resource: &mut Value, field: &Field) {
    let (FieldName::TestResult, Read::Text(text)) = (field.name, &field.value) else { return };
    let (finding, interpretation) = match text.trim().to_lowercase().as_str() {
        "positive" | "detected" => (snomed::DETECTED, POSITIVE),
        "negative" | "not detected" => (snomed::NOT_DETECTED, NEGATIVE),
        _ => return,
    };
    let value = json!({ "coding": [finding.coding()], "text": text.trim() });
    set(resource, "valueCodeableConcept", Some(value));
    set(resource, "interpretation", Some(json!([interpretation.concept()])));
}

fn set_element(resource: &mut Value, element: Element, text: &str) {
    match element {
        Element::Effective => set_effective(resource, text),
        Element::BodySite => {
            set(resource, "bodySite", Some(concept(text)));
            let codings = resource.pointer_mut("/code/coding").and_then(Value::as_array_mut);
            if let (Some(codings), Some(site)) = (codings, temperature_at(text)) {
                codings.push(site.coding());
            }
        }
        Element::ReferenceRange => set(resource, "referenceRange", Some(json!([{ "text": text }]))),
        Element::Specimen => set(resource, "specimen", Some(json!({ "display": text }))),
        Element::DeviceName
        | Element::Manufacturer
        | Element::LotNumber
        | Element::SerialNumber
        | Element::ExpirationDate => {}
    }
}

/// When it was measured, by the device's own clock; a clock without a time zone only says so in words.
fn set_effective(resource: &mut Value, text: &str) {
    if Primitive::DateTime.check(&json!(text)).is_err() {
        if let Some(period) = resource.get_mut("effectivePeriod") {
            set(period, "extension", Some(shown_as(text)));
        }
        return;
    }
    if let Some(object) = resource.as_object_mut() {
        object.remove("effectivePeriod");
    }
    set_date(resource, "effectiveDateTime", Some(text), Primitive::DateTime);
}

/// The more precise code of a temperature that was measured there.
fn temperature_at(site: &str) -> Option<Code> {
    match site.trim().to_lowercase().as_str() {
        "oral" | "mouth" => Some(loinc::ORAL_TEMPERATURE),
        "rectal" => Some(loinc::RECTAL_TEMPERATURE),
        "axillary" | "armpit" => Some(loinc::AXILLARY_TEMPERATURE),
        "ear" | "tympanic" => Some(loinc::TYMPANIC_TEMPERATURE),
        _ => None,
    }
}

/// What all Observations of a reading have: preliminary, labelled as asserted by a machine.
fn common(group: &Group, context: &Context<'_>) -> Value {
    let mut resource = json!({
        "resourceType": "Observation",
        "meta": { "security": [ARTIFICIAL_INTELLIGENCE_ASSERTED.coding()] },
        "status": "preliminary",
        "category": [group.category.concept()],
        "code": codes::concept(group.codes),
        // Where no time is read: it was before the picture came in.
        "effectivePeriod": { "end": instant(context.started) },
        "issued": instant(context.now),
        "performer": [context.project()],
        "method": vitals::DEVICE_DISPLAY_READING.concept(),
        "device": reference("Device", &context.ids.device),
        "derivedFrom": [reference("Media", &context.ids.media)],
    });
    set(&mut resource, "subject", context.patient());
    resource
}
