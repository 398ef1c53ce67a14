//! Dialysis machines: pressures are those of the machine's lines and temperatures those of the dialysate, not the patient's.

use super::{Display, Group, plain, pressure, quantity};
use crate::fhir::codes::hl7::observation_category::PROCEDURE;
use crate::fhir::codes::{Code, display, mdc, snomed, vitals};
use crate::inference::device::{FieldName, Unit};

const FLOW: &[Unit] = &[Unit::MillilitresPerMinute];
const VOLUME: &[Unit] = &[Unit::Litres, Unit::Millilitres];

const fn of(codes: &'static [Code], value: super::Entry) -> Group {
    Group::of(codes, PROCEDURE, value)
}

/// What a dialysis machine shows.
pub const DISPLAY: Display = Display {
    groups: &[
        Group::panel(
            &[display::DIALYSIS],
            PROCEDURE,
            &[
                (display::TREATMENT_STATUS, plain("treatmentStatus", FieldName::TreatmentStatus)),
                (display::SESSION_START, plain("sessionStartTime", FieldName::SessionStart)),
                (display::ALARMS, plain("alarmStatus", FieldName::Alarms)),
            ],
        ),
        of(
            &[snomed::DURATION_OF_HEMODIALYSIS_SESSION],
            quantity("treatmentTime", FieldName::TreatmentTime, &[Unit::Minutes]),
        ),
        of(&[mdc::DIALYSIS_BLOOD_FLOW_RATE], quantity("bloodFlowRate", FieldName::BloodFlow, FLOW)),
        of(
            &[mdc::DIALYSATE_FLOW_RATE_SETTING],
            quantity("dialysateFlowRate", FieldName::DialysateFlow, FLOW),
        ),
        of(
            &[mdc::ULTRAFILTRATION_RATE_SETTING],
            quantity(
                "ultrafiltrationRate",
                FieldName::UltrafiltrationRate,
                &[Unit::MillilitresPerHour, Unit::LitresPerHour],
            ),
        ),
        of(
            &[display::TRANSMEMBRANE_PRESSURE],
            pressure("transmembranePressure", FieldName::TransmembranePressure),
        ),
        of(&[mdc::DIALYSIS_VENOUS_PRESSURE], pressure("venousPressure", FieldName::VenousPressure)),
        of(&[display::ARTERIAL_LINE_PRESSURE], pressure("arterialPressure", FieldName::ArterialPressure)),
        of(&[mdc::ULTRAFILTRATION_TARGET], quantity("fluidRemovalGoal", FieldName::FluidRemovalGoal, VOLUME)),
        of(&[vitals::KT_V], quantity("ktVRatio", FieldName::DialysisDose, &[Unit::Ratio])),
        of(&[display::FLUID_REMOVED], quantity("totalFluidRemoved", FieldName::FluidRemoved, VOLUME)),
        of(
            &[display::CONDUCTIVITY],
            quantity("conductivity", FieldName::Conductivity, &[Unit::MillisiemensPerCentimetre]),
        ),
        of(
            &[display::DIALYSATE_TEMPERATURE],
            quantity("temperature", FieldName::DialysateTemperature, &[Unit::Celsius, Unit::Fahrenheit]),
        ),
        of(
            &[display::DRY_WEIGHT],
            quantity("patientDryWeight", FieldName::DryWeight, &[Unit::Kilograms, Unit::Pounds]),
        ),
        of(&[display::ACCESS_PRESSURE], pressure("accessPressure", FieldName::AccessPressure)),
    ],
    properties: &[],
    elements: &[],
    reported: false,
};
