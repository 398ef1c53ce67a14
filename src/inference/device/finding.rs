//! What a kind's rules found, before it is put into the picture's coordinates.

use super::scene::Placed;
use super::word::Number;
use super::{FieldName, ReadError, Unit, Value};
use crate::inference::ocr::Quad;

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
    /// The number as a value, at most as sure as the rules behind it.
    pub fn new(name: FieldName, word: &Placed, unit: Unit, ceiling: f32) -> Result<Self, ReadError> {
        let number = word.number().ok_or(ReadError::Unreadable)?;
        let confidence = ceiling.min(number.trust);
        let value = Value::Number { digits: number.text.clone(), unit: Some(unit) };
        Ok(Self { name, value, confidence, quad: word.quad })
    }
}

/// A whole number of two or three digits within the bounds.
pub fn whole_within(number: &Number, least: f64, most: f64) -> bool {
    number.decimals == 0 && (2..=3).contains(&number.digits) && number.value >= least && number.value <= most
}
