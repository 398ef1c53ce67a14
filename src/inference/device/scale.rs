//! Body scales: one large number in kg or lb, and what the scale says of the body in rows with labels.

use super::finding::Finding;
use super::lexicon::Label;
use super::rows::Cell;
use super::scene::{Scene, pointed_at};
use super::sole_value::{Rules, sole_value};
use super::word::{Number, Sense};
use super::{DeviceKind, FieldName, ReadError, Unit, screens};

/// A number with decimals and its unit beside it.
const UNIT_BESIDE: f32 = 0.95;
/// The unit is somewhere in the picture.
const UNIT_SEEN: f32 = 0.8;
/// A whole number, which may have lost its point.
const WHOLE: f32 = 0.6;

/// Whether units speak of weight.
pub fn evidence(scene: &Scene) -> bool {
    scene.has_unit(Unit::Kilograms) || scene.has_unit(Unit::Pounds)
}

const RULES: Rules = Rules {
    labels: &[Label::Weight],
    units: &[Unit::Kilograms, Unit::Pounds],
    stored: &[],
    companions: true,
    plausible: |number| fits(number, Unit::Pounds),
};

/// The weight and what stands in labelled rows, or why there is no weight.
pub fn read(scene: &Scene, rows: &[Vec<Cell>]) -> Result<Vec<Finding>, ReadError> {
    let weight = weight(scene)?;
    Ok(std::iter::once(weight).chain(screens::labelled(rows, DeviceKind::Scale)).collect())
}

fn weight(scene: &Scene) -> Result<Finding, ReadError> {
    let sole = sole_value(scene, &RULES)?;
    if scene.has_unit(Unit::Stones) {
        return Err(ReadError::Unreadable);
    }
    let beside = |unit: Unit| {
        let its = sole.units.iter().copied().filter(|word| word.sense == Sense::Unit(unit));
        pointed_at(its, &[sole.word]).is_some()
    };
    let (kilograms, pounds) = (beside(Unit::Kilograms), beside(Unit::Pounds));
    let (unit, ceiling) = match (kilograms, pounds) {
        (true, false) => (Unit::Kilograms, UNIT_BESIDE),
        (false, true) => (Unit::Pounds, UNIT_BESIDE),
        (true, true) => return Err(ReadError::Unreadable),
        (false, false) => match (sole.has_unit(Unit::Kilograms), sole.has_unit(Unit::Pounds)) {
            (true, false) => (Unit::Kilograms, UNIT_SEEN),
            (false, true) => (Unit::Pounds, UNIT_SEEN),
            // Kilograms and pounds overlap: without a unit the weight is not known.
            (true, true) | (false, false) => return Err(ReadError::Unreadable),
        },
    };
    if !fits(sole.number, unit) {
        return Err(ReadError::Unreadable);
    }
    let ceiling = if sole.number.decimals == 0 { ceiling.min(WHOLE) } else { ceiling };
    Finding::new(FieldName::Weight, sole.word, unit, ceiling.min(sole.ceiling))
}

/// Within what scales for people show; a whole number of three digits has lost its point.
fn fits(number: &Number, unit: Unit) -> bool {
    let most = if unit == Unit::Kilograms { 300.0 } else { 660.0 };
    let pointless = number.decimals == 0 && number.digits > 2;
    number.decimals <= 2 && (2.0..=most).contains(&number.value) && !pointless
}
