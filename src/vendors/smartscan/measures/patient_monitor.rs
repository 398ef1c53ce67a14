//! Patient monitors with several parameters: a panel of vital signs.

use super::pulse_oximeter::SATURATION;
use super::{Display, Element, Group, heart_rate, plain, pressure, quantity};
use crate::fhir::codes::hl7::observation_category::VITAL_SIGNS;
use crate::fhir::codes::{display, loinc, vitals};
use crate::inference::device::{FieldName, Unit};

/// What a patient monitor shows.
pub const DISPLAY: Display = Display {
    groups: &[
        Group::panel(
            &[loinc::VITAL_SIGNS_PANEL],
            VITAL_SIGNS,
            &[
                (display::ALARMS, plain("alarmIndicators", FieldName::Alarms)),
                (display::LEADS, plain("leadConfiguration", FieldName::Leads)),
                (display::WAVEFORM_QUALITY, plain("waveformQuality", FieldName::WaveformQuality)),
                (display::PATIENT_INFO, plain("patientInfo", FieldName::PatientInfo)),
            ],
        ),
        heart_rate("heartRate", FieldName::HeartRate),
        Group::parts(
            &[loinc::BLOOD_PRESSURE_PANEL],
            VITAL_SIGNS,
            &[
                (loinc::SYSTOLIC_BLOOD_PRESSURE, pressure("systolic", FieldName::Systolic).wanted()),
                (loinc::DIASTOLIC_BLOOD_PRESSURE, pressure("diastolic", FieldName::Diastolic).wanted()),
                (loinc::MEAN_BLOOD_PRESSURE, pressure("meanArterialPressure", FieldName::MeanPressure)),
                (vitals::PULSE_PRESSURE, pressure("pulsePressure", FieldName::PulsePressure)),
            ],
        ),
        Group::vital(SATURATION, quantity("oxygenSaturation", FieldName::OxygenSaturation, &[Unit::Percent])),
        Group::vital(
            &[loinc::RESPIRATORY_RATE],
            quantity("respiratoryRate", FieldName::RespiratoryRate, &[Unit::BreathsPerMinute]),
        ),
        Group::vital(
            &[loinc::BODY_TEMPERATURE],
            quantity("temperature", FieldName::Temperature, &[Unit::Celsius, Unit::Fahrenheit]),
        ),
    ],
    properties: &[
        (display::CYCLE_TIME, plain("nibpCycleTime", FieldName::CycleTime)),
        (display::SENSOR_STATUS, plain("spo2SensorStatus", FieldName::SensorStatus)),
        (display::TEMPERATURE_PROBE, plain("temperatureProbe", FieldName::TemperatureProbe)),
        (display::DEVICE_STATUS, plain("deviceStatus", FieldName::DeviceStatus)),
    ],
    elements: &[("timestamp", FieldName::Timestamp, Element::Effective)],
    reported: false,
};
