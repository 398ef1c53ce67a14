use serde_json::{Number, json};

use super::{concept, hl7, loinc, ucum};

#[test]
fn another_system_with_the_same_code_is_another_code() {
    assert!(!loinc::HEART_RATE.is_in(&json!({"coding": [{"system": "http://a.example", "code": "8867-4"}]})));
    assert!(!loinc::HEART_RATE.is_in(&json!({"text": "Heart rate"})));
    assert!(loinc::HEART_RATE.is_in(&loinc::HEART_RATE.concept()));
}

#[test]
fn a_concept_keeps_the_order_of_its_codings() {
    assert_eq!(
        concept(&[loinc::OXYGEN_SATURATION, loinc::OXYGEN_SATURATION_BY_PULSE_OXIMETRY]),
        json!({"coding": [
            {"system": "http://loinc.org", "code": "2708-6", "display": "Oxygen saturation in Arterial blood"},
            {"system": "http://loinc.org", "code": "59408-5",
             "display": "Oxygen saturation in Arterial blood by Pulse oximetry"}]})
    );
    assert_eq!(hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED.code, "AIAST");
}

#[test]
fn a_quantity_keeps_the_digits_of_its_number() {
    let value: Number = "36.50".parse().unwrap();
    assert_eq!(
        ucum::CELSIUS.quantity(value).to_string(),
        r#"{"value":36.50,"unit":"°C","system":"http://unitsofmeasure.org","code":"Cel"}"#
    );
}
