//! Glucose meters: one large number, whole in mg/dL, with one decimal in mmol/L.

use super::finding::{Finding, whole_within};
use super::lexicon::Label;
use super::scene::Scene;
use super::sole_value::{Rules, sole_value};
use super::word::Number;
use super::{FieldName, ReadError, Unit};

/// The unit is written and fits the number's form.
const UNIT_READ: f32 = 0.95;
/// One decimal, as only mmol/L has.
const DECIMAL_ONLY: f32 = 0.7;
/// A whole number: mg/dL, unless a decimal point was lost.
const WHOLE_ONLY: f32 = 0.5;

/// Whether units speak of glucose.
pub fn evidence(scene: &Scene) -> bool {
    scene.has_unit(Unit::MilligramsPerDecilitre) || scene.has_unit(Unit::MillimolesPerLitre)
}

const RULES: Rules = Rules {
    labels: &[Label::Glucose],
    units: &[Unit::MilligramsPerDecilitre, Unit::MillimolesPerLitre],
    companions: false,
    plausible: |number| {
        fits(number, Unit::MillimolesPerLitre, false) || fits(number, Unit::MilligramsPerDecilitre, false)
    },
};

/// The value, or why there is none.
pub fn read(scene: &Scene) -> Result<Vec<Finding>, ReadError> {
    let sole = sole_value(scene, &RULES)?;
    let mass = sole.has_unit(Unit::MilligramsPerDecilitre);
    let amount = sole.has_unit(Unit::MillimolesPerLitre);
    let (unit, ceiling) = match (mass, amount) {
        (true, true) => return Err(ReadError::Unreadable),
        (true, false) => (Unit::MilligramsPerDecilitre, UNIT_READ),
        (false, true) => (Unit::MillimolesPerLitre, UNIT_READ),
        // A unit in another number's line says that this number is something else.
        (false, false) if evidence(scene) => return Err(ReadError::Unreadable),
        (false, false) if sole.number.decimals == 1 => (Unit::MillimolesPerLitre, DECIMAL_ONLY),
        (false, false) => (Unit::MilligramsPerDecilitre, WHOLE_ONLY),
    };
    if !fits(sole.number, unit, ceiling < UNIT_READ) {
        return Err(ReadError::Unreadable);
    }
    Ok(vec![Finding::new(FieldName::Glucose, sole.word, unit, ceiling.min(sole.ceiling))?])
}

/// Within what meters display. Without a written unit, small whole numbers may be mmol/L without their
/// point, and are left.
fn fits(number: &Number, unit: Unit, unwritten: bool) -> bool {
    if unit == Unit::MillimolesPerLitre {
        return number.decimals == 1 && (0.6..=33.3).contains(&number.value);
    }
    whole_within(number, if unwritten { 60.0 } else { 20.0 }, 600.0)
}
