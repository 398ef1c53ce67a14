//! What a reader gives, whatever model it is: typed values of the closed vocabulary, each with its confidence.

use std::collections::HashSet;

use super::{DeviceKind, FieldName, Form, Unit};
use crate::inference::registry::ModelRef;

/// A value as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Number {
        /// The digits as displayed, decimals kept; a decimal comma is given as a point.
        digits: String,
        /// The unit: read, or the only one that the kind of device or the value's range leaves possible.
        unit: Option<Unit>,
    },
    /// Words, a date or a code, as they are written.
    Text(String),
    /// Whether a mark is there.
    Flag(bool),
    /// Several texts.
    List(Vec<String>),
}

impl Value {
    /// Whether a text can be kept and shown: no control characters but line breaks and tabs.
    fn is_plain(&self) -> bool {
        let plain = |text: &str| !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        match self {
            Self::Text(text) => plain(text),
            Self::List(texts) => texts.iter().all(|text| plain(text)),
            Self::Number { .. } | Self::Flag(_) => true,
        }
    }

    /// The form that the value has.
    #[must_use]
    pub fn form(&self) -> Form {
        match self {
            Self::Number { .. } => Form::Number,
            Self::Text(_) => Form::Text,
            Self::Flag(_) => Form::Flag,
            Self::List(_) => Form::List,
        }
    }
}

/// One value of a display or document.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// What the value is.
    pub name: FieldName,
    /// The value, in the form that the name asks for.
    pub value: Value,
    /// Probability that the value is right, 0 to 1.
    pub confidence: f32,
    /// Where it stands in the upright picture, in its own pixels: top left, then clockwise.
    pub quad: [(f32, f32); 4],
}

/// What a device shows or a document says.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceReading {
    /// The kind of device or document.
    pub kind: DeviceKind,
    /// Probability that all values are right: the least of the fields' confidences.
    pub confidence: f32,
    /// The values that were read, each field once; one that was not read is absent.
    pub fields: Vec<Field>,
    /// The maker's name, where it is written in the picture.
    pub brand: Option<String>,
    /// The model's name, where it is written beside the maker's.
    pub model: Option<String>,
    /// The models that took part.
    pub models_used: Vec<ModelRef>,
}

impl DeviceReading {
    /// The reading with each field once, in its own form, whichever model it comes from.
    #[must_use]
    pub fn held_to_the_vocabulary(mut self) -> Self {
        let mut seen = HashSet::new();
        self.fields.retain(|field| {
            field.value.form() == field.name.form() && field.value.is_plain() && seen.insert(field.name)
        });
        self
    }

    /// The field of that name, where it was read in its form.
    #[must_use]
    pub fn field(&self, name: FieldName) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name && field.value.form() == name.form())
    }

    /// The text that was read for a field; a blank one is none.
    #[must_use]
    pub fn text(&self, name: FieldName) -> Option<&str> {
        match &self.field(name)?.value {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Value::Number { .. } | Value::Flag(_) | Value::List(_) => None,
        }
    }

    /// The digits that were read for a field.
    #[must_use]
    pub fn digits(&self, name: FieldName) -> Option<&str> {
        match &self.field(name)?.value {
            Value::Number { digits, .. } => Some(digits),
            Value::Text(_) | Value::Flag(_) | Value::List(_) => None,
        }
    }

    /// The texts that were read for a field; blank ones are left out.
    pub fn list(&self, name: FieldName) -> impl Iterator<Item = &str> {
        let texts = match self.field(name).map(|field| &field.value) {
            Some(Value::List(texts)) => texts.as_slice(),
            Some(Value::Number { .. } | Value::Text(_) | Value::Flag(_)) | None => &[],
        };
        texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(name: FieldName, value: Value) -> DeviceReading {
        DeviceReading {
            kind: DeviceKind::Prescription,
            confidence: 1.0,
            fields: vec![Field { name, value, confidence: 1.0, quad: [(0.0, 0.0); 4] }],
            brand: None,
            model: None,
            models_used: Vec::new(),
        }
    }

    #[test]
    fn a_value_of_another_form_than_its_name_asks_for_is_not_read() {
        let number = Value::Number { digits: "5".to_owned(), unit: None };
        assert_eq!(reading(FieldName::Medication, number).text(FieldName::Medication), None);
        let text = Value::Text("5".to_owned());
        assert_eq!(reading(FieldName::Refills, text.clone()).digits(FieldName::Refills), None);
        assert_eq!(reading(FieldName::Procedures, text).list(FieldName::Procedures).count(), 0);
    }

    #[test]
    fn what_no_reader_may_give_is_left_out() {
        let text = |text: &str| Value::Text(text.to_owned());
        let mut wrong = reading(FieldName::Medication, text("a\u{0}b"));
        let field = |name, value| Field { name, value, ..wrong.fields[0].clone() };
        let more = [
            field(FieldName::Refills, text("5")),
            field(FieldName::Directions, text("daily\nat night")),
            field(FieldName::Directions, text("twice")),
        ];
        wrong.fields.extend(more);
        let held = wrong.held_to_the_vocabulary();
        assert_eq!(held.fields.len(), 1);
        assert_eq!(held.text(FieldName::Directions), Some("daily\nat night"));
    }

    #[test]
    fn blanks_are_nothing() {
        let blank = Value::Text(" \n".to_owned());
        assert_eq!(reading(FieldName::Medication, blank).text(FieldName::Medication), None);
        let list = Value::List(vec![" ".to_owned(), " Stent ".to_owned()]);
        let list = reading(FieldName::Procedures, list);
        assert_eq!(list.list(FieldName::Procedures).collect::<Vec<_>>(), ["Stent"]);
    }
}
