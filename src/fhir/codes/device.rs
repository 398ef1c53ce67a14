//! Kinds of devices: the ones that measure, and the programs that read or compute.
//!
//! HL7 publishes no code system for these in R4, so that this is one of ours, published under
//! `fhir-profiles/`. The codes of measuring devices are the device types of the reading API.

use super::Code;

/// The code system.
pub const SYSTEM: &str = "https://hygeia.health/fhir/CodeSystem/device-type";

const fn code(code: &'static str, display: &'static str) -> Code {
    Code { system: SYSTEM, code, display }
}

/// A program that reads or computes findings.
pub const SOFTWARE: Code = code("software", "Software");
/// A machine-learning model that findings come from.
pub const MODEL: Code = code("model", "Machine-learning model");
/// Measures blood pressure.
pub const BLOOD_PRESSURE_METER: Code = code("blood-pressure", "Blood pressure meter");
/// Measures glucose in blood.
pub const GLUCOSE_METER: Code = code("glucose-meter", "Glucose meter");
/// Measures oxygen saturation.
pub const PULSE_OXIMETER: Code = code("pulse-oximeter", "Pulse oximeter");
/// Measures temperature.
pub const THERMOMETER: Code = code("thermometer", "Thermometer");
/// Measures weight and estimates what a body consists of.
pub const SCALE: Code = code("scale", "Body scale");
