//! ECG monitors: the heart rate on its own, the study with its intervals and what the device makes of the waves.

use super::{Display, Element, Group, heart_rate, plain, quantity};
use crate::fhir::codes::hl7::observation_category::PROCEDURE;
use crate::fhir::codes::{display, loinc};
use crate::inference::device::{FieldName, Unit};

const TIME: &[Unit] = &[Unit::Milliseconds];

/// What an ECG monitor shows.
pub const DISPLAY: Display = Display {
    groups: &[
        Group::panel(
            &[loinc::EKG_STUDY],
            PROCEDURE,
            &[
                (display::LEADS, plain("leadConfig", FieldName::Leads)),
                (display::P_WAVE, plain("pWaveAnalysis", FieldName::PWave)),
                (display::ST_SEGMENT, plain("stSegment", FieldName::StSegment)),
                (display::T_WAVE, plain("tWave", FieldName::TWave)),
                (display::ARRHYTHMIA, plain("arrhythmiaDetection", FieldName::Arrhythmia)),
                (display::RECORDING_DURATION, plain("recordingDuration", FieldName::RecordingDuration)),
                (display::SIGNAL_QUALITY, plain("signalQuality", FieldName::SignalQuality)),
                (display::ELECTRODE_CONTACT, plain("electrodeContact", FieldName::ElectrodeContact)),
                (display::ARTIFACTS, plain("artifactDetection", FieldName::Artifacts)),
            ],
        ),
        heart_rate("heartRate", FieldName::HeartRate),
        Group::of(&[loinc::HEART_RHYTHM], PROCEDURE, plain("rhythm", FieldName::Rhythm)),
        Group::of(&[loinc::QT_INTERVAL], PROCEDURE, quantity("qtInterval", FieldName::QtInterval, TIME)),
        Group::of(&[loinc::QTC_INTERVAL], PROCEDURE, quantity("qtcInterval", FieldName::QtcInterval, TIME)),
        Group::of(&[loinc::QRS_DURATION], PROCEDURE, quantity("qrsDuration", FieldName::QrsDuration, TIME)),
        // Displays do not say whether it is SDNN or RMSSD.
        Group::of(
            &[display::HEART_RATE_VARIABILITY],
            PROCEDURE,
            quantity("heartRateVariability", FieldName::HeartRateVariability, TIME),
        ),
    ],
    properties: &[(display::BATTERY, plain("batteryStatus", FieldName::Battery))],
    elements: &[("timestamp", FieldName::Timestamp, Element::Effective)],
    reported: false,
};
