//! The values of a reading as Observations: the two pressures in one panel, every other value in one of its own.
//!
//! Vital signs follow the R4 vital signs profiles, but for the subject that these want: without a patient in the request there is
//! none, and none is invented. <https://hl7.org/fhir/R4/observation-vitalsigns.html>

use serde_json::{Number, Value, json};

use super::{Context, New, instant, probability, reference, set};
use crate::fhir::codes::hl7::data_absent_reason;
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::fhir::codes::{self, Code, loinc, ucum, vitals};
use crate::inference::device::{DeviceReading, Field, FieldName};
use crate::vendors::smartscan::codes::CONFIDENCE;
use crate::vendors::smartscan::measures::{self, Measure};

/// A value that can be kept: a number, and a unit that it can have.
struct Kept {
    measure: &'static Measure,
    quantity: Value,
    confidence: Value,
}

/// The Observations of a reading, the blood pressure first. None when nothing in it can be kept.
#[must_use]
pub fn observations(reading: &DeviceReading, context: &Context) -> Vec<New> {
    let kept: Vec<_> = reading.fields.iter().filter_map(kept).collect();
    let (pressures, others): (Vec<_>, Vec<_>) = kept.into_iter().partition(|kept| is_pressure(kept.measure));
    let panel = (!pressures.is_empty()).then(|| panel(&pressures, context));
    let single = others.into_iter().map(|kept| single(kept, context));
    let resources = panel.into_iter().chain(single);
    context
        .ids
        .observations
        .iter()
        .zip(resources)
        .map(|(id, resource)| New { id: id.clone(), resource })
        .collect()
}

fn kept(field: &Field) -> Option<Kept> {
    let unit = field.unit?;
    let measure = measures::of(field.name, unit)?;
    let ucum::Unit { code, .. } = measures::ucum(unit)?;
    let value = decimal(&field.text)?;
    let quantity = json!({ "value": value, "unit": unit.symbol(), "system": ucum::SYSTEM, "code": code });
    let confidence = json!([{ "url": CONFIDENCE, "valueDecimal": probability(field.confidence)? }]);
    Some(Kept { measure, quantity, confidence })
}

/// The number with the digits that are displayed; leading zeros are none in JSON.
fn decimal(text: &str) -> Option<Number> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let digits = text.trim_start_matches('0');
    let text =
        if digits.starts_with(|first: char| first.is_ascii_digit()) { digits } else { &format!("0{digits}") };
    text.parse().ok()
}

fn is_pressure(measure: &Measure) -> bool {
    match measure.field {
        FieldName::Systolic | FieldName::Diastolic => true,
        FieldName::Pulse
        | FieldName::Glucose
        | FieldName::OxygenSaturation
        | FieldName::Temperature
        | FieldName::Weight => false,
    }
}

fn single(kept: Kept, context: &Context) -> Value {
    let mut resource = common(kept.measure.category, codes::concept(kept.measure.codes), context);
    set(&mut resource, "extension", Some(kept.confidence));
    set(&mut resource, "valueQuantity", Some(kept.quantity));
    resource
}

/// The profile wants both components: one that was not read says so.
fn panel(pressures: &[Kept], context: &Context) -> Value {
    let wanted = [
        (FieldName::Systolic, loinc::SYSTOLIC_BLOOD_PRESSURE),
        (FieldName::Diastolic, loinc::DIASTOLIC_BLOOD_PRESSURE),
    ];
    let component = |(field, code): (FieldName, Code)| match pressures
        .iter()
        .find(|kept| kept.measure.field == field)
    {
        Some(kept) => {
            json!({ "extension": kept.confidence, "code": code.concept(), "valueQuantity": kept.quantity })
        }
        None => {
            json!({ "code": code.concept(), "dataAbsentReason": data_absent_reason::UNKNOWN.concept() })
        }
    };
    let components: Vec<_> = wanted.into_iter().map(component).collect();
    let category = codes::hl7::observation_category::VITAL_SIGNS;
    let mut resource = common(category, loinc::BLOOD_PRESSURE_PANEL.concept(), context);
    set(&mut resource, "component", Some(components.into()));
    resource
}

/// What all Observations of a reading have: preliminary, labelled as asserted by a machine.
fn common(category: Code, code: Value, context: &Context) -> Value {
    let mut resource = json!({
        "resourceType": "Observation",
        "meta": { "security": [ARTIFICIAL_INTELLIGENCE_ASSERTED.coding()] },
        "status": "preliminary",
        "category": [category.concept()],
        "code": code,
        // When it was measured is not read; it was before the picture came in.
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

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn what_is_no_number_gives_none() {
        for text in ["", "HI", "12.", "1.2.3", "-", "1e", "0x1"] {
            assert_eq!(decimal(text), None, "{text:?}");
        }
    }

    #[test]
    fn digits_stay_as_they_are_displayed() {
        for (text, number) in [("098", "98"), ("36.80", "36.80"), ("0.5", "0.5"), ("00", "0"), ("120", "120")]
        {
            assert_eq!(decimal(text).unwrap().to_string(), number);
        }
    }
}
