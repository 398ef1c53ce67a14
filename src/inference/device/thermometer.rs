//! Clinical thermometers: one large number with its decimals, in °C or °F.

use super::finding::Finding;
use super::scene::Scene;
use super::{FieldName, ReadError, Unit};

/// The unit is written and fits the value.
const UNIT_READ: f32 = 0.95;
/// Only one unit fits a body's temperature.
const BY_RANGE: f32 = 0.75;

/// Whether a unit and a value speak of a body's temperature.
pub fn evidence(scene: &Scene) -> bool {
    (scene.has_unit(Unit::Celsius) || scene.has_unit(Unit::Fahrenheit)) && read(scene).is_ok()
}

/// The value, or why there is none.
pub fn read(scene: &Scene) -> Result<Vec<Finding>, ReadError> {
    let word = scene.dominant()?;
    let number = word.number().ok_or(ReadError::Unreadable)?;
    // Without its point 36.8 reads 368; nothing tells where the point was, so such a number is left.
    if !(1..=2).contains(&number.decimals) {
        return Err(ReadError::Unreadable);
    }
    let unit = if (32.0..=43.0).contains(&number.value) {
        Unit::Celsius
    } else if (89.6..=109.4).contains(&number.value) {
        Unit::Fahrenheit
    } else {
        return Err(ReadError::Unreadable);
    };
    let written = |unit| scene.has_unit(unit);
    let ceiling = match (written(Unit::Celsius), written(Unit::Fahrenheit)) {
        (false, false) => BY_RANGE,
        (true, true) => UNIT_READ,
        (celsius, _) if celsius == (unit == Unit::Celsius) => UNIT_READ,
        (true, false) | (false, true) => return Err(ReadError::Unreadable),
    };
    Ok(vec![Finding::new(FieldName::Temperature, word, unit, ceiling)?])
}
