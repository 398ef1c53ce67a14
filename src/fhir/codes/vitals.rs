//! Measurements and methods for which no published code was verified: our own code system.
//!
//! It is published under `fhir-profiles/`; its URL does not depend on where the server runs.

use super::Code;

/// The code system.
pub const SYSTEM: &str = "https://hygeia.health/fhir/CodeSystem/vitals";

const fn code(code: &'static str, display: &'static str) -> Code {
    Code { system: SYSTEM, code, display }
}

/// Root mean square of successive differences between heart beats, in ms.
pub const RMSSD: Code = code("hrv-rmssd", "Heart rate variability RMSSD");
/// Stress index by Baevsky.
pub const STRESS_INDEX: Code = code("stress-index-baevsky", "Baevsky stress index");
/// Wellness score.
pub const WELLNESS_SCORE: Code = code("wellness-score", "Wellness score");
/// Systolic less diastolic pressure, in `mm[Hg]`.
pub const PULSE_PRESSURE: Code = code("pulse-pressure", "Pulse pressure");
/// The mark that a blood pressure meter shows for an irregular pulse.
pub const IRREGULAR_HEARTBEAT: Code = code("irregular-heartbeat", "Irregular heartbeat indicator");
/// A scale's rating of visceral fat; the maker's own scale.
pub const VISCERAL_FAT_RATING: Code = code("visceral-fat-rating", "Visceral fat rating");
/// A scale's estimate of metabolic age, in a.
pub const METABOLIC_AGE: Code = code("metabolic-age", "Metabolic age");
/// A scale's estimate of energy spent at rest, in kcal/d.
pub const BASAL_METABOLIC_RATE: Code = code("basal-metabolic-rate", "Basal metabolic rate");
/// Green, yellow or red, by the personal best.
pub const PEAK_FLOW_ZONE: Code = code("peak-flow-zone", "Peak flow zone");
/// Weeks since conception that a test shows; not gestational age.
pub const PREGNANCY_WEEKS_INDICATOR: Code =
    code("pregnancy-weeks-indicator", "Weeks indicator of a pregnancy test");
/// The method that reads a pulse from a video.
pub const RPPG: Code = code("remote-photoplethysmography", "Remote photoplethysmography");
/// The method that reads values from a photo of a device's display.
pub const DEVICE_DISPLAY_READING: Code =
    code("device-display-reading", "Reading of a device display from a photo");
/// Dialysis dose.
pub const KT_V: Code = code("kt-v", "Kt/V");
