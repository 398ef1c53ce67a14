//! Clinical thermometers: one large number with its decimals, in °C or °F.

use super::finding::Finding;
use super::lexicon::Label;
use super::scene::{Placed, Scene};
use super::sole_value::{Rules, sole_value};
use super::word::{Number, Sense};
use super::{FieldName, ReadError, Unit};

/// The unit is written and fits the value.
const UNIT_READ: f32 = 0.95;
/// Only one unit fits a body's temperature.
const BY_RANGE: f32 = 0.85;
/// The point was not seen.
const POINT_LOST: f32 = 0.5;

/// Whether a unit and a value speak of a body's temperature.
pub fn evidence(scene: &Scene) -> bool {
    (scene.has_unit(Unit::Celsius) || scene.has_unit(Unit::Fahrenheit)) && read(scene).is_ok()
}

const RULES: Rules = Rules {
    labels: &[Label::Temperature],
    units: &[Unit::Celsius, Unit::Fahrenheit],
    stored: &[],
    companions: false,
    plausible: |number| unit_of(number).is_some(),
};

/// The unit in which a number is a body's temperature.
///
/// Without its point 36.8 reads 368: see [`pointed`].
fn unit_of(number: &Number) -> Option<Unit> {
    if !(1..=2).contains(&number.decimals) {
        return None;
    }
    if (32.0..=43.0).contains(&number.value) {
        Some(Unit::Celsius)
    } else {
        (89.6..=109.4).contains(&number.value).then_some(Unit::Fahrenheit)
    }
}

/// The number with the point that the detector missed, where its unit is seen and one place of a point makes it a body's temperature: 380 °C is
/// 38.0, 1026 °F is 102.6.
fn pointed(word: &Placed, units: &[&Placed]) -> Option<Placed> {
    let number = word.number().filter(|number| word.judged && number.decimals == 0)?;
    let told = |place: usize| {
        let (whole, rest) = number.text.split_at_checked(place)?;
        let text = format!("{whole}.{rest}");
        let kept = number.clone().at_most(POINT_LOST);
        let number =
            Number { value: text.parse().ok()?, decimals: rest.len(), digits: whole.len(), text, ..kept };
        let unit = unit_of(&number)?;
        units.iter().any(|word| word.sense == Sense::Unit(unit)).then_some(number)
    };
    let mut ways = (1..number.text.len()).filter_map(told);
    let (Some(number), None) = (ways.next(), ways.next()) else { return None };
    Some(Placed { sense: Sense::Number(number), ..word.clone() })
}

/// The value, or why there is none.
pub fn read(scene: &Scene) -> Result<Vec<Finding>, ReadError> {
    let sole = sole_value(scene, &RULES)?;
    let pointed = if unit_of(sole.number).is_none() { pointed(sole.word, &sole.units) } else { None };
    let word = pointed.as_ref().unwrap_or(sole.word);
    let unit = word.number().and_then(unit_of).ok_or(ReadError::Unreadable)?;
    // What shows a share of water in the air measures a room.
    if scene.has_unit(Unit::Percent) {
        return Err(ReadError::Unreadable);
    }
    let ceiling = match (sole.has_unit(Unit::Celsius), sole.has_unit(Unit::Fahrenheit)) {
        (false, false) => BY_RANGE,
        (true, true) => UNIT_READ,
        (celsius, _) if celsius == (unit == Unit::Celsius) => UNIT_READ,
        (true, false) | (false, true) => return Err(ReadError::Unreadable),
    };
    Ok(vec![Finding::whole(FieldName::Temperature, word, unit, ceiling.min(sole.ceiling))?])
}
