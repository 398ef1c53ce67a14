//! Peak flow meters: one large whole number, in litres a minute.

use super::finding::Finding;
use super::lexicon::Label;
use super::scene::Scene;
use super::sole_value::{Rules, sole_value};
use super::word::Number;
use super::{FieldName, ReadError, Unit};

/// The unit is written.
const UNIT_READ: f32 = 0.9;
/// Only a label says what the number is.
const LABELLED: f32 = 0.7;

/// Whether a unit speaks of a flow that a breath has.
pub fn evidence(scene: &Scene) -> bool {
    scene.has_unit(Unit::LitresPerMinute) && read(scene).is_ok()
}

const RULES: Rules = Rules {
    labels: &[Label::PeakFlow],
    units: &[Unit::LitresPerMinute],
    stored: &[],
    companions: false,
    plausible: fits,
};

/// The value, or why there is none.
pub fn read(scene: &Scene) -> Result<Vec<Finding>, ReadError> {
    let sole = sole_value(scene, &RULES)?;
    let ceiling = match (sole.has_unit(Unit::LitresPerMinute), scene.has_label(Label::PeakFlow)) {
        (true, _) => UNIT_READ,
        (false, true) => LABELLED,
        (false, false) => return Err(ReadError::Unreadable),
    };
    if !fits(sole.number) {
        return Err(ReadError::Unreadable);
    }
    Ok(vec![Finding::new(FieldName::PeakFlow, sole.word, Unit::LitresPerMinute, ceiling.min(sole.ceiling))?])
}

/// Within what people can breathe out; flows of oxygen are smaller.
fn fits(number: &Number) -> bool {
    number.decimals == 0 && (60.0..=900.0).contains(&number.value)
}
