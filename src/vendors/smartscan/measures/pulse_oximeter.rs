//! Pulse oximeters: saturation and pulse, how good the signal is, and what the alarms are set to.

use super::{Display, Element, Group, heart_rate, plain, quantity};
use crate::fhir::codes::hl7::observation_category::EXAM;
use crate::fhir::codes::{Code, display, loinc};
use crate::inference::device::{FieldName, Unit};

/// The profile wants the general code; the other one says by which method.
pub const SATURATION: &[Code] = &[loinc::OXYGEN_SATURATION_BY_PULSE_OXIMETRY, loinc::OXYGEN_SATURATION];

/// What a pulse oximeter shows.
pub const DISPLAY: Display = Display {
    groups: &[
        Group::vital(SATURATION, quantity("oxygenSaturation", FieldName::OxygenSaturation, &[Unit::Percent]))
            .with(&[
                (display::SIGNAL_STRENGTH, plain("signalStrength", FieldName::SignalStrength)),
                (display::WAVEFORM_QUALITY, plain("waveformQuality", FieldName::WaveformQuality)),
                (display::LOW_PERFUSION, plain("lowPerfusionAlert", FieldName::LowPerfusion)),
                (display::MOTION_ARTIFACT, plain("motionArtifact", FieldName::MotionArtifact)),
                (display::PULSE_AMPLITUDE, plain("pulseAmplitude", FieldName::PulseAmplitude)),
            ]),
        heart_rate("pulse", FieldName::Pulse),
        Group::of(
            &[loinc::PERFUSION_INDEX],
            EXAM,
            quantity("perfusionIndex", FieldName::PerfusionIndex, &[Unit::Percent]),
        ),
    ],
    properties: &[
        (display::SENSOR_STATUS, plain("sensorStatus", FieldName::SensorStatus)),
        (display::PATIENT_MODE, plain("patientMode", FieldName::PatientMode)),
        (
            display::SATURATION_LOW_LIMIT,
            quantity("alarmLimits.spo2Low", FieldName::SaturationLowLimit, &[Unit::Percent]),
        ),
        (
            display::SATURATION_HIGH_LIMIT,
            quantity("alarmLimits.spo2High", FieldName::SaturationHighLimit, &[Unit::Percent]),
        ),
        (
            display::PULSE_LOW_LIMIT,
            quantity("alarmLimits.pulseLow", FieldName::PulseLowLimit, &[Unit::BeatsPerMinute]),
        ),
        (
            display::PULSE_HIGH_LIMIT,
            quantity("alarmLimits.pulseHigh", FieldName::PulseHighLimit, &[Unit::BeatsPerMinute]),
        ),
        (display::BATTERY, plain("batteryLevel", FieldName::Battery)),
    ],
    elements: &[("timestamp", FieldName::Timestamp, Element::Effective)],
    reported: false,
};
