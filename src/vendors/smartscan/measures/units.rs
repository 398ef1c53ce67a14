//! The units of displays in UCUM.

use crate::fhir::codes::ucum as codes;
use crate::inference::device::Unit;

/// A unit in UCUM; none for those that no value is kept in.
#[must_use]
pub fn ucum(unit: Unit) -> Option<codes::Unit> {
    match unit {
        Unit::MillimetresOfMercury => Some(codes::MILLIMETRE_OF_MERCURY),
        Unit::BeatsPerMinute | Unit::BreathsPerMinute => Some(codes::PER_MINUTE),
        Unit::MilligramsPerDecilitre => Some(codes::MILLIGRAM_PER_DECILITRE),
        Unit::MillimolesPerLitre => Some(codes::MILLIMOLE_PER_LITRE),
        Unit::Percent => Some(codes::PERCENT),
        Unit::Celsius => Some(codes::CELSIUS),
        Unit::Fahrenheit => Some(codes::FAHRENHEIT),
        Unit::Kilograms => Some(codes::KILOGRAM),
        Unit::Pounds => Some(codes::POUND),
        Unit::KilogramsPerSquareMetre => Some(codes::KILOGRAM_PER_SQUARE_METRE),
        Unit::KilocaloriesPerDay => Some(codes::KILOCALORIE_PER_DAY),
        Unit::Rating => Some(codes::SCORE),
        Unit::Years => Some(codes::YEAR),
        Unit::Weeks => Some(codes::WEEK),
        Unit::Centimetres => Some(codes::CENTIMETRE),
        Unit::LitresPerMinute => Some(codes::LITRE_PER_MINUTE),
        Unit::LitresPerSecond => Some(codes::LITRE_PER_SECOND),
        Unit::Milliseconds => Some(codes::MILLISECOND),
        Unit::Minutes => Some(codes::MINUTE),
        Unit::MillilitresPerMinute => Some(codes::MILLILITRE_PER_MINUTE),
        Unit::MillilitresPerHour => Some(codes::MILLILITRE_PER_HOUR),
        Unit::LitresPerHour => Some(codes::LITRE_PER_HOUR),
        Unit::Litres => Some(codes::LITRE),
        Unit::Millilitres => Some(codes::MILLILITRE),
        Unit::MillisiemensPerCentimetre => Some(codes::MILLISIEMENS_PER_CENTIMETRE),
        Unit::Ratio => Some(codes::ONE),
        // Stones and their pounds are two numbers, and kPa is not documented.
        Unit::Kilopascals | Unit::Stones => None,
    }
}
