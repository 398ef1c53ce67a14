//! Clinical thermometers: the temperature, where it was measured, and what the device says of itself.

use super::{Display, Element, Group, plain, quantity};
use crate::fhir::codes::{display, loinc};
use crate::inference::device::{FieldName, Unit};

/// What a thermometer shows.
pub const DISPLAY: Display = Display {
    groups: &[Group::vital(
        &[loinc::BODY_TEMPERATURE],
        quantity("temperature", FieldName::Temperature, &[Unit::Celsius, Unit::Fahrenheit]).unit_in("unit"),
    )
    .with(&[
        (display::FEVER_MARK, plain("feverIndicator", FieldName::FeverMark)),
        (display::LAST_READING, plain("memoryReading", FieldName::LastReading)),
    ])],
    properties: &[
        (display::BATTERY, plain("batteryLevel", FieldName::Battery)),
        (display::PROBE_COVER, plain("probeCover", FieldName::ProbeCover)),
        (display::CALIBRATION_STATUS, plain("calibrationStatus", FieldName::CalibrationStatus)),
        (
            display::ENVIRONMENTAL_COMPENSATION,
            plain("environmentalCompensation", FieldName::EnvironmentalCompensation),
        ),
        (display::AUTO_SHUTOFF, plain("autoShutoff", FieldName::AutoShutoff)),
    ],
    elements: &[
        ("location", FieldName::MeasuringSite, Element::BodySite),
        ("normalRange", FieldName::NormalRange, Element::ReferenceRange),
        ("timestamp", FieldName::Timestamp, Element::Effective),
    ],
    reported: false,
};
