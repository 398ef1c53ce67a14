//! Glucose meters: one large number, whole in mg/dL, with one decimal in mmol/L.
//!
//! A value from memory is given as the value, and never surely; its place in the memory is told where it is shown. An average is what it
//! is an average of, or nothing. Where the meter shows a word in place of a number, as it cannot measure so much or so little, that is told.

use super::finding::{Finding, whole_within};
use super::lexicon::Label;
use super::scene::{Placed, Scene};
use super::sole_value::{Rules, sole_value};
use super::word::{Number, Sense};
use super::{FieldName, ReadError, Unit, Value};

/// The unit is written and fits the number's form.
const UNIT_READ: f32 = 0.95;
/// One decimal, as only mmol/L has.
const DECIMAL_ONLY: f32 = 0.7;
/// A whole number: mg/dL, unless a decimal point was lost.
const WHOLE_ONLY: f32 = 0.5;

/// The point was not seen.
const POINT_LOST: f32 = 0.5;
/// A word in place of the number, and the unit beside it.
const WORD: f32 = 0.8;
/// The number of a place in memory is lower than this share of the value's height.
const SLOT: f32 = 0.6;

/// Whether units speak of glucose.
pub fn evidence(scene: &Scene) -> bool {
    scene.has_unit(Unit::MilligramsPerDecilitre) || scene.has_unit(Unit::MillimolesPerLitre)
}

const RULES: Rules = Rules {
    labels: &[Label::Glucose],
    units: &[Unit::MilligramsPerDecilitre, Unit::MillimolesPerLitre],
    stored: &[Label::Memory, Label::MemoryKey, Label::Average, Label::Code],
    companions: false,
    plausible: |number| {
        fits(number, Unit::MillimolesPerLitre, false) || fits(number, Unit::MilligramsPerDecilitre, false)
    },
};

/// The value, or why there is none.
pub fn read(scene: &Scene) -> Result<Vec<Finding>, ReadError> {
    if let Some(word) = beyond(scene) {
        return Ok(vec![word]);
    }
    let sole = sole_value(scene, &RULES)?;
    let name = measured(scene, sole.word)?;
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
    let pointed =
        (unit == Unit::MillimolesPerLitre && sole.word.judged).then(|| pointed(sole.word)).flatten();
    let word = pointed.as_ref().unwrap_or(sole.word);
    let number = word.number().ok_or(ReadError::Unreadable)?;
    if !fits(number, unit, ceiling < UNIT_READ) {
        return Err(ReadError::Unreadable);
    }
    let value = Finding::new(name, word, unit, ceiling.min(sole.ceiling))?;
    Ok(std::iter::once(value).chain(slot(scene, sole.word)).collect())
}

/// The number with the point before its last digit that every value in mmol/L has, where the detector missed it. Points are small.
fn pointed(word: &Placed) -> Option<Placed> {
    let number = word.number().filter(|number| number.decimals == 0 && number.digits > 1)?;
    let (whole, tenths) = number.text.split_at_checked(number.text.len() - 1)?;
    let text = format!("{whole}.{tenths}");
    let kept = number.clone().at_most(POINT_LOST);
    let number = Number { value: text.parse().ok()?, decimals: 1, digits: whole.len(), text, ..kept };
    Some(Placed { sense: Sense::Number(number), ..word.clone() })
}

/// What the number is: a value, or the average of so many days.
fn measured(scene: &Scene, word: &Placed) -> Result<FieldName, ReadError> {
    let mut averages = scene.labels(Label::Average).filter(|label| word.tells(label)).peekable();
    if averages.peek().is_none() {
        return Ok(FieldName::Glucose);
    }
    let days =
        averages.flat_map(|label| beside(scene, word, label)).find_map(|days| match days.text.as_str() {
            "7" => Some(FieldName::AverageOf7Days),
            "14" => Some(FieldName::AverageOf14Days),
            "30" => Some(FieldName::AverageOf30Days),
            _ => None,
        });
    days.ok_or(ReadError::Unreadable)
}

/// The place in memory that the value comes from.
fn slot(scene: &Scene, word: &Placed) -> Option<Finding> {
    let labels = scene.labels(Label::Memory).filter(|label| word.tells(label));
    let of = |label| {
        let number = beside(scene, word, label).find(|number| whole_slot(number))?;
        let value = Value::Number { digits: number.text.clone(), unit: None };
        let confidence = WORD.min(number.sure);
        Some(Finding { name: FieldName::MemorySlot, value, confidence, quad: label.quad })
    };
    labels.into_iter().find_map(of)
}

fn whole_slot(number: &Number) -> bool {
    number.decimals == 0 && (1.0..=999.0).contains(&number.value)
}

/// The smaller numbers in a label's line.
fn beside<'a>(scene: &'a Scene, word: &'a Placed, label: &'a Placed) -> impl Iterator<Item = &'a Number> {
    let is_its = move |other: &&Placed| label.shares_row(other) && other.height() < SLOT * word.height();
    scene.other_numbers(word).filter(is_its).filter_map(Placed::number)
}

/// The word that a meter shows where it cannot measure so much or so little: larger than any number, with a unit of glucose in sight.
fn beyond(scene: &Scene) -> Option<Finding> {
    let told = |label: Label, text: &str| {
        let word = scene.labels(label).max_by(|a, b| a.height().total_cmp(&b.height()))?;
        (evidence(scene) && scene.stands_out(word)).then(|| Finding {
            name: FieldName::GlucoseAlert,
            value: Value::Text(text.to_owned()),
            confidence: WORD,
            quad: word.quad,
        })
    };
    let (high, low) = (told(Label::High, "HI"), told(Label::Low, "LO"));
    if high.is_some() && low.is_some() { None } else { high.or(low) }
}

/// Within what meters display. Without a written unit, small whole numbers may be mmol/L without their
/// point, and are left.
fn fits(number: &Number, unit: Unit, unwritten: bool) -> bool {
    if unit == Unit::MillimolesPerLitre {
        return number.decimals == 1 && (0.6..=33.3).contains(&number.value);
    }
    whole_within(number, if unwritten { 60.0 } else { 20.0 }, 600.0)
}
