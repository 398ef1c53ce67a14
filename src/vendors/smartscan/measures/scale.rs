//! Body scales: the weight, and what a scale estimates the body to consist of.

use super::{Display, Element, Group, plain, quantity};
use crate::fhir::codes::hl7::observation_category::EXAM;
use crate::fhir::codes::{display, loinc, snomed, vitals};
use crate::inference::device::{FieldName, Unit};

const MASS: &[Unit] = &[Unit::Kilograms, Unit::Pounds];

/// What a scale shows. The estimates are no vital signs of R4's profiles.
pub const DISPLAY: Display = Display {
    groups: &[
        Group::vital(&[loinc::BODY_WEIGHT], quantity("weight", FieldName::Weight, MASS).unit_in("unit"))
            .with(&[(display::WEIGHT_TREND, plain("trend", FieldName::WeightTrend))]),
        Group::vital(
            &[loinc::BODY_MASS_INDEX],
            quantity("bmi", FieldName::BodyMassIndex, &[Unit::KilogramsPerSquareMetre]),
        ),
        Group::of(
            &[loinc::BODY_FAT_PERCENTAGE],
            EXAM,
            quantity("bodyFatPercentage", FieldName::BodyFat, &[Unit::Percent]),
        ),
        Group::of(&[loinc::MUSCLE_MASS], EXAM, quantity("muscleMass", FieldName::MuscleMass, MASS)),
        Group::of(&[loinc::BONE_MASS], EXAM, quantity("boneMass", FieldName::BoneMass, MASS)),
        Group::of(
            &[loinc::BODY_WATER_PERCENTAGE],
            EXAM,
            quantity("waterPercentage", FieldName::BodyWater, &[Unit::Percent]),
        ),
        Group::of(
            &[vitals::VISCERAL_FAT_RATING],
            EXAM,
            quantity("visceralFatRating", FieldName::VisceralFat, &[Unit::Rating]),
        ),
        Group::of(
            &[vitals::METABOLIC_AGE],
            EXAM,
            quantity("metabolicAge", FieldName::MetabolicAge, &[Unit::Years]),
        ),
        Group::of(
            &[vitals::BASAL_METABOLIC_RATE, snomed::BASAL_METABOLIC_RATE],
            EXAM,
            quantity("basalMetabolicRate", FieldName::BasalMetabolicRate, &[Unit::KilocaloriesPerDay]),
        ),
    ],
    properties: &[
        (display::USER_PROFILE, plain("userProfile", FieldName::UserProfile)),
        (display::BATTERY, plain("batteryLevel", FieldName::Battery)),
    ],
    elements: &[("timestamp", FieldName::Timestamp, Element::Effective)],
    reported: false,
};
