//! Glucose meters: the value by mass or by amount, with what the meter remembers beside it.

use super::{Display, Element, Entry, Group, plain, quantity};
use crate::fhir::codes::hl7::observation_category::LABORATORY;
use crate::fhir::codes::{Code, display, loinc};
use crate::inference::device::{FieldName, Unit};

const GLUCOSE: &[Unit] = &[Unit::MilligramsPerDecilitre, Unit::MillimolesPerLitre];

const BESIDE: &[(Code, Entry)] = &[
    (display::STRIP_LOT, plain("testStripLot", FieldName::StripLot)),
    (display::MEAL_MARK, plain("mealIndicator", FieldName::MealMark)),
    (display::AVERAGE_OF_7_DAYS, quantity("averages.7day", FieldName::AverageOf7Days, GLUCOSE)),
    (display::AVERAGE_OF_14_DAYS, quantity("averages.14day", FieldName::AverageOf14Days, GLUCOSE)),
    (display::AVERAGE_OF_30_DAYS, quantity("averages.30day", FieldName::AverageOf30Days, GLUCOSE)),
    (display::GLUCOSE_ALERT, plain("highLowAlert", FieldName::GlucoseAlert)),
];

const fn glucose(codes: &'static [Code], units: &'static [Unit]) -> Group {
    Group::of(codes, LABORATORY, quantity("glucoseLevel", FieldName::Glucose, units).unit_in("unit"))
        .with(BESIDE)
}

/// What a glucose meter shows.
pub const DISPLAY: Display = Display {
    groups: &[
        glucose(&[loinc::GLUCOSE_BLOOD_MASS], &[Unit::MilligramsPerDecilitre]),
        glucose(&[loinc::GLUCOSE_BLOOD_MOLES], &[Unit::MillimolesPerLitre]),
    ],
    properties: &[
        (display::BATTERY, plain("batteryLevel", FieldName::Battery)),
        (
            display::TEMPERATURE_COMPENSATION,
            plain("temperatureCompensation", FieldName::TemperatureCompensation),
        ),
        (display::USER_PROFILE, plain("userId", FieldName::UserProfile)),
        (display::MEMORY_SLOT, plain("memorySlot", FieldName::MemorySlot)),
    ],
    elements: &[("timestamp", FieldName::Timestamp, Element::Effective)],
    reported: false,
};
