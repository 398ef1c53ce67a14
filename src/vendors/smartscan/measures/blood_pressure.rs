//! Blood pressure meters: the pressures in one panel, the pulse on its own.

use super::{Display, Element, Entry, Group, plain, pressure, quantity};
use crate::fhir::codes::hl7::observation_category::VITAL_SIGNS;
use crate::fhir::codes::{Code, display, loinc, vitals};
use crate::inference::device::{FieldName, Unit};

/// The pressures of a cuff, of which the profile wants the first two.
const PRESSURES: &[(Code, Entry)] = &[
    (loinc::SYSTOLIC_BLOOD_PRESSURE, pressure("systolic", FieldName::Systolic).unit_in("unit").wanted()),
    (loinc::DIASTOLIC_BLOOD_PRESSURE, pressure("diastolic", FieldName::Diastolic).unit_in("unit").wanted()),
    (loinc::MEAN_BLOOD_PRESSURE, pressure("meanArterialPressure", FieldName::MeanPressure).unit_in("unit")),
    (vitals::PULSE_PRESSURE, pressure("pulsePressure", FieldName::PulsePressure).unit_in("unit")),
];

/// What a blood pressure meter shows.
pub const DISPLAY: Display = Display {
    groups: &[
        Group::parts(&[loinc::BLOOD_PRESSURE_PANEL], VITAL_SIGNS, PRESSURES),
        Group::vital(
            &[loinc::HEART_RATE],
            quantity("pulse", FieldName::Pulse, &[Unit::BeatsPerMinute]).unit_in("pulseUnit"),
        )
        .with(&[(vitals::IRREGULAR_HEARTBEAT, plain("irregularHeartbeat", FieldName::IrregularHeartbeat))]),
    ],
    properties: &[
        (display::BATTERY, plain("batteryStatus", FieldName::Battery)),
        (display::USER_PROFILE, plain("userProfile", FieldName::UserProfile)),
        (display::MEMORY_MARK, plain("memoryReading", FieldName::MemoryMark)),
    ],
    elements: &[("timestamp", FieldName::Timestamp, Element::Effective)],
    reported: false,
};
