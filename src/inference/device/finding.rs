//! What a kind's rules found, before it is put into the picture's coordinates.

use super::scene::Placed;
use super::word::Number;
use super::{FieldName, ReadError, Unit, Value};
use crate::inference::ocr::Quad;

/// What a number is worth beside which a digit may be hidden.
pub const PERHAPS_CUT: f32 = 0.8;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it is.
    pub name: FieldName,
    /// The value.
    pub value: Value,
    /// Probability that it is right.
    pub confidence: f32,
    /// Where it stands in the page.
    pub quad: Quad,
}

impl Finding {
    /// The number as a value, at most as sure as the rules behind it; less where one more digit may be hidden beside it.
    pub fn new(name: FieldName, word: &Placed, unit: Unit, ceiling: f32) -> Result<Self, ReadError> {
        let open = word.number().is_some_and(|number| number.strange.is_open());
        Self::whole(name, word, unit, if open { ceiling } else { ceiling.min(PERHAPS_CUT) })
    }

    /// The same where no digit can be hidden: with one more the number would be no such value, or not end where others do.
    pub fn whole(name: FieldName, word: &Placed, unit: Unit, ceiling: f32) -> Result<Self, ReadError> {
        let number = word.number().ok_or(ReadError::Unreadable)?;
        let confidence = ceiling.min(number.sure);
        let value = Value::Number { digits: number.text.clone(), unit: Some(unit) };
        Ok(Self { name, value, confidence, quad: word.quad })
    }
}

/// A whole number of two or three digits within the bounds.
pub fn whole_within(number: &Number, least: f64, most: f64) -> bool {
    number.decimals == 0 && (2..=3).contains(&number.digits) && number.value >= least && number.value <= most
}
