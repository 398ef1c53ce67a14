//! Body scales: one large number in kg or lb.

use super::finding::Finding;
use super::scene::{Scene, pointed_at};
use super::{FieldName, ReadError, Unit};

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

/// The value, or why there is none.
pub fn read(scene: &Scene) -> Result<Vec<Finding>, ReadError> {
    let word = scene.dominant()?;
    let number = word.number().ok_or(ReadError::Unreadable)?;
    if scene.has_unit(Unit::Stones) {
        return Err(ReadError::Unreadable);
    }
    let beside = |unit| pointed_at(scene.units(unit), &[word]).is_some();
    let (kilograms, pounds) = (beside(Unit::Kilograms), beside(Unit::Pounds));
    let (unit, ceiling) = match (kilograms, pounds) {
        (true, false) => (Unit::Kilograms, UNIT_BESIDE),
        (false, true) => (Unit::Pounds, UNIT_BESIDE),
        (true, true) => return Err(ReadError::Unreadable),
        (false, false) => match (scene.has_unit(Unit::Kilograms), scene.has_unit(Unit::Pounds)) {
            (true, false) => (Unit::Kilograms, UNIT_SEEN),
            (false, true) => (Unit::Pounds, UNIT_SEEN),
            // Kilograms and pounds overlap: without a unit the weight is not known.
            (true, true) | (false, false) => return Err(ReadError::Unreadable),
        },
    };
    let most = if unit == Unit::Kilograms { 300.0 } else { 660.0 };
    let pointless = number.decimals == 0;
    if number.decimals > 2 || !(2.0..=most).contains(&number.value) || (pointless && number.digits > 2) {
        return Err(ReadError::Unreadable);
    }
    let ceiling = if pointless { ceiling.min(WHOLE) } else { ceiling };
    Ok(vec![Finding::new(FieldName::Weight, word, unit, ceiling)?])
}
