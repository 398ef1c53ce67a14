//! What the values of a reading are called by the vendor and in LOINC, and the units they come in.

use crate::fhir::codes::hl7::observation_category::{LABORATORY, VITAL_SIGNS};
use crate::fhir::codes::{Code, loinc, ucum};
use crate::inference::device::{DeviceKind, FieldName, Unit};
use serde_json::Value;

/// One value that a device shows.
#[derive(Debug)]
pub struct Measure {
    /// What it is to the reader of pictures.
    pub field: FieldName,
    /// What the vendor calls it.
    pub name: &'static str,
    /// What it is in FHIR; several codes for the same thing.
    pub codes: &'static [Code],
    /// Its category in FHIR.
    pub category: Code,
    /// The units that it may come in.
    units: &'static [Unit],
}

const ALL: [Measure; 8] = [
    vital(FieldName::Systolic, "systolic", &[loinc::SYSTOLIC_BLOOD_PRESSURE], &[Unit::MillimetresOfMercury]),
    vital(
        FieldName::Diastolic,
        "diastolic",
        &[loinc::DIASTOLIC_BLOOD_PRESSURE],
        &[Unit::MillimetresOfMercury],
    ),
    vital(
        FieldName::OxygenSaturation,
        "oxygenSaturation",
        &[loinc::OXYGEN_SATURATION_BY_PULSE_OXIMETRY, loinc::OXYGEN_SATURATION],
        &[Unit::Percent],
    ),
    vital(FieldName::Pulse, "pulse", &[loinc::HEART_RATE], &[Unit::BeatsPerMinute]),
    vital(
        FieldName::Temperature,
        "temperature",
        &[loinc::BODY_TEMPERATURE],
        &[Unit::Celsius, Unit::Fahrenheit],
    ),
    vital(FieldName::Weight, "weight", &[loinc::BODY_WEIGHT], &[Unit::Kilograms, Unit::Pounds]),
    glucose(&[loinc::GLUCOSE_BLOOD_MASS], &[Unit::MilligramsPerDecilitre]),
    glucose(&[loinc::GLUCOSE_BLOOD_MOLES], &[Unit::MillimolesPerLitre]),
];

const fn vital(
    field: FieldName,
    name: &'static str,
    codes: &'static [Code],
    units: &'static [Unit],
) -> Measure {
    Measure { field, name, codes, category: VITAL_SIGNS, units }
}

const fn glucose(codes: &'static [Code], units: &'static [Unit]) -> Measure {
    Measure { field: FieldName::Glucose, name: "glucoseLevel", codes, category: LABORATORY, units }
}

/// The measure of a field in this unit; none where the unit is not one that the value can be kept in.
#[must_use]
pub fn of(field: FieldName, unit: Unit) -> Option<&'static Measure> {
    ALL.iter().find(|measure| measure.field == field && measure.units.contains(&unit))
}

/// The measure that an Observation's or component's code means, in the vendor's order.
#[must_use]
pub fn coded(concept: &Value) -> Option<&'static Measure> {
    ALL.iter().find(|measure| measure.codes.iter().any(|code| code.is_in(concept)))
}

/// Where the vendor puts the unit of a measure; none where a type has no field for it.
#[must_use]
pub fn unit_name(device_type: &str, field: FieldName) -> Option<&'static str> {
    match (field, device_type) {
        (FieldName::Pulse, "blood-pressure") => Some("pulseUnit"),
        (FieldName::Pulse | FieldName::OxygenSaturation, _) => None,
        (
            FieldName::Systolic
            | FieldName::Diastolic
            | FieldName::Glucose
            | FieldName::Temperature
            | FieldName::Weight,
            _,
        ) => Some("unit"),
    }
}

/// A unit in UCUM; none for those that no value is kept in.
#[must_use]
pub fn ucum(unit: Unit) -> Option<ucum::Unit> {
    match unit {
        Unit::MillimetresOfMercury => Some(ucum::MILLIMETRE_OF_MERCURY),
        Unit::BeatsPerMinute => Some(ucum::PER_MINUTE),
        Unit::MilligramsPerDecilitre => Some(ucum::MILLIGRAM_PER_DECILITRE),
        Unit::MillimolesPerLitre => Some(ucum::MILLIMOLE_PER_LITRE),
        Unit::Percent => Some(ucum::PERCENT),
        Unit::Celsius => Some(ucum::CELSIUS),
        Unit::Fahrenheit => Some(ucum::FAHRENHEIT),
        Unit::Kilograms => Some(ucum::KILOGRAM),
        Unit::Pounds => Some(ucum::POUND),
        Unit::Kilopascals | Unit::Stones => None,
    }
}

/// A kind of device as a code of ours; the codes are the vendor's own ids.
#[must_use]
pub fn device(kind: DeviceKind) -> Code {
    use crate::fhir::codes::device as codes;
    match kind {
        DeviceKind::BloodPressure => codes::BLOOD_PRESSURE_METER,
        DeviceKind::GlucoseMeter => codes::GLUCOSE_METER,
        DeviceKind::PulseOximeter => codes::PULSE_OXIMETER,
        DeviceKind::Thermometer => codes::THERMOMETER,
        DeviceKind::Scale => codes::SCALE,
        DeviceKind::PeakFlowMeter
        | DeviceKind::EcgMonitor
        | DeviceKind::FiveParameterMonitor
        | DeviceKind::DialysisMachine
        | DeviceKind::PregnancyTest
        | DeviceKind::TestStrip
        | DeviceKind::Prescription
        | DeviceKind::DischargeSummary
        | DeviceKind::ClinicalNotes
        | DeviceKind::VaccineCertificate => {
            let (code, display) = (super::device_types::id(kind), super::device_types::name(kind));
            Code { system: codes::SYSTEM, code, display }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_a_unit_that_it_cannot_have_has_no_measure() {
        assert!(of(FieldName::Glucose, Unit::Percent).is_none());
        assert!(of(FieldName::Systolic, Unit::Kilopascals).is_none());
        assert!(of(FieldName::Weight, Unit::Stones).is_none());
    }

    #[test]
    fn every_unit_of_a_measure_has_a_ucum_code() {
        for measure in &ALL {
            assert!(measure.units.iter().all(|unit| ucum(*unit).is_some()), "{}", measure.name);
        }
    }
}
