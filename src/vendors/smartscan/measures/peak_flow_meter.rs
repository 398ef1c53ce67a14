//! Peak flow meters: the flow, and what the device compares it with.

use super::{Display, Element, Group, plain, quantity};
use crate::fhir::codes::hl7::observation_category::PROCEDURE;
use crate::fhir::codes::{display, loinc, vitals};
use crate::inference::device::{FieldName, Unit};

const FLOW: &[Unit] = &[Unit::LitresPerMinute, Unit::LitresPerSecond];

/// What a peak flow meter shows.
pub const DISPLAY: Display = Display {
    groups: &[Group::of(
        &[loinc::PEAK_FLOW, loinc::PEAK_FLOW_ANY_METHOD],
        PROCEDURE,
        quantity("peakFlowRate", FieldName::PeakFlow, FLOW).unit_in("unit"),
    )
    .with(&[
        (loinc::PEAK_FLOW_PERSONAL_BEST, quantity("personalBest", FieldName::PersonalBest, FLOW)),
        (
            display::PERSONAL_BEST_SHARE,
            quantity("personalBestPercentage", FieldName::PersonalBestShare, &[Unit::Percent]),
        ),
        (vitals::PEAK_FLOW_ZONE, plain("zone", FieldName::Zone)),
        (loinc::PEAK_FLOW_PREDICTED, quantity("predictedValue", FieldName::PredictedPeakFlow, FLOW)),
        (display::PREVIOUS_PEAK_FLOW, quantity("previousReading", FieldName::PreviousPeakFlow, FLOW)),
        (display::DAILY_PEAK_FLOW, quantity("averageReadings.daily", FieldName::DailyPeakFlow, FLOW)),
        (display::WEEKLY_PEAK_FLOW, quantity("averageReadings.weekly", FieldName::WeeklyPeakFlow, FLOW)),
        (display::PATIENT_AGE, quantity("patientAge", FieldName::PatientAge, &[Unit::Years])),
        (display::PATIENT_HEIGHT, quantity("patientHeight", FieldName::PatientHeight, &[Unit::Centimetres])),
        (display::ACTION_PLAN, plain("asthmaActionPlan", FieldName::ActionPlan)),
    ])],
    properties: &[(display::CALIBRATION_DATE, plain("calibrationDate", FieldName::CalibrationDate))],
    elements: &[("timestamp", FieldName::Timestamp, Element::Effective)],
    reported: false,
};
